"""The ontology's own files, read once."""

from __future__ import annotations

import pytest
from rdflib import Graph

from kg import resources


@pytest.fixture(scope="session")
def ontology() -> Graph:
    """The ontology; do not change it."""
    return Graph().parse(resources.folder("ontology") / "stancegraph.ttl")


@pytest.fixture(scope="session")
def alignments() -> Graph:
    """The alignments; do not change them."""
    return Graph().parse(resources.folder("ontology") / "alignments.ttl")


@pytest.fixture(scope="session")
def examples() -> dict[str, Graph]:
    """Each worked example by its file's name; do not change them."""
    paths = sorted((resources.folder("ontology") / "examples").glob("*.ttl"))
    assert paths, "there is no example"
    return {path.name: Graph().parse(path) for path in paths}
