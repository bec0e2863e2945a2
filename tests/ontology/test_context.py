from __future__ import annotations

import json
from typing import Any

import pytest
from rdflib import OWL, RDF, Graph
from rdflib.compare import isomorphic
from rdflib.namespace import SDO
from rdflib.plugins.shared.jsonld.context import Context

from kg import resources
from kg.terms import CODE_LISTS, SG

FOLDER = resources.folder("ontology")
NAMES = sorted(path.name for path in (FOLDER / "examples").glob("*.ttl"))


@pytest.fixture(scope="module")
def context() -> dict[str, Any]:
    """The context file's content."""
    content: dict[str, Any] = json.loads((FOLDER / "context.jsonld").read_text(encoding="utf-8"))
    return content


def compact(graph: Graph, context: dict[str, Any]) -> dict[str, Any]:
    """Return a graph as a JSON-LD document with the context in it."""
    text = graph.serialize(format="json-ld", context=context["@context"])
    document: dict[str, Any] = json.loads(text)
    return document


def node(document: dict[str, Any], end: str) -> dict[str, Any]:
    """Return the one node whose id ends so."""
    (found,) = (item for item in document["graph"] if item["id"].endswith(end))
    return dict(found)


# rdflib's own parser uses the class that rdflib deprecates
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@pytest.mark.parametrize("name", NAMES)
def test_an_example_survives_json_ld(
    examples: dict[str, Graph], context: dict[str, Any], name: str
) -> None:
    """Written with the context and read again, a graph is isomorphic to what it was."""
    document = compact(examples[name], context)
    assert document.pop("@context") == context["@context"]
    text = json.dumps(document)
    again = Graph().parse(data=text, format="json-ld", context=context["@context"])
    assert isomorphic(again, examples[name])


@pytest.mark.parametrize("name", NAMES)
def test_keys_are_short_names(
    examples: dict[str, Graph], context: dict[str, Any], name: str
) -> None:
    """Every key of a compacted example is a word, never an IRI or a prefixed name."""
    document = compact(examples[name], context)
    keys = {key for item in document["graph"] for key in item}
    assert keys
    assert {key for key in keys if not key.isalpha()} == set()


def test_every_property_has_a_key(ontology: Graph, context: dict[str, Any]) -> None:
    """Each property's key is its own name; codes are words and all other things plain IRIs."""
    known = Context(context["@context"])
    for term in ontology.subjects(RDF.type, OWL.DatatypeProperty):
        assert known.terms[str(term).removeprefix(str(SG))].id == str(term)
    for term in ontology.subjects(RDF.type, OWL.ObjectProperty):
        key = known.terms[str(term).removeprefix(str(SG))]
        coded = ontology.value(term, SDO.rangeIncludes) in CODE_LISTS
        assert (key.id, key.type) == (str(term), "@vocab" if coded else "@id")


def test_a_record_reads_well(examples: dict[str, Graph], context: dict[str, Any]) -> None:
    """A record is plain JSON: words for codes, languages as keys, typed dates."""
    document = compact(examples["01-unconditional-stance.ttl"], context)
    stance = node(document, "#s1")
    assert stance["type"] == "Stance"
    assert stance["polarity"] == "Against"
    assert stance["unconditional"] == "true"
    assert stance["gloss"].keys() == {"en", "de"}
    assert stance["saidOn"] == {"type": "xsd:date", "value": "2025-03-13"}
    assert stance["holder"] == "https://w3id.org/stancegraph/id/person/tomas-adeyemi"
    assert node(document, "#e1")["start"] == "310"


def test_a_claim_names_its_predicate_by_a_word(
    examples: dict[str, Graph], context: dict[str, Any]
) -> None:
    """A claim's predicate of our own is its name; that of another vocabulary has a prefix."""
    document = compact(examples["04-article-voice.ttl"], context)
    assert node(document, "#k2")["predicate"] == "developedBy"
    assert node(document, "#k1")["predicate"] in {"headOf", "org:headOf"}


def test_the_context_needs_no_network(context: dict[str, Any]) -> None:
    """The file holds one context, imports none and refers to none."""
    assert context.keys() == {"@context"}
    assert isinstance(context["@context"], dict)
    assert "@import" not in context["@context"]
