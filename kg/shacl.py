"""Shapes as entries to read: what each looks at, what it asks for, and how it says so."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from rdflib import RDF, SH, Graph, Literal, URIRef
from rdflib.collection import Collection

from kg import ntriples
from kg.curies import curie
from kg.terms import SGSH

if TYPE_CHECKING:
    from rdflib.term import Node

Text = Mapping[str, str]
"""A text by language tag; "" is the text without one. Several in one language are joined."""

_TARGETS: Mapping[Node, str] = {
    SH.targetClass: "",
    SH.targetNode: "the node ",
    SH.targetSubjectsOf: "subjects of ",
    SH.targetObjectsOf: "objects of ",
}
_MARKS: Mapping[Node, str] = {SH.zeroOrMorePath: "*", SH.oneOrMorePath: "+", SH.zeroOrOnePath: "?"}
_ELSEWHERE = {
    RDF.type,
    SH.path,
    SH.message,
    SH.name,
    SH.severity,
    SH.sparql,
    SH.target,
}
"""What of a shape has a place of its own in its entry."""
_TERM = re.compile(r"\bsg:(\w+)")


@dataclass(frozen=True)
class Query:
    """The SELECT of a rule, or of a target, and what is said of what it finds."""

    text: str
    message: Text


@dataclass(frozen=True)
class Shape:
    """One shape.

    :param name: its local name, which is its anchor and what a report calls it
    :param title: what a value that conforms is, where the shape describes values
    :param severity: Violation, Warning or Info
    :param targets: whose nodes it looks at: classes, or in words
    :param path: from a node to the values it looks at; empty for the node itself
    :param rules: parameters of SHACL (minCount, in, ...) with their values
    :param queries: its rules in SPARQL
    :param selected: its targets in SPARQL
    :param parts: the names of the shapes that it applies in turn, ``wholes`` of those that apply it
    :param mentioned: the local names of the ontology's terms that occur in it
    """

    name: str
    iri: URIRef
    title: Text
    message: Text
    severity: str
    targets: tuple[str, ...] = ()
    path: str = ""
    rules: tuple[tuple[str, str], ...] = ()
    queries: tuple[Query, ...] = ()
    selected: tuple[Query, ...] = ()
    parts: tuple[str, ...] = ()
    wholes: tuple[str, ...] = ()
    mentioned: frozenset[str] = field(default=frozenset(), repr=False)

    @property
    def summary(self) -> Text:
        """What it says: its message, else that of its first rule, else its title."""
        messages = [self.message, *(query.message for query in self.queries), self.title]
        return next(filter(None, messages), {})


def shapes(graph: Graph) -> dict[str, Shape]:
    """Read every shape that has a name, in the natural order of their names."""
    named = {
        subject
        for subject in graph.subjects(RDF.type)
        if isinstance(subject, URIRef) and subject.startswith(str(SGSH))
    }
    found = [_shape(graph, iri) for iri in sorted(named, key=ntriples.natural)]
    return {
        shape.name: replace(
            shape, wholes=tuple(other.name for other in found if shape.name in other.parts)
        )
        for shape in found
    }


def _shape(graph: Graph, iri: URIRef) -> Shape:
    said = list(graph.predicate_objects(iri))
    parts = {o for p, o in said if p == SH.property and isinstance(o, URIRef)}
    rules = sorted(
        (local(p), _value(graph, o))
        for p, o in said
        if p not in _ELSEWHERE | _TARGETS.keys() and o not in parts
    )
    targets = sorted(_TARGETS[p] + prefixed(o) for p, o in said if p in _TARGETS)
    path = graph.value(iri, SH.path)
    shape = Shape(
        name=local(iri),
        iri=iri,
        title=texts(graph, iri, SH.name),
        message=texts(graph, iri, SH.message),
        severity=local(graph.value(iri, SH.severity) or SH.Violation),
        targets=tuple(targets),
        path="" if path is None else _path(graph, path),
        rules=tuple(rules),
        queries=_queries(graph, iri, SH.sparql),
        selected=_queries(graph, iri, SH.target),
        parts=tuple(sorted(map(local, parts))),
    )
    written = [shape.path, *targets, *(text for _, text in rules)]
    written += [query.text for query in (*shape.queries, *shape.selected)]
    return replace(shape, mentioned=frozenset(_TERM.findall("\n".join(written))))


def _queries(graph: Graph, iri: URIRef, predicate: URIRef) -> tuple[Query, ...]:
    found = (
        Query(str(graph.value(node, SH.select) or "").strip(), texts(graph, node, SH.message))
        for node in graph.objects(iri, predicate)
    )
    return tuple(sorted((query for query in found if query.text), key=lambda query: query.text))


def _path(graph: Graph, node: Node) -> str:
    """Write a path as SPARQL does."""
    if isinstance(node, URIRef):
        return prefixed(node)
    for predicate, object_ in graph.predicate_objects(node):
        if predicate == SH.inversePath:
            return f"^{_path(graph, object_)}"
        if predicate == SH.alternativePath:
            return f"({'|'.join(_path(graph, item) for item in Collection(graph, object_))})"
        if predicate in _MARKS:
            return f"{_path(graph, object_)}{_MARKS[predicate]}"
    return "/".join(_path(graph, item) for item in Collection(graph, node))


def _value(graph: Graph, node: Node) -> str:
    """Write a value as Turtle does, blank nodes and lists in place."""
    if isinstance(node, URIRef):
        return prefixed(node)
    if isinstance(node, Literal):
        plain = node.datatype is not None and node.language is None
        return str(node) if plain else f'"{node}"'
    if (node, RDF.first, None) in graph:
        return f"( {' '.join(_value(graph, item) for item in Collection(graph, node))} )"
    return f"[ {' ; '.join(_said(graph, node))} ]"


def _said(graph: Graph, node: Node) -> list[str]:
    said = []
    for predicate, object_ in graph.predicate_objects(node):
        write = _path if predicate == SH.path else _value
        said.append(f"{prefixed(predicate)} {write(graph, object_)}")
    return sorted(said)


def texts(graph: Graph, subject: Node, predicate: URIRef) -> dict[str, str]:
    """Return what a subject says under a predicate, by language."""
    found: dict[str, str] = {}
    for text in sorted(graph.objects(subject, predicate), key=str):
        language = text.language or "" if isinstance(text, Literal) else ""
        found[language] = f"{found[language]} {text}" if language in found else str(text)
    return found


def prefixed(term: Node) -> str:
    """Shorten an IRI to a prefixed name; one that no prefix fits is in angle brackets."""
    return curie(str(term))


def local(term: Node) -> str:
    """Return what follows the last # or / of an IRI."""
    iri = str(term)
    return iri[max(iri.rfind("#"), iri.rfind("/")) + 1 :]
