"""The W3C's tests of SPARQL Update, on updates as changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pyoxigraph import CanonicalizationAlgorithm, Dataset, DefaultGraph, NamedNode, RdfFormat, parse
from pyoxigraph import Store as Engine
from rdflib import RDF, RDFS, Graph, Namespace

from kg.errors import QueryRefused, QuerySyntaxError
from kg.query import Update
from kg.store import updates
from kg.store.operations import operations
from kg.store.terms import quad_to_engine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pyoxigraph import Quad
    from rdflib.term import Node

FOLDERS = (
    *("basic-update", "delete", "delete-data", "delete-insert", "delete-where", "add", "clear"),
    *("copy", "drop", "move", "update-silent"),
)
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
BASE = "http://example.org/suite/"
"""In place of where the files lie."""


def dataset(folder: Path, manifest: Graph, described: Node) -> Iterator[Quad]:
    """Read the graphs that an action or a result of a manifest names."""
    for file in manifest.objects(described, UT.data):
        yield from quads(folder, str(file), DefaultGraph())
    for named in manifest.objects(described, UT.graphData):
        name = NamedNode(str(manifest.value(named, RDFS.label)))
        yield from quads(folder, str(manifest.value(named, UT.graph)), name)


def quads(folder: Path, file: str, name: NamedNode | DefaultGraph) -> Iterator[Quad]:
    """Read one file of a folder into one graph."""
    data = (folder / file.removeprefix(BASE)).read_bytes()
    for quad in parse(data, RdfFormat.TURTLE, base_iri=BASE):
        yield type(quad)(quad.subject, quad.predicate, quad.object, name)


def labelled(found: set[Quad]) -> set[Quad]:
    """Return quads with labels that depend on the data alone."""
    canonical = Dataset(found)
    canonical.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return set(canonical)


def check(folder: Path, manifest: Graph, test: Node) -> str:
    """Run one test; return what it came to."""
    action, result = manifest.value(test, MF.action), manifest.value(test, MF.result)
    assert action is not None
    request = str(manifest.value(action, UT.request)).removeprefix(BASE)
    text = (folder / request).read_text(encoding="utf-8")
    engine = Engine()
    engine.extend(dataset(folder, manifest, action))
    try:
        change = updates.effect(engine, Update(text), union=False)
    except QueryRefused:
        return "refused"
    added, removed = (set(map(quad_to_engine, part)) for part in (change.added, change.removed))
    expected = Engine()
    expected.extend(dataset(folder, manifest, result) if result is not None else ())
    found = labelled((set(engine) - removed) | added)
    return "passed" if found == labelled(set(expected)) else "failed"


@pytest.mark.parametrize("name", FOLDERS)
def test_suite(shared: Path, name: str) -> None:
    """Every test passes, and nothing is refused."""
    folder = shared / "suites" / "w3c-sparql" / "sparql11" / name
    if not folder.is_dir():
        pytest.skip("the W3C's SPARQL tests are not in the reference material")
    manifest = Graph().parse(folder / "manifest.ttl", publicID=BASE)
    tests = list(manifest.subjects(RDF.type, MF.UpdateEvaluationTest))
    outcomes = {str(test): check(folder, manifest, test) for test in tests}
    assert len(outcomes) > 3
    wrong = {test for test, outcome in outcomes.items() if outcome != "passed"}
    assert not wrong


def well_formed(folder: Path, file: Node) -> bool:
    """Tell whether a request passes for an update."""
    text = (folder / str(file).removeprefix(BASE)).read_text(encoding="utf-8")
    try:
        operations(f"BASE <{BASE}> {text}")
    except QuerySyntaxError:
        return False
    return True


@pytest.mark.parametrize("name", ["syntax-update-1", "syntax-update-2", "delete-insert"])
def test_syntax_suite(shared: Path, name: str) -> None:
    """What is well-formed is taken apart, and what is ill-formed is refused as that."""
    folder = shared / "suites" / "w3c-sparql" / "sparql11" / name
    if not folder.is_dir():
        pytest.skip("the W3C's SPARQL tests are not in the reference material")
    manifest = Graph().parse(folder / "manifest.ttl", publicID=BASE)
    kinds = {
        MF.PositiveUpdateSyntaxTest11: True,
        MF.NegativeUpdateSyntaxTest11: False,
        MF.NegativeSyntaxTest11: False,
    }
    outcomes = {
        str(file): well_formed(folder, file) is expected
        for kind, expected in kinds.items()
        for test in manifest.subjects(RDF.type, kind)
        for file in manifest.objects(test, MF.action)
    }
    assert outcomes
    assert {file for file, right in outcomes.items() if not right} == set()
