from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from kg.lookup import claims, stances
from kg.lookup.filters import ClaimFilter, ConditionFilter, StanceFilter
from kg.lookup.paging import Page, total
from kg.lookup.where import FEW, Where
from tests.lookup.made import claim, condition, entity, stance

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.store.projection import Projection

TOPICS = tuple(f"topic/t{n:02}" for n in range(3 * FEW))


def test_once_is_asked_last() -> None:
    """What makes each record count once comes after all else, and can be left out."""
    where = Where(["a", "b"], once="lead")
    assert where.text("c", "d") == "a AND b AND c AND d AND lead"
    assert where.text() == "a AND b AND lead"
    assert where.every("c") == "a AND b AND c"
    assert Where(once="lead").text() == "lead"


def test_no_conditions_are_always_met() -> None:
    """A WHERE without conditions can be written."""
    assert Where().text() == Where().every() == Where(once="lead").every() == "true"


def spread(count: int) -> dict[str, Any]:
    """Make many topics: by turns merged into one and narrower than it.

    On each there is a stance that the topic itself holds, under a condition, and two claims.
    """
    made: dict[str, Any] = {"topic/top": entity("Topic", "top")}
    for n, topic in enumerate(TOPICS[:count]):
        place: dict[str, Any] = (
            {"broader": ["topic/top"]} if n % 2 else {"replaced_by": "topic/top"}
        )
        under = [f"article/a#c{n:02}"]
        made |= {
            topic: entity("Topic", topic, **place),
            f"article/a#c{n:02}": condition("article/a"),
            f"article/a#k{n:02}": claim("article/a", subject=topic),
            f"article/a#s{n:02}": stance("article/a", topic, [topic], conditions=under),
            f"article/a#z{n:02}": claim("article/a", object=topic),
        }
    made["article/a#k"] = claim("article/a", subject="topic/other")
    made["article/a#s"] = stance("article/a", "topic/other")
    return made


def found(page: Any) -> list[str]:
    """Return the fragments of a list's items, which are as many as it says."""
    keys = [str(one.id).rpartition("#")[2] for one in page.items]
    assert page.total == len(keys)
    return keys


@pytest.mark.parametrize("count", [1, FEW - 1, FEW, FEW + 1, 3 * FEW])
def test_few_and_many_keys_mean_alike(handmade: Callable[..., Projection], count: int) -> None:
    """Compared one by one, or all as one list: the rows with one of the keys are found."""
    where = Where()
    where.among("target", ("topic/nothing", *TOPICS)[:count], "target")
    assert ("unnest" in where.text()) == (count > FEW)
    query = f"SELECT target FROM stances WHERE {where.text()} ORDER BY target"  # noqa: S608 - ours
    rows = handmade(spread(3 * FEW)).rows(query, where.parameters)
    assert [target for (target,) in rows] == list(TOPICS[: count - 1])


@pytest.mark.parametrize("count", [FEW - 1, FEW, 3 * FEW])
def test_a_filter_may_mean_much(handmade: Callable[..., Projection], count: int) -> None:
    """However many narrower topics and old names there are, what is on any of them is found."""
    made = handmade(spread(count))
    every, old = range(count), range(0, count, 2)
    page = Page(100)
    for asked, places in (
        (StanceFilter(target="topic/top"), every),
        (StanceFilter(target="topic/top", narrower=False), old),
        (StanceFilter(holder="topic/top"), old),
        (StanceFilter(about="topic/top"), range(1, count, 2)),
    ):
        assert found(stances.listing(made, asked, page, "en")) == [f"s{n:02}" for n in places]
    about = claims.listing(made, ClaimFilter(about="topic/top"), page, "en")
    assert found(about) == [f"{kind}{n:02}" for kind in "kz" for n in old]
    where = ConditionFilter(target="topic/top").where(made)
    assert total(made, "conditions", where) == count
    where = ConditionFilter(holder="topic/top").where(made)
    assert total(made, "conditions", where) == len(old)
