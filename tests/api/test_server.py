"""The server as clients meet it that are slow, rude or gone: raw sockets to real processes.

Its data directory has what is shipped, and 20,000 texts of 4,000 letters, so that answers and dumps
are larger than what the system keeps for a connection. Nobody reads that much in memory here:
``/metrics`` says how much the process that serves has.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families
from rdflib import Graph, Literal, URIRef

from api import server as module
from kg import pipeline
from kg.access import Access
from kg.credentials import Role
from kg.store.base import Change
from kg.store.revisions import Revisions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager

    from kg.settings import Settings
    from tests.api.conftest import Server

EX = "https://example.org/"
PERSON = "/api/entities/person/mark-zuckerberg"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?c > ?l) }"
TEXTS = f"SELECT * {{ ?s <{EX}text> ?o }}"
COUNT, SIZE, IN_GRAPH = 20_000, 4000, 1000
"""How many texts there are, how long each is, and how many a graph has: a dump holds one graph."""
MEBIBYTE = 1 << 20
PATIENCE = 10.0
"""Seconds after which a test that waits in vain fails."""


@pytest.fixture(scope="module")
def bulky(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings with a data directory that holds much."""
    bulky = replace(settings, data=tmp_path_factory.mktemp("server") / "data")
    store = Revisions(bulky)
    pipeline.initialise(store)
    graphs: dict[URIRef, Graph] = {}
    for i in range(COUNT):
        graph = graphs.setdefault(URIRef(f"{EX}texts/{i // IN_GRAPH}"), Graph())
        graph.add((URIRef(f"{EX}text/{i}"), URIRef(EX + "text"), Literal(f"{i:0{SIZE}}")))
    store.commit(Change(dict(graphs)))
    return bulky


@pytest.fixture(scope="module")
def server(
    bulky: Settings, started: Callable[..., AbstractContextManager[Server]]
) -> Iterator[Server]:
    """A server over it, with more patience than any test has."""
    with started(
        bulky.data,
        STANCEGRAPH_QUERY_SECONDS="60",
        STANCEGRAPH_WORKERS="2",
        STANCEGRAPH_UPLOAD_MEBIBYTES="1",
    ) as server:
        yield server


@pytest.fixture(scope="module")
def token(bulky: Settings) -> str:
    """A header with a token to write with."""
    return f"Authorization: Bearer {Access(bulky.data).create(Role.WRITER)[0]}"


def wire(server: Server, kept: int | None = None) -> socket.socket:
    """Connect; ``kept`` bytes are kept for what is not read yet."""
    at = urlsplit(server.url)
    made = socket.socket()
    made.settimeout(PATIENCE)
    if kept is not None:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, kept)
    made.connect((at.hostname, at.port))
    return made


def head(first: str, *headers: str) -> bytes:
    """Write the head of a request."""
    return "\r\n".join((f"{first} HTTP/1.1", "Host: x", *headers, "", "")).encode()


def query(text: str) -> str:
    """Write the first line of a query."""
    return f"GET /sparql?query={quote(text)}"


def read(made: socket.socket) -> tuple[int, dict[str, str], bytes]:
    """Read one answer whose length is told: status, headers, body."""
    with made.makefile("rb") as file:
        status = int(file.readline().split()[1])
        lines = iter(file.readline, b"\r\n")
        headers = dict(line.decode().rstrip().lower().split(": ", 1) for line in lines)
        return status, headers, file.read(int(headers.get("content-length", 0)))


def measured(server: Server) -> Mapping[str, float]:
    """Return the samples of /metrics that have at most one label, by name and its value."""
    text = requests.get(server.url + "metrics", timeout=PATIENCE).text
    families = text_string_to_metric_families(text)
    found = {
        " ".join((sample.name, *sample.labels.values())): sample.value
        for family in families
        for sample in family.samples
    }
    assert found["stancegraph_revision"] >= 1
    return found


