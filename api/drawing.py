"""The geometry of a timeline: bars by period, stacked by polarity, for an inline SVG.

Places and widths are in hundredths of the drawing's width, so that it fits a phone and a desk with
text of the same size; heights are in pixels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.lookup.results import Period, Polarity, Timeline

STACKED: tuple[Polarity, ...] = ("Favour", "Neutral", "Undecided", "Against")
"""From the bottom up, the sides apart."""

SLOT = 6
"""Pixels that a period takes at least; what does not fit scrolls."""
FEWEST = 8
"""Fewer periods than these are no wider than if they were so many."""
TICKS = 9
"""So many labels fit under a drawing on a phone."""
FILLED = 0.72
"""How much of its slot a bar takes."""
LINES = 4
"""At most so many lines stand above zero."""
HEAD, FOOT = 18, 24
"""Pixels above the highest line, for its number, and below the bars, for the labels."""


@dataclass(frozen=True)
class Bar:
    """One side in one period."""

    period: str
    polarity: Polarity
    number: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Line:
    """A line across, at a round number of stances."""

    number: int
    y: float


@dataclass(frozen=True)
class Tick:
    """A label under the bars."""

    text: str
    x: float


@dataclass(frozen=True)
class Drawing:
    """``width`` is the least that it can do with, in pixels."""

    width: int
    height: int
    bars: tuple[Bar, ...]
    lines: tuple[Line, ...]
    ticks: tuple[Tick, ...]


def drawing(timeline: Timeline, height: int = 240) -> Drawing | None:
    """Draw a timeline ``height`` pixels high; None: it has no dated stance."""
    highest = max((sum(period.counts.values()) for period in timeline.periods), default=0)
    if not highest:
        return None
    step = _round(highest)
    top = step * -(-highest // step)
    pixels = (height - HEAD - FOOT) / top
    count = len(timeline.periods)
    slot = 100 / max(count, FEWEST)
    return Drawing(
        width=count * SLOT,
        height=height,
        bars=tuple(
            bar
            for index, period in enumerate(timeline.periods)
            for bar in _stack(period, index * slot, slot * FILLED, pixels, height - FOOT)
        ),
        lines=tuple(
            Line(number, round(height - FOOT - number * pixels, 2))
            for number in range(0, top + 1, step)
        ),
        ticks=_ticks(timeline.periods, slot),
    )


def _round(highest: int) -> int:
    """Choose the distance of lines: 1, 2 or 5 and zeros, so that ``LINES`` reach high enough."""
    tens = 1
    while True:
        for step in (tens, 2 * tens, 5 * tens):
            if highest <= LINES * step:
                return step
        tens *= 10


def _stack(period: Period, x: float, width: float, pixels: float, bottom: float) -> list[Bar]:
    bars, reached = [], 0
    for polarity in STACKED:
        if number := period.counts.get(polarity, 0):
            y = bottom - (reached + number) * pixels
            place = (round(x, 3), round(y, 2), round(width, 3), round(number * pixels, 2))
            bars.append(Bar(period.period, polarity, number, *place))
            reached += number
    return bars


def _ticks(periods: tuple[Period, ...], slot: float) -> tuple[Tick, ...]:
    """Label each year where it begins, or every so many years."""
    starts = [
        (period.period[:4], index)
        for index, period in enumerate(periods)
        if index == 0 or period.period[:4] != periods[index - 1].period[:4]
    ]
    every = -(-len(starts) // TICKS)
    return tuple(Tick(year, round(index * slot, 3)) for year, index in starts[::every])
