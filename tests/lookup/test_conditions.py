from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg import iris
from kg.lookup import conditions
from kg.lookup.filters import ConditionFilter
from kg.lookup.paging import Page
from kg.terms import DCTERMS, SCHEMA, SG, SKOS

if TYPE_CHECKING:
    from kg.store.projection import Projection
    from kg.store.snapshot import RevisionSnapshot

LETTER = "article/2026-01-joint-letter"
HERON = "article/2025-04-heron-3"


def expected(union: RevisionSnapshot, asked: ConditionFilter) -> list[str]:
    """Find conditions by SPARQL, those of the newest articles first, then by key."""
    merged = f"(<{DCTERMS.isReplacedBy}>|^<{DCTERMS.isReplacedBy}>)*"
    wider = f"(<{DCTERMS.isReplacedBy}>|^<{DCTERMS.isReplacedBy}>|<{SKOS.broader}>)*"
    said = f"?c a <{SG.Condition}> . ?r <{SG.condition}> ?c ; <{SG.reportedIn}> ?a . "
    said += f"?a <{SCHEMA.datePublished}> ?day . "
    if asked.kind:
        said += f"?c <{SG.kind}> ?k FILTER(?k IN ({', '.join(f'<{SG[k]}>' for k in asked.kind)})) "
    if asked.finding:
        values = ", ".join(f"<{SG[value]}>" for value in asked.finding)
        said += f"?f <{SG.assesses}> ?c ; <{SG.finding}> ?v FILTER(?v IN ({values})) "
    if asked.holder:
        said += f"?r <{SG.holder}>/{merged} <{iris.iri(asked.holder)}> . "
    if asked.target:
        said += f"?r <{SG.target}>/{wider} <{iris.iri(asked.target)}> . "
    if asked.article:
        said += f"FILTER(?a = <{iris.iri(asked.article)}>) "
    rows = union.select(f"SELECT DISTINCT ?c ?day {{ {said} }}")
    found = sorted((iris.key(str(row["c"])), str(row["day"])) for row in rows)
    found.sort(key=lambda row: (row[1] + "-01-01")[:10], reverse=True)
    return [key for key, _ in found]


@pytest.mark.parametrize(
    "asked",
    [
        ConditionFilter(),
        ConditionFilter(kind=("Safety",)),
        ConditionFilter(kind=("Legal", "Business")),
        ConditionFilter(finding=("Met",)),
        ConditionFilter(finding=("NotMet", "Unclear")),
        ConditionFilter(holder="person/mara-lindqvist"),
        ConditionFilter(holder="company/brackwater-labs"),
        ConditionFilter(target="topic/publishing-weights"),
        ConditionFilter(holder="person/tomas-adeyemi", target="topic/publishing-weights"),
        ConditionFilter(article=HERON),
        ConditionFilter(kind=("Safety",), finding=("Met",), holder="person/mara-lindqvist"),
    ],
    ids=lambda asked: "-".join(
        name for name in ("kind", "finding", "holder", "target", "article") if getattr(asked, name)
    ),
)
@pytest.mark.parametrize("size", [1, 3, 100])
def test_any_filter_means_what_sparql_says(
    lists: Projection, union: RevisionSnapshot, asked: ConditionFilter, size: int
) -> None:
    """The pages hold the conditions that SPARQL finds, each once, the newest articles' first."""
    found: list[str] = []
    after = None
    while True:
        some = conditions.listing(lists, asked, Page(size, after), "en")
        found += [iris.key(item.id) for item in some.items]
        after = some.next
        if after is None:
            break
    assert found == expected(union, asked)
    assert found
    dear = asked.holder is not None or asked.target is not None
    assert some.total == (None if dear else len(found))


def test_a_condition_shows_who_stands_under_it(lists: Projection) -> None:
    """Findings, the newest first, and every record that has the condition, by its gloss."""
    (first, *_) = conditions.listing(lists, ConditionFilter(article=LETTER), Page(), "de").items
    assert first.gloss == "Die Behörde hat geantwortet."
    assert [found.finding for found in first.findings] == ["Met", "NotMet"]
    assert [(iris.key(record.id), record.type) for record in first.records] == [
        (f"{LETTER}#s1", "Stance"),
        (f"{LETTER}#s2", "Stance"),
    ]
    assert first.records[0].label.startswith("Lindqvist und Adeyemi bitten")


def test_an_empty_list_has_no_items(lists: Projection) -> None:
    """Conditions that nothing is found on are not met, not unmet and not unclear."""
    asked = ConditionFilter(article="article/2024-04-zuckerberg-open-source", finding=("Met",))
    found = conditions.listing(lists, asked, Page(), "en")
    assert (found.items, found.total, found.next) == ((), 0, None)