def wait(until: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait for something to become true."""
    ends = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < ends
        time.sleep(0.05)


def healthy(server: Server) -> int:
    """See that the server answers at once, by the cache and else; return the current revision."""
    begun = time.monotonic()
    for path in (PERSON, "/sparql?query=ASK{}%23" + str(begun)):
        assert requests.get(server.url + path[1:], timeout=PATIENCE).status_code == 200
    revision: int = requests.get(server.url + "health", timeout=PATIENCE).json()["revision"]
    assert time.monotonic() - begun < 2
    return revision


def refusals(server: Server) -> float:
    """Count the answers that told of bad requests."""
    found = measured(server)
    return sum(
        value
        for name, value in found.items()
        if name.startswith("stancegraph_requests_total ") and "400" in name.split()
    )


def leave_politely(made: socket.socket) -> None:
    """Close a connection as clients do that end."""
    made.close()


def reset(made: socket.socket) -> None:
    """Break a connection off without a word."""
    made.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    made.close()


LINES = b"".join(
    b"<https://example.org/cut/%d> <https://example.org/p> 1 .\n" % i for i in range(9)
)
UPDATE = b"INSERT DATA { GRAPH <https://example.org/cut> { <a:a> <a:b> 1 } } # and so on"
GRAPH = f"/graphs?graph={quote(EX, safe='')}cut"
WRITES = {
    "PUT": (f"PUT {GRAPH}", "Content-Type: text/turtle", LINES),
    "POST": (f"POST {GRAPH}", "Content-Type: application/n-triples", LINES),
    "PATCH": (f"PATCH {GRAPH}", "Content-Type: application/sparql-update", UPDATE),
    "update": ("POST /update", "Content-Type: application/sparql-update", UPDATE),
}


@pytest.mark.parametrize("leave", [leave_politely, reset])
@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("write", WRITES)
def test_body_breaks_off(
    server: Server,
    token: str,
    write: str,
    *,
    chunked: bool,
    leave: Callable[[socket.socket], None],
) -> None:
    """Of a body that breaks off nothing is written, though what came would be well formed."""
    revision, refused = healthy(server), refusals(server)
    first, media_type, body = WRITES[write]
    length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {len(body) + 9}"
    made = wire(server)
    sent = b"%x\r\n%b\r\n" % (len(body), body) if chunked else body
    made.sendall(head(first, length, media_type, token) + sent)
    time.sleep(0.1)
    leave(made)
    wait(lambda: refusals(server) > refused)
    assert healthy(server) == revision
    assert requests.get(server.url + GRAPH[1:], timeout=PATIENCE).status_code == 404


def test_whole_body(bulky: Settings, server: Server, token: str) -> None:
    """What would be written of them if they were whole is written when they are."""
    revision = healthy(server)
    for chunked in (False, True):
        length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {len(LINES)}"
        sent = b"%x\r\n%b\r\n0\r\n\r\n" % (len(LINES), LINES) if chunked else LINES
        with closing(wire(server)) as made:
            made.sendall(head(f"PUT {GRAPH}", length, "Content-Type: text/turtle", token) + sent)
            assert read(made)[0] in {200, 201}
    assert requests.get(server.url + GRAPH[1:], timeout=PATIENCE).text.count("/cut/") == 9
    answer = requests.delete(
        server.url + GRAPH[1:],
        headers=dict([token.split(": ", 1)]),
        timeout=PATIENCE,
    )
    assert answer.status_code == 200
    assert Revisions(bulky).current() > revision


def test_slow_bodies(server: Server, token: str) -> None:
    """Sixty clients that send their bodies slowly keep nobody else from an answer."""
    with ExitStack() as held:
        for _ in range(60):
            made = held.enter_context(closing(wire(server)))
            start = head("POST /update", "Content-Length: 1000", token)
            made.sendall(start + b"I")
        time.sleep(0.2)
        for _ in range(3):
            healthy(server)


@pytest.mark.parametrize("leave", [leave_politely, reset])
def test_client_leaves_its_query(server: Server, leave: Callable[[socket.socket], None]) -> None:
    """A query whose client goes away is soon gone from the workers, and counted as abandoned."""
    before = measured(server)["stancegraph_queries_total abandoned"]
    made = wire(server)
    made.sendall(head(query(ENDLESS)))
    wait(lambda: measured(server)["stancegraph_queries_running"] == 1)
    leave(made)
    wait(lambda: measured(server)["stancegraph_queries_running"] == 0, 2)
    assert measured(server)["stancegraph_queries_total abandoned"] == before + 1
    healthy(server)


def test_client_leaves_its_place(server: Server) -> None:
    """Those that wait for a worker and go away leave the queue, and those at work stay."""
    with ExitStack() as held:
        made = [wire(server) for _ in range(6)]
        for each in made:
            held.callback(each.close)
            each.sendall(head(query(ENDLESS)))
        wait(lambda: measured(server)["stancegraph_queries_waiting"] == 4)
        for each in made[2:]:
            each.close()
        wait(lambda: measured(server)["stancegraph_queries_waiting"] <= 2, 2)
    wait(lambda: measured(server)["stancegraph_queries_running"] == 0, 3)


@pytest.mark.slow
def test_slow_readers_of_answers(server: Server) -> None:
    """A long answer that nobody takes is not held in memory, and others are answered meanwhile."""
    slow(server, [query(f"{TEXTS} # {number}") for number in range(8)], COUNT * SIZE // 8)


@pytest.mark.slow
def test_slow_readers_of_dumps(server: Server) -> None:
    """Of a dump that nobody takes the engine alone holds what it read, and gives that back."""
    before = measured(server)["process_resident_memory_bytes"]
    for _ in range(2):
        slow(server, ["GET /dump.nq"] * 8, COUNT * SIZE * 3 // 2)
    grown = measured(server)["process_resident_memory_bytes"] - before
    assert grown < 8 * COUNT * SIZE * 3 / 2


def slow(server: Server, asked: list[str], each: int) -> None:
    """Ask for what is long, read the beginning, and see what memory it takes, in bytes for each."""
    healthy(server)
    before = measured(server)["process_resident_memory_bytes"]
    with ExitStack() as held:
        for first in asked:
            made = held.enter_context(closing(wire(server, kept=4096)))
            made.sendall(head(first))
            assert made.recv(12) == b"HTTP/1.1 200"
        for _ in range(5):
            healthy(server)
            grown = measured(server)["process_resident_memory_bytes"] - before
            assert grown < len(asked) * each
            time.sleep(0.1)
        busy = requests.get(server.url + "dump.nq", timeout=PATIENCE)
        assert (busy.status_code, busy.json()["limit"]) == (429, "client_queries")
    wait(lambda: requests.head(server.url + "dump.nq", timeout=PATIENCE).status_code == 200)


def test_patient_readers(server: Server) -> None:
    """A long answer that is taken slowly comes whole."""
    with closing(wire(server, kept=4096)) as made:
        made.sendall(head(query(TEXTS)))
        with made.makefile("rb") as file:
            length = next(
                int(line.split()[1])
                for line in iter(file.readline, b"\r\n")
                if line.lower().startswith(b"content-length")
            )
            while file.readline() != b"\r\n":
                pass
            assert length > COUNT * SIZE
            time.sleep(0.5)
            assert len(json.loads(file.read(length))["results"]["bindings"]) == COUNT


def test_too_large(server: Server) -> None:
    """A client that writes all of a body that is too large first, and reads then, is told so."""
    for length in (f"Content-Length: {3 * MEBIBYTE}", "Transfer-Encoding: chunked"):
        with closing(wire(server)) as made:
            made.sendall(head("POST /validate", length, "Content-Type: text/turtle"))
            for _ in range(3):
                body = b"#" * MEBIBYTE
                made.sendall(
                    b"%x\r\n%b\r\n" % (len(body), body) if length.startswith("T") else body
                )
            if length.startswith("T"):
                made.sendall(b"0\r\n\r\n")
            status, headers, said = read(made)
            assert (status, headers["content-type"]) == (413, "application/problem+json")
            assert json.loads(said)["detail"] == "the body is longer than is read here"


def test_half_closed(server: Server) -> None:
    """A client that closes its half counts as gone: it is let go, and its query is given up."""
    for first in ("GET /health", query(ENDLESS)):
        with closing(wire(server)) as made:
            made.sendall(head(first))
            made.shutdown(socket.SHUT_WR)
            while made.recv(4096):
                pass
    wait(lambda: measured(server)["stancegraph_queries_running"] == 0, 2)
    healthy(server)


def same(answers: list[requests.Response]) -> None:
    """See that answers differ in nothing but their ids and the time."""
    found = [{name.lower(): value for name, value in each.headers.items()} for each in answers]
    for headers in found:
        headers.pop("date", None)
    ids = {headers.pop("x-request-id") for headers in found}
    assert len(ids) == len(answers)
    assert all(headers == found[0] for headers in found)


def ask(
    server: Server, method: str = "GET", path: str = PERSON, **headers: str
) -> requests.Response:
    """Ask for something by a connection of its own."""
    return requests.request(method, server.url + path[1:], headers=headers, timeout=PATIENCE)


def test_from_the_cache(server: Server) -> None:
    """What the cache gives differs from the first answer in nothing but the request's id."""
    path = "/sparql?query=" + quote(f"ASK {{}} # {time.time_ns()}")
    before = measured(server)["stancegraph_cache_hits_total"]
    answers = [ask(server, path=path) for _ in range(4)]
    assert measured(server)["stancegraph_cache_hits_total"] == before + 3
    same(answers)
    assert len({answer.content for answer in answers}) == 1
    heads = [ask(server, "HEAD", path) for _ in range(2)]
    same([*answers, *heads])
    assert [answer.content for answer in heads] == [b"", b""]


def test_known_already(server: Server) -> None:
    """Who knows the tag gets 304 with it, from the cache as from the application."""
    tag = ask(server).headers["ETag"]
    known = [ask(server, **{"If-None-Match": wanted}) for wanted in (tag, f"W/{tag}", "*")]
    same(known)
    assert [(answer.status_code, answer.content) for answer in known] == 3 * [(304, b"")]
    assert known[0].headers["ETag"] == tag
    assert ask(server, **{"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize("encoding", ["identity", "gzip", "zstd"])
def test_if_match(server: Server, encoding: str) -> None:
    """If-Match that names something else is refused, whether the cache has the answer or not."""
    tag = ask(server, **{"Accept-Encoding": encoding}).headers["ETag"]
    for wanted, status in ((tag, 200), ("*", 200), (f'"x", {tag}', 200), ('"x"', 412)):
        for _ in range(2):
            answer = ask(server, **{"Accept-Encoding": encoding, "If-Match": wanted})
            assert answer.status_code == status
            problem = answer.headers["Content-Type"] == "application/problem+json"
            assert problem == (status == 412)


def test_origins(server: Server) -> None:
    """Who may read from another origin is said by the cache, too."""
    answers = [ask(server, Origin="https://elsewhere.example") for _ in range(3)]
    same(answers)
    assert answers[2].headers["Access-Control-Allow-Origin"] == "*"


def test_id_is_the_asker_s(server: Server) -> None:
    """The cache gives back the id that came, and keeps none."""
    for sent in ("first-7", "second-7", "third-7"):
        assert ask(server, **{"X-Request-ID": sent}).headers["X-Request-ID"] == sent
    assert not ask(server).headers["X-Request-ID"].endswith("-7")


def test_another_process_writes(bulky: Settings, server: Server) -> None:
    """After a write by another process the cache gives nothing of the revision before."""
    store = Revisions(bulky)
    for number in range(3):
        old = [ask(server) for _ in range(2)][1].headers["ETag"]
        graph = Graph().add((URIRef(EX + "new"), URIRef(EX + "number"), Literal(number)))
        revision = store.commit(Change({URIRef(EX + "new"): graph})).revision
        time.sleep(0.01)
        new = ask(server, **{"If-None-Match": old})
        assert new.status_code == 200
        assert new.headers["ETag"].startswith(f'"{revision}-')


def test_hits_are_logged(
    capfd: pytest.CaptureFixture[str],
    settings: Settings,
    started: Callable[..., AbstractContextManager[Server]],
) -> None:
    """Each request has a line on stderr, those that the cache answers, too; none is lost."""
    with started(settings.data, STANCEGRAPH_LOG_FORMAT="json") as server:
        for number in range(30):
            ask(server, **{"X-Request-ID": f"here-{number}"})
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines() if "here-" in line]
    assert [line["id"] for line in lines] == [f"here-{number}" for number in range(30)]
    said = [
        {name: line[name] for name in line if name not in {"id", "time", "milliseconds"}}
        for line in lines
    ]
    assert all(line == said[0] for line in said)
    assert said[0]["target"] == PERSON
    assert (said[0]["status"], said[0]["method"]) == (200, "GET")
    assert said[0]["bytes"] > 100


def test_answers_before_it_ends(
    settings: Settings, started: Callable[..., AbstractContextManager[Server]]
) -> None:
    """A query at work when the server is told to stop is answered, if it ends in time."""
    with started(settings.data) as server, ThreadPoolExecutor() as threads:
        text = (
            f"SELECT (COUNT(*) AS ?n) {{ ?a <{EX}value> ?c . ?d <{EX}value> ?f FILTER(?c > ?f) }}"
        )
        while True:  # on a fast machine some end before they are seen
            target = "/sparql?query=" + quote(f"{text} # {time.monotonic()}")
            asked = threads.submit(ask, server, path=target)
            wait(lambda: asked.done() or measured(server)["stancegraph_queries_running"] == 1)  # noqa: B023
            if not asked.done():
                break
        server.process.terminate()
        answer = asked.result(PATIENCE)
        assert answer.json()["results"]["bindings"][0]["n"]["value"] == f"{1000 * 999 // 2}"
        assert server.process.wait(PATIENCE) == 0
        with pytest.raises(requests.ConnectionError):
            measured(server)


def call(app: Any, settings: Settings, send: Any) -> None:
    """Have an application answer a request in this process."""

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(3600)
        raise AssertionError

    asyncio.run(module.Server(app, settings, None)(SCOPE, receive, send))


SCOPE: dict[str, Any] = {
    "type": "http",
    "method": "GET",
    "scheme": "http",
    "raw_path": b"/",
    "query_string": b"",
    "client": None,
    "server": ("127.0.0.1", 8000),
    "headers": [],
}


def test_taken_too_slowly(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that takes nothing for too long is given up, and what is made for it is closed."""
    monkeypatch.setattr(module, "SEND_SECONDS", 0.05)
    said: list[str] = []

    def parts() -> Iterator[bytes]:
        try:
            while True:
                yield b"x" * module.PART
        finally:
            said.append("closed")

    def app(_: Any, start: Any) -> Iterator[bytes]:
        start("200 OK", [("Content-Type", "text/plain")])
        return parts()

    async def send(message: dict[str, Any]) -> None:
        said.append(message["type"])
        if len(said) == 3:
            await asyncio.sleep(3600)

    call(app, settings, send)
    assert said == ["http.response.start", *2 * ["http.response.body"], "closed"]


def test_written_instead_of_returned(settings: Settings) -> None:
    """An application that writes in the old way is told so, and nothing is sent of it."""

    def app(_: Any, start: Any) -> list[bytes]:
        start("200 OK", [])(b"x")
        return []

    async def send(message: dict[str, Any]) -> None:
        pytest.fail(f"{message} was sent")

    with pytest.raises(NotImplementedError, match="PEP 3333"):
        call(app, settings, send)
