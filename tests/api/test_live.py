"""The server that ``stancegraph serve`` starts, asked by the clients that people use."""

from __future__ import annotations

import gzip
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pandas as pd
import pytest
import requests
import SPARQLWrapper as wrappers  # noqa: N813  # the module is named as its class
from rdflib import Graph, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

COUNT = "SELECT (COUNT(*) AS ?n) { ?s <https://example.org/value> ?o }"
VALUE = "SELECT ?v { <https://example.org/numbers/7> <https://example.org/value> ?v }"
CONSTRUCT = "CONSTRUCT WHERE { <https://example.org/numbers/7> ?p ?v }"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?c > ?l) }"


def ask(server: Any, query: str, **headers: str) -> requests.Response:
    """Ask a server a query by GET."""
    return requests.get(server.url + "sparql", params={"query": query}, headers=headers, timeout=30)


def family(root: int) -> set[int]:
    """Return a process and all that it and its children started."""
    parents = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text(encoding="utf-8").rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        parents[int(status.parent.name)] = (int(fields[1]), fields[0])
    found = {root}
    while new := {pid for pid, (parent, _) in parents.items() if parent in found} - found:
        found |= new
    return found


def running(pids: set[int]) -> set[int]:
    """Return those of some processes that have not ended."""
    found = set()
    for pid in pids:
        try:
            status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if status.rpartition(")")[2].split()[0] != "Z":
            found.add(pid)
    return found


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib_store(live: Any, method: Any) -> None:
    """The SPARQLStore of rdflib asks by each of its methods, and takes terms and graphs."""
    graph = Graph(SPARQLStore(live.url + "sparql", method=method))
    (row,) = graph.query(VALUE)
    assert row[0].toPython() == 7  # type: ignore[index,union-attr]  # a row of a SELECT
    assert graph.query("ASK { <https://example.org/numbers/7> ?p ?o }").askAnswer is True
    numbers = list(graph.triples((None, URIRef("https://example.org/value"), None)))
    assert len(numbers) == 1000
    assert len(graph.query(CONSTRUCT).graph or ()) == 1


@pytest.mark.parametrize("method", [wrappers.GET, wrappers.POST])
@pytest.mark.parametrize("direct", [False, True])
def test_sparqlwrapper_bindings(live: Any, method: str, *, direct: bool) -> None:
    """SPARQLWrapper asks for bindings in JSON, XML, CSV and TSV."""
    wrapper = wrappers.SPARQLWrapper(live.url + "sparql")
    wrapper.setMethod(method)
    if direct:
        wrapper.setMethod(wrappers.POST)
        wrapper.setRequestMethod(wrappers.POSTDIRECTLY)
    wrapper.setQuery(VALUE)
    found: dict[str, Any] = {}
    for wanted in (wrappers.JSON, wrappers.XML, wrappers.CSV, wrappers.TSV):
        wrapper.setReturnFormat(wanted)
        found[wanted] = wrapper.queryAndConvert()
    assert found[wrappers.JSON]["results"]["bindings"][0]["v"]["value"] == "7"
    assert ">7</literal>" in found[wrappers.XML].toxml()
    assert found[wrappers.CSV] == b"v\r\n7\r\n"
    assert found[wrappers.TSV] == b"?v\n7\n"


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # SPARQLWrapper makes one
@pytest.mark.parametrize(
    "wanted", [wrappers.TURTLE, wrappers.XML, wrappers.RDFXML, wrappers.JSONLD]
)
@pytest.mark.parametrize("method", [wrappers.GET, wrappers.POST])
def test_sparqlwrapper_graphs(live: Any, method: str, wanted: str) -> None:
    """SPARQLWrapper asks for graphs in Turtle, RDF/XML and JSON-LD."""
    wrapper = wrappers.SPARQLWrapper(live.url + "sparql")
    wrapper.setMethod(method)
    wrapper.setQuery(CONSTRUCT)
    wrapper.setReturnFormat(wanted)
    found: Any = wrapper.queryAndConvert()
    graph = Graph().parse(data=found) if isinstance(found, bytes) else found
    assert len(graph) == 1


def test_pandas(live: Any) -> None:
    """With pandas one reads a query's CSV from its address."""
    text = "SELECT ?s ?v { ?s <https://example.org/value> ?v } ORDER BY ?v"
    address = requests.Request("GET", live.url + "sparql", params={"query": text, "format": "csv"})
    frame = pd.read_csv(address.prepare().url or "")
    assert list(frame.columns) == ["s", "v"]
    assert list(frame["v"]) == list(range(1000))


def test_bare_client(live: Any) -> None:
    """A client that says nothing of formats gets JSON."""
    address = urlsplit(live.url)
    wire = http.client.HTTPConnection(str(address.hostname), address.port)
    wire.request("GET", "/sparql?query=ASK%7B%7D")
    assert json.load(wire.getresponse())["boolean"] is True
    wire.close()


def test_dump_streams(live: Any) -> None:
    """A dump comes in pieces, whole, and its compressed twin holds the same."""
    plain = requests.get(live.url + "dump.nq", timeout=30)
    packed = requests.get(live.url + "dump.nq.gz", timeout=30)
    assert plain.headers["Transfer-Encoding"] == "chunked"
    assert plain.content.count(b"\n") > 3000
    assert gzip.decompress(packed.content) == plain.content


