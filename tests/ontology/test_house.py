from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pyshacl
import pytest
from rdflib import DCTERMS, OWL, RDF, RDFS, SH, SKOS, XSD, Graph, Literal, URIRef
from rdflib.namespace import PROV, SDO, VANN

from kg import iris, resources
from kg.terms import SG, SGSH

if TYPE_CHECKING:
    from rdflib.term import Node

HEADER = iris.ONTOLOGY_GRAPH
CUT = (
    HEADER,
    SG.Record,
    SG.Claim,
    SG.Estimate,
    SG.Finding,
    SG.Met,
    SG.assesses,
    SG.finding,
    SG.horizonText,
    SG.Condition,
)
"""Enough of the ontology for a rule to break: each kind of term, and one with a scope note."""

Mutation = Callable[[Graph], object]


def without(subject: URIRef, predicate: URIRef) -> Mutation:
    """Remove all values."""
    return lambda graph: graph.remove((subject, predicate, None))


def also(subject: URIRef, predicate: URIRef, value: Node) -> Mutation:
    """Add a value."""
    return lambda graph: graph.add((subject, predicate, value))


def instead(subject: URIRef, predicate: URIRef, value: Node) -> Mutation:
    """Put one value in the place of all."""
    return lambda graph: graph.set((subject, predicate, value))


def reworded(subject: URIRef, predicate: URIRef, text: str) -> Mutation:
    """Put an English text in the place of the English one."""

    def mutate(graph: Graph) -> None:
        for value in list(graph.objects(subject, predicate)):
            if isinstance(value, Literal) and value.language == "en":
                graph.remove((subject, predicate, value))
        graph.add((subject, predicate, Literal(text, lang="en")))

    return mutate


def unglossed(subject: URIRef, predicate: URIRef) -> Mutation:
    """Remove the German text."""

    def mutate(graph: Graph) -> None:
        for value in list(graph.objects(subject, predicate)):
            if isinstance(value, Literal) and value.language == "de":
                graph.remove((subject, predicate, value))

    return mutate


def renamed(old: URIRef, new: str) -> Mutation:
    """Give a term another IRI wherever it stands."""

    def mutate(graph: Graph) -> None:
        for triple in list(graph):
            if old in triple:
                graph.remove(triple)
                a, b, c = (URIRef(new) if term == old else term for term in triple)
                graph.add((a, b, c))

    return mutate


FRENCH = Literal("une date", lang="fr")
ENGLISH = Literal("Another one", lang="en")
MUTATIONS: list[tuple[str, Mutation]] = [
    ("Ontology-title", unglossed(HEADER, DCTERMS.title)),
    ("Ontology-title", also(HEADER, DCTERMS.title, ENGLISH)),
    ("Ontology-description", without(HEADER, DCTERMS.description)),
    ("Ontology-policy", unglossed(HEADER, SKOS.scopeNote)),
    ("Ontology-license", without(HEADER, DCTERMS.license)),
    ("Ontology-created", instead(HEADER, DCTERMS.created, Literal("today"))),
    ("Ontology-prefix", instead(HEADER, VANN.preferredNamespacePrefix, Literal("stance"))),
    ("Ontology-namespace", without(HEADER, VANN.preferredNamespaceUri)),
    ("Ontology-versionInfo", without(HEADER, OWL.versionInfo)),
    ("Ontology-versionIRI", without(HEADER, OWL.versionIRI)),
    ("Ontology-versionIRI", instead(HEADER, OWL.versionIRI, URIRef(HEADER + "/9.9.9"))),
    ("Term-type", without(SG.horizonText, RDF.type)),
    ("Term-type", lambda graph: graph.remove((SG.Met, RDF.type, OWL.NamedIndividual))),
    ("Term-label", unglossed(SG.Met, RDFS.label)),
    ("Term-label", also(SG.Met, RDFS.label, FRENCH)),
    ("Term-label", also(SG.Met, RDFS.label, ENGLISH)),
    ("Term-comment", unglossed(SG.finding, RDFS.comment)),
    ("Term-comment", also(SG.finding, RDFS.comment, Literal("A second one.", lang="en"))),
    ("Term-sentence", reworded(SG.Claim, RDFS.comment, "Without a full stop")),
    ("Term-sentence", reworded(SG.Claim, RDFS.comment, "Two sentences. Of this kind.")),
    ("Term-sentence", reworded(SG.Claim, RDFS.comment, "without a capital.")),
    ("Term-example", unglossed(SG.Finding, SKOS.example)),
    ("Term-scopeNote", unglossed(SG.horizonText, SKOS.scopeNote)),
    ("Term-scopeNote", also(SG.horizonText, SKOS.scopeNote, FRENCH)),
    ("Term-isDefinedBy", without(SG.Record, RDFS.isDefinedBy)),
    ("Term-alignment", also(SG.Record, SKOS.closeMatch, PROV.Entity)),
    ("Class-name", renamed(SG.Finding, f"{SG}finding_list")),
    ("Property-name", renamed(SG.assesses, f"{SG}Assesses")),
    ("Property-name", renamed(SG.assesses, "https://example.org/assesses")),
    ("Individual-name", renamed(SG.Met, f"{SG}met")),
    ("Class-superclass", also(SG.Record, RDFS.subClassOf, PROV.Entity)),
    ("Property-domain", without(SG.finding, SDO.domainIncludes)),
    ("Property-domain", also(SG.finding, SDO.domainIncludes, PROV.Entity)),
    ("Property-range", without(SG.finding, SDO.rangeIncludes)),
    ("Property-inference", also(SG.finding, RDFS.domain, SG.Claim)),
    ("ObjectProperty-range", also(SG.finding, SDO.rangeIncludes, XSD.string)),
    ("DatatypeProperty-range", also(SG.horizonText, SDO.rangeIncludes, SG.Claim)),
    ("Individual-list", lambda graph: graph.remove((SG.Met, RDF.type, SG.Finding))),
    ("Individual-list", also(SG.Met, RDF.type, SG.Claim)),
]


