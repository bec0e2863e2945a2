"""Conditions with what is found on them: a claim that one is met, not met or unclear."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg import iris
from kg.lookup.labels import marks, spoken
from kg.lookup.results import Condition, Finding
from kg.lookup.sources import partial, source

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from typing import Any

    from kg.lookup.results import Language, Named
    from kg.lookup.sources import Row
    from kg.store.projection import Projection

_CONDITION = ("id", "kind", "gloss_en", "gloss_de")
_FINDING = (
    "assesses",
    "id",
    "class",
    "gloss_en",
    "gloss_de",
    "finding",
    "holders",
    "said",
    "article",
)
CONDITIONS = f"""
    SELECT {", ".join(_CONDITION)} FROM conditions
    WHERE mark IN (SELECT unnest($marks::UINTEGER[]))"""  # noqa: S608 - our own names
# The few claims that assess something come first: to compare every claim's text took 25 ms.
FINDINGS = f"""
    WITH assessments AS MATERIALIZED (
        SELECT rowid AS place, assesses FROM claims WHERE finding IS NOT NULL AND lead
    )
    SELECT {", ".join(_FINDING)} FROM claims
    WHERE rowid IN (
        SELECT place FROM assessments WHERE assesses IN (SELECT unnest($keys::VARCHAR[]))
    )
    ORDER BY day DESC NULLS LAST, id"""  # noqa: S608 - our own names


@dataclass(frozen=True)
class Conditions:
    """Rows of conditions by key, and of the findings on each, the newest first."""

    rows: Mapping[str, Row]
    findings: Mapping[str, list[Row]]

    def holders(self) -> set[str]:
        """Return the keys of those who found something."""
        return {
            holder for found in self.findings.values() for row in found for holder in row["holders"]
        }

    def articles(self) -> set[str]:
        """Return the keys of the articles that report findings."""
        return {row["article"] for found in self.findings.values() for row in found}

    def fields(
        self, key: str, articles: Mapping[str, Row], names: Mapping[str, Named], language: Language
    ) -> dict[str, Any]:
        """Say what a condition is, as fields of a result."""
        row = self.rows[key]
        return {
            "id": iris.iri(key),
            "kind": row["kind"],
            "gloss": spoken(language, row["gloss_en"], row["gloss_de"]) or key,
            "findings": tuple(
                _finding(found, articles, names, language) for found in self.findings.get(key, ())
            ),
        }

    def condition(
        self, key: str, articles: Mapping[str, Row], names: Mapping[str, Named], language: Language
    ) -> Condition:
        """Show a condition."""
        return Condition(**self.fields(key, articles, names, language))


def read(projection: Projection, keys: Collection[str]) -> Conditions:
    """Read conditions and the findings on them; one that is not there is left out."""
    wanted = set(keys)
    if not wanted:
        return Conditions({}, {})
    found = projection.rows(CONDITIONS, {"marks": marks(wanted)})
    rows = (dict(zip(_CONDITION, row, strict=True)) for row in found)
    findings: defaultdict[str, list[Row]] = defaultdict(list)
    for values in projection.rows(FINDINGS, {"keys": sorted(wanted)}):
        row = dict(zip(_FINDING, values, strict=True))
        findings[row["assesses"]].append(row)
    return Conditions({row["id"]: row for row in rows if row["id"] in wanted}, findings)


def _finding(
    row: Row, articles: Mapping[str, Row], names: Mapping[str, Named], language: Language
) -> Finding:
    return Finding(
        id=iris.iri(row["id"]),
        type=row["class"],
        gloss=spoken(language, row["gloss_en"], row["gloss_de"]) or row["id"],
        finding=row["finding"],
        holder=tuple(names[holder] for holder in row["holders"]),
        said_on=partial(row["said"]),
        reported_in=source(row["article"], articles, names),
    )
