"""What the workers have in hand, and how administrators stop it.

The application here has one worker, so that a second query waits. What the cache has it gives
whoever asks, so each test asks something else. Queries are sent in threads, since they take until
they are stopped.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from api.app import create_app
from api.clients import LEFT
from api.errors import PROBLEMS
from api.queries import LONGEST
from api.state import KEY
from kg.access import Access
from kg.credentials import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future
    from pathlib import Path

    from flask import Flask
    from werkzeug.test import TestResponse

    from kg.settings import Settings

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?c > ?l) }"
LARGE = "SELECT * { ?a <https://example.org/value> ?c . ?d ?e ?f } LIMIT 40000"
EX = "https://example.org/"
QUERIES = "/api/queries"
PATIENCE = 15.0
"""Seconds after which a test that waits in vain fails."""


@pytest.fixture(scope="module")
def tokens(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the revisions of all tests here, and with tokens of its own."""
    data: Path = tmp_path_factory.mktemp("queries") / "data"
    data.mkdir()
    for part in settings.data.iterdir():
        (data / part.name).symlink_to(part)
    return data


@pytest.fixture(scope="module")
def admin(tokens: Path) -> dict[str, str]:
    """Headers of an administrator."""
    return {"Authorization": f"Bearer {Access(tokens).create(Role.ADMIN)[0]}"}


@pytest.fixture(scope="module")
def writer(tokens: Path) -> dict[str, str]:
    """Headers of somebody who may write."""
    return {"Authorization": f"Bearer {Access(tokens).create(Role.WRITER)[0]}"}


@pytest.fixture(scope="module")
def app(settings: Settings, tokens: Path) -> Iterator[Flask]:
    """An application with one worker and few places."""
    app = create_app(
        replace(
            settings,
            data=tokens,
            workers=1,
            waiting=3,
            client_queries=2,
            query_seconds=PATIENCE,
            answer_mebibytes=1,
        )
    )
    with closing(app.extensions[KEY]):
        app.extensions[KEY].pool.start()
        yield app


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    """Threads for clients."""
    with ThreadPoolExecutor() as threads:
        yield threads


@pytest.fixture
def asking(
    app: Flask, admin: dict[str, str], threads: ThreadPoolExecutor
) -> Iterator[Callable[..., Future[TestResponse]]]:
    """Send a query and go on when it is in hand; all that are left are killed in the end."""

    def ask(text: str = ENDLESS, address: str = "127.0.0.1", **said: Any) -> Future[TestResponse]:
        before = len(listed(app, admin))
        said.setdefault("environ_base", {"REMOTE_ADDR": address})
        asked = threads.submit(
            app.test_client().get, "/sparql", query_string={"query": text}, **said
        )
        wait(lambda: len(listed(app, admin)) > before)
        return asked

    yield ask
    while items := listed(app, admin):
        for item in items:
            app.test_client().delete(f"{QUERIES}/{item['id']}", headers=admin)
        time.sleep(0.02)


def wait(until: Callable[[], object]) -> None:
    """Wait for something to become true."""
    ends = time.monotonic() + PATIENCE
    while not until():
        assert time.monotonic() < ends
        time.sleep(0.01)


def listed(app: Flask, admin: dict[str, str]) -> list[dict[str, Any]]:
    """Return what is in hand."""
    answer = app.test_client().get(QUERIES, headers=admin)
    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    assert answer.cache_control.no_store
    items: list[dict[str, Any]] = answer.get_json()["items"]
    return items


def problem(answer: TestResponse, status: int, kind: str) -> dict[str, Any]:
    """Check of what kind an error is, and return it."""
    found: dict[str, Any] = answer.get_json()
    assert answer.mimetype == "application/problem+json"
    assert (answer.status_code, found["status"], found["type"]) == (status, status, PROBLEMS + kind)
    return found


def test_who_may(app: Flask, writer: dict[str, str], admin: dict[str, str]) -> None:
    """Only administrators see what runs, and only they stop it."""
    client = app.test_client()
    for ask, address in ((client.get, QUERIES), (client.delete, f"{QUERIES}/1")):
        nobody = ask(address)
        problem(nobody, 401, "unauthenticated")
        assert nobody.headers["WWW-Authenticate"].startswith("Bearer ")
        problem(ask(address, headers=writer), 403, "forbidden")
    assert listed(app, admin) == []


def test_list(app: Flask, admin: dict[str, str], asking: Callable[..., Any]) -> None:
    """The list says of each who asked what, how long ago, and whether it runs yet."""
    asking(ENDLESS, "2001:db8::7")
    asking(ENDLESS + "# second", "192.0.2.1")
    wait(lambda: listed(app, admin)[0]["state"] == "running")
    first, second = listed(app, admin)
    assert first["seconds"] >= second["seconds"] >= 0
    assert first["id"] < second["id"]
    for item in (first, second):
        del item["id"], item["seconds"]
    query = {"kind": "query", "text": ENDLESS}
    assert first == {**query, "client": "2001:db8::/64", "state": "running"}
    assert second == {
        **query,
        "client": "192.0.2.1",
        "state": "waiting",
        "text": ENDLESS + "# second",
    }


def test_long_texts(app: Flask, admin: dict[str, str], asking: Callable[..., Any]) -> None:
    """Of a long query the list has the beginning."""
    asking(ENDLESS + "#" * (2 * LONGEST))
    (item,) = listed(app, admin)
    assert len(item["text"]) == LONGEST
    assert item["text"].startswith(ENDLESS)


