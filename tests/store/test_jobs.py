"""What a pool has in hand: here nobody works, so turns are taken and given back by the tests."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from kg.errors import Busy, NotFound, QueryAbandoned, QueryKilled, TooManyQueries
from kg.query import Client
from kg.settings import Settings
from kg.store.jobs import WATCH_SECONDS, Job, Jobs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future
    from pathlib import Path

ANNA, BERT, CARL = Client("anna"), Client("bert"), Client("carl")
OURSELVES = Client()
PATIENCE = 10.0
"""Seconds after which a test that waits in vain fails."""


@pytest.fixture
def jobs(tmp_path: Path) -> Jobs:
    """Jobs of one worker: four may wait beside the one that runs, and three be of one client."""
    return limited(tmp_path)


@pytest.fixture
def held() -> Iterator[ExitStack]:
    """Hold what a test admits until its end."""
    with ExitStack() as held:
        yield held


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    """Threads that wait for turns."""
    with ThreadPoolExecutor() as threads:
        yield threads


def limited(data: Path, seconds: float = PATIENCE) -> Jobs:
    """Make jobs with tight limits."""
    return Jobs(Settings(data=data, workers=1, waiting=4, client_queries=3, query_seconds=seconds))


def running(jobs: Jobs) -> list[Job]:
    """Return those whose turn it is."""
    return [job for job in jobs.all() if job.running]


def take(jobs: Jobs, job: Job, order: list[str], held: ExitStack) -> None:
    """Wait for a job's turn, note whose it was, give it back, and let the job go."""
    with held, jobs.turn(job):
        order.append(job.text)


def queue(
    jobs: Jobs, threads: ThreadPoolExecutor, *clients: Client
) -> tuple[list[str], list[Future[None]]]:
    """Admit a job for each client; each waits for its turn in a thread. Return their order, too."""
    order: list[str] = []
    futures = []
    for number, client in enumerate(clients):
        held = ExitStack()
        job = held.enter_context(jobs.admit(client, "query", f"{client.name} {number}"))
        futures.append(threads.submit(take, jobs, job, order, held))
    return order, futures


def done(futures: list[Future[None]]) -> None:
    """Wait for all of them."""
    for future in futures:
        future.result(PATIENCE)


def test_said_of_a_job(jobs: Jobs, held: ExitStack) -> None:
    """A job is listed from when it is admitted, with what was asked, and gone when let go."""
    with jobs.admit(ANNA, "query", "ASK {}") as job:
        held.enter_context(jobs.admit(BERT, "update"))
        first, second = jobs.all()
        assert first is job
        assert (first.client, first.kind, first.text) == (ANNA, "query", "ASK {}")
        assert (second.kind, second.text) == ("update", "")
        assert first.id != second.id
        assert running(jobs) == []
        with jobs.turn(job):
            assert running(jobs) == [job]
        assert running(jobs) == []
        assert 0 <= second.seconds <= job.seconds < PATIENCE
    assert jobs.all() == [second]


def test_numbers_are_never_used_again(jobs: Jobs) -> None:
    """No two jobs share a number, though the first has gone."""
    with jobs.admit(ANNA, "query") as first:
        pass
    with jobs.admit(ANNA, "query") as second:
        assert second.id > first.id


def test_limit_of_a_client(jobs: Jobs, held: ExitStack) -> None:
    """One client has as many jobs as may be, and no more; others come in beside it."""
    for _ in range(2):
        held.enter_context(jobs.admit(ANNA, "query"))
    with jobs.admit(ANNA, "query"):
        with (
            pytest.raises(TooManyQueries, match="3 requests of yours") as caught,
            jobs.admit(ANNA, "query"),
        ):
            pytest.fail("a fourth was admitted")
        assert (caught.value.limit, caught.value.limit_value) == ("client_queries", 3)
        held.enter_context(jobs.admit(BERT, "query"))
    held.enter_context(jobs.admit(ANNA, "query"))
    assert len(jobs.all()) == 4


def test_limit_of_all(jobs: Jobs, held: ExitStack) -> None:
    """As many as work and may wait are admitted, whoever they are, and one more when one goes."""
    for client in (ANNA, ANNA, BERT, BERT):
        held.enter_context(jobs.admit(client, "query"))
    with jobs.admit(CARL, "query"):
        with (
            pytest.raises(Busy, match="all workers are busy: try") as caught,
            jobs.admit(CARL, "query"),
        ):
            pytest.fail("a sixth was admitted")
        assert (caught.value.limit, caught.value.limit_value) == ("waiting", 4)
    held.enter_context(jobs.admit(CARL, "query"))


def test_no_limit_for_ourselves(jobs: Jobs, held: ExitStack) -> None:
    """The process itself counts as no client, but among all."""
    for _ in range(5):
        held.enter_context(jobs.admit(OURSELVES, "start"))
    with pytest.raises(Busy), jobs.admit(OURSELVES, "start"):
        pytest.fail("a sixth was admitted")


