from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import Dataset
from rdflib.plugins.sparql import prepareQuery

from kg import resources

TESTS = Path(__file__).parent
RDF = sorted(
    [
        *(path for name in ("ontology", "shapes", "graphs") for path in resources.turtle(name)),
        *TESTS.rglob("*.ttl"),
        *TESTS.rglob("*.trig"),
    ]
)
QUERIES = sorted([*(resources.folder("queries")).rglob("*.rq"), *TESTS.rglob("*.rq")])


@pytest.mark.parametrize("path", RDF, ids=lambda path: path.name)
def test_rdf_parses(path: Path) -> None:
    """Every file of triples in the project is well formed and says something."""
    dataset = Dataset(default_union=True)
    dataset.parse(path, format="trig" if path.suffix == ".trig" else "turtle")
    assert len(dataset)


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.name)
def test_query_parses(path: Path) -> None:
    """Every query in the project is well formed."""
    assert prepareQuery(path.read_text(encoding="utf-8")).algebra
