"""The embedded store: a directory of immutable revisions, one of them current.

::

    <data>/current                 the number of the published revision
    <data>/lock                    held by the one writer there may be
    <data>/history.jsonl           the log entries of revisions that have been pruned
    <data>/staging/                what a writer is making; whatever lies here is left over
    <data>/drafting/               what an update of several operations comes to
    <data>/projecting/             what a reader is making, where a projection is missing
    <data>/revisions/000007/store/          an Oxigraph store, not written again once published
    <data>/revisions/000007/projection/     what look-ups search and show, derived from it
    <data>/revisions/000007/revision.json   its log entry
    <data>/revisions/000007/readers         readers hold a shared lock on it

A commit makes the next revision from hard links in ``staging``, moves it into ``revisions``, and
then replaces ``current``. A death at any point leaves ``current`` naming a whole revision; what the
dead left lying about is cleared by the next commit.
"""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from pyoxigraph import Store as Engine

from kg.errors import Conflict, NonConforming, RevisionMissing, StorageError, StoreMissing
from kg.report import Report
from kg.store import compaction, delta, durable, gate, history, lock, projection
from kg.store.base import Change, Outcome, Revision
from kg.store.snapshot import READERS, RevisionSnapshot, unread
from kg.validate import Shapes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from kg.settings import Settings
    from kg.store.projection import Base, Projection

_NOTHING = Revision(0, "", "", "", added=0, removed=0, quads=0, compacted=0)


