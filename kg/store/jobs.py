"""What a pool of workers has in hand: who is let in, whose turn it is, and what is still wanted."""

from __future__ import annotations

import itertools
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Condition
from typing import TYPE_CHECKING

from kg.errors import Busy, NotFound, QueryAbandoned, QueryKilled, TooManyQueries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.query import Client
    from kg.settings import Settings

WATCH_SECONDS = 0.2
"""How long it takes until a job that nobody wants any more is stopped."""


@dataclass
class Job:
    """A request from when it is let in until what came of it is there.

    ``kind`` is ``query`` or the name of a function, ``text`` what was asked, where that is a text;
    ``begun`` is on the monotonic clock, in seconds; ``running`` tells it from those that wait.
    """

    id: int
    client: Client
    kind: str
    text: str
    begun: float = field(default_factory=time.monotonic)
    running: bool = False
    killed: bool = False

    @property
    def seconds(self) -> float:
        """How long it has been in hand."""
        return time.monotonic() - self.begun

    def check(self) -> None:
        """Go on only if it is still wanted.

        :raises QueryKilled: an administrator stopped it
        :raises QueryAbandoned: its client went away
        """
        if self.killed:
            raise QueryKilled
        if self.client.left():
            raise QueryAbandoned


class Jobs:
    """The jobs in hand. As many run as there are workers; a number more may wait for their turn.

    A client without a name is this process itself, which has no limit of its own.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._free = settings.workers
        self._jobs: dict[int, Job] = {}
        self._numbers = itertools.count(1)
        self._turns = Condition()

    @contextmanager
    def admit(self, client: Client, kind: str, text: str = "") -> Iterator[Job]:
        """Have a job in hand for as long as this is held.

        :raises TooManyQueries: there are as many of this client as may be
        :raises Busy: there are as many as may be in all
        """
        most, each = self._settings.workers + self._settings.waiting, self._settings.client_queries
        with self._turns:
            own = sum(job.client.name == client.name for job in self._jobs.values())
            if client.name and own >= each:
                raise TooManyQueries(each)
            if len(self._jobs) >= most:
                raise Busy(waiting=self._settings.waiting)
            job = Job(next(self._numbers), client, kind, text)
            self._jobs[job.id] = job
        try:
            yield job
        finally:
            with self._turns:
                del self._jobs[job.id]
                self._turns.notify_all()

    @contextmanager
    def turn(self, job: Job) -> Iterator[None]:
        """Let a job run for as long as this is held, as soon as it may.

        :raises Busy: it waited in vain for as long as a query may run
        :raises QueryKilled: an administrator stopped it
        :raises QueryAbandoned: its client went away
        """
        patience = self._settings.query_seconds
        with self._turns:
            while not (self._free and self._next() is job):
                job.check()
                if job.seconds >= patience:
                    raise Busy(patience)
                self._turns.wait(min(WATCH_SECONDS, patience - job.seconds))
            self._free -= 1
            job.running = True
        try:
            yield
        finally:
            with self._turns:
                self._free += 1
                job.running = False
                self._turns.notify_all()

    def all(self) -> list[Job]:
        """Return those in hand, the oldest first."""
        with self._turns:
            return list(self._jobs.values())

    def kill(self, id_: int) -> None:
        """Stop a job; whoever asked gets QueryKilled.

        :raises NotFound: it is not in hand
        """
        with self._turns:
            if (job := self._jobs.get(id_)) is None:
                raise NotFound(f"query {id_} is not in hand: it may have ended meanwhile")
            job.killed = True
            self._turns.notify_all()

    def _next(self) -> Job:
        """Say whose turn it is: the first whose client has nothing at work, else the first."""
        jobs = self._jobs.values()
        working = {job.client.name for job in jobs if job.running}
        waiting = [job for job in jobs if not job.running]
        return next((job for job in waiting if job.client.name not in working), waiting[0])
