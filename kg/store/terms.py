"""The crossing between rdflib's terms, which the project speaks, and the engine's."""

from __future__ import annotations

import copyreg
from functools import lru_cache
from typing import TYPE_CHECKING, overload

from pyoxigraph import BlankNode, DefaultGraph, NamedNode
from pyoxigraph import Literal as EngineLiteral
from pyoxigraph import Quad as EngineQuad
from rdflib import BNode, Literal, URIRef

if TYPE_CHECKING:
    from rdflib.term import Node

    from kg.store.base import Quad, Subject, Term

EngineTerm = NamedNode | BlankNode | EngineLiteral

_STRING = "http://www.w3.org/2001/XMLSchema#string"
_iri_from_engine = lru_cache(maxsize=65536)(URIRef)
_iri_to_engine = lru_cache(maxsize=65536)(NamedNode)


def _as_written(text: str, language: str | None, datatype: str | None) -> Literal:
    return Literal(text, lang=language, datatype=datatype, normalize=False)


def _reduced(literal: Literal) -> tuple[object, ...]:
    return _as_written, (str(literal), literal.language, literal.datatype)


# A literal crosses between processes as it was written: rdflib's own way would take the zone off an
# xsd:date on the other side.
copyreg.pickle(Literal, _reduced)  # type: ignore[arg-type]  # of typeshed, which wants a string


def subject_from_engine(term: object) -> Subject:
    """Translate an IRI or a blank node; TypeError for a triple term."""
    if isinstance(term, NamedNode):
        return _iri_from_engine(term.value)
    if isinstance(term, BlankNode):
        return BNode(term.value)
    raise TypeError(f"a {type(term).__name__} is not supported: {term}")


def term_from_engine(term: object) -> Term:
    """Translate an engine's term; TypeError for a triple term or a base direction."""
    if not isinstance(term, EngineLiteral):
        return subject_from_engine(term)
    if term.direction is not None:
        raise TypeError(f"a literal with a base direction is not supported: {term}")
    if term.language is not None:
        return Literal(term.value, lang=term.language)
    datatype = term.datatype.value
    if datatype == _STRING:
        return Literal(term.value)
    return Literal(term.value, datatype=_iri_from_engine(datatype), normalize=False)


@overload
def term_to_engine(term: URIRef) -> NamedNode: ...
@overload
def term_to_engine(term: URIRef | BNode) -> NamedNode | BlankNode: ...
@overload
def term_to_engine(term: object) -> EngineTerm: ...
def term_to_engine(term: object) -> EngineTerm:
    """Translate an rdflib term; TypeError for anything but an IRI, a blank node or a literal."""
    if isinstance(term, URIRef):
        return _iri_to_engine(str(term))
    if isinstance(term, BNode):
        return BlankNode(str(term))
    if not isinstance(term, Literal):
        raise TypeError(f"a {type(term).__name__} is not supported: {term!r}")
    if term.language is not None:
        return EngineLiteral(str(term), language=term.language)
    if term.datatype is not None:
        return EngineLiteral(str(term), datatype=_iri_to_engine(str(term.datatype)))
    return EngineLiteral(str(term))


def quad_from_engine(quad: EngineQuad) -> Quad:
    """Translate a quad; the unnamed graph is None, a graph named by a blank node a TypeError."""
    name = quad.graph_name
    if isinstance(name, BlankNode):
        raise TypeError(f"a graph has to be named by an IRI, not by {name}")
    return (
        subject_from_engine(quad.subject),
        _iri_from_engine(quad.predicate.value),
        term_from_engine(quad.object),
        None if isinstance(name, DefaultGraph) else _iri_from_engine(name.value),
    )


def quad_to_engine(quad: Quad) -> EngineQuad:
    """Translate a quad; a graph name of None is the unnamed graph."""
    return triple_to_engine(quad[:3], quad[3])


def triple_to_engine(triple: tuple[Node, Node, Node], name: URIRef | None) -> EngineQuad:
    """Translate a triple of a graph; TypeError where RDF allows no such term."""
    subject, predicate, object_ = triple
    if not isinstance(subject, (URIRef, BNode)) or not isinstance(predicate, URIRef):
        raise TypeError(f"this is no triple of RDF: {subject!r} {predicate!r} {object_!r}")
    return EngineQuad(
        term_to_engine(subject),
        term_to_engine(predicate),
        term_to_engine(object_),
        DefaultGraph() if name is None else term_to_engine(name),
    )
