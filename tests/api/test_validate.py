"""``/validate`` says what the gate would say, and stores nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from rdflib import RDF, SH, Dataset, Graph

from api.validate import check
from kg import formats, pipeline
from kg.store.reading import read
from kg.store.revisions import Revisions

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from kg.settings import Settings

GOOD = """
@prefix sg: <https://w3id.org/stancegraph/ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<https://w3id.org/stancegraph/id/person/mara-lindqvist> a sg:Person ;
    rdfs:label "Mara Lindqvist"@en, "Mara Lindqvist"@de .
"""
BAD = GOOD.replace(', "Mara Lindqvist"@de', "")
WRITTEN = {"turtle": "turtle", "trig": "trig", "ntriples": "nt", "nquads": "nquads",
           "rdfxml": "xml", "jsonld": "json-ld"}  # fmt: skip


def test_conforming(client: FlaskClient) -> None:
    """A graph that conforms gets a report that says so."""
    response = client.post("/validate", data=GOOD, content_type="text/turtle")
    assert response.status_code == 200
    assert response.content_type == "text/turtle; charset=utf-8"
    graph = Graph().parse(data=response.text)
    report = graph.value(predicate=RDF.type, object=SH.ValidationReport)
    assert graph.value(report, SH.conforms).toPython() is True  # type: ignore[union-attr]  # there
    assert (None, SH.result, None) not in graph


def test_breaking(client: FlaskClient) -> None:
    """A graph that breaks a shape gets a report with what and where, and status 200 as well."""
    response = client.post("/validate?format=json", data=BAD, content_type="text/turtle")
    assert response.status_code == 200
    report = json.loads(response.data)
    assert report["conforms"] is False
    (result,) = report["results"]
    assert result["focus"]["value"].endswith("mara-lindqvist")
    assert (result["source"], result["line"]) == ("the request", 5)


@pytest.mark.parametrize("text", [GOOD, BAD])
def test_as_the_gate(client: FlaskClient, settings: Settings, text: str) -> None:
    """The report is the one that the gate makes."""
    store = Revisions(settings)
    documents = [read(text.encode(), formats.TURTLE, "the request")]
    expected = pipeline.locate(store.check(pipeline.change(documents)), documents)
    assert check(store, text.encode(), "turtle", None) == expected
    response = client.post("/validate?format=json", data=text, content_type="text/turtle")
    assert json.loads(response.data) == expected.to_json()
    assert client.get("/health").get_json()["revision"] == 2


@pytest.mark.parametrize("source", formats.RDF)
def test_every_format_is_read(client: FlaskClient, source: formats.Format) -> None:
    """Every RDF format is read, by its media type."""
    dataset = Dataset()
    dataset.default_graph.parse(data=BAD)
    body = dataset.serialize(format=WRITTEN[source.name])
    response = client.post("/validate?format=json", data=body, content_type=source.media_type)
    assert [len(json.loads(response.data)["results"])] == [1]


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("*/*", "text/turtle; charset=utf-8"),
        ("application/ld+json", "application/ld+json"),
        ("application/json", "application/json"),
        ("text/turtle;q=0.2, application/json", "application/json"),
    ],
)
def test_accept(client: FlaskClient, accept: str, expected: str) -> None:
    """The report comes as Turtle, JSON-LD or plain JSON."""
    response = client.post(
        "/validate", data=BAD, content_type="text/turtle", headers={"Accept": accept}
    )
    assert response.content_type == expected
    assert b"mara-lindqvist" in response.data


def test_graph_of_ones_own(client: FlaskClient) -> None:
    """``graph=`` says where triples are to go that belong nowhere else."""
    body = "<https://example.org/a> <https://example.org/b> 1 ."
    path = "/validate?graph=https://example.org/g&format=json"
    response = client.post(path, data=body, content_type="text/turtle")
    assert json.loads(response.data)["conforms"] is True
