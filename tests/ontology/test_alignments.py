from __future__ import annotations

import pytest
from rdflib import FOAF, ORG, OWL, PROV, RDF, RDFS, SDO, SKOS, BNode, Graph, URIRef

from kg.terms import OA, SG

AIRO = "https://w3id.org/airo#"
FAIR4ML = "https://w3id.org/fair4ml#"
NPX = "http://purl.org/nanopub/x/"

TABLE = {
    (SG.Agent, RDFS.subClassOf, PROV.Agent),
    (SG.Person, RDFS.subClassOf, FOAF.Person),
    (SG.Person, RDFS.subClassOf, SDO.Person),
    (SG.Company, RDFS.subClassOf, ORG.Organization),
    (SG.Company, RDFS.subClassOf, SDO.Organization),
    (SG.Model, RDFS.subClassOf, SDO.CreativeWork),
    (SG.Model, SKOS.closeMatch, URIRef(AIRO + "AIModel")),
    (SG.Model, SKOS.closeMatch, URIRef(FAIR4ML + "MLModel")),
    (SG.Project, RDFS.subClassOf, SDO.CreativeWork),
    (SG.Topic, RDFS.subClassOf, SKOS.Concept),
    (SG.Article, RDFS.subClassOf, SDO.NewsArticle),
    (SG.Article, RDFS.subClassOf, PROV.Entity),
    (SG.Occasion, RDFS.subClassOf, PROV.Entity),
    (SG.Occasion, SKOS.closeMatch, SDO.PodcastEpisode),
    (SG.Evidence, RDFS.subClassOf, OA.SpecificResource),
    (SG.Record, RDFS.subClassOf, PROV.Entity),
    (SG.Stance, SKOS.closeMatch, URIRef(NPX + "Opinion")),
    (SG.Claim, RDFS.subClassOf, RDF.Statement),
    (SG.Claim, SKOS.closeMatch, SDO.Claim),
    (SG.holder, RDFS.subPropertyOf, PROV.wasAttributedTo),
}


def test_the_alignments_are_the_documented_ones(alignments: Graph) -> None:
    """Beside its header the file holds the table of alignments and nothing else."""
    header = set(alignments.subjects(RDF.type, OWL.Ontology))
    assert {triple for triple in alignments if triple[0] not in header} == TABLE


def test_only_terms_of_the_ontology_are_aligned(ontology: Graph) -> None:
    """Every aligned term is declared in the ontology."""
    assert {term for term, _, _ in TABLE} <= set(ontology.subjects(RDF.type))


def test_nothing_is_imported(alignments: Graph, ontology: Graph) -> None:
    """Neither file asks a tool to fetch another one."""
    for graph in (alignments, ontology):
        assert (None, OWL.imports, None) not in graph
        assert not any(isinstance(term, BNode) for triple in graph for term in triple)


@pytest.mark.parametrize(
    ("foreign", "own"),
    [
        (PROV.Entity, SG.Stance),
        (PROV.Entity, SG.Estimate),
        (PROV.Agent, SG.Group),
        (RDF.Statement, SG.Estimate),
    ],
)
def test_records_can_be_asked_for_in_other_words(
    ontology: Graph, alignments: Graph, examples: dict[str, Graph], foreign: URIRef, own: URIRef
) -> None:
    """With the alignments loaded, a foreign class finds what one of our own types."""
    things = Graph()
    for graph in examples.values():
        things += graph
    found = (things + ontology + alignments).query(
        "SELECT ?x { ?x a/<http://www.w3.org/2000/01/rdf-schema#subClassOf>* ?foreign }",
        initBindings={"foreign": foreign},
    )
    ours = set(things.subjects(RDF.type, own))
    assert ours
    assert ours <= {row[0] for row in found}  # type: ignore[index]  # a SELECT yields rows
