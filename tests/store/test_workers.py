"""Queries in worker processes: what they answer, what stops them, and what is left behind.

The pool here answers within two seconds and 200 MiB, so that its limits are met soon. ``ENDLESS``
counts through more combinations than anybody can wait for; ``HUGE`` sorts more than fits.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from operator import methodcaller
from typing import TYPE_CHECKING

import pytest
from rdflib import Dataset, Graph

from kg import formats
from kg.errors import (
    Busy,
    FormatError,
    LimitError,
    QueryError,
    QueryMemory,
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    RevisionMissing,
    StoreMissing,
    WorkerLost,
)
from kg.query import Request
from kg.settings import Settings
from kg.store import lock, workers
from kg.store.revisions import Revisions
from kg.store.worker import IN_MEMORY
from kg.store.workers import QueryPool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from kg.formats import Format
    from kg.store.base import Change

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?c > ?l) }"
HUGE = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
EVERYTHING = "SELECT * { ?s ?p ?o . ?s2 ?p2 ?o2 } LIMIT 20000"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings with tight limits, for all tests here."""
    return Settings(
        data=tmp_path_factory.mktemp("workers") / "data",
        workers=2,
        query_seconds=2,
        query_mebibytes=200,
    )


@pytest.fixture(scope="module")
def store(settings: Settings, numbers: Callable[..., Change]) -> Revisions:
    """A store whose first revision holds 1,000 quads and whose second 1,003 in two graphs."""
    store = Revisions(settings)
    store.commit(numbers(1000))
    store.commit(numbers(3, name="others"))
    return store


@pytest.fixture(scope="module")
def pool(store: Revisions, settings: Settings) -> Iterator[QueryPool]:
    """A pool over that store."""
    with QueryPool(store, settings) as pool:
        yield pool


def count(pool: QueryPool, request: Request) -> int:
    """Return the ?n of a query."""
    found = json.loads(b"".join(pool.query(request).chunks()))
    return int(found["results"]["bindings"][0]["n"]["value"])


def own_workers() -> list[int]:
    """Return the processes of this process that are workers."""
    return [p.pid or 0 for p in multiprocessing.active_children() if "worker" in p.name]


def test_union(pool: QueryPool) -> None:
    """The default graph is the union of all graphs, of the newest revision."""
    assert count(pool, Request(COUNT)) == 1003
    assert pool.query(Request(COUNT)).revision == 2


def test_older_revision(pool: QueryPool) -> None:
    """An older revision is answered from, and the newest again after it."""
    assert count(pool, Request(COUNT, revision=1)) == 1000
    assert count(pool, Request(COUNT)) == 1003


def test_missing_revision(pool: QueryPool) -> None:
    """A revision that never was is told as such."""
    with pytest.raises(RevisionMissing, match="no revision 9"):
        pool.query(Request(COUNT, revision=9))


DATASETS = [
    ({"default_graphs": ("https://example.org/others",)}, "", 3),
    ({"default_graphs": ("https://example.org/others", "https://example.org/no")}, "", 3),
    ({"named_graphs": ("https://example.org/others",)}, "", 0),
    ({"default_graphs": ("https://example.org/others",)}, "FROM <https://example.org/numbers>", 3),
    ({}, "FROM <https://example.org/numbers>", 1000),
    ({}, "FROM <https://example.org/no>", 0),
    ({}, "FROM NAMED <https://example.org/numbers>", 0),
    ({}, "# FROM <https://example.org/numbers>\n", 1003),
]


@pytest.mark.parametrize(("dataset", "clause", "expected"), DATASETS)
def test_dataset(
    pool: QueryPool, dataset: dict[str, tuple[str, ...]], clause: str, expected: int
) -> None:
    """FROM chooses among the store's graphs, and the protocol's dataset comes before it."""
    text = COUNT.replace("{", clause + " {", 1)
    assert count(pool, Request(text, **dataset)) == expected  # type: ignore[arg-type]  # fields


