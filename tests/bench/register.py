"""The register of an invented world: it names things, each once, and writes down what is said."""

from __future__ import annotations

import math
from bisect import bisect
from itertools import accumulate
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from kg import iris
from kg.terms import RDF, RDFS, SG, SKOS, WD
from tests.bench import nquads
from tests.bench.nquads import both, iri

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.bench.nquads import Said

GRAPH = iri(iris.ENTITIES_GRAPH)
TYPE, LABEL, ALIAS, MATCH = (iri(p) for p in (RDF.type, RDFS.label, SKOS.altLabel, SKOS.exactMatch))
FIRST_ITEM = 500_000_000
"""Wikidata has numbered its items up to about a quarter of this: no real one is meant."""


class Thing(NamedTuple):
    """An entity: its IRI as N-Quads writes it, and what it is called in a sentence."""

    iri: str
    english: str
    nominative: str
    accusative: str


class Population:
    """Things by how well they are known: the k-th is picked in proportion to (k + shift)**-skew."""

    def __init__(self, things: Sequence[Thing], shift: float, skew: float = 1.0) -> None:
        self.things = things
        ranks = range(1, len(things) + 1)
        self._sums = list(accumulate(math.pow(k + shift, -skew) for k in ranks))

    def pick(self, chance: Random) -> Thing:
        """Pick one, the known ones more often."""
        return self.things[bisect(self._sums, chance.random() * self._sums[-1])]


class Register:
    """The entities' graph in the making, and the chance that makes it."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(f"world/{seed}")  # noqa: S311  # no secret: an invented world
        self.lines: list[str] = []
        self._names: set[str] = set()

    def add(self, kind: str, english: str, german: str = "", said: Sequence[Said] = ()) -> Thing:
        """Describe an entity of a kind, whose name is new in it."""
        german = german or english
        name = f"{iris.ID}{kind}/{iris.slug(english)}"
        if name in self._names:
            name += f"-{len(self._names)}"
        self._names.add(name)
        thing = Thing(iri(name), english, german, german)
        self.say(thing, (TYPE, iri(SG[kind.title()])), *both(LABEL, english, german), *said)
        return thing

    def __len__(self) -> int:
        """Count the entities."""
        return len(self._names)

    def say(self, thing: Thing, *said: Said) -> None:
        """Say something of an entity."""
        self.lines += nquads.lines(thing.iri, said, GRAPH)

    def match(self, share: float) -> list[Said]:
        """With a chance of ``share`` name what looks like an item of Wikidata."""
        if self.chance.random() >= share:
            return []
        return [(MATCH, iri(f"{WD}Q{FIRST_ITEM + len(self.lines)}"))]

    def alias(self, share: float, english: str, german: str = "") -> list[Said]:
        """With a chance of ``share`` give an entity another name."""
        if self.chance.random() >= share:
            return []
        return both(ALIAS, english, german or english)

    def names(self, count: int, name: Callable[[], str]) -> list[str]:
        """Return so many names, each once, in the order they are thought of."""
        found: dict[str, None] = {}
        while len(found) < count:
            found[name()] = None
        return list(found)
