"""What the application holds: the store, what of it is open, the worker processes over it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import current_app

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

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

    def reading(self, revision: int | None = None) -> AbstractContextManager[Reading]:
        """Give a revision, by default the current one, with its projection, for as long as held."""
        return self.readings.open(revision)

    def close(self) -> None:
        """End the worker processes, and let the open revisions go."""
        self.pool.close()
        self.readings.close()


def state() -> State:
    """Return the state of the application at work."""
    found: State = current_app.extensions[KEY]
    return found
