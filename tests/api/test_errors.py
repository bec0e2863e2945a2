"""Every error has one shape, wherever it comes from."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask

from api import errors
from api.app import create_app
from api.errors import MEDIA_TYPE, PROBLEMS, TABLE
from api.state import KEY
from kg import errors as kg_errors
from kg.report import Report

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from kg.settings import Settings

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?c > ?l) }"
HUGE = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i"
DIRECT = {"content_type": "application/sparql-query"}
TURTLE = {"content_type": "text/turtle"}


def query(text: str, **more: Any) -> dict[str, Any]:
    """Return the arguments for a GET of a query."""
    return {"path": "/sparql", "query_string": {"query": text, **more}}


def post(path: str, data: bytes, **more: Any) -> dict[str, Any]:
    """Return the arguments for a POST."""
    return {"path": path, "method": "POST", "data": data, **more}


# request, status, kind, part of the detail
PLACES: list[tuple[dict[str, Any], int, str, str]] = [
    ({"path": "/nothing"}, 404, "not-found", "there is nothing at this address"),
    ({"path": "/sparql", "method": "PUT"}, 405, "method-not-allowed", "Allow names its own"),
    ({"path": "/validate"}, 405, "method-not-allowed", "Allow names its own"),
    ({"path": "/dump.ttl", "method": "DELETE"}, 405, "method-not-allowed", "Allow names"),
    (
        {"path": "/sparql?default-graph-uri=a:a"},
        400,
        "bad-request",
        "the parameter query is missing",
    ),
    ({"path": "/sparql?query=ASK{}&query=ASK{}"}, 400, "bad-request", "query is given 2 times"),
    ({"path": "/sparql?update=CLEAR+ALL"}, 400, "bad-request", "this is an update"),
    ({"path": "/sparql?query=%FF"}, 400, "bad-request", "not UTF-8"),
    (query("ASK {}", revision=["1", "2"]), 400, "bad-request", "revision is given 2 times"),
    (query("ASK {}", revision="one"), 400, "bad-request", "revision is 'one'"),
    (query("ASK {}", revision="-1"), 400, "bad-request", "revision is '-1'"),
    (query("ASK {}", revision="77"), 404, "no-revision", "there is no revision 77"),
    (query("ASK {}", revision="0"), 404, "no-revision", "there is no revision 0"),
    (query("ASK {}", format="pdf"), 406, "not-acceptable", "text/turtle"),
    (query("ASK {}", format="turtle"), 406, "format", "can be had as json (application/sparql"),
    (query("DESCRIBE <a:b>", format="csv"), 406, "format", "can be had as turtle (text/turtle)"),
    (
        {**query("ASK {}"), "headers": {"Accept": "image/png"}},
        406,
        "not-acceptable",
        "there are json (application/sparql-results+json), xml",
    ),
    ({**query("ASK {}"), "headers": {"Accept": "text/turtle"}}, 406, "format", "can be had as"),
    (query(""), 400, "query-syntax", "the query is empty"),
    (query("SELCT * {}"), 400, "query-syntax", "did you mean SELECT?"),
    (query("CLEAR ALL"), 400, "query-syntax", "this is an update (CLEAR)"),
    (query("SELECT (<a:f>(1) AS ?x) {}"), 400, "query", "cannot be evaluated"),
    (query("ASK { SERVICE <http://127.0.0.1/> {} }"), 403, "query-refused", "another host"),
    (query("ASK {}", **{"default-graph-uri": "no iri"}), 400, "query", "'no iri' is no IRI"),
    (query(ENDLESS), 503, "query-timeout", "stopped after 2 seconds: ask for less"),
    (query(HUGE), 503, "query-memory", "more than its 300 MiB"),
    (query("ASK " + "{" * 20000), 500, "worker-lost", "the next try gets another"),
    (post("/sparql", b"ASK {}"), 415, "unsupported-media-type", "the body has no type"),
    (post("/sparql", b"ASK {}", content_type="text/plain"), 415, "unsupported-media-type", "text/"),
    (post("/sparql", b"ASK {} # \xff", **DIRECT), 400, "bad-request", "not UTF-8 at byte 9"),
    (
        post("/sparql", b"ASK {}", content_type="application/sparql-query; charset=latin-1"),
        415,
        "unsupported-media-type",
        "the body is latin-1; send it as UTF-8",
    ),
    (post("/sparql", b"x" * (1 << 21), **DIRECT), 413, "request-entity-too-large", "longer"),
    ({"path": "/dump.pdf"}, 404, "not-found", "/dump.ttl, /dump.trig, /dump.nq, /dump.jsonld"),
    ({"path": "/dump.ttl?revision=77"}, 404, "no-revision", "there is no revision 77"),
    ({"path": "/dump.ttl?revision=x"}, 400, "bad-request", "a revision is a number"),
    (post("/validate", b"<a:a> <a:b> 1 ."), 415, "unsupported-media-type", "text/turtle"),
    (post("/validate", b"x", content_type="text/csv"), 415, "unsupported-media-type", "ntriples"),
    (post("/validate", b"", **TURTLE), 400, "bad-request", "the body is empty"),
    (post("/validate", b"# nothing", **TURTLE), 400, "input", "no statement"),
    (post("/validate", b"<a:a> <a:b> \n .", **TURTLE), 400, "ill-formed-rdf", "the request:2:"),
    (post("/validate", b"<a:a> <a:b> 1 .", **TURTLE), 400, "ownership", "a:a"),
    (post("/validate?format=pdf", b"x", **TURTLE), 406, "not-acceptable", "turtle (text/turtle)"),
    (post("/validate", b"x" * (2 << 20), **TURTLE), 413, "request-entity-too-large", "longer"),
]


@pytest.mark.parametrize(("request_", "status", "kind", "detail"), PLACES)
def test_places(
    client: FlaskClient, request_: dict[str, Any], status: int, kind: str, detail: str
) -> None:
    """Each place that can produce an error gives it its status, its kind and a sentence."""
    response = client.open(**request_)
    content = shape(response)
    assert (response.status_code, content["type"]) == (status, PROBLEMS + kind)
    assert detail in content["detail"]


def shape(response: TestResponse) -> dict[str, Any]:
    """Check what every error has in common, and return its content."""
    assert response.content_type == MEDIA_TYPE
    content = json.loads(response.data)
    assert content["status"] == response.status_code
    assert content["type"].startswith(PROBLEMS)
    assert content["title"]
    assert content["detail"]
    for secret in ("Traceback", "/data", "/tmp", ".py", "revisions/"):  # noqa: S108  # absent
        assert secret not in response.text
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "Accept" in response.vary
    return dict(content)


def test_position(client: FlaskClient) -> None:
    """A syntax error has its line and column beside the sentence."""
    content = shape(client.get("/sparql", query_string={"query": "SELECT *\n{ ?s ?p }"}))
    assert (content["line"], content["column"]) == (2, 9)
    content = shape(client.post("/validate", data=b"<a:a>\n <a:b> x .", content_type="text/turtle"))
    assert content["line"] == 2


def test_allow(client: FlaskClient) -> None:
    """A wrong method is told the right ones."""
    assert set(client.put("/sparql").allow) == {"GET", "HEAD", "OPTIONS", "POST"}


def test_page_for_people(client: FlaskClient) -> None:
    """Who prefers HTML gets a page, with the same status and sentence."""
    accept = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    response = client.get("/sparql", query_string={"query": "SELCT <b>"}, headers=accept)
    assert response.status_code == 400
    assert response.mimetype == "text/html"
    assert "did you mean SELECT?" in response.text
    response = client.get("/%3Cscript%3E", headers=accept)
    assert response.status_code == 404
    assert "<script>" not in response.text


def leaves() -> Iterator[kg_errors.StancegraphError]:
    """Make one error of every kind in the table and below."""
    made = {
        kg_errors.NonConforming: kg_errors.NonConforming(Report()),
        kg_errors.QueryTimeout: kg_errors.QueryTimeout(3),
        kg_errors.QueryMemory: kg_errors.QueryMemory(1024),
        kg_errors.AnswerTooLarge: kg_errors.AnswerTooLarge(256),
        kg_errors.Busy: kg_errors.Busy(),
        kg_errors.TooManyQueries: kg_errors.TooManyQueries(8),
        kg_errors.QueryKilled: kg_errors.QueryKilled(),
        kg_errors.QueryAbandoned: kg_errors.QueryAbandoned(),
        kg_errors.Replaced: kg_errors.Replaced("company/a", "company/b"),
        kg_errors.Locked: kg_errors.Locked("process 7", 1.5),
        kg_errors.TooManyAttempts: kg_errors.TooManyAttempts(7),
        kg_errors.Conflict: kg_errors.Conflict(1, 2),
    }
    waiting: list[type[kg_errors.StancegraphError]] = list(
        kg_errors.StancegraphError.__subclasses__()
    )
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        yield made[kind] if kind in made else kind("a sentence")


@pytest.mark.parametrize("error", list(leaves()), ids=lambda error: type(error).__name__)
def test_table(error: kg_errors.StancegraphError) -> None:
    """Every error of the project has a status of its own choosing, and its sentence as detail."""
    assert type(error) in TABLE
    app = Flask("test", template_folder="none")
    errors.register(app)

    @app.get("/")
    def failing() -> str:
        raise error

    response = app.test_client().get("/")
    content = json.loads(response.data)
    assert response.content_type == MEDIA_TYPE
    assert response.status_code == TABLE[type(error)].status
    assert content["detail"] == str(error)
    assert ("report" in content) == isinstance(error, kg_errors.NonConforming)
    assert ("Retry-After" in response.headers) == (TABLE[type(error)].retry_after is not None)
    assert ("WWW-Authenticate" in response.headers) == (
        isinstance(error, kg_errors.AccessError)
        and not isinstance(error, kg_errors.TooManyAttempts)
    )
    assert ("Location" in response.headers) == isinstance(error, kg_errors.Replaced)


def test_kinds_are_told_apart() -> None:
    """No two kinds of problem have the same name."""
    assert len({kind.name for kind in TABLE.values()}) == len(TABLE) > 15


def test_unforeseen(caplog: pytest.LogCaptureFixture) -> None:
    """What nobody foresaw is a 500 that says nothing of the inside, which is in the log."""
    app = Flask("test")
    errors.register(app)

    @app.get("/")
    def failing() -> str:
        raise ZeroDivisionError("a secret of the inside")

    with caplog.at_level(logging.ERROR):
        response = app.test_client().get("/")
    assert response.status_code == 500
    assert json.loads(response.data)["type"] == PROBLEMS + "internal-server-error"
    assert "secret" not in response.text
    assert "a secret of the inside" in caplog.text


def test_redirects_are_no_errors() -> None:
    """A redirect goes out as it is."""
    app = Flask("test")
    errors.register(app)
    app.add_url_rule("/a/", view_func=lambda: "")
    response = app.test_client().get("/a")
    assert response.status_code == 308
    assert response.headers["Location"].endswith("/a/")


@pytest.mark.parametrize("path", ["/", "/health", "/dump.ttl", "/sparql?query=ASK{}"])
def test_no_data(settings: Settings, tmp_path: Path, path: str) -> None:
    """A server without data says so, and when to come again."""
    app = create_app(replace(settings, data=tmp_path / "none"))
    response = app.test_client().get(path)
    content = shape(response)
    assert (response.status_code, content["type"]) == (503, PROBLEMS + "no-data")
    assert response.headers["Retry-After"] == "30"
    app.extensions[KEY].close()
