from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from kg import iris
from kg.errors import InputError, NotFound
from kg.lookup.comparison import compare
from kg.lookup.paging import Page
from tests.lookup.made import entity, stance

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.lookup.results import Comparison
    from kg.store.projection import Projection

LINDQVIST, ADEYEMI = "person/mara-lindqvist", "person/tomas-adeyemi"
WEIGHTS = "topic/publishing-weights"


def _expected(
    positions: list[Any], holders: tuple[str, ...], target: str | None
) -> dict[str, tuple[bool, list[tuple[str, int] | None]]]:
    """Tell for each target whether holders agree, and each one's newest stance and their number."""
    found = {}
    for topic in {p.target for p in positions if target is None or target in p.broader}:
        sides: list[tuple[str, int] | None] = []
        polarities = set()
        for holder in holders:
            own = [p for p in positions if (p.holder, p.target) == (holder, topic)]
            sides.append((own[-1].stance, len(own)) if own else None)
            polarities |= {p.polarity for p in own[-1:]}
        if sum(side is not None for side in sides) > 1:
            found[topic] = (len(polarities) == 1, sides)
    return found


def _shown(item: Comparison) -> tuple[bool, list[tuple[str, int] | None]]:
    return item.agree, [
        None if side is None else (iris.key(side.stance.id), side.stances) for side in item.sides
    ]


def _differ(one: Any, other: Any) -> bool:
    return bool(one.target == other.target and one.holder != other.holder)


def _busiest(positions: list[Any], count: int) -> tuple[str, ...]:
    """List those with the most stances on targets on which others have some, too."""
    shared = {p.target for p in positions for o in positions if _differ(p, o)}
    positions = [p for p in positions if p.target in shared]
    holders = sorted({p.holder for p in positions})
    return tuple(sorted(holders, key=lambda holder: -sum(p.holder == holder for p in positions)))[
        :count
    ]


@pytest.mark.parametrize("count", [2, 3, 4])
@pytest.mark.parametrize("target", [None, WEIGHTS])
def test_holders_are_compared_as_sparql_would(
    lists: Projection, positions: list[Any], count: int, target: str | None
) -> None:
    """On each target that two take a side on: the newest stance of each, and whether they agree."""
    holders = _busiest(positions, count)
    assert len(holders) == count
    expected = _expected(positions, holders, target)
    assert expected
    found = compare(lists, holders, target, Page(100), "en")
    assert {iris.key(item.target.id): _shown(item) for item in found.targets.items} == expected
    assert found.targets.total == len(expected)
    assert [iris.key(holder.id) for holder in found.holders] == list(holders)


@pytest.fixture
def opposed(handmade: Callable[..., Projection]) -> Projection:
    """Two holders on four targets: they agree on two of them, and on one they did before."""
    one, other = "person/a", "person/b"
    held = [
        (one, "topic/p", "2024-01-01", "Favour"),
        (other, "topic/p", "2024-01-02", "Favour"),
        (one, "topic/q", "2023-01-01", "Favour"),
        (other, "topic/q", "2023-01-02", "Favour"),
        (other, "topic/q", "2023-01-03", "Against"),
        (one, "topic/r", "2025-01-01", "Undecided"),
        (other, "topic/r", "2025-01-01", "Neutral"),
        (one, "topic/t", None, "Against"),
        (other, "topic/t", None, "Against"),
        (other, "topic/t", "2020-01-01", "Against"),
        (one, "topic/u", "2024-01-01", "Favour"),
    ]
    stances = {
        f"article/x#s{number}": stance("article/x", target, [holder], said=day, polarity=polarity)
        for number, (holder, target, day, polarity) in enumerate(held, 1)
    }
    return handmade(stances | {key: entity("Person", key) for key in (one, other)})


def test_disagreement_comes_first(opposed: Projection) -> None:
    """Then targets with the newest stances; of a holder the newest counts, a dated one first."""
    found = compare(opposed, ("person/a", "person/b"), None, Page(), "en").targets
    assert [(iris.key(item.target.id), item.agree) for item in found.items] == [
        ("topic/r", False),
        ("topic/q", False),
        ("topic/p", True),
        ("topic/t", True),
    ]
    last = found.items[-1].sides[1]
    assert last is not None
    assert (iris.key(last.stance.id), last.stances) == ("article/x#s10", 2)


def test_pages_are_the_list(opposed: Projection) -> None:
    """Going from page to page shows each target once, in order, with the same total."""
    shown: list[Comparison] = []
    after = None
    while after is not None or not shown:
        page = compare(opposed, ("person/a", "person/b"), None, Page(1, after), "en").targets
        assert page.total == 4
        shown += page.items
        after = page.next
    assert shown == list(
        compare(opposed, ("person/a", "person/b"), None, Page(), "en").targets.items
    )


@pytest.mark.parametrize(
    "holders",
    [(), (LINDQVIST,), (LINDQVIST, iris.iri(LINDQVIST)), (LINDQVIST,) * 3],
)
def test_one_holder_is_too_few(lists: Projection, holders: tuple[str, ...]) -> None:
    """There have to be two different holders; the refusal names the parameter."""
    with pytest.raises(InputError, match="holder: give two to five different holders"):
        compare(lists, holders, None, Page(), "en")


def test_six_holders_are_too_many(lists: Projection) -> None:
    """Five at most are compared."""
    with pytest.raises(InputError, match="holder: 6 are too many to compare"):
        compare(lists, tuple(f"person/p{n}" for n in range(6)), None, Page(), "en")


def test_what_is_not_there_is_refused(lists: Projection) -> None:
    """An unknown holder is named with its place, an unknown target too."""
    with pytest.raises(NotFound, match="holder 2: there is no person/nobody"):
        compare(lists, (LINDQVIST, "person/nobody"), None, Page(), "en")
    with pytest.raises(NotFound, match="target: there is no topic/nothing"):
        compare(lists, (LINDQVIST, ADEYEMI), "topic/nothing", Page(), "en")


def test_a_cursor_is_of_its_comparison(opposed: Projection) -> None:
    """The cursor of other holders, or in another order, is refused."""
    after = compare(opposed, ("person/a", "person/b"), None, Page(1), "en").targets.next
    with pytest.raises(InputError, match=r"^after: "):
        compare(opposed, ("person/b", "person/a"), None, Page(1, after), "en")
