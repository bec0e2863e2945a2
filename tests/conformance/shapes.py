"""SHACL: pySHACL, which the gate's core shapes run in, held to the suite's reports.

The suites' shapes go through ``pyshacl.validate``. ``kg.validate`` drives the same shapes engine
(``pyshacl.ShapesGraph``), but takes only shapes that have names, messages and the two kinds of
target that ours have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyshacl
from pyshacl.errors import ConstraintLoadError, ReportableRuntimeError, ShapeLoadError
from rdflib import RDF, SH, BNode, Graph, Literal, Namespace
from rdflib.compare import isomorphic

from tests.conformance.manifest import MF
from tests.conformance.suites import local

if TYPE_CHECKING:
    from pathlib import Path

    from rdflib.term import Node

    from tests.conformance.manifest import Test
    from tests.conformance.surface import Surface

SHT = Namespace("http://www.w3.org/ns/shacl-test#")
_LOADING = (ConstraintLoadError, ShapeLoadError, ReportableRuntimeError)
_KEPT = (
    *(SH.focusNode, SH.value, SH.sourceConstraintComponent, SH.resultSeverity, SH.sourceShape),
)


def validate(test: Test, _surface: Surface, root: Path) -> str:
    """Validate and compare; return what is wrong."""
    entry = next(
        node for node in test.graph.subjects(RDF.type, SHT.Validate) if str(node) == test.iri
    )
    action, result = test.graph.value(entry, MF.action), test.graph.value(entry, MF.result)
    if action is None or result is None:
        return "the test says not what to do, or not what is expected"
    data, shapes = (
        _read(test.graph.value(action, part), test, root)
        for part in (SHT.dataGraph, SHT.shapesGraph)
    )
    try:
        _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inplace=True)
    except _LOADING as error:
        return "" if result == SHT.Failure else f"could not be run: {error}"
    except NotImplementedError as error:
        return f"could not be run: {error}"
    if result == SHT.Failure:
        return "it has to fail, and did not"
    if not isinstance(report, Graph):
        return f"no report: {report}"
    (found,) = report.subjects(RDF.type, SH.ValidationReport)
    return compared(test.graph, result, report, found)


def compared(expected: Graph, wanted: Node, actual: Graph, found: Node) -> str:
    """Say what two reports differ in, their results' messages and details apart."""
    if _conforms(expected, wanted) != _conforms(actual, found):
        return f"conforms is {_conforms(actual, found)}"
    ours, theirs = reduced(expected, wanted), reduced(actual, found)
    if isomorphic(ours, theirs):
        return ""
    return f"expected {ours.serialize(format='nt')!r}, got {theirs.serialize(format='nt')!r}"


def reduced(graph: Graph, report: Node) -> Graph:
    """Return what a report has to say: each result with the properties that count."""
    kept = Graph()
    for result in graph.objects(report, SH.result):
        node = BNode()
        kept.add((node, RDF.type, SH.ValidationResult))
        for predicate in _KEPT:
            for value in graph.objects(result, predicate):
                kept.add((node, predicate, value))
        for path in graph.objects(result, SH.resultPath):
            kept.add((node, SH.resultPath, _copied(graph, path, kept)))
    return kept


def _copied(graph: Graph, node: Node, into: Graph) -> Node:
    """Copy a path with its parts, and return its copy, which no other result has a part in."""
    if not isinstance(node, BNode):
        return node
    copy = BNode()
    for _, predicate, value in graph.triples((node, None, None)):
        into.add((copy, predicate, _copied(graph, value, into)))
    return copy


def _conforms(graph: Graph, report: Node) -> bool:
    value = graph.value(report, SH.conforms)
    return isinstance(value, Literal) and value.toPython() is True


def _read(iri: Node | None, test: Test, root: Path) -> Graph:
    if iri is None:
        raise ValueError(f"{test.iri} has no graph")
    return Graph().parse(local(str(iri), root), format="turtle", publicID=str(iri))
