"""What a validation found: values, as SHACL terms, and their forms for people and for programs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from rdflib import RDF, SH, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.paths import InvPath, SequencePath

from kg.curies import route, shown
from kg.terms import PREFIXES, SGSH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rdflib.paths import Path
    from rdflib.term import Node

    Line = Callable[[Node, Node | None, Node | None], int | None]
    """Tells on which line an input has a triple; with two or one of its terms, the first such."""

_SHACL = str(SH)


@dataclass(frozen=True)
class Violation:
    """One sh:ValidationResult.

    ``rule`` is the source shape's local name (``Stance-polarity``, ``X1``), ``component`` the
    constraint component's (``MinCountConstraintComponent``), ``severity`` one of ``Violation``,
    ``Warning`` and ``Info``. ``message`` is English, ``message_de`` German. ``found`` and
    ``expected`` are for people. ``path`` is a predicate, or an inverse path or a sequence of
    predicates. ``source`` and ``line`` say where the input had the offending statement, where that
    is known.
    """

    focus: Node
    rule: str
    component: str
    severity: str
    message: str
    message_de: str
    found: str
    expected: str
    path: Node | Path | None = None
    value: Node | None = None
    source: str | None = None
    line: int | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """What results are sorted by: violations before warnings, then node, rule and value."""
        severity = "" if self.severity == "Violation" else self.severity
        path = "" if self.path is None else route(self.path)
        value = "" if self.value is None else shown(self.value)
        return severity, shown(self.focus), self.rule, self.component, path, value, str(self.value)

    def located(self, sources: Iterable[tuple[str, Line]]) -> Violation:
        """Add source and line: of the offending triple, else of the node's first statement."""
        named = tuple(sources)
        path = self.path if isinstance(self.path, URIRef) else None
        for predicate, object_ in dict.fromkeys([(path, self.value), (path, None), (None, None)]):
            for name, line_of in named:
                if (line := line_of(self.focus, predicate, object_)) is not None:
                    return replace(self, source=name, line=line)
        return self

    def to_json(self) -> dict[str, Any]:
        """Return the result as plain values; see ``Report.to_json``."""
        return {
            "severity": self.severity,
            "rule": self.rule,
            "component": self.component,
            "focus": _term_to_json(self.focus),
            "path": None if self.path is None else route(self.path),
            "value": None if self.value is None else _term_to_json(self.value),
            "message": {"en": self.message, "de": self.message_de},
            "found": self.found,
            "expected": self.expected,
            "source": self.source,
            "line": self.line,
        }

    def to_text(self) -> str:
        """Return a block of lines for people."""
        place = "" if self.source is None else f"{self.source}:{self.line}: "
        rows = [
            ("node", shown(self.focus)),
            ("path", "" if self.path is None else route(self.path)),
            ("found", self.found),
            ("expected", "" if self.expected == self.message else self.expected),
        ]
        lines = [f"  {name:<9} {text}" for name, text in rows if text]
        kind = self.component.removesuffix("ConstraintComponent")
        head = f"{place}{self.severity.lower()} of {self.rule} ({kind})"
        return "\n".join([head, f"  {self.message}", *lines])


