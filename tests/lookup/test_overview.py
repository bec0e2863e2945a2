from __future__ import annotations

from typing import TYPE_CHECKING

from kg.lookup.overview import CLASSES, overview
from kg.terms import DCTERMS, SG

if TYPE_CHECKING:
    from kg.store.projection import Projection
    from kg.store.snapshot import RevisionSnapshot


def test_it_counts_what_sparql_counts(lists: Projection, union: RevisionSnapshot) -> None:
    """Each class has as many things as SPARQL finds, but for entities that were merged."""
    rows = union.select(
        "SELECT ?class (COUNT(DISTINCT ?thing) AS ?count) { ?thing a ?class "
        f"FILTER NOT EXISTS {{ ?thing <{DCTERMS.isReplacedBy}> ?new }} }} GROUP BY ?class"
    )
    expected = {str(row["class"]).removeprefix(str(SG)): int(row["count"]) for row in rows}
    found = overview(lists)
    assert found == {name: expected[name] for name in CLASSES}
    assert all(found.values())
