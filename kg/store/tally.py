"""What became of the requests to a pool of workers, counted since the pool was made."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

from kg.errors import (
    AnswerTooLarge,
    Busy,
    QueryAbandoned,
    QueryKilled,
    QueryMemory,
    QueryTimeout,
    StancegraphError,
    TooManyQueries,
    WorkerLost,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

OUTCOMES: dict[type[StancegraphError], str] = {
    QueryTimeout: "time",
    QueryMemory: "memory",
    AnswerTooLarge: "size",
    QueryKilled: "killed",
    QueryAbandoned: "abandoned",
    WorkerLost: "died",
    Busy: "busy",
    TooManyQueries: "client",
}
"""Errors that stopped a request, or kept it from a worker, and what they are counted as."""
ANSWERED = "answered"
"""All else, with an error of its own or without."""


class Tally:
    """Counts requests that ended by outcome, and workers started."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.started = 0
        self.ended = dict.fromkeys((ANSWERED, *OUTCOMES.values()), 0)

    def start(self) -> None:
        """Count a worker that is started."""
        with self._lock:
            self.started += 1

    @contextmanager
    def request(self) -> Iterator[None]:
        """Count how a request ends."""
        outcome = OUTCOMES[WorkerLost]  # unless something better comes of it
        try:
            yield
            outcome = ANSWERED
        except StancegraphError as error:
            kinds = (OUTCOMES[kind] for kind in type(error).__mro__ if kind in OUTCOMES)
            outcome = next(kinds, ANSWERED)
            raise
        finally:
            with self._lock:
                self.ended[outcome] += 1
