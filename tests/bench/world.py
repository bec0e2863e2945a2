"""The invented world that the generated articles are about: who and what there is.

It grows slower than the number of articles, as the press writes about the same few again and again.
"""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, NamedTuple

from kg.terms import DCTERMS, ORG
from tests.bench import entities, nquads, words
from tests.bench.nquads import iri
from tests.bench.register import Population, Register

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from tests.bench.register import Thing

SIZES = {
    "person": 20_000,
    "company": 3_600,
    "publisher": 400,
    "group": 1_000,
    "model": 2_500,
    "project": 500,
    "quantity": 140,
    "topic": 2_860,
    "occasion": 30_000,
}
"""For 100,000 articles."""
GROWTH = 0.6
"""A tenth of the articles has a quarter of the entities."""
START = dt.date(2015, 1, 1).toordinal()
END = dt.date(2026, 6, 30).toordinal()
EARLIER = 1000
"""Days before the first article in which things can have been said."""

_DAYS = [dt.date.fromordinal(day).isoformat() for day in range(START - EARLIER, END + 1)]
_DATE, _CONTRIBUTOR, _SUBJECT, _REPLACED_BY, _HEAD_OF = (
    iri(p)
    for p in (
        DCTERMS.date,
        DCTERMS.contributor,
        DCTERMS.subject,
        DCTERMS.isReplacedBy,
        ORG.headOf,
    )
)


class Occasion(NamedTuple):
    """When and where somebody spoke: ``day`` is an ordinal, ``date`` what is known of it."""

    day: int
    date: str
    iri: str


def dated(day: int, chance: Random, vague: float) -> str:
    """Write a day, or with a chance of ``vague`` no more than its month or its year."""
    known = chance.random()
    return _DAYS[day - START + EARLIER][: 10 if known >= vague else 7 if known >= vague / 3 else 4]


def grown(share: float) -> int:
    """Return the day by which a share of all articles has appeared: there are ever more a year."""
    return START + int((END - START) * math.sqrt(max(0.0, min(1.0, share))))


class World:
    """Every entity there is for a number of articles, always the same for a seed."""

    def __init__(self, articles: int, seed: int = 1) -> None:
        self.articles, self.seed = articles, seed
        register = self._register = Register(seed)
        people = entities.people(register, self._size("person"))
        firms = entities.firms(register, self._size("company"))
        self.people, self.companies = Population(people, 4, 1.2), Population(firms, 4)
        self.publishers = Population(entities.papers(register, self._size("publisher")), 1)
        self.groups = Population(entities.groups(register, self._size("group")), 8)
        models = entities.models(register, self._size("model"), self.companies)
        self.models = Population(list(models), 3)
        self.imagined = {model for model, existence in models.items() if existence == "Imagined"}
        self.projects = Population(
            entities.projects(register, self._size("project"), self.companies), 3
        )
        self.measures = entities.quantities(register, self._size("quantity"))
        self.quantities = Population(list(self.measures), 2)
        self.topics = Population(
            entities.topics(register, self._size("topic"), self.models.things), 6
        )
        self.heads = self._heads(people, firms)
        self.occasions = self._occasions(self._size("occasion"))
        self._merge(people, "person")
        self._merge(firms, "company")

    def lines(self) -> Iterator[str]:
        """Return the entities' graph as lines of N-Quads."""
        return iter(self._register.lines)

    def __len__(self) -> int:
        """Count the entities."""
        return len(self._register)

    def _size(self, kind: str) -> int:
        return max(12, round(SIZES[kind] * math.pow(self.articles / 100_000, GROWTH)))

    def _heads(self, people: list[Thing], firms: list[Thing]) -> dict[Thing, Thing]:
        """Set people at the head of three firms in five; return each with the firm."""
        headed = firms[: len(firms) * 3 // 5]
        known = people[: max(len(people) // 2, len(headed))]
        heads = dict(zip(self._register.chance.sample(known, len(headed)), headed, strict=True))
        for head, firm in heads.items():
            self._register.say(head, (_HEAD_OF, firm.iri))
        return heads

    def _occasions(self, count: int) -> dict[Thing, list[Occasion]]:
        """Hold occasions; return each speaker's, in time order."""
        chance = self._register.chance
        held: dict[Thing, list[Occasion]] = {}
        called: dict[str, int] = {}
        for _ in range(count):
            speaker, day = self.people.pick(chance), grown(chance.random())
            date = dated(day, chance, 0.15)
            (kind, art), (when, wann) = chance.choice(words.OCCASIONS), _spoken(date)
            name = f"{kind} {speaker.english}, {when}"
            called[name] = number = called.get(name, 0) + 1
            nth = f" ({number})" if number > 1 else ""
            said = [(_DATE, nquads.date(date)), (_CONTRIBUTOR, speaker.iri)]
            if chance.random() < 0.3 and (other := self.people.pick(chance)) != speaker:
                said.append((_CONTRIBUTOR, other.iri))
            if chance.random() < 0.5:
                subject = chance.choice((self.topics, self.models, self.projects)).pick(chance)
                said.append((_SUBJECT, subject.iri))
            german = f"{art} {speaker.english}, {wann}{nth}"
            occasion = self._register.add("occasion", name + nth, german, said)
            held.setdefault(speaker, []).append(Occasion(day, date, occasion.iri))
        for occasions in held.values():
            occasions.sort()
        return held

    def _merge(self, things: list[Thing], kind: str) -> None:
        """Leave old entries behind that were merged into others, one in a hundred."""
        for thing in things[7::100]:
            first, _, rest = thing.english.partition(" ")
            old = f"{first} {first[0]}. {rest}" if kind == "person" else f"{thing.english} Group"
            self._register.add(kind, old, said=[(_REPLACED_BY, thing.iri)])


def _spoken(date: str) -> words.Pair:
    """Say a date in words: 18 April 2024, April 2024 or 2024."""
    year, *rest = date.split("-")
    if not rest:
        return year, year
    english, german = words.MONTHS[int(rest[0]) - 1]
    if len(rest) == 1:
        return f"{english} {year}", f"{german} {year}"
    day = int(rest[1])
    return f"{day} {english} {year}", f"{day}. {german} {year}"
