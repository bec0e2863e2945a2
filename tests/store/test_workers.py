"""Queries in worker processes: what they answer, what stops them, and what is left behind.

The pool here answers within two seconds and 200 MiB, so that its limits are met soon. ``ENDLESS``
counts through more combinations than anybody can wait for; ``HUGE`` sorts more than fits.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from operator import methodcaller
from typing import TYPE_CHECKING

import pytest

from kg import formats
from kg.errors import (
    Busy,
    FormatError,
    LimitError,
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
from kg.store import lock
from kg.store.revisions import Revisions
from kg.store.worker import IN_MEMORY
from kg.store.workers import QueryPool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

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


def test_errors_come_out(pool: QueryPool) -> None:
    """What is wrong with a query comes out of the worker as it was raised there."""
    with pytest.raises(QuerySyntaxError, match="did you mean SELECT") as caught:
        pool.query(Request("\n SELCT * {}"))
    assert (caught.value.line, caught.value.column) == (2, 2)
    with pytest.raises(QueryRefused):
        pool.query(Request("ASK { SERVICE <http://127.0.0.1/> {} }"))
    with pytest.raises(FormatError):
        pool.query(Request("ASK {}", bindings_format=None))


def test_small_answer(pool: QueryPool) -> None:
    """An answer has its type, its revision and its size."""
    answer = pool.query(Request("ASK {}", bindings_format=formats.CSV))
    assert (answer.media_type, answer.revision, answer.size) == ("text/csv", 2, 4)
    assert answer.file is None


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


def test_turned_away(store: Revisions, settings: Settings) -> None:
    """When as many wait as may, the next is turned away at once."""
    settings = replace(settings, waiting=0)
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


def test_crash(capfd: pytest.CaptureFixture[str], pool: QueryPool) -> None:
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