@dataclass(frozen=True)
class Report:
    """A sh:ValidationReport: every result, violations and warnings alike, in a fixed order.

    ``focus_nodes`` counts the nodes that some core shape was held against. Where it is 0, nothing
    was checked, and that the data conforms means nothing.
    """

    results: tuple[Violation, ...] = ()
    focus_nodes: int = 0

    @property
    def violations(self) -> tuple[Violation, ...]:
        """The results that keep the data out."""
        return tuple(result for result in self.results if result.severity == "Violation")

    @property
    def warnings(self) -> tuple[Violation, ...]:
        """The results that do not."""
        return tuple(result for result in self.results if result.severity != "Violation")

    @property
    def conforms(self) -> bool:
        """Whether nothing keeps the data out."""
        return not self.violations

    def located(self, sources: Iterable[tuple[str, Line]]) -> Report:
        """Return the report with the places that ``sources``, names with their lines, tell."""
        named = tuple(sources)
        return replace(self, results=tuple(result.located(named) for result in self.results))

    def to_text(self) -> str:
        """Return a text for people: a block for each violation, each warning, and a count."""
        parts = [result.to_text() for result in (*self.violations, *self.warnings)]
        counts = [_counted(len(self.violations), "violation")]
        if self.warnings:
            counts.append(_counted(len(self.warnings), "warning"))
        verdict = "conforms" if self.conforms else "does not conform"
        return "\n\n".join([*parts, f"{verdict}: {', '.join(counts)}"])

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain values, with the same keys always.

        ``conforms`` is a boolean, ``results`` a list of objects. In these, ``severity``, ``rule``,
        ``component``, ``found`` and ``expected`` are strings; ``focus`` and ``value`` are RDF terms
        as in SPARQL's JSON results, ``path`` is a SPARQL property path with the known prefixes,
        ``message`` has ``en`` and ``de``, and ``line`` counts from 1. ``path``, ``value``,
        ``source`` and ``line`` can be null.
        """
        return {
            "conforms": self.conforms,
            "results": [result.to_json() for result in self.results],
        }

    def to_graph(self) -> Graph:
        """Return the report as a graph in terms of SHACL.

        A warning leaves ``sh:conforms`` true. SHACL 1.0 knows no such report; SHACL 1.2 does and
        has it say so by ``sh:conformanceDisallows sh:Violation``.
        """
        graph = Graph()
        for prefix, namespace in PREFIXES.items():
            graph.bind(prefix, namespace)
        report = BNode("report")
        graph.add((report, RDF.type, SH.ValidationReport))
        graph.add((report, SH.conforms, Literal(self.conforms)))
        graph.add((report, URIRef(f"{_SHACL}conformanceDisallows"), SH.Violation))
        for number, result in enumerate(self.results, start=1):
            node = BNode(f"result{number}")
            graph.add((report, SH.result, node))
            _add_result(graph, node, result)
        return graph


def _add_result(graph: Graph, node: BNode, result: Violation) -> None:
    graph.add((node, RDF.type, SH.ValidationResult))
    graph.add((node, SH.focusNode, result.focus))
    graph.add((node, SH.resultSeverity, URIRef(_SHACL + result.severity)))
    graph.add((node, SH.sourceShape, SGSH[result.rule]))
    graph.add((node, SH.sourceConstraintComponent, URIRef(_SHACL + result.component)))
    graph.add((node, SH.resultMessage, Literal(result.message, lang="en")))
    graph.add((node, SH.resultMessage, Literal(result.message_de, lang="de")))
    if result.path is not None:
        graph.add((node, SH.resultPath, _path_to_graph(graph, result.path)))
    if result.value is not None:
        graph.add((node, SH.value, result.value))


def _path_to_graph(graph: Graph, path: Node | Path) -> Node:
    if isinstance(path, InvPath):
        inverse = BNode()
        graph.add((inverse, SH.inversePath, _path_to_graph(graph, path.arg)))
        return inverse
    if isinstance(path, SequencePath):
        steps = [_path_to_graph(graph, step) for step in path.args]
        return Collection(graph, BNode(), steps).uri
    if isinstance(path, URIRef):
        return path
    raise TypeError(f"a {type(path).__name__} is not supported: {path}")


def _term_to_json(term: Node) -> dict[str, str]:
    if isinstance(term, URIRef):
        return {"type": "uri", "value": str(term)}
    if isinstance(term, BNode):
        return {"type": "bnode", "value": str(term)}
    if not isinstance(term, Literal):
        raise TypeError(f"a {type(term).__name__} is not supported: {term}")
    found = {"type": "literal", "value": str(term)}
    if term.language is not None:
        found["xml:lang"] = term.language
    elif term.datatype is not None:
        found["datatype"] = str(term.datatype)
    return found


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count or 'no'} {noun}s"
