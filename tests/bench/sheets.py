"""The sheet that an article is written on: its parts, its spans, and who says what in it."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from kg.terms import OA, ORG, RDF, SCHEMA, SG, XSD
from tests.bench import nquads
from tests.bench.nquads import both, iri, typed
from tests.bench.outlines import outline
from tests.bench.world import dated

if TYPE_CHECKING:
    from tests.bench.nquads import Said
    from tests.bench.register import Thing
    from tests.bench.words import Pair
    from tests.bench.world import World

TERMS = {
    name: iri(vocabulary[name])
    for vocabulary, names in (
        (SG, tuple(SG.__annotations__)),
        (RDF, ("type", "subject", "predicate", "object")),
        (OA, ("hasSource", "start", "end")),
        (ORG, ("headOf",)),
        (SCHEMA, ("headline", "inLanguage", "publisher", "datePublished", "url")),
        (SCHEMA, ("minValue", "maxValue", "currency", "unitCode")),
    )
    for name in names
}
"""The terms that articles use, by their local names, as N-Quads writes them."""
INTEGER = str(XSD.nonNegativeInteger)

_FORMS = ("Direct",) * 6 + ("Indirect",) * 8 + ("FreeIndirect",) * 2 + ("Reported",) * 4
_SPANS = (1, 1, 1, 2)


class Sheet:
    """One article in the making; what is said goes to ``lines``, N-Quads of its graph.

    Parts are numbered by letter: s stances, k claims, q estimates, e evidence. ``cast`` are those
    whom the article is about, ``published`` is its date, maybe partial, and ``voices`` are the
    stances in it so far, each with its holder.
    """

    def __init__(self, world: World, number: int) -> None:
        self.world, self.outline = world, outline(world, number)
        self.chance = self.outline.chance
        self.graph = iri(self.outline.iri)
        self.lines: list[str] = []
        self.voices: list[tuple[str, Thing]] = []
        self.made = {"s": 0, "k": 0, "q": 0, "e": 0}
        self.cast = [self.holder() for _ in range(self.chance.choice((1, 1, 2, 3, 4, 5)))]
        self.published = dated(self.outline.day, self.chance, 0.06)
        self._read = self.chance.randrange(20, 200)
        self._own_span = ""
        self._spans = [
            self._cite(self.chance.choice(_FORMS)) for _ in range(self.chance.choice(_SPANS))
        ]

    def say(self, subject: str, said: list[Said]) -> None:
        """Say something in the article's graph."""
        self.lines += nquads.lines(subject, said, self.graph)

    def part(self, name: str) -> str:
        """Name a part of the article: ``s1``, ``c2``."""
        return f"<{self.outline.iri}#{name}>"

    def next(self, letter: str) -> str:
        """Name the next part of a letter."""
        self.made[letter] += 1
        return self.part(f"{letter}{self.made[letter]}")

    def record(self, name: str, kind: str, gloss: Pair, said: list[Said], span: str = "") -> None:
        """Record what somebody said, by default in one of the spans in which people speak."""
        about = [
            (TERMS["type"], TERMS[kind]),
            (TERMS["reportedIn"], self.graph),
            (TERMS["evidence"], span or self.chance.choice(self._spans)),
            *both(TERMS["gloss"], *gloss),
        ]
        self.say(name, about + said)

    def own_span(self) -> str:
        """Return the span in which the article speaks in its own voice."""
        self._own_span = self._own_span or self._cite("ArticleVoice")
        return self._own_span

    def holder(self) -> Thing:
        """Choose who could hold something: a person, now and then a company or a group."""
        kind = self.chance.random()
        if kind < 0.76:
            return self.world.people.pick(self.chance)
        return (self.world.companies if kind < 0.92 else self.world.groups).pick(self.chance)

    def quoted(self) -> Thing:
        """Choose whom to quote next: mostly the first of the cast."""
        return self.cast[int(len(self.cast) * self.chance.random() ** 2)]

    def hash(self) -> str:
        """Make what looks like a SHA-256."""
        return f'"{self.chance.getrandbits(256):064x}"'

    def _cite(self, form: str) -> str:
        """Cite the next span of the text."""
        span, end = self.next("e"), self._read + self.chance.randrange(40, 200)
        about = [
            (TERMS["type"], TERMS["Evidence"]),
            (TERMS["hasSource"], self.graph),
            (TERMS["start"], typed(self._read, INTEGER)),
            (TERMS["end"], typed(end, INTEGER)),
            (TERMS["spanHash"], self.hash()),
            (TERMS["speechForm"], TERMS[form]),
        ]
        self.say(span, about)
        self._read = end + self.chance.randrange(1, 50)
        return span

    def voiced(self, holder: Thing) -> tuple[list[Said], int]:
        """Say who holds something, for whom, and who said so where and when; return the day too."""
        chance, day = self.chance, self.outline.day
        said, speaker = [(TERMS["holder"], holder.iri)], holder
        other = self.cast[-1]
        if other != holder and chance.random() < 0.15:
            said.append((TERMS["speaker"], other.iri))
            speaker = other
        company = self.world.heads.get(holder)
        if company and chance.random() < 0.6:
            said.append((TERMS["onBehalfOf"], company.iri))
        held = self.world.occasions.get(speaker, ())
        past = bisect_right(held, day, key=lambda occasion: occasion.day) if held else 0
        if past and chance.random() < 0.4:
            occasion = held[max(0, past - 1 - int(chance.expovariate(0.5)))]
            said.append((TERMS["saidAt"], occasion.iri))
            if chance.random() < 0.7:
                said.append((TERMS["saidOn"], nquads.date(occasion.date)))
            return said, occasion.day
        if chance.random() < 0.4:
            day -= min(800, int(chance.expovariate(0.1)))
            said.append((TERMS["saidOn"], nquads.date(dated(day, chance, 0.15))))
        return said, day
