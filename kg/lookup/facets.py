"""Facets: which values the items of a list have, and how many items have each."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from kg.lookup.labels import named, term
from kg.lookup.results import Facet
from kg.store.derivation import LEANINGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from kg.lookup.results import Language
    from kg.lookup.where import Where
    from kg.store.projection import Projection

MOST = 10
"""Values of a facet."""
FACETS = ("polarity", "commitment", "conditional", "publisher", "holder", "target", "year")
THINGS = ("publisher", "holder", "target")

# What is counted: a thing as the value of a facet, or what has a leaning and a year.
_CODED = """
    SELECT NULL AS facet, NULL AS value, leaning, year(day) AS year, count(*) AS stances
    FROM {rows} GROUP BY ALL"""
_THING = """
    UNION ALL (
        SELECT '{facet}', {facet}, NULL, NULL, count(*) AS stances
        FROM {rows} AND {facet} IS NOT NULL GROUP BY ALL ORDER BY stances DESC, {facet} LIMIT {most}
    )"""
_KEPT = """
    UNION ALL (
        SELECT '{facet}', entity, NULL, NULL, {column} FROM counts
        WHERE {column} > 0 ORDER BY {column} DESC, entity LIMIT {most}
    )"""
_ASKED = """
    WITH asked AS MATERIALIZED (
        SELECT {once} AS once, leaning, day, publisher, target, {holder} AS holder
        FROM stances WHERE {every}
    )"""

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
    query = _of_some(where) if where.conditions else _of_all()
    counted = _counted(projection.rows(query, where.parameters))
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
            for value, count in sorted(counted[facet].items(), key=lambda one: (-one[1], one[0]))
        )[:MOST]
        for facet in FACETS
    }


def _of_all() -> str:
    """Count all stances: holders and targets are counted already, each record being reported."""
    rows = "stances WHERE lead"
    return (
        _CODED.format(rows=rows)
        + _THING.format(facet="publisher", rows=rows, most=MOST)
        + _KEPT.format(facet="holder", column="held", most=MOST)
        + _KEPT.format(facet="target", column="targeted", most=MOST)
    )


def _of_some(where: Where) -> str:
    """Count some stances, which are looked for once; by holder, over all rows that one has."""
    rows = "asked WHERE once"
    holders = (
        "(SELECT unnest(holder) AS holder FROM asked WHERE once) WHERE true"
        if where.held
        else "asked WHERE true"
    )
    asked = _ASKED.format(
        once=where.once or "true", holder="holders" if where.held else "holder", every=where.every()
    )
    return (
        asked
        + _CODED.format(rows=rows)
        + _THING.format(facet="publisher", rows=rows, most=MOST)
        + _THING.format(facet="target", rows=rows, most=MOST)
        + _THING.format(facet="holder", rows=holders, most=MOST)
    )


def _counted(rows: Iterable[tuple[Any, ...]]) -> dict[str, Counter[str]]:
    """Add up by facet and value; what has no value is not counted."""
    found: dict[str, Counter[str]] = {facet: Counter() for facet in FACETS}
    for facet, value, leaning, year, count in rows:
        if facet is not None:
            found[facet][value] = count
            continue
        polarity, commitment, conditional = LEANINGS[leaning or 0]
        coded = {
            "polarity": polarity,
            "commitment": commitment,
            "conditional": str(conditional).lower(),
            "year": None if year is None else f"{year:04}",
        }
        for name, text in coded.items():
            if text is not None:
                found[name][text] += count
    return found
