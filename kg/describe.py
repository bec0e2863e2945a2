"""Which statements describe an IRI: what a document about it says.

An article's document is its whole graph, and what editors link its records with. An entity's is
what any graph says of it and the plain facts that others have with it, never the records that
mention it: of those there can be thousands. Both bear the labels of what they mention, so that a
reader needs no second request to name it. Statements come once, whatever graphs hold them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rdflib import DCTERMS, RDFS, SKOS, BNode, URIRef

from kg import iris, ntriples
from kg.terms import CONTENT_PREDICATES, LINK_PREDICATES, SG

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg.store.base import Snapshot, Triple

NEIGHBOURS = 100
"""How many things of each kind of fact are named that have the fact with an entity."""
_POINTING = tuple(
    sorted(CONTENT_PREDICATES - LINK_PREDICATES | {SG.concerns, SKOS.broader, DCTERMS.isReplacedBy})
)


def described(snapshot: Snapshot, iri: URIRef) -> bool:
    """Tell whether anything is said of an IRI; False for what is no IRI at all."""
    try:
        quads = snapshot.quads(iri)
    except ValueError:
        return False
    return any(True for _ in quads)


def replacement(snapshot: Snapshot, iri: URIRef) -> URIRef | None:
    """Return what a merged entity was replaced by, at the end of the chain, else None."""
    seen = [iri]
    while (found := _replaced_by(snapshot, seen[-1])) is not None:
        if found in seen:
            return None
        seen.append(found)
    return seen[-1] if len(seen) > 1 else None


def _replaced_by(snapshot: Snapshot, iri: URIRef) -> URIRef | None:
    found = (quad[2] for quad in snapshot.quads(iri, DCTERMS.isReplacedBy))
    return min((iri for iri in found if isinstance(iri, URIRef)), default=None)


def describe(snapshot: Snapshot, iri: URIRef) -> list[Triple]:
    """Return the statements of the document about an article or an entity; empty for no such IRI.

    :raises InputError: ``iri`` has a character that no IRI can have
    """
    of_article = iris.article_of(iri) == iri
    said = _article(snapshot, iri) if of_article else _entity(snapshot, iri)
    found = dict.fromkeys(said)
    if found:
        found |= dict.fromkeys(_labels(snapshot, iri, found))
    return list(found)


def _article(snapshot: Snapshot, iri: URIRef) -> Iterator[Triple]:
    own = [quad[:3] for quad in snapshot.quads(graph=iri)]
    yield from own
    for record in dict.fromkeys(subject for subject, _, _ in own):
        for quad in snapshot.quads(record, graph=iris.LINKS_GRAPH):
            yield quad[:3]
        for quad in snapshot.quads(object_=record, graph=iris.LINKS_GRAPH):
            yield quad[:3]


def _entity(snapshot: Snapshot, iri: URIRef) -> Iterator[Triple]:
    """Ask the engine for each statement once: many articles can state the same fact."""
    name = ntriples.iri(iri)
    for row in snapshot.select(f"SELECT DISTINCT ?p ?o {{ {name} ?p ?o }}"):
        predicate, object_ = row["p"], row["o"]
        if isinstance(predicate, URIRef):
            yield iri, predicate, object_
        if isinstance(object_, BNode):
            yield from _within(snapshot, object_)
    for predicate in _POINTING:
        query = f"SELECT DISTINCT ?s {{ ?s {ntriples.iri(predicate)} {name} }} LIMIT {NEIGHBOURS}"
        for row in snapshot.select(query):
            if isinstance(row["s"], URIRef):
                yield row["s"], predicate, iri


def _within(snapshot: Snapshot, node: BNode) -> Iterator[Triple]:
    """Iterate over what a blank node says, and the blank nodes it refers to, however deep."""
    waiting, seen = [node], {node}
    while waiting:
        for subject, predicate, object_, _ in snapshot.quads(waiting.pop()):
            yield subject, predicate, object_
            if isinstance(object_, BNode) and object_ not in seen:
                seen.add(object_)
                waiting.append(object_)


def _labels(snapshot: Snapshot, iri: URIRef, said: Iterable[Triple]) -> Iterator[Triple]:
    mentioned = {
        str(term): term
        for subject, _, object_ in said
        for term in (subject, object_)
        if isinstance(term, URIRef) and term.startswith(iris.ID) and iris.article_of(term) is None
    }
    mentioned.pop(str(iri), None)
    for term in mentioned.values():
        for quad in snapshot.quads(term, RDFS.label):
            yield quad[:3]
