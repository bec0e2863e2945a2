"""The bars of a timeline."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.drawing import FOOT, HEAD, LINES, STACKED, Drawing, drawing
from kg.lookup.results import Period, Polarity, Timeline


def timeline(*numbers: dict[Polarity, int]) -> Timeline:
    """Make a timeline of years from 2000 on."""
    periods = (Period(period=f"{2000 + i}", counts=n) for i, n in enumerate(numbers))
    return Timeline(unit="year", periods=tuple(periods))


def drawn(*numbers: dict[Polarity, int]) -> Drawing:
    """Draw a timeline that has something to draw."""
    found = drawing(timeline(*numbers), height=240)
    assert found is not None
    return found


def test_every_side_is_stacked() -> None:
    """The order of the stack names each side once."""
    assert sorted(STACKED) == sorted(get_args(Polarity))


@pytest.mark.parametrize("numbers", [(), ({},), ({}, {"Favour": 0})])
def test_nothing_to_draw(numbers: tuple[dict[Polarity, int], ...]) -> None:
    """Without a dated stance there is no drawing."""
    assert drawing(timeline(*numbers)) is None


def test_two_sides() -> None:
    """Heights are to scale, and the sides stand on each other, those in favour below."""
    found = drawn({"Against": 1, "Favour": 3}, {}, {"Neutral": 4})
    favour, against, neutral = found.bars
    assert (favour.polarity, against.polarity, neutral.polarity) == ("Favour", "Against", "Neutral")
    assert favour.height == pytest.approx(3 * against.height)
    assert neutral.height == pytest.approx(favour.height + against.height)
    assert against.y + against.height == pytest.approx(favour.y)
    assert favour.y + favour.height == pytest.approx(240 - FOOT)
    assert favour.x == against.x == 0
    assert neutral.period == "2002"


def test_lines() -> None:
    """Lines stand at round numbers from zero on."""
    assert [line.number for line in drawn({"Favour": 37}).lines] == [0, 10, 20, 30, 40]
    assert [line.number for line in drawn({"Favour": 1}).lines] == [0, 1]


def test_years_are_labelled_where_they_begin() -> None:
    """Of months, the first of each year bears its year."""
    months = [f"{year}-{month:02}" for year in (2023, 2024) for month in range(1, 13)][3:]
    periods = tuple(Period(period=month, counts={"Favour": 1}) for month in months)
    found = drawing(Timeline(unit="month", periods=periods))
    assert found is not None
    assert [(tick.text, round(tick.x)) for tick in found.ticks] == [("2023", 0), ("2024", 43)]


@given(
    st.lists(
        st.dictionaries(st.sampled_from(STACKED), st.integers(1, 10**6)), min_size=1, max_size=300
    ).filter(any)
)
def test_all_fits(numbers: list[dict[Polarity, int]]) -> None:
    """Whatever is drawn stays inside, and all of it is drawn."""
    found = drawn(*numbers)
    assert sum(bar.number for bar in found.bars) == sum(sum(each.values()) for each in numbers)
    assert len(found.lines) <= LINES + 1
    for bar in found.bars:
        assert 0 <= bar.x < bar.x + bar.width <= 100
        assert HEAD - 1 <= bar.y <= bar.y + bar.height <= 240 - FOOT + 1
