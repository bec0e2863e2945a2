"""What Prometheus reads."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from api.app import create_app
from api.state import KEY
from kg.access import Access
from kg.credentials import Role

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

    from kg.settings import Settings
    from tests.api.conftest import Server

PERSON = "/api/entities/person/mark-zuckerberg"
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?c > ?l) }"
HUGE = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i"


@pytest.fixture
def fresh(settings: Settings) -> Iterator[Flask]:
    """An application that has answered nothing yet."""
    app = create_app(settings)
    with closing(app.extensions[KEY]):
        yield app


def read(client: FlaskClient) -> dict[tuple[str, ...], float]:
    """Return all samples, by name and values of labels in the order of their names."""
    response = client.get("/metrics")
    assert response.status_code == 200
    assert response.mimetype == "text/plain"
    assert response.headers["Cache-Control"] == "no-store"
    samples = (
        sample
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    )
    found = {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for sample in samples
    }
    assert found
    return found


def test_requests(fresh: Flask) -> None:
    """Requests are counted by method, status and surface, those that the cache answers, too."""
    client = fresh.test_client()
    for _ in range(3):
        client.get(PERSON).close()
    client.head(PERSON).close()
    client.get("/sparql?query=x").close()
    found = read(client)
    (surface,) = {key[-1] for key in found if "entity" in key[-1]}
    assert found["stancegraph_requests_total", "GET", "200", surface] == 3
    assert found["stancegraph_requests_total", "HEAD", "200", surface] == 1
    assert found["stancegraph_requests_total", "GET", "400", "sparql.get"] == 1
    assert found["stancegraph_request_seconds_count", surface] == 4
    assert found["stancegraph_cache_hits_total",] == 3
    assert found["stancegraph_cache_bytes",] > 500


def test_clients_choose_no_label(fresh: Flask) -> None:
    """However many addresses and methods are asked for, the labels stay few."""
    client = fresh.test_client()
    for number in range(20):
        client.open(f"/nothing/{number}?a={number}", method=f"M{number}").close()
        client.get(f"/doc/person/{number}", headers={"X-Request-ID": f"{number}"}).close()
    named = [key for key in read(client) if key[0] == "stancegraph_requests_total"]
    assert named
    assert len(named) <= 3
    assert ("stancegraph_requests_total", "other", "404", "none") in named


def test_queries(fresh: Flask) -> None:
    """Queries are counted by how they ended, and workers by how many were started and are alive."""
    client = fresh.test_client()
    before = read(client)
    assert before["stancegraph_workers",] == before["stancegraph_workers_started_total",] == 0
    for text in ("ASK {}", "SELCT", SLOW, HUGE, "ASK " + "{" * 20000):
        client.get("/sparql", query_string={"query": text}).close()
    found = read(client)
    ended = {key[1]: n for key, n in found.items() if key[0] == "stancegraph_queries_total"}
    assert sum(ended.values()) == 5
    assert {name: n for name, n in ended.items() if n} == {
        "answered": 2,
        "time": 1,
        "memory": 1,
        "died": 1,
    }
    assert found["stancegraph_queries_running",] == found["stancegraph_queries_waiting",] == 0
    assert found["stancegraph_workers_started_total",] >= 3
    assert found["stancegraph_workers",] <= 2


def test_store(fresh: Flask) -> None:
    """The current revision and its quads are told, and what the process takes."""
    found = read(fresh.test_client())
    assert found["stancegraph_revision",] == 2
    with fresh.extensions[KEY].readings.open() as reading:
        assert found["stancegraph_quads",] == reading.projection.quads > 1000
    assert found["process_resident_memory_bytes",] > 1 << 20
    assert found["process_open_fds",] > 2


def test_no_data(settings: Settings, tmp_path: Path) -> None:
    """Without data there are metrics all the same."""
    app = create_app(replace(settings, data=tmp_path / "none"))
    with closing(app.extensions[KEY]):
        found = read(app.test_client())
    assert found["stancegraph_revision",] == 0
    assert ("stancegraph_quads",) not in found


def test_private(settings: Settings, tmp_path: Path) -> None:
    """Where reading asks for a token, metrics do; there is no cache then, and none is counted."""
    tokens = Access(tmp_path, 1)
    text, _ = tokens.create(Role.WRITER)
    app = create_app(replace(settings, data=tmp_path, private=True))
    with closing(app.extensions[KEY]):
        client = app.test_client()
        assert client.get("/metrics").status_code == 401
        response = client.get("/metrics", headers={"Authorization": f"Bearer {text}"})
        assert response.status_code == 200
        assert "stancegraph_revision" in response.text
        assert "stancegraph_cache" not in response.text


def test_applications_share_nothing(fresh: Flask, settings: Settings) -> None:
    """Two applications in one process count for themselves."""
    client = fresh.test_client()
    client.get("/health").close()
    other = create_app(settings)
    with closing(other.extensions[KEY]):
        assert not any("pages.health" in key for key in read(other.test_client()))
    assert any("pages.health" in key for key in read(client))


def test_live(live: Server) -> None:
    """The server as it is started counts what it answers, and gives it ids."""
    assert requests.get(f"{live.url}health", timeout=10).headers["X-Request-ID"]
    text = requests.get(f"{live.url}metrics", timeout=10).text
    families = list(text_string_to_metric_families(text))
    found = {
        (sample.name, sample.labels.get("surface")) for one in families for sample in one.samples
    }
    assert ("stancegraph_requests_total", "pages.health") in found
    assert ("process_open_fds", None) in found