def test_big_answers_in_parallel(live: Any) -> None:
    """Answers of some megabytes come whole to several clients at once."""
    text = "SELECT * { ?a <https://example.org/value> ?c . ?d ?e ?f } LIMIT 20000"
    with ThreadPoolExecutor() as threads:
        answers = list(threads.map(lambda _: ask(live, text), range(4)))
    for answer in answers:
        assert len(answer.json()["results"]["bindings"]) == 20000
        assert int(answer.headers["Content-Length"]) == len(answer.content) > 1 << 20


def test_left_early(live: Any) -> None:
    """A client that goes before the end of an answer leaves the server as it was."""
    text = "SELECT * { ?a <https://example.org/value> ?c . ?d ?e ?f } LIMIT 20000"
    for _ in range(5):
        with requests.get(
            live.url + "sparql", params={"query": text}, stream=True, timeout=30
        ) as response:
            assert next(response.iter_content(1000))
    assert ask(live, COUNT).status_code == 200


def test_chunked_body(live: Any) -> None:
    """A body whose length is not told beforehand is read, and held to the limit as well."""

    def pieces(count: int) -> Any:
        yield b"ASK {} #"
        yield from (b"x" * 1000 for _ in range(count))

    headers = {"Content-Type": "application/sparql-query"}
    url = live.url + "sparql"
    assert requests.post(url, data=pieces(10), headers=headers, timeout=30).status_code == 200
    assert requests.post(url, data=pieces(2000), headers=headers, timeout=30).status_code == 413


@pytest.mark.parametrize("target", ["/sparql?query=%FF", "/sparql?query=\xff", "/sp\xffrql"])
def test_broken_addresses(live: Any, target: str) -> None:
    """An address that is not UTF-8 is an error of the asker's."""
    with socket.create_connection((urlsplit(live.url).hostname, urlsplit(live.url).port)) as wire:
        wire.sendall(
            f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode("latin-1")
        )
        assert wire.makefile("rb").readline().split()[1] in {b"400", b"404"}


def test_timeout_and_others(live: Any) -> None:
    """While slow queries run into their limit, the server's health is told at once."""
    with ThreadPoolExecutor() as threads:
        slow = [threads.submit(ask, live, ENDLESS) for _ in range(4)]
        time.sleep(0.3)
        started = time.monotonic()
        assert requests.get(live.url + "health", timeout=30).json()["status"] == "ok"
        assert time.monotonic() - started < 1
        for answer in slow:
            assert answer.result().status_code == 503
    assert ask(live, COUNT).status_code == 200


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
@pytest.mark.parametrize("busy", [False, True])
def test_end(
    settings: Any, started: Callable[..., AbstractContextManager[Any]], number: int, *, busy: bool
) -> None:
    """Whatever ends the server ends all its processes within seconds, at work or at rest."""
    with started(settings.data) as server, ThreadPoolExecutor() as threads:
        assert ask(server, COUNT).status_code == 200
        pids = family(server.process.pid)
        assert len(pids) >= 2 + settings.workers
        if busy:
            threads.submit(ask, server, ENDLESS)
            time.sleep(0.5)
        os.kill(server.process.pid, number)
        deadline = time.monotonic() + 8
        while running(pids) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert running(pids) == set()


def test_first_start(tmp_path: Path, started: Callable[..., AbstractContextManager[Any]]) -> None:
    """The first start loads the shipped graphs; the second finds them."""
    for _ in range(2):
        with started(tmp_path / "data") as server:
            assert requests.get(server.url + "health", timeout=30).json()["revision"] == 1
            text = "ASK { ?s a <https://w3id.org/stancegraph/ns#Stance> }"
            assert ask(server, text).json()["boolean"] is True


def test_killed_worker(settings: Any, started: Callable[..., AbstractContextManager[Any]]) -> None:
    """A request whose worker is killed is told so, and the next one is answered."""
    with started(settings.data, STANCEGRAPH_WORKERS="1") as server, ThreadPoolExecutor() as threads:
        (serving,) = family(server.process.pid) - {server.process.pid} - leaves(server.process.pid)
        slow = threads.submit(ask, server, ENDLESS)
        time.sleep(0.5)
        for pid in family(serving) - {serving}:
            os.kill(pid, signal.SIGKILL)
        answer = slow.result()
        assert answer.status_code == 500
        assert "SIGKILL" in answer.json()["detail"]
        assert ask(server, COUNT).json()["results"]["bindings"][0]["n"]["value"] == "1000"


def leaves(root: int) -> set[int]:
    """Return the processes below ``root`` that started none."""
    return {pid for pid in family(root) if family(pid) == {pid}}


@pytest.mark.parametrize("host", ["127.0.0.1", "no.such.host.invalid"])
def test_cannot_listen(settings: Any, host: str) -> None:
    """A port in use, or a host that is none, is told in one line, and nothing is started."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [
                *(sys.executable, "-c", "from api.cli import main; main()"),
                *("--data", settings.data, "serve", "--host", host, "--port", str(port)),
            ],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert f"cannot listen on {host}:{port}" in done.stderr
