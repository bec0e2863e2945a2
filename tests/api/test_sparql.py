"""``/sparql``, as the SPARQL 1.1 Protocol has it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from rdflib import Dataset

from api.sparql import QUERY_BYTES
from kg import formats

if TYPE_CHECKING:
    from flask.testing import FlaskClient

SELECT = "SELECT ?v { <https://example.org/numbers/7> ?p ?v }"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s <https://example.org/value> ?o }"
CONSTRUCT = "CONSTRUCT WHERE { <https://example.org/numbers/7> ?p ?v }"
DIRECT = "application/sparql-query"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


def counted(body: bytes) -> int:
    """Return the ?n of an answer in JSON."""
    return int(json.loads(body)["results"]["bindings"][0]["n"]["value"])


def test_get(client: FlaskClient) -> None:
    """A query in the address is answered, by default in JSON."""
    response = client.get("/sparql", query_string={"query": COUNT})
    assert response.status_code == 200
    assert response.content_type == "application/sparql-results+json"
    assert response.content_length == len(response.data)
    assert counted(response.data) == 1000


def test_post_form(client: FlaskClient) -> None:
    """So is a query in a form."""
    assert counted(client.post("/sparql", data={"query": COUNT}).data) == 1000


@pytest.mark.parametrize("content_type", [DIRECT, DIRECT + "; charset=UTF-8"])
def test_post_direct(client: FlaskClient, content_type: str) -> None:
    """So is a body that is a query."""
    response = client.post("/sparql", data=COUNT.encode(), content_type=content_type)
    assert counted(response.data) == 1000


def test_text_beyond_ascii(client: FlaskClient) -> None:
    """UTF-8 comes through whole, in the address, a form and a body."""
    text = 'SELECT ("Größe 𝄞 + ∞" AS ?v) {}'
    responses = [
        client.get("/sparql", query_string={"query": text}),
        client.post("/sparql", data={"query": text}),
        client.post("/sparql", data=text.encode(), content_type=DIRECT),
    ]
    for response in responses:
        assert json.loads(response.data)["results"]["bindings"][0]["v"]["value"] == "Größe 𝄞 + ∞"


@pytest.mark.parametrize("graph", ["numbers", "none"])
def test_dataset(client: FlaskClient, graph: str) -> None:
    """The protocol's dataset holds, in the address and in a form."""
    chosen = {"default-graph-uri": f"https://example.org/{graph}"}
    expected = 1000 if graph == "numbers" else 0
    asked = {"query": COUNT, **chosen}
    assert counted(client.get("/sparql", query_string=asked).data) == expected
    assert counted(client.post("/sparql", data=asked).data) == expected
    direct = client.post("/sparql", query_string=chosen, data=COUNT.encode(), content_type=DIRECT)
    assert counted(direct.data) == expected


def test_several_graphs(client: FlaskClient) -> None:
    """A dataset can be of several graphs."""
    names = ["https://example.org/numbers", "https://example.org/none"]
    text = COUNT.replace("{ ", "{ GRAPH ?g { ").replace(" }", " } }")
    asked = {"query": text, "named-graph-uri": names}
    assert counted(client.get("/sparql", query_string=asked).data) == 1000


def test_revision(client: FlaskClient) -> None:
    """An older revision can be asked."""
    asked = {"query": COUNT, "revision": "1"}
    assert counted(client.get("/sparql", query_string=asked).data) == 0