class Revisions:
    """The Store protocol over a data directory, ``settings.data``, which need not exist yet."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.data = settings.data
        self._current_file = self.data / "current"
        self._current: tuple[tuple[int, ...], int] = (), 0

    @cached_property
    def shapes(self) -> Shapes:
        """The shapes that the gate holds every change to."""
        return Shapes.load()

    def current(self) -> int:
        """Return the published revision's number, 0 where there is none.

        The file that says so is never changed, but replaced; so it is read once.
        """
        try:
            found = os.stat(self._current_file)  # noqa: PTH116  # asked for with each request
            stamp = found.st_ino, found.st_mtime_ns, found.st_ctime_ns
            known, number = self._current
            if known != stamp:
                with self._current_file.open("rb") as file:  # which may be newer than what was met
                    opened = os.fstat(file.fileno())
                    number = int(file.read())
                self._current = (opened.st_ino, opened.st_mtime_ns, opened.st_ctime_ns), number
        except FileNotFoundError:
            return 0
        return number

    def snapshot(self, revision: int | None = None) -> RevisionSnapshot:
        """Open a revision, by default the current one.

        :raises StoreMissing: there is no revision yet
        :raises RevisionMissing: there is none of this number, or it has been pruned
        """
        while True:
            current = self.current()
            if not current:
                raise StoreMissing("there is no data yet: run `stancegraph init` or `load` first")
            number = current if revision is None else revision
            found = RevisionSnapshot.open(self._folder(number)) if 0 < number <= current else None
            if found is not None:  # one without quads is false
                return found
            if revision is not None or self.current() == current:
                raise RevisionMissing(
                    f"there is no revision {number}; `stancegraph log` lists those that are kept"
                )

    def projection(self, revision: int | None = None) -> Projection:
        """Open the projection of a revision, by default the current one; made first if need be.

        :raises StoreMissing: there is no revision yet
        :raises RevisionMissing: there is none of this number, or it has been pruned
        :raises Locked: another process makes it, and did not finish in time
        :raises StorageError: it has to be made, and cannot be
        """
        with self.snapshot(revision) as snapshot:
            return self.projection_of(snapshot)

    def projection_of(self, snapshot: RevisionSnapshot) -> Projection:
        """Open the projection of an open revision, as ``projection`` does."""
        return projection.of(snapshot, self.data, self._settings.lock_seconds)

    def reindex(self, revision: int | None = None) -> Projection:
        """Make the projection of a revision anew, whatever there is; raises as ``projection``."""
        with self.snapshot(revision) as snapshot:
            return projection.remake(snapshot, self.data, self._settings.lock_seconds)

    def log(self) -> list[Revision]:
        """Return every revision ever published, the newest first."""
        return history.entries(self.data, self.current())

    def check(self, change: Change) -> Report:
        """Validate as ``commit`` would, and publish nothing. It needs no lock.

        :raises Conflict: the change is made for a revision that is not the current one
        """
        with self._base() as (number, before):
            _check_base(change, number)
            return gate.check(before, delta.between(before, change), self.shapes)

    def commit(self, change: Change, author: str = "") -> Outcome:
        """Validate a change and publish it as the next revision.

        A change that the store holds already makes no revision.

        :raises Conflict: it is made for a revision that is not the current one
        :raises NonConforming: it breaks the shapes
        :raises Locked: another writer did not finish in time
        :raises StorageError: the disk is full, or fails
        """
        return self.commit_of(lambda: change, author)

    def commit_of(self, make: Callable[[], Change], author: str = "") -> Outcome:
        """Commit what ``make`` returns, which is called when no other writer can come between.

        All other writers wait meanwhile; raises as ``commit`` does, and what ``make`` raises.
        """
        shapes = self.shapes
        with self._writing() as number, self._base() as (current, before):
            change = make()
            _check_base(change, current)
            difference = delta.between(before, change)
            if not difference:
                return Outcome(number - 1, changed=False, report=Report())
            report = gate.check(before, difference, shapes)
            if not report.conforms:
                raise NonConforming(report)
            last = self._last()
            entry = Revision(
                number,
                history.now(),
                change.message,
                author,
                len(difference.added),
                len(difference.removed),
                last.quads + len(difference.added) - len(difference.removed),
                last.compacted,
                difference.graph_names(),
            )
            folder = self._folder(last.number)
            self._publish(projection.Base(folder, last, before, difference), entry)
            return Outcome(number, changed=True, report=report)

    def rollback(self, revision: int, author: str = "") -> Outcome:
        """Publish a new revision that holds what ``revision`` held, which was valid in its day.

        :raises RevisionMissing: there is none of this number, or it has been pruned
        """
        with self._writing() as number, self.snapshot(revision) as source:
            if revision == number - 1:
                return Outcome(revision, changed=False, report=Report())
            entry = replace(
                source.entry,
                number=number,
                time=history.now(),
                message=f"back to revision {revision}",
                author=author,
                added=None,
                removed=None,
                graphs=(),
            )
            base = projection.Base(source.folder, source.entry, source.engine, delta.NONE)
            self._publish(base, entry)
            return Outcome(number, changed=True, report=Report())

    def _publish(self, base: Base, entry: Revision) -> None:
        """Make the revision in ``staging``, move it into place, and make it current."""
        staged = self.data / "staging" / f"{entry.number:06}"
        staged.mkdir()
        compacted = compaction.build(base.engine, base.delta, staged / "store", entry)
        projection.follow(base, staged / "store", entry)
        (staged / READERS).touch()
        history.write(staged, replace(entry, compacted=compacted))
        durable.sync_tree(staged)
        durable.move(staged, self._folder(entry.number))
        durable.write(self.data / "current", f"{entry.number}\n")
        with suppress(OSError):  # it is published; what cannot go now goes with the next commit
            self._prune(entry.number)

    def _prune(self, current: int) -> None:
        """Remove the revisions past ``keep_revisions`` that nobody reads."""
        for folder in sorted((self.data / "revisions").iterdir()):
            if int(folder.name) > current - self._settings.keep_revisions:
                break
            with unread(folder) as free:
                if free:
                    history.retire(self.data, folder)
                    durable.move(folder, self.data / "staging" / folder.name)
        for folder in (self.data / "staging").iterdir():
            durable.remove(folder)

    def _folder(self, number: int) -> Path:
        return self.data / "revisions" / f"{number:06}"

    def _last(self) -> Revision:
        number = self.current()
        return history.read(self._folder(number)) if number else _NOTHING

    @contextmanager
    def _base(self) -> Iterator[tuple[int, Engine]]:
        """Open what a change is compared with: the current revision, or 0 and nothing."""
        if not self.current():
            yield 0, Engine()
            return
        with self.snapshot() as snapshot:
            yield snapshot.revision, snapshot.engine

    @contextmanager
    def _writing(self) -> Iterator[int]:
        """Hold the lock, on cleared ground; give the number of the revision to make."""
        try:
            for folder in (self.data / "revisions", self.data / "staging"):
                folder.mkdir(parents=True, exist_ok=True)
            with lock.exclusive(self.data / "lock", self._settings.lock_seconds):
                number = self.current() + 1
                self._clear(number)
                try:
                    yield number
                finally:
                    with suppress(OSError):  # the next commit clears what cannot be cleared now
                        self._clear(number)
        except OSError as error:
            raise StorageError(f"{_told(error)}; the store is as it was") from error

    def _clear(self, number: int) -> None:
        """Remove what a writer left: all that is staged, and a revision never made current."""
        for folder in (self.data / "staging").iterdir():
            durable.remove(folder)
        if self.current() < number:
            durable.remove(self._folder(number))


def _check_base(change: Change, current: int) -> None:
    if change.base is not None and change.base != current:
        raise Conflict(change.base, current)


def _told(error: OSError) -> str:
    """Say what the system said, without its path; the engine's errors carry no number."""
    for number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        if error.errno == number or os.strerror(number) in str(error):
            return f"the disk is full ({os.strerror(number)})"
    return f"the disk failed ({error.strerror or type(error).__name__})"
