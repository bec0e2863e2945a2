from __future__ import annotations

import re

from rdflib import OWL, Graph, URIRef

from kg import iris, resources

ALIGNMENTS = URIRef(iris.BASE + "alignments")


def newest() -> str:
    """Return the version of the changelog's top entry."""
    text = (resources.folder("ontology") / "CHANGELOG.md").read_text(encoding="utf-8")
    entries = re.findall(r"^## \[([^\]]+)\] - \d{4}-\d{2}-\d{2}$", text, re.MULTILINE)
    assert entries, "the changelog has no entry"
    return str(entries[0])


def test_the_ontology_has_the_version_of_its_changelog(ontology: Graph) -> None:
    """The version IRI ends in versionInfo, which is the changelog's top entry."""
    version = str(ontology.value(iris.ONTOLOGY_GRAPH, OWL.versionInfo))
    assert version == newest()
    assert str(ontology.value(iris.ONTOLOGY_GRAPH, OWL.versionIRI)).endswith(f"/ns/{version}")


def test_the_alignments_have_the_same_version(alignments: Graph) -> None:
    """Alignments and ontology are released together."""
    version = str(alignments.value(ALIGNMENTS, OWL.versionInfo))
    assert version == newest()
    assert str(alignments.value(ALIGNMENTS, OWL.versionIRI)).endswith(f"/alignments/{version}")
