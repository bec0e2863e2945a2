"""What is kept of answers, once something is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rdflib import Graph, Literal, URIRef
from werkzeug.test import Client

from api.cache import ResponseCache
from kg.store.base import Change

if TYPE_CHECKING:
    from tests.api.writing.conftest import Writer


def test_a_new_revision_is_seen(writer: Writer) -> None:
    """After a commit nothing old is answered."""
    cache = ResponseCache(writer.app.wsgi_app, writer.store.current, 1 << 20)
    client = Client(cache)
    query = {"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"}
    before = [client.get("/sparql", query_string=query) for _ in range(2)]
    assert before[0].data == before[1].data
    assert (cache.hits, cache.misses) == (1, 1)
    graph = Graph()
    graph.add((URIRef("urn:a"), URIRef("urn:p"), Literal(1)))
    writer.store.commit(Change({URIRef("urn:g"): graph}))
    after = client.get("/sparql", query_string=query)
    assert after.data != before[0].data
    assert after.headers["ETag"].startswith('"2-')