def test_named_graphs(pool: QueryPool) -> None:
    """GRAPH sees all graphs, or just those that the protocol names."""
    text = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    assert count(pool, Request(text)) == 1003
    assert count(pool, Request(text, named_graphs=("https://example.org/others",))) == 3
    assert count(pool, Request(text, default_graphs=("https://example.org/others",))) == 0


def test_graph_names_are_iris(pool: QueryPool) -> None:
    """A dataset that is no IRI is refused by name."""
    with pytest.raises(QueryError, match="'no iri' is no IRI"):
        pool.query(Request(COUNT, default_graphs=("no iri",)))


REACHING_OUT = [
    "SELECT * FROM <{url}> {{ ?s ?p ?o }}",
    "SELECT * FROM NAMED <{url}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
    "SELECT * {{ GRAPH <{url}> {{ ?s ?p ?o }} }}",
    "DESCRIBE <{url}>",
    "SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ SERVICE SILENT <{url}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ BIND(<{url}> AS ?x) SERVICE ?x {{ ?s ?p ?o }} }}",
    "SELECT * {{ {{ SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }} }} }}",
    "SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} ",
    "LOAD <{url}>",
]


@pytest.mark.parametrize("text", REACHING_OUT)
def test_nothing_reaches_out(pool: QueryPool, text: str) -> None:
    """No query opens a connection: SERVICE is refused, and graphs are never fetched."""
    with socket.create_server(("127.0.0.1", 0)) as canary:
        url = f"http://127.0.0.1:{canary.getsockname()[1]}/x"
        request = Request(text.format(url=url))
        if "SERVICE" in text or "LOAD" in text:
            with pytest.raises((QueryRefused, QuerySyntaxError)):
                pool.query(request)
        else:
            pool.query(request)
        canary.settimeout(0.1)
        with pytest.raises(TimeoutError):
            canary.accept()


def test_service_as_a_word(pool: QueryPool) -> None:
    """The word in a literal, a comment or a name is no reason to refuse."""
    text = "PREFIX service: <a:b> SELECT (COUNT(?o) AS ?n) { ?service ?p ?o }  # SERVICE"
    assert count(pool, Request(text)) == 1003


@pytest.mark.parametrize("wanted", formats.BINDINGS)
@pytest.mark.parametrize("text", ["ASK { ?s ?p ?o }", "SELECT ?o { ?s ?p ?o } LIMIT 2"])
def test_bindings_formats(pool: QueryPool, text: str, wanted: Format) -> None:
    """ASK and SELECT are answered in every format, the boolean of CSV and TSV as a bare word."""
    answer = pool.query(Request(text, bindings_format=wanted))
    body = b"".join(answer.chunks())
    assert answer.media_type == wanted.media_type
    assert answer.size == len(body)
    assert (b"true" in body) == text.startswith("ASK")


@pytest.mark.parametrize("wanted", formats.GRAPHS)
@pytest.mark.parametrize(
    "text", ["CONSTRUCT WHERE { ?s ?p ?o }", "DESCRIBE <https://example.org/numbers/7>"]
)
def test_graph_formats(pool: QueryPool, text: str, wanted: Format) -> None:
    """CONSTRUCT and DESCRIBE are answered in every format, and rdflib reads the same out of it."""
    answer = pool.query(Request(text, graph_format=wanted))
    names = {"ntriples": "nt", "rdfxml": "xml", "jsonld": "json-ld"}
    body = b"".join(answer.chunks())
    graph = Dataset(default_union=True)
    graph.parse(data=body, format=names.get(wanted.name, wanted.name))
    assert answer.media_type == wanted.media_type
    assert len(graph) == (1003 if text.startswith("CONSTRUCT") else 1)


def test_turtle_is_for_people(pool: QueryPool) -> None:
    """Turtle brings subjects together, types first, with the prefixes it needs and no others."""
    text = """PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
    CONSTRUCT { ?s skos:note ?o ; a skos:Concept }
    WHERE { VALUES (?s ?o) { (<a:b> 1) (<a:c> 2) } }"""
    body = b"".join(pool.query(Request(text)).chunks()).decode()
    assert body.splitlines() == [
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .",
        "<a:b> a skos:Concept ;",
        "\tskos:note 1 .",
        "<a:c> a skos:Concept ;",
        "\tskos:note 2 .",
    ]
    assert len(Graph().parse(data=body)) == 4


