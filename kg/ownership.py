"""Which graph a triple belongs in, told from its subject's IRI and its predicate.

A merged Turtle file, a dump included, has lost the graph names. It needs none: an article owns the
IRIs under its own, editors' links have predicates of their own, and whatever else lies under the
``id/`` of the base is an entity. A plain triple about an entity that one of the file's articles
backs by a claim of its own voice belongs in that article's graph.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from rdflib import RDF, BNode, Graph, Literal, URIRef

from kg import iris
from kg.errors import OwnershipError
from kg.terms import CONTENT_PREDICATES, LINK_PREDICATES, SG

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rdflib.term import Node

    Triple = tuple[Node, Node, Node]

_OWN_GRAPHS = (iris.ONTOLOGY_GRAPH, iris.SHAPES_GRAPH, iris.CATALOG_GRAPH)
_TRUE = Literal(True)


def split(triples: Iterable[Triple], name: str = "the input") -> dict[URIRef, Graph]:
    """Divide triples into the graphs they belong in.

    :param name: what to call the input in an error
    :raises OwnershipError: for a subject that no graph owns
    """
    merged = Graph()
    for triple in triples:
        merged.add(triple)
    backed = _backed(merged)
    graphs: defaultdict[URIRef, Graph] = defaultdict(Graph)
    blank: list[Triple] = []
    for triple in merged:
        subject = triple[0]
        if isinstance(subject, BNode):
            blank.append(triple)
        elif triple in backed:
            for article in backed[triple]:
                graphs[article].add(triple)
        else:
            graphs[_owner(triple, name)].add(triple)
    _place_blank(blank, graphs, name)
    return dict(graphs)


def _backed(merged: Graph) -> dict[Triple, set[URIRef]]:
    """Map each plain triple that a claim of an article's own voice states to those articles."""
    backed: defaultdict[Triple, set[URIRef]] = defaultdict(set)
    plain = CONTENT_PREDICATES - LINK_PREDICATES
    for claim, predicate in merged.subject_objects(RDF.predicate):
        if predicate not in plain or not _own_voice(merged, claim):
            continue
        subject, object_ = merged.value(claim, RDF.subject), merged.value(claim, RDF.object)
        article = iris.article_of(str(claim))
        if subject is not None and object_ is not None and article is not None:
            backed[subject, predicate, object_].add(article)
    return backed


def _own_voice(merged: Graph, claim: Node) -> bool:
    return (
        (claim, SG.holder, None) not in merged
        and (claim, SG.modality, SG.Asserted) in merged
        and (claim, SG.negated, _TRUE) not in merged
    )


def _owner(triple: Triple, name: str) -> URIRef:
    subject, predicate, _ = triple
    if predicate in LINK_PREDICATES:
        return iris.LINKS_GRAPH
    if (article := iris.article_of(str(subject))) is not None:
        return article
    if str(subject).startswith(iris.ID):
        return iris.ENTITIES_GRAPH
    for graph in _OWN_GRAPHS:
        if str(subject) == str(graph) or str(subject).startswith((f"{graph}#", f"{graph}/")):
            return graph
    raise OwnershipError(
        f"{name}: no graph owns <{subject}>; its IRI has to begin with {iris.ID}, "
        "or name the graph to load into (--graph, or a format with named graphs)"
    )


def _place_blank(blank: list[Triple], graphs: defaultdict[URIRef, Graph], name: str) -> None:
    """Put what blank nodes say beside the statement that refers to them, however deep."""
    homes: dict[Node, URIRef] = {}
    for graph_name, graph in graphs.items():
        homes.update(
            (object_, graph_name) for object_ in graph.objects() if isinstance(object_, BNode)
        )
    waiting = blank
    while waiting:
        still: list[Triple] = []
        for triple in waiting:
            if triple[0] not in homes:
                still.append(triple)
                continue
            home = homes[triple[0]]
            graphs[home].add(triple)
            if isinstance(triple[2], BNode):
                homes.setdefault(triple[2], home)
        if len(still) == len(waiting):
            raise OwnershipError(
                f"{name}: a blank node that nothing refers to belongs to no graph: give it an IRI, "
                "or name the graph to load into (--graph)"
            )
        waiting = still