@pytest.fixture(scope="module")
def house() -> Graph:
    """The house shapes."""
    return Graph().parse(resources.folder("shapes") / "house.ttl")


@pytest.fixture
def cut(ontology: Graph) -> Graph:
    """A part of the ontology that conforms by itself, to be broken."""
    part = Graph()
    for subject in CUT:
        for triple in ontology.triples((subject, None, None)):
            part.add(triple)
    return part


def broken(data: Graph, house: Graph) -> set[str]:
    """Return the local names of the shapes that the data breaks."""
    _, report, _ = pyshacl.validate(data, shacl_graph=house)
    assert isinstance(report, Graph)
    return {str(shape).removeprefix(str(SGSH)) for shape in report.objects(None, SH.sourceShape)}


def rules(house: Graph) -> set[str]:
    """Return the local names of the shapes that can be broken: rules, not groups of rules."""
    found = set(house.objects(None, SH.property))
    found |= {shape for shape in house.subjects(SH.pattern) if (shape, SH.path, None) not in house}
    return {str(shape).removeprefix(str(SGSH)) for shape in found}


def test_the_ontology_conforms(ontology: Graph, house: Graph) -> None:
    """Every term says of itself what the house rules ask for."""
    assert broken(ontology, house) == set()


def test_the_part_that_is_broken_below_conforms(cut: Graph, house: Graph) -> None:
    """Whatever a mutation breaks was whole before."""
    assert broken(cut, house) == set()


@pytest.mark.parametrize(
    ("rule", "mutate"), MUTATIONS, ids=[f"{i}-{rule}" for i, (rule, _) in enumerate(MUTATIONS)]
)
def test_a_mutation_breaks_its_rule_alone(
    cut: Graph, house: Graph, rule: str, mutate: Mutation
) -> None:
    """One change for the worse is found by the rule meant for it, and by no other."""
    mutate(cut)
    assert broken(cut, house) == {f"House-{rule}"}


def test_every_rule_has_a_mutation(house: Graph) -> None:
    """No house rule stands there that nothing was seen to break."""
    assert rules(house)
    assert {f"House-{rule}" for rule, _ in MUTATIONS} == rules(house)


def test_every_shape_has_a_focus_node(ontology: Graph, house: Graph) -> None:
    """Each target of each house shape finds something in the ontology."""
    targets = [
        (shape, (None, RDF.type, kind)) for shape, kind in house.subject_objects(SH.targetClass)
    ] + [
        (shape, (None, predicate, None))
        for shape, predicate in house.subject_objects(SH.targetSubjectsOf)
    ]
    assert targets
    assert [shape for shape, pattern in targets if pattern not in ontology] == []
    grouped = set(house.subjects(SH.property)) | set(house.subjects(SH.pattern))
    targeted = {shape for shape, _ in targets} | set(house.objects(None, SH.property))
    assert grouped - targeted == set()


def test_every_house_shape_is_named_so(house: Graph) -> None:
    """Every shape and rule has an IRI of its own that starts with House."""
    shapes = set(house.subjects(RDF.type))
    assert shapes
    assert {shape for shape in map(str, shapes) if not shape.startswith(SGSH + "House-")} == set()
