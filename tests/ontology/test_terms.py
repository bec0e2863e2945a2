from __future__ import annotations

import pytest
from rdflib import OWL, RDF, Graph, URIRef

from kg import iris, terms
from kg.terms import CODE_LISTS, CONTENT_PREDICATES, LINK_PREDICATES, OA, ORG, PREFIXES, SG

PROPERTIES = (OWL.ObjectProperty, OWL.DatatypeProperty)


def declared(ontology: Graph) -> set[URIRef]:
    """Return the subjects of the ontology's namespace."""
    return {
        term
        for term in ontology.subjects(unique=True)
        if isinstance(term, URIRef) and term.startswith(str(SG))
    }


def test_the_constants_are_the_terms_of_the_ontology(ontology: Graph) -> None:
    """The module holds every term of the ontology, and the ontology every constant."""
    assert declared(ontology)
    assert set(dir(SG)) == declared(ontology)


def test_a_name_that_is_no_term_is_refused() -> None:
    """A misspelt term raises and names itself, so no triple can hold it."""
    with pytest.raises(AttributeError, match="Stanze"):
        _ = SG.Stanze
    with pytest.raises(AttributeError, match="hasSauce"):
        _ = OA.hasSauce


def test_the_code_lists_are_those_of_the_ontology(ontology: Graph) -> None:
    """Each list holds exactly the individuals that the ontology types by its class."""
    lists = {kind for kind in ontology.objects() if (kind, RDF.type, OWL.Class) in ontology}
    held = {
        kind: frozenset(ontology.subjects(RDF.type, kind))
        for kind in lists
        if (None, RDF.type, kind) in ontology
    }
    assert dict(CODE_LISTS) == held


def test_every_value_belongs_to_one_list(ontology: Graph) -> None:
    """No value is in two lists, and none is outside them."""
    values = [value for held in CODE_LISTS.values() for value in held]
    assert len(values) == len(set(values))
    assert set(values) == set(ontology.subjects(RDF.type, OWL.NamedIndividual))


@pytest.mark.parametrize(
    ("classes", "parent"),
    [(terms.RECORD_CLASSES, SG.Record), (terms.ENTITY_CLASSES, None)],
    ids=["records", "entities"],
)
def test_the_groups_of_classes_are_concrete(
    ontology: Graph, classes: frozenset[URIRef], parent: URIRef | None
) -> None:
    """Entity and record classes are declared, and the abstract ones are left out."""
    assert classes
    assert not classes & {SG.Record, SG.Agent}
    for found in classes:
        assert (found, RDF.type, OWL.Class) in ontology
        assert parent is None or parent in ontology.transitive_objects(found, terms.RDFS.subClassOf)


def test_predicates_of_claims_and_links_are_properties(ontology: Graph) -> None:
    """Every content and link predicate of our own is an object property of the ontology."""
    own = (CONTENT_PREDICATES | LINK_PREDICATES) - {ORG.headOf}
    assert all((predicate, RDF.type, OWL.ObjectProperty) in ontology for predicate in own)


def test_the_prefixes_are_one_to_one() -> None:
    """No two prefixes share a namespace."""
    assert len(set(PREFIXES.values())) == len(PREFIXES)


@pytest.mark.parametrize("kind", iris.KINDS)
def test_every_kind_of_thing_has_a_prefix(kind: str) -> None:
    """A thing's IRI is its kind's prefix and its slug."""
    assert PREFIXES[kind] + "heron-2" == str(iris.entity(kind, "Heron 2"))


def test_the_graph_names_and_the_namespaces_agree() -> None:
    """The ontology and the shapes lie in the graphs named like their namespaces."""
    assert PREFIXES["sg"] == f"{iris.ONTOLOGY_GRAPH}#"
    assert PREFIXES["sgsh"] == f"{iris.SHAPES_GRAPH}#"


def test_what_is_exported_is_what_is_there() -> None:
    """Every name in ``__all__`` exists."""
    assert all(hasattr(terms, name) for name in terms.__all__)
