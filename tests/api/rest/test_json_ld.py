"""What an answer says in RDF is in the graph."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from pyld import jsonld
from rdflib import XSD, BNode, Literal, URIRef

from api.rest import answers

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient
    from pydantic import BaseModel
    from rdflib.term import Node

    from kg.store.base import Triple
    from kg.store.snapshot import RevisionSnapshot

Loaded = dict[str, object]


@pytest.fixture
def triples(client: FlaskClient) -> Callable[[Any], list[Triple]]:
    """Read an answer as JSON-LD, with the context that the application itself sends."""

    def load(url: str, _: object) -> Loaded:
        response = client.get(url)
        assert response.content_type == "application/ld+json"
        content = json.loads(response.data)
        return {"contextUrl": None, "documentUrl": url, "document": content, "contentType": None}

    def read(content: object) -> list[Triple]:
        dataset = jsonld.to_rdf(content, {"documentLoader": load})
        assert dataset.keys() <= {"@default"}, "an answer is one graph"
        return [
            (_term(quad["subject"]), URIRef(quad["predicate"]["value"]), _term(quad["object"]))  # type: ignore[misc]
            for quad in dataset.get("@default", [])
        ]

    return read


def _term(value: dict[str, str]) -> Node:
    match value["type"]:
        case "IRI":
            return URIRef(value["value"])
        case "blank node":
            return BNode(value["value"])
        case _:
            language = value.get("language")
            datatype = None if language else URIRef(value["datatype"])
            return Literal(value["value"], lang=language, datatype=datatype, normalize=False)


def _said(graph: RevisionSnapshot, triple: Triple) -> bool:
    """Tell whether the graph says something; numbers are the same where their values are."""
    subject, predicate, object_ = triple
    if not isinstance(object_, Literal) or object_.datatype != XSD.decimal:
        return any(graph.quads(subject, predicate, object_))
    found = (quad[2] for quad in graph.quads(subject, predicate, None))
    return any(Decimal(str(other)) == Decimal(str(object_)) for other in found)


@pytest.mark.parametrize("language", ["en", "de"])
def test_an_answer_says_what_the_graph_says(
    looked_up: Callable[..., dict[str, Any]],
    triples: Callable[[Any], list[Triple]],
    graph: RevisionSnapshot,
    address: str,
    model: type[BaseModel],
    language: str,
) -> None:
    """Each triple of each kind of answer is in the graph, in both languages."""
    said = triples(looked_up(address, model, **{"Accept-Language": language}))
    assert [triple for triple in said if not _said(graph, triple)] == []
    assert said or model is answers.TimelineAnswer


def test_an_answer_leaves_out_little(
    looked_up: Callable[..., dict[str, Any]],
    triples: Callable[[Any], list[Triple]],
    graph: RevisionSnapshot,
) -> None:
    """Of a stance in full all is said that the graph says, but for the other language."""
    content = looked_up("records/2024-04-zuckerberg-open-source/s1", answers.RecordAnswer)
    said = set(triples(content))
    iri = URIRef(content["record"]["id"])
    known = {quad[:3] for quad in graph.quads(iri, None, None)}
    missing = {triple for triple in known - said if getattr(triple[2], "language", None) != "de"}
    assert known
    assert missing == set()


def test_every_member_has_its_place(client: FlaskClient) -> None:
    """The context says of each member of an answer what it means in RDF, or that it means nothing.

    A member that it did not know would become a term of the ontology, which it is not.
    """
    schemas = client.get("/api/openapi.json").get_json()["components"]["schemas"]
    ours, added = client.get("/api/context.jsonld").get_json(force=True)["@context"]
    silent = {"Citation", "Counts", "Facet", "Period", "Problem"}
    assert silent < set(schemas)
    names = {
        name
        for schema in set(schemas) - silent
        for name in schemas[schema]["properties"]
        if name != "@context"
    }
    assert len(names) > 60
    scoped = (term["@context"] for term in added.values() if term and "@context" in term)
    assert names - set(ours) - set(added) - {name for terms in scoped for name in terms} == set()
    for member in ("citation", "counts", "facets", "periods"):
        assert added[member] is None
