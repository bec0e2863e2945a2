from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from kg import iris
from kg.errors import InputError, NotFound
from kg.lookup.timeline import timeline
from tests.lookup.made import stance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kg.lookup.timeline import Unit
    from kg.store.projection import Projection

LINDQVIST = "person/mara-lindqvist"
WEIGHTS = "topic/publishing-weights"


def _period(day: str, unit: Unit) -> str:
    """Name the period of a day without any arithmetic on dates."""
    quarter = {"01": 1, "02": 1, "03": 1, "04": 2, "05": 2, "06": 2, "07": 3, "08": 3, "09": 3}
    return {
        "year": day[:4],
        "quarter": f"{day[:4]}-Q{quarter.get(day[5:7], 4)}",
        "month": day[:7],
    }[unit]


def _counted(positions: Iterable[Any], unit: Unit) -> dict[tuple[str, str], int]:
    stances = {(p.stance, p.polarity, p.day) for p in positions}
    return Counter((_period(day, unit), polarity) for _, polarity, day in stances)


@pytest.mark.parametrize("unit", ["year", "quarter", "month"])
@pytest.mark.parametrize("holder", [None, LINDQVIST])
@pytest.mark.parametrize("target", [None, WEIGHTS])
def test_a_timeline_counts_what_sparql_counts(
    lists: Projection, positions: list[Any], unit: Unit, holder: str | None, target: str | None
) -> None:
    """By period and polarity, of a holder, on a target with what is narrower, or over all."""
    wanted = [
        p
        for p in positions
        if holder in {None, p.holder} and (target is None or target in p.broader)
    ]
    expected = _counted(wanted, unit)
    found = timeline(lists, unit, holder, target)
    counts = {
        (period.period, polarity): count
        for period in found.periods
        for polarity, count in period.counts.items()
        if count
    }
    assert counts == expected
    assert len({polarity for _, polarity in counts}) > 1
    assert (found.holder is None, found.target is None) == (holder is None, target is None)
    assert found.undated == 0


def test_without_narrower_topics(lists: Projection, positions: list[Any]) -> None:
    """Only stances on the target itself count then, and these are fewer."""
    wanted = [p for p in positions if p.target == WEIGHTS]
    found = timeline(lists, "year", None, WEIGHTS, narrower=False)
    total = sum(sum(period.counts.values()) for period in found.periods)
    assert total == sum(_counted(wanted, "year").values())
    wide = timeline(lists, "year", None, WEIGHTS)
    assert total < sum(sum(period.counts.values()) for period in wide.periods)


@pytest.mark.parametrize(
    ("unit", "first", "second", "length"),
    [
        ("year", "2023", "2024", 4),
        ("quarter", "2023-Q1", "2023-Q2", 13),
        ("month", "2023-01", "2023-02", 37),
    ],
)
def test_periods_follow_each_other(
    lists: Projection, unit: Unit, first: str, second: str, length: int
) -> None:
    """Those without any stance stand between the first and the last, and count nothing."""
    periods = timeline(lists, unit).periods
    assert [period.period for period in periods[:2]] == [first, second]
    assert len(periods) == length
    assert all(len(period.counts) == 4 for period in periods)


def test_undated_stances_are_counted_apart(
    handmade: Callable[..., Projection],
) -> None:
    """A stance that no period can have is in none, and is not lost."""
    dated = stance("article/x", said="2024-12-31")
    made = handmade({"article/x#s1": dated, "article/x#s2": stance("article/x")})
    found = timeline(made, "quarter")
    assert [period.period for period in found.periods] == ["2024-Q4"]
    assert found.undated == 1


def test_no_stances_make_no_periods(
    handmade: Callable[..., Projection],
) -> None:
    """A timeline of nothing is empty."""
    assert timeline(handmade({}), "year").periods == ()


def test_a_timeline_is_bounded(
    handmade: Callable[..., Projection],
) -> None:
    """Where the unit would make more than 1,200 periods, it is refused by name."""
    days = {"s1": "1924-01-01", "s2": "2024-01-01"}
    made = handmade({f"article/x#{s}": stance("article/x", said=day) for s, day in days.items()})
    with pytest.raises(InputError, match=r"^unit: .* from 1924-01 to 2024-01 there are 1201"):
        timeline(made, "month")
    assert len(timeline(made, "quarter").periods) == 401


def test_what_is_not_there_is_refused(lists: Projection) -> None:
    """An unknown holder, target or unit is named."""
    with pytest.raises(NotFound, match="holder: there is no person/nobody"):
        timeline(lists, "year", "person/nobody")
    with pytest.raises(NotFound, match="target: there is no topic/nothing"):
        timeline(lists, "year", None, "topic/nothing")
    with pytest.raises(InputError, match="unit: there is no 'day', only year, quarter, month"):
        timeline(lists, "day")  # type: ignore[arg-type]


def test_names_are_in_the_language(lists: Projection) -> None:
    """Holder and target have their IRIs and their labels."""
    found = timeline(lists, "year", LINDQVIST, WEIGHTS, language="de")
    assert found.target is not None
    assert found.holder is not None
    assert found.holder.id == iris.iri(LINDQVIST)
    assert found.target.label == "Veröffentlichen von Modellgewichten"
