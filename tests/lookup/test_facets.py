from __future__ import annotations

from typing import TYPE_CHECKING

from kg.lookup import facets
from kg.lookup.filters import StanceFilter
from kg.lookup.where import Where
from tests.lookup.made import entity, stance

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.store.projection import Projection


EACH = Where(["true"], once="lead")
"""All stances, counted one by one."""


def test_ten_values_are_the_most(handmade: Callable[..., Projection]) -> None:
    """Of many targets those with the most stances are kept, and of equal ones the first by key."""
    targets = [f"topic/t{n:02}" for n in range(30) for _ in range(2 if n > 27 else 1)]
    made = handmade({f"article/a#s{n}": stance("article/a", t) for n, t in enumerate(targets)})
    found = facets.of_stances(made, EACH, "en")["target"]
    assert [(facet.id, facet.count) for facet in found] == [
        ("topic/t28", 2),
        ("topic/t29", 2),
        *((f"topic/t{n:02}", 1) for n in range(8)),
    ]


def test_what_is_not_said_is_no_value(handmade: Callable[..., Projection]) -> None:
    """A stance without target, commitment, publisher or day is counted by its other values only."""
    bare = stance("article/a")
    del bare["target"]
    made = handmade({"article/a#s1": bare, "article/a#s2": bare | {"said": "0987"}})
    found = facets.of_stances(made, EACH, "en")
    assert [(facet.id, facet.count) for facet in found["polarity"]] == [("Favour", 2)]
    assert [(facet.id, facet.count) for facet in found["year"]] == [("0987", 1)]
    assert found["commitment"] == found["publisher"] == found["target"] == ()


def test_every_holder_counts(handmade: Callable[..., Projection]) -> None:
    """A stance of two holders counts for both, asked by one of them or not."""
    both = stance("article/a", holders=["person/x", "person/y"])
    people = {key: entity("Person", key) for key in ("person/x", "person/y")}
    made = handmade(people | {"article/a#s1": both, "article/a#s2": stance("article/a")})
    for asked, counts in (
        (EACH, [("person/x", 2), ("person/y", 1)]),
        (StanceFilter().where(made), [("person/x", 2), ("person/y", 1)]),
        (StanceFilter(holder="person/x").where(made), [("person/x", 2), ("person/y", 1)]),
        (StanceFilter(holder="person/y").where(made), [("person/x", 1), ("person/y", 1)]),
    ):
        found = facets.of_stances(made, asked, "en")["holder"]
        assert [(facet.id, facet.count) for facet in found] == counts


def test_all_stances_are_counted_alike(lists: Projection) -> None:
    """What the projection keeps of all stances is what counting them one by one gives."""
    found = facets.of_stances(lists, Where(once="lead"), "de")
    assert found == facets.of_stances(lists, EACH, "de")
    assert all(found.values())
