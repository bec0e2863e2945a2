"""Stances over time, by polarity."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, get_args

from kg.errors import InputError
from kg.lookup.positions import Positions
from kg.lookup.results import Period, Polarity, Timeline

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final, Literal

    from kg.lookup.results import Language
    from kg.store.projection import Projection

    Unit = Literal["year", "quarter", "month"]

MONTHS: Final[Mapping[Unit, int]] = {"year": 12, "quarter": 3, "month": 1}
"""How long the units are."""
MOST: Final = 1200
"""Periods of a timeline: a hundred years by month. Where there are more, the unit is too small."""


def timeline(
    projection: Projection,
    unit: Unit,
    holder: str | None = None,
    target: str | None = None,
    narrower: bool = True,
    language: Language = "en",
) -> Timeline:
    """Count stances by period and polarity: those of a holder, on a target, both, or all.

    They go by the first day on which they can have been said, else published; those without any are
    ``undated``. Periods without stances are in between.

    :param narrower: with the topics narrower than the target
    :raises NotFound: the holder or the target names nothing
    :raises InputError: there is no such unit, or the stances span more than ``MOST`` of them
    """
    if unit not in MONTHS:
        raise InputError(f"unit: there is no {unit!r}, only {', '.join(MONTHS)}")
    asked = Positions(projection, holder, target, narrower=narrower)
    if holder is None:
        asked.where.once = "lead"
    stances = "count(*)" if holder is None else asked.stances
    rows = projection.rows(
        f"SELECT (year(day) * 12 + month(day) - 1) // {MONTHS[unit]}, polarity, "  # noqa: S608 - ours
        f"{stances} FROM stances WHERE {asked.where.text()} GROUP BY ALL",
        asked.where.parameters,
    )
    found: defaultdict[int, dict[Polarity, int]] = defaultdict(dict)
    undated = 0
    for place, polarity, count in rows:
        if place is None:
            undated += count
        elif polarity is not None:
            found[place][polarity] = count
    named_holder, named_target = asked.named(projection, language)
    return Timeline(
        unit=unit,
        holder=named_holder,
        target=named_target,
        periods=_periods(found, unit),
        undated=undated,
    )


def _periods(found: Mapping[int, dict[Polarity, int]], unit: Unit) -> tuple[Period, ...]:
    """Put periods in order, with those in between."""
    if not found:
        return ()
    first, last = min(found), max(found)
    if last - first >= MOST:
        raise InputError(
            f"unit: a timeline has at most {MOST} periods, and from {_name(first, unit)} to "
            f"{_name(last, unit)} there are {last - first + 1}: ask for a longer unit than {unit}"
        )
    return tuple(
        Period(
            period=_name(place, unit),
            counts={side: found.get(place, {}).get(side, 0) for side in get_args(Polarity)},
        )
        for place in range(first, last + 1)
    )


def _name(place: int, unit: Unit) -> str:
    """Name a period by its number, counted from the year 0 on: 2024, 2024-Q2, 2024-04."""
    in_a_year = 12 // MONTHS[unit]
    year, part = divmod(place, in_a_year)
    return f"{year:04}" + {"year": "", "quarter": f"-Q{part + 1}", "month": f"-{part + 1:02}"}[unit]
