"""What the application holds: the store and the worker processes over it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import current_app

if TYPE_CHECKING:
    from kg.settings import Settings
    from kg.store.revisions import Revisions
    from kg.store.workers import QueryPool

KEY = "stancegraph"


@dataclass(frozen=True)
class State:
    """Lives in ``app.extensions[KEY]``; whoever made the application closes it."""

    settings: Settings
    store: Revisions
    pool: QueryPool

    def close(self) -> None:
        """End the worker processes."""
        self.pool.close()


def state() -> State:
    """Return the state of the application at work."""
    found: State = current_app.extensions[KEY]
    return found
