"""What became of the requests to a pool of workers, counted since the pool was made."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

from kg.errors import Busy, QueryMemory, QueryTimeout, StancegraphError, WorkerLost

if TYPE_CHECKING:
    from collections.abc import Iterator

OUTCOMES: dict[type[StancegraphError], str] = {
    QueryTimeout: "time",
    QueryMemory: "memory",
    WorkerLost: "died",
    Busy: "busy",
}
"""Errors that stopped a request, or kept it from a worker, and what they are counted as."""
ANSWERED = "answered"
"""All else, with an error of its own or without."""


class Tally:
    """Counts requests that are in hand, those that ended by outcome, and workers started."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.in_hand = self.started = 0
        self.ended = dict.fromkeys((ANSWERED, *OUTCOMES.values()), 0)

    def start(self) -> None:
        """Count a worker that is started."""
        with self._lock:
            self.started += 1

    @contextmanager
    def request(self) -> Iterator[None]:
        """Count a request while it is in hand, waiting or at work, and then how it ended."""
        with self._lock:
            self.in_hand += 1
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
                self.in_hand -= 1
                self.ended[outcome] += 1
