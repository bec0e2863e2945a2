"""Facets: which values the items of a list have, and how many items have each."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from kg.lookup.labels import named, term
from kg.lookup.results import Facet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.lookup.results import Language
    from kg.lookup.where import Where
    from kg.store.projection import Projection

MOST = 10
"""Values of a facet."""
CODED = {
    "polarity": "polarity",
    "commitment": "commitment",
    "conditional": "conditional",
    "year": "year(day)",
}
"""Facets of few values, by what is counted."""
FACETS = ("polarity", "commitment", "conditional", "publisher", "holder", "target", "year")
THINGS = ("publisher", "holder", "target")

_CONDITIONAL: Mapping[Language, tuple[str, str]] = {
    "en": ("without conditions", "under conditions"),
    "de": ("ohne Bedingungen", "unter Bedingungen"),
}


def of_stances(
    projection: Projection, where: Where, language: Language
) -> dict[str, tuple[Facet, ...]]:
    """Count stances by polarity, commitment, condition, publisher, holder, target and year.

    The year is that of the day by which lists go. A stance of two holders counts for both.
    """
    counted = {
        **_coded(projection, where),
        "publisher": _things(projection, where, "publisher"),
        "holder": _holders(projection, where),
        "target": _things(projection, where, "target"),
    }
    things = {key for facet in THINGS for key in counted[facet]}
    names = named(projection, things, language)

    def label(facet: str, value: str) -> str:
        if facet in THINGS:
            return names[value].label
        if facet == "conditional":
            return _CONDITIONAL[language][value == "true"]
        return value if facet == "year" else term(value, language)

    return {
        facet: tuple(
            Facet(id=value, label=label(facet, value), count=count)
            for value, count in counted[facet].items()
        )
        for facet in FACETS
    }


def _coded(projection: Projection, where: Where) -> dict[str, dict[str, int]]:
    """Count by what has few values, all of them in one scan."""
    query = f"""
        SELECT {", ".join(CODED.values())}, count(*) FROM stances
        WHERE {where.text()} GROUP BY ALL"""  # noqa: S608 - our own names
    found: dict[str, Counter[str]] = {facet: Counter() for facet in CODED}
    for *values, count in projection.rows(query, where.parameters):
        for facet, value in zip(CODED, values, strict=True):
            if value is not None:
                found[facet][_text(value)] += count
    return {
        facet: dict(sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:MOST])
        for facet, counts in found.items()
    }


def _text(value: str | bool | int) -> str:
    """Write a value as filters read it: a name, a truth value, a year."""
    if isinstance(value, str):
        return value
    return str(value).lower() if isinstance(value, bool) else f"{value:04}"


def _things(projection: Projection, where: Where, column: str) -> dict[str, int]:
    query = f"""
        SELECT {column}, count(*) AS stances FROM stances
        WHERE {where.text(f"{column} IS NOT NULL")}
        GROUP BY ALL ORDER BY stances DESC, {column} LIMIT {MOST}"""  # noqa: S608 - our own names
    return dict(projection.rows(query, where.parameters))


def _holders(projection: Projection, where: Where) -> dict[str, int]:
    """Count by holder: over all rows of a stance, not one of them."""
    held = "holder" in where.parameters
    rows = (
        f"SELECT unnest(holders) AS holder FROM stances WHERE {where.text()}"  # noqa: S608 - ours
        if held
        else f"SELECT holder FROM stances WHERE {where.every('holder IS NOT NULL')}"  # noqa: S608 - ours
    )
    query = f"""
        SELECT holder, count(*) AS stances FROM ({rows})
        GROUP BY ALL ORDER BY stances DESC, holder LIMIT {MOST}"""  # noqa: S608 - our own names
    return dict(projection.rows(query, where.parameters))
