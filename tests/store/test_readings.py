from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import duckdb
import pytest

from kg.errors import RevisionMissing, StoreMissing
from kg.store.readings import KEPT, Reading, Readings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kg.store.base import Change
    from kg.store.projection import Projection
    from kg.store.revisions import Revisions
    from kg.store.snapshot import RevisionSnapshot


@pytest.fixture
def readings(store: Revisions, numbers: Callable[..., Change]) -> Iterator[Readings]:
    """Readings of a store with one revision."""
    store.commit(numbers(value="a"))
    found = Readings(store)
    yield found
    found.close()


def is_open(reading: Reading) -> bool:
    """Tell whether a reading still answers."""
    try:
        return reading.projection.rows("SELECT 1") == [(1,)]
    except duckdb.ConnectionException:
        return False


def test_shared(readings: Readings) -> None:
    """The current revision is opened once, whoever reads it, and stays open."""
    with readings.open() as one, readings.open() as other, readings.open(1) as numbered:
        assert one is other is numbered
        assert one.revision == one.snapshot.revision == one.projection.revision == 1
    assert is_open(one)
    with readings.open() as again:
        assert again is one


def test_newer(readings: Readings, store: Revisions, numbers: Callable[..., Change]) -> None:
    """A newer revision is seen at once; the older closes when its last user leaves."""
    with readings.open() as old:
        store.commit(numbers(value="b"))
        with readings.open() as new:
            assert (old.revision, new.revision) == (1, 2)
            assert len(list(old.snapshot.quads())) == 3
        assert is_open(old)
    assert not is_open(old)
    assert is_open(new)


def test_idle(readings: Readings, store: Revisions, numbers: Callable[..., Change]) -> None:
    """An older revision that nobody reads closes when a newer one is opened."""
    with readings.open() as old:
        pass
    store.commit(numbers(value="b"))
    with readings.open():
        assert not is_open(old)


def test_older(readings: Readings, store: Revisions, numbers: Callable[..., Change]) -> None:
    """Of the older revisions asked for by number the last few stay open."""
    for value in "bcde":
        store.commit(numbers(value=value))
    opened = []
    for number in (5, 1, 2, 3):
        with readings.open(None if number == 5 else number) as reading:
            opened.append(reading)
    assert KEPT == 2
    assert [is_open(reading) for reading in opened] == [True, False, True, True]


def test_close(readings: Readings) -> None:
    """Closing closes what nobody reads, and the rest when it is left."""
    with readings.open() as reading:
        readings.close()
        assert is_open(reading)
    assert not is_open(reading)
    readings.close()


def test_missing(readings: Readings) -> None:
    """A revision that is not there is an error each time, and nothing stays behind."""
    for _ in range(2):
        with pytest.raises(RevisionMissing), readings.open(7):
            pytest.fail("there is no revision 7")
    with readings.open() as reading:
        assert reading.revision == 1


def test_no_store(store: Revisions) -> None:
    """Without any revision there is nothing to read."""
    with pytest.raises(StoreMissing), Readings(store).open():
        pytest.fail("there is no revision")


def test_many_threads(readings: Readings, store: Revisions, numbers: Callable[..., Change]) -> None:
    """Threads that read while revisions come each read a whole one, and few are open at last."""
    done = threading.Event()

    def read() -> set[int]:
        seen = set()
        while not done.is_set():
            with readings.open() as reading:
                (stated,) = reading.projection.rows("SELECT revision, quads FROM meta")
                assert stated == (reading.revision, len(reading.snapshot))
                seen.add(reading.revision)
        return seen

    with ThreadPoolExecutor(4) as pool:
        reads = [pool.submit(read) for _ in range(4)]
        try:
            for value in "bcd":
                store.commit(numbers(value=value))
        finally:
            done.set()
        seen = set().union(*(found.result() for found in reads))
    assert seen <= {1, 2, 3, 4}
    assert len(seen) > 1
    with readings.open() as last:
        assert last.revision == 4


class Slow:
    """A store that counts how often it opens revisions, and opens the first time in vain."""

    def __init__(self, store: Revisions) -> None:
        self._store = store
        self.opened = 0
        self.begun = threading.Event()
        self.go = threading.Event()

    def current(self) -> int:
        """Return the published revision."""
        return self._store.current()

    def snapshot(self, revision: int) -> RevisionSnapshot:
        """Open a revision, once told to."""
        self.opened += 1
        self.begun.set()
        self.go.wait(10)
        if self.opened == 1:
            raise RevisionMissing("not this time")
        return self._store.snapshot(revision)

    def projection_of(self, snapshot: RevisionSnapshot) -> Projection:
        """Open its projection."""
        return self._store.projection_of(snapshot)


def test_one_opens(store: Revisions, numbers: Callable[..., Change]) -> None:
    """One thread opens a revision while others wait; where it fails, one of them tries again."""
    store.commit(numbers())
    slow = Slow(store)
    readings = Readings(slow)  # type: ignore[arg-type]  # all of a store that is asked of it

    def revision() -> int:
        with readings.open(1) as reading:
            return reading.revision

    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(revision)
        assert slow.begun.wait(10)
        others = [pool.submit(revision) for _ in range(2)]
        slow.go.set()
        with pytest.raises(RevisionMissing):
            first.result()
        assert [other.result() for other in others] == [1, 1]
    assert slow.opened == 2
    readings.close()
