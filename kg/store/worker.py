"""What runs inside one worker process: it takes tasks from a socket until its other end is gone."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
from dataclasses import dataclass
from multiprocessing import reduction
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Any

from kg import noise
from kg.errors import AnswerTooLarge, QueryMemory, StancegraphError
from kg.lifetime import end_with_parent
from kg.store.evaluation import evaluate
from kg.store.revisions import Revisions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection

    from kg.query import Request
    from kg.settings import Settings
    from kg.store.snapshot import RevisionSnapshot

IN_MEMORY = 1 << 20
"""Bytes up to which an answer is sent over the socket; longer ones go as an open file."""
NICE = 10
"""How far workers stand back behind the process that serves, which has short work to do."""
_M_ARENA_MAX = -8
"""As in malloc.h."""


@dataclass(frozen=True)
class Task:
    """A function of the project, called with the worker's store and ``args``."""

    function: Callable[..., object]
    args: tuple[Any, ...]


@dataclass(frozen=True)
class Spooled:
    """An answer on its way: its bytes, or None where an open file follows."""

    media_type: str
    revision: int
    size: int
    body: bytes | None


def work(socket: Connection, settings: Settings) -> None:
    """Do tasks, one after the other, until the other end of ``socket`` is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's business
    end_with_parent()
    noise.quieten()
    _share_one_heap()
    os.nice(NICE)
    worker = _Worker(socket, settings)
    socket.send("ready")
    with contextlib.suppress(EOFError, ConnectionError):
        while True:
            worker.do()


class _Worker:
    """Keeps the newest revision open between requests, and itself within its memory.

    The limit is counted from what an idle process with the revision open has mapped: what earlier
    requests left behind is theirs to use, not on top. Python raises MemoryError at the limit; the
    engine aborts the process.
    """

    def __init__(self, socket: Connection, settings: Settings) -> None:
        self._socket = socket
        self._store = Revisions(settings)
        self._settings = settings
        self._limit = settings.query_mebibytes << 20
        self._hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        self._base = self._own = _mapped()
        self._current: RevisionSnapshot | None = None
        self._allow(self._base)

    def do(self) -> None:
        """Take a task and send back what came of it: a value, an error of ours, or an answer."""
        try:
            task: Task | Request = self._socket.recv()
            if not isinstance(task, Task):
                self._answer(task)
                return
            result: object = task.function(self._store, *task.args)
        except StancegraphError as error:
            result = error.with_traceback(None)  # whose frames hold what the engine had open
            error.__context__ = error.__cause__ = None
        except MemoryError:
            result = QueryMemory(self._settings.query_mebibytes)
        self._socket.send(result)

    def _answer(self, request: Request) -> None:
        with (
            self._opened(request.revision) as snapshot,
            _Spool(self._settings.answer_mebibytes) as spool,
        ):
            chosen = evaluate(snapshot.engine, request, spool, self._settings.services)
            size = spool.tell()
            spool.seek(0)
            body = spool.read() if size <= IN_MEMORY else None
            self._socket.send(Spooled(chosen.media_type, snapshot.revision, size, body))
            if body is None:
                reduction.send_handle(self._socket, spool.fileno(), os.getppid())

    @contextlib.contextmanager
    def _opened(self, revision: int | None) -> Iterator[RevisionSnapshot]:
        """Open a revision: the newest stays open, an older one is closed again."""
        newest = self._store.current()
        if revision not in {None, newest}:
            with self._open(revision, self._base)[0] as snapshot:
                yield snapshot
            self._allow(self._base)
            return
        if self._current is None or self._current.revision != newest:
            if self._current is not None:
                self._current.close()
            self._current, self._base = None, self._own
            self._current, self._base = self._open(None, self._base)
        yield self._current

    def _open(self, revision: int | None, base: int) -> tuple[RevisionSnapshot, int]:
        """Open a revision, and allow on top of ``base`` what that maps; return both."""
        resource.setrlimit(resource.RLIMIT_AS, (self._hard, self._hard))
        before = _mapped()
        try:
            snapshot = self._store.snapshot(revision)
        finally:
            base += max(_mapped() - before, 0)
            self._allow(base)
        return snapshot, base

    def _allow(self, base: int) -> None:
        allowed = base + self._limit
        if self._hard != resource.RLIM_INFINITY:
            allowed = min(allowed, self._hard)
        resource.setrlimit(resource.RLIMIT_AS, (allowed, self._hard))


class _Spool(SpooledTemporaryFile[bytes]):
    """Takes an answer of up to ``mebibytes``, so that one query cannot fill the disk."""

    def __init__(self, mebibytes: int) -> None:
        super().__init__(max_size=IN_MEMORY)
        self._mebibytes = mebibytes

    def write(self, data: Any) -> int:
        """Take more bytes; AnswerTooLarge when that is too many."""
        if self.tell() + len(data) > self._mebibytes << 20:
            raise AnswerTooLarge(self._mebibytes)
        return super().write(data)


def _share_one_heap() -> None:
    """Keep the C library (glibc) from reserving 64 MiB of address space for each thread.

    The engine starts threads when it opens a store; their reserves would count as its memory.
    """
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        library.mallopt(_M_ARENA_MAX, 1)


def _mapped() -> int:
    """Return how many bytes of address space this process has mapped."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    return int(pages) * resource.getpagesize()
