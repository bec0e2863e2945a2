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
import time
from multiprocessing import reduction
from typing import TYPE_CHECKING, Self, TypeVar

from kg.errors import (
    LimitError,
    QueryMemory,
    QueryTimeout,
    StancegraphError,
    WorkerLost,
)
from kg.query import Answer, Client
from kg.store.jobs import WATCH_SECONDS, Job, Jobs
from kg.store.tally import Tally
from kg.store.worker import Spooled, Task, work

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from kg.query import Request
    from kg.settings import Settings
    from kg.store.revisions import Revisions

T = TypeVar("T")

OURSELVES = Client()
START_SECONDS = 60.0
"""Time for a new worker to be ready; it takes about half a second."""
DISMISSAL_SECONDS = 1.0
"""Time for an idle worker to end by itself."""
KILLED_BY_ITSELF = -signal.SIGABRT
"""Exit code of a worker whose engine was refused memory."""


class QueryPool:
    """``settings.workers`` processes over one store; each is started when it is first needed.

    Any number of threads may use a pool.
    """

    def __init__(self, store: Revisions, settings: Settings) -> None:
        self._store, self._settings = store, settings
        self.jobs = Jobs(settings)
        self._idle: list[_Worker | None] = [None] * settings.workers
        self._workers: set[_Worker] = set()
        self._lock = threading.Lock()
        self._closed = False
        self.tally = Tally()

    def query(self, request: Request, client: Client = OURSELVES) -> Answer:
        """Answer a request, whole.

        :raises QueryError: it is ill-formed, refused or cannot be evaluated
        :raises FormatError: its form cannot be answered in a format that the request takes
        :raises NotFound: there is no such revision
        :raises LimitError: it ran into a limit, or is not wanted any more
        :raises WorkerLost: the worker died for another reason
        """
        answer: Answer = self._ask(request, client, "query", request.text)  # type: ignore[assignment]  # as workers answer these
        return answer

    def run(
        self,
        function: Callable[..., T],
        *args: object,
        client: Client = OURSELVES,
        kind: str = "",
        text: str = "",
    ) -> T:
        """Call ``function(store, *args)`` in a worker, under the limits of a query.

        The function is imported there by its name; what it takes and gives is pickled. ``kind`` and
        ``text`` are what the list of jobs says of it.
        """
        try:
            result: T = self._ask(Task(function, args), client, kind, text)  # type: ignore[assignment]  # by contract
        except (QueryTimeout, QueryMemory) as error:
            most = f"{error.limit_value:g}"
            said = (
                f"stopped after {most} seconds"
                if isinstance(error, QueryTimeout)
                else f"needed more than {most} MiB"
            )
            raise LimitError(
                f"{said}: send less at a time", error.limit, error.limit_value
            ) from None
        return result

    def start(self) -> None:
        """Start every worker now, so that the first requests need not wait for that."""
        with contextlib.ExitStack() as turns:
            for _ in range(self._settings.workers):
                job = turns.enter_context(self.jobs.admit(OURSELVES, "start"))
                turns.enter_context(self.jobs.turn(job))
            slots = [self._idle.pop() for _ in range(self._settings.workers)]
            for slot in slots:
                self._idle.append(slot or self._started())

    def alive(self) -> int:
        """Count the workers; one that dies while it is idle counts until it is missed."""
        with self._lock:
            return len(self._workers)

    def close(self) -> None:
        """End all workers; requests under way get WorkerLost."""
        with self._lock:
            self._closed = True
        for worker in filter(None, self._idle.copy()):
            worker.dismiss()
        with self._lock:
            workers = set(self._workers)
        for worker in workers:
            self._end(worker)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _ask(self, task: Request | Task, client: Client, kind: str, text: str) -> object:
        with self.tally.request():
            with self.jobs.admit(client, kind, text) as job, self.jobs.turn(job):
                result = self._answered(task, job)
            if isinstance(result, StancegraphError):
                raise result
            return result

    def _answered(self, task: Request | Task, job: Job) -> object:
        """Have an idle worker do a task; there is one for each job whose turn it is."""
        worker, sound = self._idle.pop(), False
        try:
            if worker is None or not worker.process.is_alive():
                if worker is not None:
                    self._end(worker)
                worker = None
                worker = self._started()
            result = worker.do(task, job)
            sound = not isinstance(result, QueryMemory)
        finally:
            if worker is not None and not sound:
                self._end(worker)
            self._idle.append(worker if sound else None)
        return result

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
        if not self._came(START_SECONDS):
            raise QueryTimeout(START_SECONDS)
        self._receive()

    def do(self, task: Request | Task, job: Job) -> object:
        """Return what came of a task; what stops the job, and WorkerLost, are raised."""
        try:
            self._socket.send(task)
        except ConnectionError as error:
            raise self._lost() from error
        ends = time.monotonic() + self._settings.query_seconds
        while not self._came(min(WATCH_SECONDS, ends - time.monotonic())):
            job.check()
            if time.monotonic() >= ends:
                raise QueryTimeout(self._settings.query_seconds)
        result = self._receive()
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

    def _came(self, seconds: float) -> bool:
        """Wait for something to receive, which the end of the process is, too."""
        return self._socket.poll(max(seconds, 0.0))

    def _receive(self) -> object:
        try:
            return self._socket.recv()
        except (EOFError, ConnectionError) as error:
            raise self._lost() from error

    def _lost(self) -> StancegraphError:
        """Say what the process died of."""
        self.process.join()
        code = self.process.exitcode or 0
        if code == KILLED_BY_ITSELF:
            return QueryMemory(self._settings.query_mebibytes)
        cause = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return WorkerLost(
            f"the process that worked on it died ({cause}); the next try gets another"
        )
