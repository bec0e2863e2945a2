"""Which suites there are, where they lie, and which of them are out of scope and why."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]

BASES = {
    "https://w3c.github.io/rdf-tests/sparql/": "w3c-sparql",
    "https://w3c.github.io/data-shapes/data-shapes-test-suite/": "w3c-shacl",
}
"""The published address of each folder of suites; every IRI in them is resolved against it."""

SPARQL, SHACL = BASES


@dataclass(frozen=True)
class Source:
    """A manifest with all that it includes; ``label`` begins the names of its suites.

    ``excluded`` is the reason why none of it is run, if none is.
    """

    label: str
    manifest: str
    excluded: str = ""


SOURCES = (
    Source("SPARQL 1.0", SPARQL + "sparql10/manifest.ttl"),
    Source("SPARQL 1.1", SPARQL + "sparql11/manifest-sparql11-query.ttl"),
    Source("SPARQL 1.1", SPARQL + "sparql11/manifest-sparql11-update.ttl"),
    Source("SPARQL 1.1 results", SPARQL + "sparql11/manifest-sparql11-results.ttl"),
    Source("SPARQL 1.1", SPARQL + "sparql11/protocol/manifest.ttl"),
    Source("SPARQL 1.1", SPARQL + "sparql11/graph-store-protocol/manifest.ttl"),
    Source("SPARQL 1.1", SPARQL + "sparql11/service-description/manifest.ttl"),
    Source("SHACL core", SHACL + "tests/core/manifest.ttl"),
    Source("SHACL SPARQL", SHACL + "tests/sparql/manifest.ttl"),
    Source("SHACL SPARQL", SHACL + "tests/sparql/component/nodeValidator-001.ttl"),
    Source(
        "SPARQL 1.0 extended",
        SPARQL + "sparql10/sort/extended-manifest.ttl",
        "never approved: it orders plain literals before xsd:string, which RDF 1.1 made the same",
    ),
    Source(
        "SPARQL 1.1 federation",
        SPARQL + "sparql11/manifest-sparql11-fed.ttl",
        "SERVICE is refused: the service reaches no other host",
    ),
    Source(
        "SPARQL 1.1 entailment",
        SPARQL + "sparql11/entailment/manifest.ttl",
        "only simple entailment is offered",
    ),
    Source(
        "SPARQL 1.1 http-rdf-update",
        SPARQL + "sparql11/http-rdf-update/manifest.ttl",
        "deprecated by the W3C in favour of graph-store-protocol",
    ),
)

LEFT_OUT = {
    SPARQL + "sparql10/open-world/sameTerm-manifest.ttl": (
        "no manifest includes it, its tests have neither IRIs nor types, and it tells plain "
        "literals from xsd:string, which RDF 1.1 made the same"
    ),
}
"""Manifests that no source reads, with the reason."""

CATEGORIES = {
    "QueryEvaluationTest": "query",
    "CSVResultFormatTest": "query",
    "PositiveSyntaxTest": "syntax",
    "PositiveSyntaxTest11": "syntax",
    "NegativeSyntaxTest": "syntax",
    "NegativeSyntaxTest11": "syntax",
    "UpdateEvaluationTest": "update",
    "PositiveUpdateSyntaxTest11": "update syntax",
    "NegativeUpdateSyntaxTest11": "update syntax",
    "ProtocolTest": "protocol",
    "GraphStoreProtocolTest": "graph store protocol",
    "ServiceDescriptionTest": "service description",
    "Validate": "validation",
}
"""The second half of a suite's name, by the type of its tests."""

EXPECTED = frozenset(
    {
        "SPARQL 1.0 query",
        "SPARQL 1.0 syntax",
        "SPARQL 1.1 query",
        "SPARQL 1.1 syntax",
        "SPARQL 1.1 update",
        "SPARQL 1.1 update syntax",
        "SPARQL 1.1 results query",
        "SPARQL 1.1 protocol",
        "SPARQL 1.1 graph store protocol",
        "SPARQL 1.1 service description",
        "SHACL core validation",
        "SHACL SPARQL validation",
    }
)
"""Suites that have to have tests; one without any is red."""


def folder() -> Path:
    """Return the folder of suites, which need not be there."""
    return Path(os.environ.get("STANCEGRAPH_SUITES") or ROOT.parent / "shared" / "suites")


def local(iri: str, root: Path) -> Path:
    """Return the file that an IRI of a suite stands for; ValueError where it is of none."""
    for base, name in BASES.items():
        if iri.startswith(base):
            return root / name / iri.removeprefix(base)
    raise ValueError(f"<{iri}> is of no suite")