def test_long_graphs_are_whole(pool: QueryPool) -> None:
    """What lies beyond the part that is put in order comes behind it, complete."""
    text = "CONSTRUCT { ?s ?p [] } WHERE { ?s ?p ?o . ?s2 ?p2 ?o2 } LIMIT 12000"
    body = b"".join(pool.query(Request(text, graph_format=formats.N_TRIPLES)).chunks())
    assert body.count(b"\n") == 12000


@pytest.mark.parametrize(
    "request_",
    [Request("ASK {}", bindings_format=None), Request("DESCRIBE <a:b>", graph_format=None)],
)
def test_unwanted_form(pool: QueryPool, request_: Request) -> None:
    """A form of query that the asker takes no format for is refused, and the formats are named."""
    with pytest.raises(FormatError, match=r"can be had as (json|turtle) \("):
        pool.query(request_)


def test_syntax_error(pool: QueryPool) -> None:
    """A syntax error comes out of the worker with its place."""
    with pytest.raises(QuerySyntaxError, match="did you mean SELECT") as caught:
        pool.query(Request("\n SELCT * {}"))
    assert (caught.value.line, caught.value.column) == (2, 2)


def test_unknown_function(pool: QueryPool) -> None:
    """A function that nobody knows is an error of the query."""
    with pytest.raises(QueryError, match="a:f"):
        pool.query(Request("SELECT (<a:f>(1) AS ?x) {}"))


def test_big_answer(pool: QueryPool) -> None:
    """An answer beyond the size for memory comes from a file, whole, and its file has no name."""
    answer = pool.query(Request(EVERYTHING))
    assert answer.size > IN_MEMORY
    assert answer.file is not None
    assert os.fstat(answer.file.fileno()).st_nlink == 0
    body = b"".join(answer.chunks())
    assert len(body) == answer.size
    assert len(json.loads(body)["results"]["bindings"]) == 20000


def test_timeout(pool: QueryPool) -> None:
    """A query is stopped at the time limit, within the second, and the next one works."""
    started = time.monotonic()
    with pytest.raises(QueryTimeout, match="stopped after 2 seconds: ask for less"):
        pool.query(Request(ENDLESS))
    assert 2 <= time.monotonic() - started < 3
    assert count(pool, Request(COUNT)) == 1003


def test_memory(pool: QueryPool) -> None:
    """A query that needs too much memory loses its worker, and the next one works."""
    with pytest.raises(QueryMemory, match="more than its 200 MiB"):
        pool.query(Request(HUGE))
    assert count(pool, Request(COUNT)) == 1003


def test_memory_of_the_interpreter(pool: QueryPool) -> None:
    """The limit holds for what Python allocates, too, and is told in words that fit."""
    with pytest.raises(LimitError, match="needed more than 200 MiB: send less"):
        pool.run(methodcaller("current"), "x" * (150 << 20))
    assert count(pool, Request(COUNT)) == 1003


def test_killed_under_work(pool: QueryPool) -> None:
    """A worker that is killed under a request is told of, and the next request works."""
    with ThreadPoolExecutor() as threads:
        asked = threads.submit(pool.query, Request(ENDLESS))
        time.sleep(0.5)
        for pid in own_workers():
            os.kill(pid, signal.SIGKILL)
        with pytest.raises(WorkerLost, match="SIGKILL"):
            asked.result()
    assert count(pool, Request(COUNT)) == 1003


def test_killed_at_rest(pool: QueryPool) -> None:
    """Workers that die while nobody asks are replaced without anybody noticing."""
    count(pool, Request(COUNT))
    assert own_workers()
    for pid in own_workers():
        os.kill(pid, signal.SIGKILL)
    time.sleep(0.2)
    assert count(pool, Request(COUNT)) == 1003


