"""What ``/sparql`` says of itself where no query is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rdflib import RDF, Graph, URIRef

from kg import formats
from kg.service import SD

if TYPE_CHECKING:
    from flask.testing import FlaskClient

PLAIN = (formats.TURTLE, formats.N_TRIPLES, formats.RDF_XML)
ENDPOINT = URIRef("http://localhost/sparql")


@pytest.mark.parametrize(
    "format_",
    [formats.TURTLE, formats.N_TRIPLES, formats.RDF_XML],
    ids=lambda format_: format_.name,
)
def test_description(client: FlaskClient, format_: formats.Format) -> None:
    """The service is described in each format of RDF, with its own address as the endpoint."""
    response = client.get("/sparql", headers={"Accept": format_.media_type})
    assert (response.status_code, response.mimetype) == (200, format_.media_type)
    names = {"ntriples": "nt", "rdfxml": "xml"}
    graph = Graph().parse(data=response.data, format=names.get(format_.name, format_.name))
    assert (ENDPOINT, RDF.type, SD.Service) in graph
    assert (ENDPOINT, SD.endpoint, ENDPOINT) in graph
    assert (ENDPOINT, SD.feature, SD.UnionDefaultGraph) in graph
    assert len(list(graph.objects(ENDPOINT, SD.resultFormat))) == len(
        {*formats.BINDINGS, *formats.GRAPHS}
    )


def test_description_as_json(client: FlaskClient) -> None:
    """As JSON-LD it names its context, and the service by its address."""
    found = client.get("/sparql", headers={"Accept": "application/ld+json"}).get_json(force=True)
    assert found["@context"]
    assert str(ENDPOINT) in str(found)


def test_no_description(client: FlaskClient) -> None:
    """A request that has parameters, but no query, is no request for it."""
    assert client.get("/sparql?default-graph-uri=urn:x").status_code == 400
    assert client.get("/sparql", headers={"Accept": "image/png"}).status_code == 406