# form of query, Accept, Content-Type
ACCEPTED = [
    ("SELECT", None, "application/sparql-results+json"),
    ("SELECT", "*/*", "application/sparql-results+json"),
    ("SELECT", BROWSER, "application/sparql-results+json"),
    ("SELECT", "application/json", "application/sparql-results+json"),
    ("SELECT", "application/sparql-results+xml", "application/sparql-results+xml"),
    ("SELECT", "application/xml", "application/sparql-results+xml"),
    ("SELECT", "text/csv", "text/csv; charset=utf-8"),
    ("SELECT", "text/*", "text/csv; charset=utf-8"),
    ("SELECT", "text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
    ("SELECT", "text/csv;q=0.1, application/json;q=0.2", "application/sparql-results+json"),
    ("SELECT", "text/csv;q=0.3,application/json;q=0.2", "text/csv; charset=utf-8"),
    ("SELECT", "text/turtle, text/csv;q=0.1", "text/csv; charset=utf-8"),
    ("SELECT", "image/png, */*;q=0.1", "application/sparql-results+json"),
    ("CONSTRUCT", None, "text/turtle; charset=utf-8"),
    ("CONSTRUCT", BROWSER, "text/turtle; charset=utf-8"),
    ("CONSTRUCT", "application/n-triples", "application/n-triples"),
    ("CONSTRUCT", "application/rdf+xml", "application/rdf+xml"),
    ("CONSTRUCT", "application/ld+json", "application/ld+json"),
    ("CONSTRUCT", "application/rdf+xml;q=0.5,text/turtle", "text/turtle; charset=utf-8"),
]


@pytest.mark.parametrize(("form", "accept", "expected"), ACCEPTED)
def test_accept(client: FlaskClient, form: str, accept: str | None, expected: str) -> None:
    """Accept decides, with its weights, among the formats that the form of query has."""
    text = SELECT if form == "SELECT" else CONSTRUCT
    headers = {} if accept is None else {"Accept": accept}
    response = client.get("/sparql", query_string={"query": text}, headers=headers)
    assert response.status_code == 200
    assert response.content_type == expected
    assert "Accept" in response.vary


@pytest.mark.parametrize("wanted", formats.BINDINGS)
def test_format_of_bindings(client: FlaskClient, wanted: formats.Format) -> None:
    """``format=`` comes before Accept, by name and by media type."""
    for name in (wanted.name, wanted.media_type):
        response = client.get(
            "/sparql",
            query_string={"query": SELECT, "format": name},
            headers={"Accept": "image/png"},
        )
        assert response.status_code == 200
        assert response.mimetype == wanted.media_type
        assert b"7" in response.data


@pytest.mark.parametrize(
    ("name", "reader"),
    [("turtle", "turtle"), ("ttl", "turtle"), ("ntriples", "nt"), ("xml", "xml"),
     ("rdf+xml", "xml"), ("json-ld", "json-ld"), ("jsonld", "json-ld"), ("n3", "n3")],
)  # fmt: skip
def test_format_of_graphs(client: FlaskClient, name: str, reader: str) -> None:
    """A graph comes in the format that is named, and reads back as it is."""
    response = client.get("/sparql", query_string={"query": CONSTRUCT, "format": name})
    graph = Dataset(default_union=True)
    graph.parse(data=response.data, format=reader)
    assert len(graph) == 1


def test_several_formats(client: FlaskClient) -> None:
    """Of several names in ``format=`` the first that there is counts."""
    for several in (["pdf", "csv", "xml"], "pdf,csv,xml"):
        response = client.get("/sparql", query_string={"query": SELECT, "format": several})
        assert response.mimetype == "text/csv"


@pytest.mark.parametrize("text", ["ASK { ?s ?p ?o }", "ASK { ?s ?p <a:b> }"])
@pytest.mark.parametrize("wanted", formats.BINDINGS)
def test_ask(client: FlaskClient, text: str, wanted: formats.Format) -> None:
    """ASK has an answer in every format for bindings."""
    response = client.get("/sparql", query_string={"query": text, "format": wanted.name})
    assert (b"true" in response.data) == ("?o" in text)
    assert (b"false" in response.data) == ("?o" not in text)


def test_csv_is_csv(client: FlaskClient) -> None:
    """CSV has a header and bare values."""
    response = client.get("/sparql", query_string={"query": SELECT, "format": "csv"})
    assert response.data == b"v\r\n7\r\n"


def test_big_answer(client: FlaskClient) -> None:
    """An answer of some megabytes comes whole."""
    text = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 30000"
    response = client.get("/sparql", query_string={"query": text})
    assert response.content_length == len(response.data) > 1 << 20
    assert len(json.loads(response.data)["results"]["bindings"]) == 30000


def test_head(client: FlaskClient) -> None:
    """HEAD tells the length and sends nothing."""
    response = client.head("/sparql", query_string={"query": SELECT})
    assert response.status_code == 200
    assert response.data == b""


def test_open_to_other_pages(client: FlaskClient) -> None:
    """Pages from anywhere may ask, also after asking whether they may."""
    response = client.options("/sparql", headers={"Origin": "https://example.org"})
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in response.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in response.headers["Access-Control-Allow-Headers"]
    response = client.get("/sparql", query_string={"query": SELECT})
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_longest_query(client: FlaskClient) -> None:
    """A body may be as long as a query may, and no longer."""
    text = b"ASK {} #".ljust(QUERY_BYTES, b"x")
    assert client.post("/sparql", data=text, content_type=DIRECT).status_code == 200
    assert client.post("/sparql", data=text + b"x", content_type=DIRECT).status_code == 413
