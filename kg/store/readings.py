"""Revisions kept open for reading, in one process, shared by its threads."""

from __future__ import annotations

from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from kg.errors import RevisionMissing, StancegraphError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.store.projection import Projection
    from kg.store.revisions import Revisions
    from kg.store.snapshot import RevisionSnapshot

KEPT = 2
"""Older revisions, asked for by number, that stay open when nobody reads them."""


@dataclass(frozen=True)
class Reading:
    """One open revision: its quads and its projection."""

    snapshot: RevisionSnapshot
    projection: Projection

    @property
    def revision(self) -> int:
        """The revision's number."""
        return self.snapshot.revision

    def close(self) -> None:
        """Let the revision go."""
        self.projection.close()
        self.snapshot.close()


class _Place:
    """A revision that is open, or being opened: how many use it, and if by its number."""

    def __init__(self) -> None:
        self.reading: Future[Reading] = Future()
        self.users = 0
        self.asked = False


class Readings:
    """The revisions of a store that are open here.

    The current one stays open. An older one closes when its last user leaves; but of those that
    were asked for by number the last ``KEPT`` stay.
    """

    def __init__(self, store: Revisions) -> None:
        self._store = store
        self._lock = Lock()
        self._places: dict[int, _Place] = {}
        self._current = 0
        self._kept = KEPT

    @contextmanager
    def open(self, revision: int | None = None) -> Iterator[Reading]:
        """Give a revision, by default the current one, open for as long as this is held.

        Raises what ``Revisions.snapshot`` and ``Revisions.projection`` raise.
        """
        number, place = self._take(revision)
        try:
            yield place.reading.result()
        finally:
            self._leave(number, place)

    def close(self) -> None:
        """Close what nobody reads; what somebody does closes when they leave."""
        with self._lock:
            self._current = self._kept = 0
            self._tidy()

    def _take(self, revision: int | None) -> tuple[int, _Place]:
        """Find or open a revision, and count a user of it."""
        while True:
            number = self._store.current() if revision is None else revision
            try:
                return number, self._opened(number, asked=revision is not None)
            except RevisionMissing:  # a newer one may have come, and this one been pruned
                if revision is not None or self._store.current() == number:
                    raise
            except CancelledError:  # another thread could not open it: this one tries
                continue

    def _opened(self, number: int, *, asked: bool) -> _Place:
        with self._lock:
            found = self._places.pop(number, None)
            place = self._places[number] = found or _Place()
            place.users += 1
            place.asked |= asked
            if not asked:
                self._current = number
            self._tidy()
        try:
            if found is None:
                place.reading.set_result(self._read(number))
            place.reading.result()  # waits for the thread that opens it
        finally:
            if place.reading.cancel():  # which it cannot be once it is open
                self._leave(number, place)
        return place

    def _read(self, number: int) -> Reading:
        snapshot = self._store.snapshot(number)
        try:
            return Reading(snapshot, self._store.projection_of(snapshot))
        except StancegraphError:
            snapshot.close()
            raise

    def _leave(self, number: int, place: _Place) -> None:
        with self._lock:
            place.users -= 1
            if place.reading.cancelled() and self._places.get(number) is place:
                del self._places[number]
            self._tidy()

    def _tidy(self) -> None:
        """Close what nobody uses and nobody is likely to."""
        idle = [n for n, place in self._places.items() if not place.users and n != self._current]
        asked = [n for n in idle if self._places[n].asked]
        for number in set(idle) - set(asked[::-1][: self._kept]):
            self._places.pop(number).reading.result().close()
