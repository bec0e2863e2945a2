"""Conditions in SQL: column names are ours, and every value is a parameter."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from kg.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Collection

    from rdflib import URIRef

FEW = 8
"""Keys that are compared one by one."""
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


@dataclass
class Where:
    """The conditions that rows have to meet, and the values that they name.

    ``once`` holds where a record stands in one row only of those that meet the others; ``held``
    says that these are rows of some holders alone.
    """

    conditions: list[str] = field(default_factory=list)
    parameters: dict[str, object] = field(default_factory=dict)
    once: str | None = None
    held: bool = False

    def text(self, *more: str) -> str:
        """Write all of it as one condition."""
        return " AND ".join([*self.conditions, *more, *filter(None, [self.once])]) or "true"

    def every(self, *more: str) -> str:
        """Write all but ``once``: a record of two holders counts twice."""
        return " AND ".join([*self.conditions, *more]) or "true"

    def among(self, column: str, keys: Collection[str], parameter: str) -> None:
        """Ask that a column is one of some keys."""
        self.conditions.append(self.one_of(column, keys, parameter))

    def one_of(self, column: str, keys: Collection[str], parameter: str) -> str:
        """Write that a column is one of some keys: few are compared in half the time one by one."""
        if len(keys) <= FEW:
            named = {f"{parameter}_{place}": key for place, key in enumerate(keys)}
            self.parameters |= named
            return f"{column} IN ({', '.join(f'${name}' for name in named)})"
        self.parameters[parameter] = list(keys)
        return f"{column} IN (SELECT unnest(${parameter}::VARCHAR[]))"

    def equal(self, column: str, value: object, parameter: str) -> None:
        """Ask that a column has a value; None asks nothing."""
        if value is not None:
            self.conditions.append(f"{column} = ${parameter}")
            self.parameters[parameter] = value

    def within(self, columns: tuple[str, str], since: str | None, until: str | None) -> None:
        """Ask that an interval has a day in common with the asked one.

        The columns are its first and its last day, and the names of the parameters, too.
        """
        first, last = columns
        start, end = interval(since, first), interval(until, last)
        if start and end and start[0] > end[1]:
            raise InputError(f"{first} ({since}) is after {last} ({until})")
        if start:
            self.conditions.append(f"{last} >= ${first}")
            self.parameters[first] = start[0]
        if end:
            self.conditions.append(f"{first} <= ${last}")
            self.parameters[last] = end[1]


def interval(value: str | None, parameter: str) -> tuple[date, date] | None:
    """Return the first and the last day that a partial date can mean; None for none.

    :raises InputError: it is no date
    """
    if value is None:
        return None
    match = _DATE.fullmatch(value)
    try:
        if match is not None:
            year, month, day = (int(part or 0) for part in match.groups())
            first, last = date(year, month or 1, day or 1), date(year, month or 12, day or 1)
            return first, last if day else last.replace(day=monthrange(year, last.month)[1])
    except ValueError:  # a month or a day that the calendar does not have
        pass
    raise InputError(f"{parameter}: {value[:40]!r} is no date; write 2024, 2024-04 or 2024-04-18")


def coded(where: Where, column: str, values: tuple[str, ...], known: Collection[URIRef]) -> None:
    """Ask that a column has one of some values from a code list."""
    names = sorted(re.split("[#/]", str(term))[-1] for term in known)
    for value in values:
        if value not in names:
            raise InputError(f"{column}: there is no {value[:40]!r}, only {', '.join(names)}")
    if values:
        where.among(column, sorted(set(values)), column)
