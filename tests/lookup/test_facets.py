from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from kg.lookup import facets
from kg.lookup.where import Where
from kg.store.derivation import LEANINGS

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.store.projection import Projection


EACH = Where(["true"], once="lead")
"""All stances, counted one by one."""


def stance(number: int, **more: object) -> dict[str, object]:
    """Make a row of a stance of one holder."""
    key = f"article/a#s{number:03}"
    held = {"holder": "person/x", "holders": ["person/x"]}
    return {"id": key, "article": "article/a", "lead": True, "conditional": False} | held | more


def test_ten_values_are_the_most(handmade: Callable[..., Projection]) -> None:
    """Of many targets those with the most stances are kept, and of equal ones the first by key."""
    targets = [f"topic/t{n:02}" for n in range(30) for _ in range(2 if n > 27 else 1)]
    rows = [stance(n, target=target) for n, target in enumerate(targets)]
    found = facets.of_stances(handmade({"stances": rows}), EACH, "en")["target"]
    assert [(facet.id, facet.count) for facet in found] == [
        ("topic/t28", 2),
        ("topic/t29", 2),
        *((f"topic/t{n:02}", 1) for n in range(8)),
    ]


def test_what_is_not_said_is_no_value(handmade: Callable[..., Projection]) -> None:
    """A stance without commitment, publisher or day is counted by its other values only."""
    leaning = LEANINGS.index(("Favour", None, False))
    rows = [stance(1, leaning=leaning), stance(2, leaning=leaning, day=date(987, 1, 1))]
    found = facets.of_stances(handmade({"stances": rows}), EACH, "en")
    assert [(facet.id, facet.count) for facet in found["polarity"]] == [("Favour", 2)]
    assert [(facet.id, facet.count) for facet in found["year"]] == [("0987", 1)]
    assert found["commitment"] == found["publisher"] == found["target"] == ()


def test_every_holder_counts(handmade: Callable[..., Projection]) -> None:
    """A stance of two holders counts for both, asked by one of them or not."""
    both = {"holders": ["person/x", "person/y"]}
    rows = [stance(1, **both), stance(1, **both, lead=False, holder="person/y"), stance(2)]
    made = handmade({"stances": rows})
    where = Where(["holder = $holder"], {"holder": "person/y"})
    for asked, counts in (
        (EACH, [("person/x", 2), ("person/y", 1)]),
        (where, [("person/x", 1), ("person/y", 1)]),
    ):
        found = facets.of_stances(made, asked, "en")["holder"]
        assert [(facet.id, facet.count) for facet in found] == counts


def test_all_stances_are_counted_alike(lists: Projection) -> None:
    """What the projection keeps of all stances is what counting them one by one gives."""
    found = facets.of_stances(lists, Where(once="lead"), "de")
    assert found == facets.of_stances(lists, EACH, "de")
    assert all(found.values())