def test_kill(
    app: Flask, admin: dict[str, str], writer: dict[str, str], asking: Callable[..., Any]
) -> None:
    """Whoever asked for what is stopped is told so, whether it runs or waits; it is gone then."""
    runs = asking()
    waits = asking()
    wait(lambda: listed(app, admin)[0]["state"] == "running")
    client = app.test_client()
    number = listed(app, admin)[0]["id"]
    problem(client.delete(f"{QUERIES}/{number}", headers=writer), 403, "forbidden")
    for asked in (waits, runs):
        ended = client.delete(f"{QUERIES}/{listed(app, admin)[-1]['id']}", headers=admin)
        assert (ended.status_code, ended.data) == (204, b"")
        answer = asked.result(PATIENCE)
        said = problem(answer, 503, "query-killed")
        assert "stopped the request" in said["detail"]
        assert answer.headers["Retry-After"] == "60"
    assert listed(app, admin) == []
    assert client.get("/sparql?query=ASK{}").status_code == 200


def test_kill_nothing(app: Flask, admin: dict[str, str]) -> None:
    """What is not in hand cannot be stopped."""
    client = app.test_client()
    for number in ("999999", "0", "9" * 30):
        said = problem(client.delete(f"{QUERIES}/{number}", headers=admin), 404, "not-found")
        assert f"query {number} is not in hand" in said["detail"]
    assert client.delete(f"{QUERIES}/x", headers=admin).status_code == 404


def test_too_many_of_one(app: Flask, asking: Callable[..., Any]) -> None:
    """A client that has as many in hand as it may is told so; its neighbour is let in."""
    asking(address="192.0.2.1")
    asking(address="192.0.2.1")
    answer = app.test_client().get(
        "/sparql?query=ASK{}%23own", environ_base={"REMOTE_ADDR": "192.0.2.1"}
    )
    said = problem(answer, 429, "too-many-queries")
    assert (said["limit"], said["limit_value"]) == ("client_queries", 2)
    assert answer.headers["Retry-After"] == "5"
    asking(address="192.0.2.2")


def test_token_names_the_client(
    app: Flask, admin: dict[str, str], writer: dict[str, str], threads: ThreadPoolExecutor
) -> None:
    """Where reading asks for a token, that names the client; the surface names other work."""
    settings = replace(app.extensions[KEY].settings, private=True)
    private = create_app(settings)
    with closing(private.extensions[KEY]):
        query = {"query": ENDLESS}
        ask = private.test_client().post
        asked = threads.submit(ask, "/sparql", data=query, headers=writer)
        wait(lambda: listed(private, admin))
        turtle = {**admin, "Content-Type": "text/turtle"}
        other = threads.submit(
            ask, "/validate?graph=" + EX, data=f"<{EX}> <{EX}p> 1 .", headers=turtle
        )
        wait(lambda: len(listed(private, admin)) == 2)
        first, second = listed(private, admin)
        assert first["client"].startswith("token ")
        assert second["client"].startswith("token ")
        assert first["client"] != second["client"]
        assert (first["kind"], second["kind"]) == ("query", "validate")
        private.test_client().delete(f"{QUERIES}/{first['id']}", headers=admin)
        problem(asked.result(PATIENCE), 503, "query-killed")
        assert other.result(PATIENCE).status_code == 200


def test_too_many_of_all(app: Flask, asking: Callable[..., Any]) -> None:
    """When all places are taken, whoever comes next is turned away, and pages still answer."""
    for last in (1, 1, 2, 2):
        asking(address=f"192.0.2.{last}")
    answer = app.test_client().get(
        "/sparql?query=ASK{}%23all", environ_base={"REMOTE_ADDR": "192.0.2.3"}
    )
    said = problem(answer, 503, "busy")
    assert (said["limit"], said["limit_value"]) == ("waiting", 3)
    assert answer.headers["Retry-After"] == "5"
    for page in ("/health", "/", "/api/entities"):
        assert app.test_client().get(page).status_code == 200


@pytest.mark.parametrize("first", [False, True])
def test_left(
    app: Flask, admin: dict[str, str], asking: Callable[..., Any], *, first: bool
) -> None:
    """A query whose client goes away is given up within a moment, whether it runs or waits."""
    gone: list[int] = []
    if not first:
        asking(address="192.0.2.9")
    asked = asking(environ_overrides={LEFT: lambda: bool(gone)})
    gone.append(1)
    begun = time.monotonic()
    problem(asked.result(PATIENCE), 499, "query-abandoned")
    assert time.monotonic() - begun < 2
    assert len(listed(app, admin)) == (not first)


def test_answer_too_large(app: Flask) -> None:
    """An answer past the limit is an error that says how to page, and a page is answered."""
    client = app.test_client()
    said = problem(client.get("/sparql", query_string={"query": LARGE}), 503, "answer-too-large")
    assert (said["limit"], said["limit_value"]) == ("answer_mebibytes", 1)
    for word in ("larger than 1 MiB", "LIMIT", "OFFSET", "ORDER BY", "dump"):
        assert word in said["detail"]
    page = client.get("/sparql", query_string={"query": LARGE.replace("40000", "1000")})
    assert len(page.get_json()["results"]["bindings"]) == 1000


def test_service_is_not_allowed(app: Flask) -> None:
    """SERVICE is refused where no host is allowed, before anything is sent."""
    text = "ASK { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"
    answer = app.test_client().get("/sparql", query_string={"query": text})
    problem(answer, 403, "query-refused")
