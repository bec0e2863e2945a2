"""What can be known of an article without making it, and of holders without asking them."""

from __future__ import annotations

from functools import cache
from random import Random
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from kg import iris
from tests.bench import glosses
from tests.bench.world import END, START, dated, grown

if TYPE_CHECKING:
    from tests.bench.glosses import Condition
    from tests.bench.register import Thing
    from tests.bench.world import World

_SIDES = ("Favour",) * 45 + ("Against",) * 33 + ("Undecided",) * 12 + ("Neutral",) * 10
_TURNED = {"Favour": "Against", "Against": "Favour", "Undecided": "Favour", "Neutral": "Against"}
_TURNING = 18
"""Of a hundred holders, so many change their mind about a target at some time."""
_CONDITIONS = (0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 4)


class Outline(NamedTuple):
    """What other articles can know of one, and the chance that decides on all the rest of it.

    ``day`` is the ordinal of its publication.
    """

    number: int
    iri: str
    day: int
    topic: Thing
    conditions: tuple[Condition, ...]
    chance: Random


def outline(world: World, number: int) -> Outline:
    """Sketch an article; numbers count from 0 and can go beyond the world's articles."""
    chance = Random(f"article/{world.seed}/{number}")  # noqa: S311  # no secret: an invented article
    day = grown((number + 0.5) / world.articles) + chance.randrange(-20, 20)
    day = max(START, min(END, day))
    topic = world.topics.pick(chance)
    conditions = tuple(glosses.condition(chance) for _ in range(chance.choice(_CONDITIONS)))
    subject = "-".join(topic.iri[:-1].rpartition("/")[2].split("-")[:4])
    slug = f"{dated(day, chance, 0)[:7]}-{subject}-{number}"
    return Outline(number, f"{iris.ID}article/{slug}", day, topic, conditions, chance)


def side(holder: Thing, target: Thing, day: int) -> tuple[str, int]:
    """Tell which side a holder takes on a target on a day, and since when if they changed it, or 0.

    It is a matter of these three alone, so that nobody contradicts themselves on one day.
    """
    mixed = crc32(f"{holder.iri}{target.iri}".encode())
    first = _SIDES[mixed % 100]
    turned = START + mixed // 10_000 % (END - START)
    if mixed // 100 % 100 >= _TURNING or day < turned:
        return first, 0
    return _TURNED[first], turned


@cache
def favourites(world: World, holder: Thing) -> list[Thing]:
    """Return the topics that a holder comes back to."""
    seed = crc32(holder.iri.encode())
    chance = Random(seed)  # noqa: S311  # no secret: an invented taste
    return [world.topics.pick(chance) for _ in range(5 + seed % 30)]
