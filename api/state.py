"""What the application holds: the store, what of it is open, its workers, who may write."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from flask import current_app

from api import validators
from kg.errors import Locked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.clients import Transfers
    from kg.access import Access
    from kg.settings import Settings
    from kg.store.readings import Reading, Readings
    from kg.store.revisions import Revisions
    from kg.store.workers import QueryPool

KEY = "stancegraph"


@dataclass(frozen=True)
class State:
    """Lives in ``app.extensions[KEY]``; whoever made the application closes it."""

    settings: Settings
    store: Revisions
    pool: QueryPool
    readings: Readings
    access: Access
    transfers: Transfers
    turn: Lock = field(default_factory=Lock)

    @contextmanager
    def reading(self, revision: int | None = None) -> Iterator[Reading]:
        """Give a revision, by default the current one, with its projection, for as long as held.

        It decides the answer to the request.
        """
        with self.readings.open(revision) as reading:
            validators.decides(reading.revision)
            yield reading

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Let one request write after the other: none works for a revision that is gone then.

        :raises Locked: another one did not finish in time
        """
        seconds = self.settings.lock_seconds
        if not self.turn.acquire(timeout=seconds):
            raise Locked("another request", seconds)
        try:
            yield
        finally:
            self.turn.release()

    def close(self) -> None:
        """End the worker processes, and let the open revisions go."""
        self.pool.close()
        self.readings.close()


def state() -> State:
    """Return the state of the application at work."""
    found: State = current_app.extensions[KEY]
    return found
