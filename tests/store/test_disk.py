from __future__ import annotations

import errno
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from kg.errors import StorageError
from kg.store import history
from kg.store.base import Change

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kg.settings import Settings
    from kg.store.revisions import Revisions


def values(store: Revisions, revision: int | None = None) -> set[str]:
    """Return every object in a revision."""
    with store.snapshot(revision) as snapshot:
        return {str(quad[2]) for quad in snapshot.quads()}


FULL = """
import resource, signal, sys
from pathlib import Path
from rdflib import Graph, Literal, URIRef
from kg.errors import StorageError
from kg.store import history
from kg.settings import Settings
from kg.store.base import Change
from kg.store.revisions import Revisions
store = Revisions(Settings(data=Path(sys.argv[1])))
graph = Graph()
for i in range(4000):
    thing, value = URIRef(f"https://example.org/{i}"), Literal("x" * 100 + str(i))
    graph.add((thing, URIRef("https://example.org/p"), value))
if sys.argv[2] == "limit":
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))
try:
    store.commit(Change({URIRef("https://example.org/big"): graph}))
except StorageError as error:
    print(error)
"""


def _fill(data: Path, how: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(data), how], capture_output=True, text=True, check=True
    )
    return done.stdout


def test_file_size_limit(
    settings: Settings, store: Revisions, numbers: Callable[..., Change]
) -> None:
    """A write that the system cuts off fails cleanly: a clear error, the store as it was."""
    store.commit(numbers())
    said = _fill(settings.data, "limit")
    assert "the store is as it was" in said
    assert list((settings.data / "staging").iterdir()) == []
    assert values(store) == {"a 0", "a 1", "a 2"}
    assert store.commit(numbers(1, "b")).revision == 2


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small tmpfs")
def test_full_disk(settings: Settings, store: Revisions, numbers: Callable[..., Change]) -> None:
    """A full disk fails a commit cleanly, and the next one works when there is room."""
    settings.data.mkdir()
    mount = ["/usr/bin/mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(settings.data)]
    subprocess.run(mount, check=True)
    try:
        store.commit(numbers())
        said = _fill(settings.data, "tmpfs")
        assert "the disk is full (No space left on device); the store is as it was" in said
        assert values(store) == {"a 0", "a 1", "a 2"}
        assert store.commit(numbers(1, "b")).revision == 2
    finally:
        subprocess.run(["/usr/bin/umount", str(settings.data)], check=True)


def test_disk_error_names_no_path(store: Revisions, settings: Settings) -> None:
    """A data directory that cannot be made is a clear error."""
    settings.data.parent.mkdir(exist_ok=True)
    settings.data.write_text("a file where the folder should be")
    with pytest.raises(StorageError, match="the store is as it was"):
        store.commit(Change())


def test_published_is_published(
    settings: Settings,
    store: Revisions,
    numbers: Callable[..., Change],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Once a revision is published, trouble with old ones is no failure; they go the next time."""

    def fail(*_: object) -> None:
        raise OSError(errno.EIO, "this disk has had it")

    for i in range(5):
        store.commit(numbers(1, str(i)))
    with monkeypatch.context() as broken:
        broken.setattr(history, "retire", fail)
        assert store.commit(numbers(1, "new")).changed
    assert values(store) == {"new 0"}
    assert len(list((settings.data / "revisions").iterdir())) == 6
    store.commit(numbers(1, "newer"))
    assert len(list((settings.data / "revisions").iterdir())) == 5
    assert [entry.number for entry in store.log()] == [7, 6, 5, 4, 3, 2, 1]
