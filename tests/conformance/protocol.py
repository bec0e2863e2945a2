"""The protocol and the Graph Store Protocol: whole HTTP requests, and what answers them."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin

from pyoxigraph import NamedNode

from tests.conformance.comparison import same
from tests.conformance.results import Triples, read, triples
from tests.conformance.suites import local

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conformance.comparison import Row
    from tests.conformance.manifest import Exchange, Test
    from tests.conformance.surface import Reply, Surface

_STATUSES = {
    "OK": HTTPStatus.OK,
    "Created": HTTPStatus.CREATED,
    "NoContent": HTTPStatus.NO_CONTENT,
    "NotFound": HTTPStatus.NOT_FOUND,
}
_BESIDE_THE_POINT = frozenset({401, 403, 404, 429})
"""Answers that would be a 4xx whatever the request was: no token, no endpoint, too many."""
_FORMS = {"boolean": {"srx", "srj"}, "tabular": {"srx", "srj", "csv", "tsv"}}
_GRAPHS = {"ttl", "nt", "rdf"}


def protocol(test: Test, surface: Surface, root: Path) -> str:
    """Run a protocol test's requests in order; return what is wrong with the first that fails."""
    quads: set[Row] = set()
    for name, file in test.given.named:
        rows = triples(local(file, root).read_bytes(), file.rpartition(".")[2], file)
        quads |= {(*row, NamedNode(name)) for row in rows}
    surface.load(frozenset(quads))
    surface.touched()
    for number, exchange in enumerate(test.exchanges, 1):
        endpoint = surface.query if _is_query(test, exchange) else surface.update
        path = exchange.path.replace("/sparql/", endpoint, 1)
        reply = surface.send(exchange.method, path, dict(exchange.headers), exchange.body)
        if fault := wrong(exchange, reply):
            return f"request {number}, {exchange.method} {path}: {fault}; answered {reply}"
    return ""


def graph_store(test: Test, surface: Surface, _root: Path) -> str:
    """Run a Graph Store Protocol test's requests on an empty store, in order."""
    surface.load(frozenset())
    surface.touched()
    values: dict[str, str] = {}
    for number, exchange in enumerate(test.exchanges, 1):
        path = exchange.path.replace("/gsp", surface.graphs, 1)
        for variable, value in values.items():
            path = path.replace(variable, quote(value, safe=""))
        reply = surface.send(exchange.method, path, dict(exchange.headers), exchange.body)
        fault = wrong(exchange, reply)
        if exchange.location and "location" not in reply.headers:
            fault = "there is no Location"
        if fault:
            return f"request {number}, {exchange.method} {path}: {fault}; answered {reply}"
        if exchange.location:
            values[exchange.location] = urljoin(surface.url + path, reply.headers["location"])
    return ""


def _is_query(test: Test, exchange: Exchange) -> bool:
    """Tell queries from updates: by what is sent where that tells, else by the test's name."""
    if ("content-type", "application/sparql-query") in exchange.headers:
        return True
    if exchange.body is not None and exchange.body.startswith(b"query="):
        return True
    return "update" not in test.local_name


def wrong(exchange: Exchange, reply: Reply) -> str:
    """Say what an answer lacks of what has to be answered; an empty text where it is right."""
    if not any(_fits(name, reply.status) for name in exchange.statuses):
        return f"status {reply.status} is none of {', '.join(exchange.statuses)}"
    endings = _FORMS.get(exchange.form, _GRAPHS if exchange.form == "RDF" else set())
    if endings and reply.ending not in endings:
        return f"{reply.media_type} is no {exchange.form} format"
    if exchange.boolean is not None and read(reply.content, reply.ending) != exchange.boolean:
        return f"not {exchange.boolean}"
    if exchange.expected and not _same_graph(exchange.expected, reply):
        return "another graph than the expected one"
    return ""


def _fits(name: str, status: int) -> bool:
    if name in _STATUSES:
        return status == _STATUSES[name]
    digit = name.removeprefix("StatusCode")[0]
    return str(status)[0] == digit and status not in _BESIDE_THE_POINT


def _same_graph(expected: str, reply: Reply) -> bool:
    actual = read(reply.content, reply.ending)
    rows = list(triples(expected.encode(), "ttl", ""))
    return isinstance(actual, Triples) and same(rows, actual.rows)
