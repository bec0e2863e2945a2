"""Worker processes: free SPARQL, and whatever else may take too long or too much, runs in them.

One thread at a time asks a worker, over a socket that only the two of them have. A worker that is
over its time is killed; one that is over its memory aborts. Either leaves nothing behind: workers
share no lock, and a big answer lies in a file that has no name. Workers end with the process that
started them, whatever ends that.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from multiprocessing import reduction
from queue import Empty, LifoQueue
from typing import TYPE_CHECKING, Self, TypeVar

from kg.errors import (
    Busy,
    LimitError,
    QueryMemory,
    QueryTimeout,
    StancegraphError,
    WorkerLost,
)
from kg.query import Answer
from kg.store.tally import Tally
from kg.store.worker import Spooled, Task, work

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from kg.query import Request
    from kg.settings import Settings
    from kg.store.revisions import Revisions

T = TypeVar("T")

START_SECONDS = 60.0
"""Time for a new worker to be ready; it takes about half a second."""
DISMISSAL_SECONDS = 1.0
"""Time for an idle worker to end by itself."""
WAITING = 16
"""Requests that may wait for a worker; more are turned away at once."""
KILLED_BY_ITSELF = -signal.SIGABRT
"""Exit code of a worker whose engine was refused memory."""


class QueryPool:
    """``settings.workers`` processes over one store; each is started when it is first needed.

    Any number of threads may use a pool.
    """

    def __init__(self, store: Revisions, settings: Settings) -> None:
        self._store, self._settings = store, settings
        self._idle: LifoQueue[_Worker | None] = LifoQueue()
        for _ in range(settings.workers):
            self._idle.put(None)
        self._admitted = threading.BoundedSemaphore(settings.workers + WAITING)
        self._workers: set[_Worker] = set()
        self._lock = threading.Lock()
        self._closed = False
        self.tally = Tally()

    def query(self, request: Request) -> Answer:
        """Answer a request, whole.

        :raises QueryError: it is ill-formed, refused or cannot be evaluated
        :raises FormatError: its form cannot be answered in a format that the request takes
        :raises NotFound: there is no such revision
        :raises LimitError: it ran into a limit, or all workers are busy
        :raises WorkerLost: the worker died for another reason
        """
        answer: Answer = self._ask(request)  # type: ignore[assignment]  # as workers answer these
        return answer

    def run(self, function: Callable[..., T], *args: object) -> T:
        """Call ``function(store, *args)`` in a worker, under the limits of a query.

        The function is imported there by its name; what it takes and gives is pickled.
        """
        try:
            result: T = self._ask(Task(function, args))  # type: ignore[assignment]  # by contract
        except QueryTimeout as error:
            raise LimitError(
                f"stopped after {error.seconds:g} seconds: send less at a time"
            ) from None
        except QueryMemory as error:
            mebibytes = error.limit >> 20
            raise LimitError(f"needed more than {mebibytes} MiB: send less at a time") from None
        return result

    def start(self) -> None:
        """Start every worker now, so that the first requests need not wait for that."""
        slots = [self._idle.get() for _ in range(self._settings.workers)]
        for slot in slots:
            self._idle.put(slot or self._started())

    def alive(self) -> int:
        """Count the workers; one that dies while it is idle counts until it is missed."""
        with self._lock:
            return len(self._workers)

    def close(self) -> None:
        """End all workers; requests under way get WorkerLost."""
        with self._lock:
            self._closed = True
        idle = []
        with contextlib.suppress(Empty):
            while True:
                idle.append(self._idle.get_nowait())
        for worker in filter(None, idle):
            worker.dismiss()
        with self._lock:
            workers = set(self._workers)
        for worker in workers:
            self._end(worker)
        for _ in idle:
            self._idle.put(None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _ask(self, task: Request | Task) -> object:
        with self.tally.request():
            return self._answered(task)

    def _answered(self, task: Request | Task) -> object:
        if not self._admitted.acquire(blocking=False):
            raise Busy
        try:
            worker = self._taken()
            sound = False
            try:
                result = worker.do(task)
                sound = not isinstance(result, QueryMemory)
            finally:
                if not sound:
                    self._end(worker)
                self._idle.put(worker if sound else None)
        finally:
            self._admitted.release()
        if isinstance(result, StancegraphError):
            raise result
        return result

    def _taken(self) -> _Worker:
        """Take an idle worker out of the queue; one that died meanwhile is replaced."""
        try:
            worker = self._idle.get(timeout=self._settings.query_seconds)
        except Empty:
            raise Busy(self._settings.query_seconds) from None
        if worker is not None and worker.process.is_alive():
            return worker
        started = False
        try:
            if worker is not None:
                self._end(worker)
            worker = self._started()
            started = True
        finally:
            if not started:
                self._idle.put(None)
        return worker

    def _started(self) -> _Worker:
        with self._lock:
            if self._closed:
                raise WorkerLost("the server is stopping")
            worker = _Worker(self._settings)
            self._workers.add(worker)
            self.tally.start()
        worker.wait_until_ready()
        return worker

    def _end(self, worker: _Worker) -> None:
        with self._lock:
            self._workers.discard(worker)
        worker.kill()


class _Worker:
    """One process, and our end of its socket."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        context = multiprocessing.get_context("spawn")
        self._socket, theirs = context.Pipe()
        self.process = context.Process(
            target=work, args=(theirs, settings), name="stancegraph-worker", daemon=True
        )
        self.process.start()
        theirs.close()

    def wait_until_ready(self) -> None:
        """Wait until it has been started; WorkerLost if that fails."""
        self._receive(START_SECONDS)

    def do(self, task: Request | Task) -> object:
        """Return what came of a task; QueryTimeout and WorkerLost are raised."""
        try:
            self._socket.send(task)
        except ConnectionError as error:
            raise self._lost() from error
        result = self._receive(self._settings.query_seconds)
        if not isinstance(result, Spooled):
            return result
        found = (result.media_type, result.revision, result.size)
        if result.body is not None:
            return Answer(*found, body=result.body)
        return Answer(*found, file=os.fdopen(reduction.recv_handle(self._socket), "rb"))

    def dismiss(self) -> None:
        """Let it end by itself, which it does when it has nothing to do."""
        self._socket.close()
        self.process.join(DISMISSAL_SECONDS)

    def kill(self) -> None:
        """End it at once and for certain."""
        self.process.kill()
        self.process.join()

    def _receive(self, seconds: float) -> object:
        try:
            if not self._socket.poll(seconds):
                raise QueryTimeout(seconds)
            return self._socket.recv()
        except (EOFError, ConnectionError) as error:
            raise self._lost() from error

    def _lost(self) -> StancegraphError:
        """Say what the process died of."""
        self.process.join()
        code = self.process.exitcode or 0
        if code == KILLED_BY_ITSELF:
            return QueryMemory(self._settings.query_mebibytes << 20)
        cause = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return WorkerLost(
            f"the process that worked on it died ({cause}); the next try gets another"
        )
