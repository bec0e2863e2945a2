"""The ontology and the shapes as entries to read: what each term means, and what holds it to that.

Read from a revision's own graphs. Paths, targets and values of shapes are texts in which IRIs are
prefixed names, as in Turtle and SPARQL, so that whoever shows them can make links of the names.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, Graph, Literal, URIRef

from kg import ntriples, shacl
from kg.terms import SCHEMA, SG

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rdflib.term import Node

    from kg.shacl import Shape, Text
    from kg.store.base import Snapshot

COUNTED = 10_000
"""Uses of a term that are counted; more are so many at least."""
_ORDER = {name: rank for rank, name in enumerate(SG.__annotations__)}
"""Terms come as kg.terms has them, which is how the ontology is written; new ones last."""


@dataclass(frozen=True)
class Term:
    """A class, a property, or a value of a code list. Other terms are named by prefixed names.

    :param name: its local name, which is its anchor
    :param parents: superclasses or superproperties; of a value, its code list
    :param members: of a class, the properties that name it as a domain; of a code list, its values
    :param shapes: the names of the shapes that speak of it
    """

    name: str
    iri: URIRef
    label: Text
    definition: Text
    note: Text
    example: Text
    parents: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    domain: tuple[str, ...] = ()
    range: tuple[str, ...] = ()
    shapes: tuple[str, ...] = ()
    deprecated: bool = False
    replaced_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Header:
    """What an ontology or a set of shapes says of itself; what it does not say is empty."""

    title: Text
    description: Text
    note: Text
    version: str
    version_iri: str


@dataclass(frozen=True)
class Vocabulary:
    """Every term and every shape, by local name, each in one group.

    ``properties`` are grouped by the first class of their domain, "" where they have none;
    ``lists`` map the classes that are code lists to their values.
    """

    header: Header
    shapes_header: Header
    terms: Mapping[str, Term]
    shapes: Mapping[str, Shape]
    classes: tuple[str, ...]
    properties: Mapping[str, tuple[str, ...]]
    lists: Mapping[str, tuple[str, ...]]


def read(ontology: Graph, shapes: Graph) -> Vocabulary:
    """Read both graphs; terms that only shapes know are none."""
    read_shapes = shacl.shapes(shapes)
    terms = {
        shacl.local(iri): _term(ontology, iri, read_shapes)
        for iri in sorted(_defined(ontology), key=_rank)
    }
    lists = _lists(ontology, terms)
    values = {value for members in lists.values() for value in members}
    properties = defaultdict(list)
    for name, term in terms.items():
        if _is_property(ontology, term.iri):
            properties[_first(term.domain)].append(name)
    grouped = {name for members in properties.values() for name in members}
    return Vocabulary(
        header=_header(ontology),
        shapes_header=_header(shapes),
        terms=terms,
        shapes=read_shapes,
        classes=tuple(n for n in terms if n not in grouped | values | lists.keys()),
        properties={name: tuple(properties[name]) for name in [*terms, ""] if name in properties},
        lists=lists,
    )


def uses(snapshot: Snapshot, vocabulary: Vocabulary) -> dict[str, int]:
    """Count how often the data use each term, up to ``COUNTED``.

    Of a class its members, those of its subclasses included; of a property the statements; of a
    value the statements that give it for a property of its code list.
    """
    patterns = {name: f"?s a {_written(vocabulary.terms[name])}" for name in vocabulary.classes}
    by_list: defaultdict[str, list[str]] = defaultdict(list)
    for members in vocabulary.properties.values():
        for name in members:
            term = vocabulary.terms[name]
            patterns[name] = f"?s {_written(term)} ?o"
            for range_ in term.range:
                by_list[range_.removeprefix("sg:")].append(_written(term))
    for list_, members in vocabulary.lists.items():
        for name in members if by_list[list_] else ():
            patterns[name] = f"?s {'|'.join(by_list[list_])} {_written(vocabulary.terms[name])}"
    counts = {name: _count(snapshot, pattern) for name, pattern in patterns.items()}

    def with_subclasses(name: str) -> int:
        below = (child.removeprefix("sg:") for child in vocabulary.terms[name].children)
        return min(COUNTED, counts[name] + sum(map(with_subclasses, below)))

    return counts | {name: with_subclasses(name) for name in vocabulary.classes}


def _written(term: Term) -> str:
    return ntriples.iri(term.iri)


def _count(snapshot: Snapshot, pattern: str) -> int:
    query = f"SELECT (COUNT(*) AS ?n) {{ {{ SELECT ?s {{ {pattern} }} LIMIT {COUNTED} }} }}"
    return sum(int(row["n"]) for row in snapshot.select(query))


def _defined(ontology: Graph) -> Iterable[URIRef]:
    namespace = str(SG)
    found = set(ontology.subjects(RDF.type))
    return (iri for iri in found if isinstance(iri, URIRef) and iri.startswith(namespace))


def _rank(iri: URIRef) -> tuple[int, str]:
    return _ORDER.get(shacl.local(iri), len(_ORDER)), iri


def _is_property(ontology: Graph, iri: URIRef) -> bool:
    types = set(ontology.objects(iri, RDF.type))
    return not types.isdisjoint({RDF.Property, OWL.ObjectProperty, OWL.DatatypeProperty})


def _lists(ontology: Graph, terms: Mapping[str, Term]) -> dict[str, tuple[str, ...]]:
    """Find the classes that have members in the ontology itself."""
    found = {}
    for name, term in terms.items():
        members = set(ontology.subjects(RDF.type, term.iri))
        if members:
            found[name] = tuple(n for n, member in terms.items() if member.iri in members)
    return found


def _term(ontology: Graph, iri: URIRef, shapes: Mapping[str, Shape]) -> Term:
    def names(*predicates: URIRef) -> tuple[str, ...]:
        return _names(term for p in predicates for term in ontology.objects(iri, p))

    def named_by(*predicates: URIRef) -> tuple[str, ...]:
        return _names(term for p in predicates for term in ontology.subjects(p, iri))

    above = (RDFS.subClassOf, RDFS.subPropertyOf)
    name = shacl.local(iri)
    types = [t for t in names(RDF.type) if t.startswith("sg:")]
    return Term(
        name=name,
        iri=iri,
        label=shacl.texts(ontology, iri, RDFS.label),
        definition=shacl.texts(ontology, iri, RDFS.comment),
        note=shacl.texts(ontology, iri, SKOS.scopeNote),
        example=shacl.texts(ontology, iri, SKOS.example),
        parents=(*names(*above), *types),
        children=named_by(*above),
        members=named_by(SCHEMA.domainIncludes, RDFS.domain, RDF.type),
        domain=names(SCHEMA.domainIncludes, RDFS.domain),
        range=names(SCHEMA.rangeIncludes, RDFS.range),
        shapes=tuple(key for key, shape in shapes.items() if name in shape.mentioned),
        deprecated=(iri, OWL.deprecated, Literal(True)) in ontology,
        replaced_by=names(DCTERMS.isReplacedBy),
    )


def _names(terms: Iterable[Node]) -> tuple[str, ...]:
    found = sorted({term for term in terms if isinstance(term, URIRef)}, key=_rank)
    return tuple(map(shacl.prefixed, found))


def _first(domain: tuple[str, ...]) -> str:
    return next((name.removeprefix("sg:") for name in domain if name.startswith("sg:")), "")


def _header(graph: Graph) -> Header:
    iri = min(graph.subjects(RDF.type, OWL.Ontology), key=str, default=RDF.nil)
    return Header(
        title=shacl.texts(graph, iri, DCTERMS.title),
        description=shacl.texts(graph, iri, DCTERMS.description),
        note=shacl.texts(graph, iri, SKOS.scopeNote),
        version=str(graph.value(iri, OWL.versionInfo) or ""),
        version_iri=str(graph.value(iri, OWL.versionIRI) or ""),
    )