def test_too_deep(pool: QueryPool) -> None:
    """A query that is nested too deep for the engine costs a worker, and nothing else."""
    with pytest.raises(WorkerLost):
        pool.query(Request("ASK " + "{" * 20000 + "}" * 20000))
    assert count(pool, Request(COUNT)) == 1003


def test_in_parallel(pool: QueryPool) -> None:
    """Many threads ask at once, more than there are workers, and each gets its own answer."""
    with ThreadPoolExecutor(max_workers=8) as threads:
        texts = [f"SELECT (({i}) AS ?n) {{}}" for i in range(200)]
        found = threads.map(lambda text: count(pool, Request(text)), texts)
        assert list(found) == list(range(200))


def test_turned_away(store: Revisions, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """When as many wait as may, the next is turned away at once."""
    monkeypatch.setattr(workers, "WAITING", 0)
    with QueryPool(store, settings) as pool, ThreadPoolExecutor() as threads:
        asked = [threads.submit(pool.query, Request(ENDLESS)) for _ in range(settings.workers)]
        time.sleep(0.5)
        with pytest.raises(Busy, match="all workers are busy: try again"):
            pool.query(Request(COUNT))
        for future in asked:
            with pytest.raises(QueryTimeout):
                future.result()


def test_waited_in_vain(store: Revisions, settings: Settings) -> None:
    """Who waits for a worker as long as a query may run is told that all are busy."""
    with QueryPool(store, settings) as pool, ThreadPoolExecutor() as threads:
        asked = [threads.submit(pool.query, Request(ENDLESS)) for _ in range(3 * settings.workers)]
        errors = sorted(type(future.exception()).__name__ for future in asked)
    assert set(errors) == {"Busy", "QueryTimeout"}


def test_new_revision(settings: Settings, tmp_path: Path, numbers: Callable[..., Change]) -> None:
    """A worker that has a revision open answers from the next one as soon as that is published."""
    own = replace(settings, data=tmp_path / "data")
    store = Revisions(own)
    with QueryPool(store, own) as pool:
        with pytest.raises(StoreMissing):
            pool.query(Request(COUNT))
        for n in (5, 7):
            store.commit(numbers(n))
            assert count(pool, Request(COUNT)) == n


def test_run(pool: QueryPool) -> None:
    """Functions run in a worker with its store; their errors come back, too."""
    assert pool.run(methodcaller("current")) == 2
    with pytest.raises(RevisionMissing):
        pool.run(methodcaller("snapshot", 9))


def test_run_limits(pool: QueryPool, settings: Settings, numbers: Callable[..., Change]) -> None:
    """What runs too long is stopped like a query."""
    with (
        lock.exclusive(settings.data / "lock", 0),
        pytest.raises(LimitError, match="stopped after 2 seconds: send less"),
    ):
        pool.run(methodcaller("commit", numbers(9)))


def test_crash(pool: QueryPool, capfd: pytest.CaptureFixture[str]) -> None:
    """An error that nobody foresaw ends the worker, with its traceback on stderr."""
    with pytest.raises(WorkerLost, match="exit code 1"):
        pool.run(methodcaller("no_such_method"))
    assert "no_such_method" in capfd.readouterr().err
    assert count(pool, Request(COUNT)) == 1003


def test_close(store: Revisions, settings: Settings) -> None:
    """Closing a pool ends its workers, those at work included, and nothing starts after it."""
    before = set(own_workers())
    pool = QueryPool(store, settings)
    pool.start()
    assert len(set(own_workers()) - before) == settings.workers
    with ThreadPoolExecutor() as threads:
        asked = threads.submit(pool.query, Request(ENDLESS))
        time.sleep(0.3)
        pool.close()
        with pytest.raises(WorkerLost):
            asked.result()
    assert set(own_workers()) <= before
    with pytest.raises(WorkerLost, match="stopping"):
        pool.query(Request(COUNT))
    assert threading.active_count() < 20
