from __future__ import annotations

import pytest
from rdflib import Graph, URIRef

from kg import iris, ownership
from kg.errors import OwnershipError

PREFIXES = """
@prefix sg: <https://w3id.org/stancegraph/ns#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix id: <https://w3id.org/stancegraph/id/> .
@prefix a1: <https://w3id.org/stancegraph/id/article/a1#> .
@prefix a2: <https://w3id.org/stancegraph/id/article/a2#> .
"""
A1, A2 = (URIRef(f"{iris.ID}article/{name}") for name in ("a1", "a2"))
ADA, ACME = (URIRef(f"{iris.ID}{name}") for name in ("person/ada", "company/acme"))
HEAD_OF = URIRef("http://www.w3.org/ns/org#headOf")


def split(turtle: str) -> dict[URIRef, Graph]:
    """Split the triples of a Turtle text."""
    return ownership.split(Graph().parse(data=PREFIXES + turtle), "test.ttl")


def test_by_iri() -> None:
    """Records belong to their article, entities to the entities graph, terms to the ontology."""
    graphs = split(
        """<https://w3id.org/stancegraph/id/article/a1> a sg:Article . a1:s1 a sg:Stance .
        a2:k1 a sg:Claim . <https://w3id.org/stancegraph/id/person/ada> a sg:Person .
        sg:Person rdfs:label "Person" . <https://w3id.org/stancegraph/ns> rdfs:label "x" .
        <https://w3id.org/stancegraph/shapes#X1> rdfs:label "x" .
        <https://w3id.org/stancegraph/graph/catalog#1> rdfs:label "x" ."""
    )
    assert {str(name): len(graph) for name, graph in graphs.items()} == {
        str(A1): 2,
        str(A2): 1,
        str(iris.ENTITIES_GRAPH): 1,
        str(iris.ONTOLOGY_GRAPH): 2,
        str(iris.SHAPES_GRAPH): 1,
        str(iris.CATALOG_GRAPH): 1,
    }


def test_links() -> None:
    """What joins two records is an editor's link, whoever owns the records."""
    graphs = split("a1:s1 sg:revises a2:s1 ; sg:contradicts a2:s2 . a1:s1 a sg:Stance .")
    assert {name: len(graph) for name, graph in graphs.items()} == {iris.LINKS_GRAPH: 2, A1: 1}


CLAIM = """rdf:subject <https://w3id.org/stancegraph/id/person/ada> ; rdf:predicate org:headOf ;
  rdf:object <https://w3id.org/stancegraph/id/company/acme> """
PLAIN = """<https://w3id.org/stancegraph/id/person/ada> org:headOf
  <https://w3id.org/stancegraph/id/company/acme> ."""


def test_backed_triple() -> None:
    """A plain triple belongs to every article whose own voice states it."""
    graphs = split(
        f"""a1:k1 sg:modality sg:Asserted ; {CLAIM} .
        a2:k1 sg:modality sg:Asserted ; {CLAIM} . {PLAIN}"""
    )
    assert (ADA, HEAD_OF, ACME) in graphs[A1]
    assert (ADA, HEAD_OF, ACME) in graphs[A2]
    assert iris.ENTITIES_GRAPH not in graphs


@pytest.mark.parametrize(
    "unlike",
    [
        "sg:modality sg:Possible",
        "sg:modality sg:Asserted ; sg:negated true",
        "sg:modality sg:Asserted ; sg:holder <https://w3id.org/stancegraph/id/person/ada>",
    ],
)
def test_not_backed(unlike: str) -> None:
    """A claim that is only possible, negated or somebody's backs no plain triple."""
    graphs = split(f"a1:k1 {unlike} ; {CLAIM} . {PLAIN}")
    assert (ADA, HEAD_OF, ACME) in graphs[iris.ENTITIES_GRAPH]


def test_blank_nodes() -> None:
    """Blank nodes go where they are referred to from, however deep they lie."""
    graphs = split(
        """<https://w3id.org/stancegraph/shapes#S> sh:property [ sh:in ( 1 2 ) ] .
        sg:Person rdfs:seeAlso [ rdfs:label "x" ] ."""
    )
    assert len(graphs[iris.SHAPES_GRAPH]) == 6
    assert len(graphs[iris.ONTOLOGY_GRAPH]) == 2


def test_unowned() -> None:
    """A subject that no graph owns is refused, with its IRI and what to do."""
    with pytest.raises(OwnershipError, match=r"test.ttl: no graph owns <urn:x>; .*--graph"):
        split('<urn:x> rdfs:label "x" .')
    with pytest.raises(OwnershipError, match="a blank node that nothing refers to"):
        split('[] rdfs:label "x" .')