def test_first_come(jobs: Jobs, threads: ThreadPoolExecutor) -> None:
    """Whoever came first is served first, whichever thread wakes up first."""
    with jobs.admit(OURSELVES, "start") as holder, jobs.turn(holder):
        order, futures = queue(jobs, threads, ANNA, BERT, CARL)
        assert order == []
    done(futures)
    assert order == ["anna 0", "bert 1", "carl 2"]


def test_who_has_nothing_at_work_goes_first(threads: ThreadPoolExecutor, tmp_path: Path) -> None:
    """While one of its jobs runs, a client's others let those pass whose clients have none."""
    jobs = Jobs(Settings(data=tmp_path, workers=2, waiting=4, query_seconds=PATIENCE))
    with jobs.admit(ANNA, "query") as first, jobs.turn(first):
        with jobs.admit(OURSELVES, "start") as holder, jobs.turn(holder):
            order, futures = queue(jobs, threads, ANNA, ANNA, BERT)
            assert order == []
        done(futures)
    assert order == ["bert 2", "anna 0", "anna 1"]


def test_own_go_on_where_nobody_else_waits(tmp_path: Path) -> None:
    """A client alone has as many at work as there are workers."""
    jobs = Jobs(Settings(data=tmp_path, workers=2, query_seconds=PATIENCE))
    with (
        jobs.admit(ANNA, "query") as first,
        jobs.turn(first),
        jobs.admit(ANNA, "query") as second,
        jobs.turn(second),
    ):
        assert [job.running for job in jobs.all()] == [True, True]


def test_kill_one_that_waits(jobs: Jobs, threads: ThreadPoolExecutor) -> None:
    """One that is killed while it waits never gets its turn, and those behind it do."""
    with jobs.admit(OURSELVES, "start") as holder, jobs.turn(holder):
        order, futures = queue(jobs, threads, ANNA, BERT)
        jobs.kill(jobs.all()[1].id)
        with pytest.raises(QueryKilled):
            futures[0].result(PATIENCE)
    done(futures[1:])
    assert order == ["bert 1"]


def test_kill_one_that_runs(jobs: Jobs) -> None:
    """One that is killed while it runs learns of it when it looks, and its place is free again."""
    with jobs.admit(ANNA, "query") as job:
        with jobs.turn(job):
            job.check()
            jobs.kill(job.id)
            with pytest.raises(QueryKilled):
                job.check()
        assert not job.running
    with jobs.admit(ANNA, "query") as job, jobs.turn(job):
        job.check()


def test_kill_nothing(jobs: Jobs) -> None:
    """What is not in hand cannot be killed, nor what has ended."""
    with jobs.admit(ANNA, "query") as job:
        pass
    for number in (job.id, 999):
        with pytest.raises(NotFound, match=f"query {number} is not in hand"):
            jobs.kill(number)


def test_abandoned_while_it_waits(jobs: Jobs, threads: ThreadPoolExecutor) -> None:
    """A job whose client goes away while it waits is given up within a moment."""
    gone: list[bool] = []
    leaving = Client("anna", lambda: bool(gone))
    with jobs.admit(OURSELVES, "start") as holder, jobs.turn(holder):
        _, (waits,) = queue(jobs, threads, leaving)
        gone.append(True)
        begun = time.monotonic()
        with pytest.raises(QueryAbandoned):
            waits.result(PATIENCE)
        assert time.monotonic() - begun < 5 * WATCH_SECONDS
        assert jobs.all() == [holder]


def test_abandoned_while_it_runs(jobs: Jobs) -> None:
    """A job that runs learns when it looks that its client has gone."""
    gone: list[bool] = []
    leaving = Client("anna", lambda: bool(gone))
    with jobs.admit(leaving, "query") as job, jobs.turn(job):
        job.check()
        gone.append(True)
        with pytest.raises(QueryAbandoned):
            job.check()


def test_waits_in_vain(tmp_path: Path) -> None:
    """Whoever waits for as long as a query may run is told how long that was."""
    jobs = limited(tmp_path, seconds=0.1)
    with (
        jobs.admit(OURSELVES, "start") as holder,
        jobs.turn(holder),
        jobs.admit(ANNA, "query") as job,
        pytest.raises(Busy, match=r"busy for 0\.1 seconds") as caught,
        jobs.turn(job),
    ):
        pytest.fail("two at a time")
    assert (caught.value.limit, caught.value.limit_value) == ("query_seconds", 0.1)
    assert 0.1 <= job.seconds < PATIENCE


def test_many_at_once(tmp_path: Path) -> None:
    """However many threads want a turn, no more have one than there are workers."""
    jobs = Jobs(Settings(data=tmp_path, workers=2, waiting=100, client_queries=100))
    most: list[int] = []

    def one(number: int) -> None:
        with jobs.admit(Client(f"{number % 5}"), "query") as job, jobs.turn(job):
            most.append(sum(each.running for each in jobs.all()))
            time.sleep(0.001)

    with ThreadPoolExecutor(40) as threads:
        for future in [threads.submit(one, number) for number in range(100)]:
            future.result(PATIENCE)
    assert len(most) == 100
    assert max(most) == 2
    assert jobs.all() == []
