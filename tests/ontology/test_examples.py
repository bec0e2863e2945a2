from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rdflib import DCTERMS, ORG, OWL, RDF, RDFS, SKOS, BNode, Graph, URIRef
from rdflib.namespace import SDO

from kg import iris, resources
from kg.terms import CODE_LISTS, OA, SG

if TYPE_CHECKING:
    from rdflib.term import Node

NAMES = sorted(path.name for path in (resources.folder("ontology") / "examples").glob("*.ttl"))
FOREIGN = (
    RDF.subject,
    RDF.predicate,
    RDF.object,
    RDFS.label,
    SKOS.altLabel,
    SKOS.broader,
    SKOS.exactMatch,
    DCTERMS.isReplacedBy,
    ORG.headOf,
    OA.hasSource,
    OA.start,
    OA.end,
    SDO.headline,
    SDO.inLanguage,
    SDO.publisher,
    SDO.datePublished,
    SDO.url,
    SDO.minValue,
    SDO.maxValue,
    SDO.currency,
    SDO.unitCode,
)
"""The properties of other vocabularies that the ontology builds on."""


def merged(examples: dict[str, Graph]) -> Graph:
    """Return all examples as one graph."""
    whole = Graph()
    for graph in examples.values():
        whole += graph
    return whole


@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_complete(examples: dict[str, Graph], name: str) -> None:
    """Whatever an example refers to under our own IRIs it also describes."""
    graph = examples[name]
    referred = {term for term in graph.objects() if str(term).startswith(iris.ID)}
    assert referred
    assert {term for term in referred if (term, RDF.type, None) not in graph} == set()


@pytest.mark.parametrize("name", NAMES)
def test_an_example_has_no_blank_nodes(examples: dict[str, Graph], name: str) -> None:
    """Everything has an IRI, so that everything can be pointed to."""
    assert not any(isinstance(term, BNode) for triple in examples[name] for term in triple)


@pytest.mark.parametrize("name", NAMES)
def test_an_example_opens_with_what_it_shows(name: str) -> None:
    """The file's first line is a comment for the reader."""
    path = resources.folder("ontology") / "examples" / name
    assert path.read_text(encoding="utf-8").startswith("# ")


@pytest.mark.parametrize("name", NAMES)
def test_an_example_uses_terms_of_the_ontology_alone(
    examples: dict[str, Graph], ontology: Graph, name: str
) -> None:
    """No term of the namespace occurs that the ontology does not declare."""
    used = {term for triple in examples[name] for term in triple if str(term).startswith(str(SG))}
    assert used
    assert used <= set(ontology.subjects(RDF.type))


def test_every_concrete_class_has_an_instance(examples: dict[str, Graph], ontology: Graph) -> None:
    """Each class but the abstract ones and the code lists' types something in some example."""
    classes = set(ontology.subjects(RDF.type, OWL.Class))
    concrete = classes - set(CODE_LISTS) - {SG.Agent, SG.Record}
    assert concrete
    assert concrete == {
        kind for kind in merged(examples).objects(None, RDF.type) if kind in classes
    }


def test_every_property_is_used(examples: dict[str, Graph], ontology: Graph) -> None:
    """Each property is a predicate, or a claim's rdf:predicate, in some example."""
    whole = merged(examples)
    properties = {
        term
        for kind in (OWL.ObjectProperty, OWL.DatatypeProperty)
        for term in ontology.subjects(RDF.type, kind)
    }
    used = set(whole.predicates()) | set(whole.objects(None, RDF.predicate))
    assert properties
    assert properties - used == set()


def test_every_value_of_every_code_list_is_used(examples: dict[str, Graph]) -> None:
    """Each value of each code list is an object in some example."""
    values = frozenset[URIRef]().union(*CODE_LISTS.values())
    assert values - set(merged(examples).objects()) == set()


@pytest.mark.parametrize("predicate", FOREIGN, ids=str)
def test_every_borrowed_property_is_used(examples: dict[str, Graph], predicate: URIRef) -> None:
    """Each property taken from another vocabulary occurs in some example."""
    assert (None, predicate, None) in merged(examples)


def test_an_entity_is_described_alike_everywhere(examples: dict[str, Graph]) -> None:
    """An entity that several examples share has one description, so all can be loaded together."""
    seen: dict[tuple[Node, Node], set[Node]] = {}
    shared = 0
    for graph in examples.values():
        for subject in graph.subjects(RDF.type, unique=True):
            for predicate in (RDF.type, RDFS.label, SKOS.altLabel, SG.existence, SG.concerns):
                values = set(graph.objects(subject, predicate))
                shared += (subject, predicate) in seen
                assert seen.setdefault((subject, predicate), values) == values
    assert shared
