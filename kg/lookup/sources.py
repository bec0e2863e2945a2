"""Where a record was reported: articles, as records and lists show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg import iris
from kg.lookup.labels import marks
from kg.lookup.results import PartialDate, Source

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from typing import Any

    from kg.lookup.results import Named
    from kg.store.projection import Projection

    Row = Mapping[str, Any]
    """A row of the projection, by the names of its columns."""

COLUMNS = ("id", "headline", "language", "publisher", "published")
READ = f"""
    SELECT {", ".join(COLUMNS)} FROM articles
    WHERE mark IN (SELECT unnest($marks::UINTEGER[]))"""  # noqa: S608 - our own names

_DATES = ("xsd:gYear", "xsd:gYearMonth", "xsd:date")
"""By how many hyphens are written."""


def read(projection: Projection, keys: Collection[str]) -> dict[str, Row]:
    """Read articles by their keys; one that is not there is left out."""
    found = projection.rows(READ, {"marks": marks(keys)}) if keys else []
    rows = (dict(zip(COLUMNS, row, strict=True)) for row in found)
    return {row["id"]: row for row in rows if row["id"] in keys}


def publishers(rows: Mapping[str, Row]) -> set[str]:
    """Return the keys of those who published articles."""
    return {row["publisher"] for row in rows.values() if row["publisher"] is not None}


def source(key: str, rows: Mapping[str, Row], names: Mapping[str, Named]) -> Source:
    """Show an article as the source of a record."""
    row = rows.get(key)
    if row is None:
        return Source(id=iris.iri(key))
    return Source(
        id=iris.iri(key),
        headline=row["headline"],
        in_language=row["language"],
        publisher=names.get(row["publisher"]),
        date_published=partial(row["published"]),
    )


def partial(value: str | None) -> PartialDate | None:
    """Type a date by how much of it is written."""
    if value is None:
        return None
    return PartialDate.model_validate({"value": value, "type": _DATES[value.count("-")]})
