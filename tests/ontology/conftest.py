"""The ontology's own files, read once."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode, RdfFormat, Store
from rdflib import Graph

from kg import iris, resources


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


@pytest.fixture(scope="session")
def seed_store() -> Store:
    """The first article that ships, and the entities; leave it as it was."""
    graphs = resources.folder("graphs")
    slug = "2024-04-zuckerberg-open-source"
    store = Store()
    for path, name in (
        (graphs / "entities.ttl", iris.ENTITIES_GRAPH),
        (graphs / "articles" / f"{slug}.ttl", iris.entity("article", slug)),
    ):
        store.load(path=path, format=RdfFormat.TURTLE, to_graph=NamedNode(name))
    return store
