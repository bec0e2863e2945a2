from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING

import pytest

from kg.store.revisions import Revisions

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kg.settings import Settings
    from kg.store.base import Change

COMMITS = 600
WINDOW = 100
"""Commits looked at after the start and before the end; the store is written anew within it."""


def disk_use(data: Path) -> int:
    """Sum the bytes of the files under ``data`` but the log's, each hard-linked one once."""
    kept = (path.stat() for path in data.rglob("*") if path.name != "history.jsonl")
    files = {(found.st_ino, found.st_size) for found in kept}
    return sum(size for _, size in files)


@pytest.mark.slow
def test_six_hundred_commits(
    settings: Settings,
    numbers: Callable[..., Change],
    record_property: Callable[[str, object], None],
) -> None:
    """After 600 small commits disk use, commit time and read time are as after the first.

    Of disk use the peaks are compared, since it falls whenever the store is written anew, with a
    factor of 1.5: what the engines' threads merge, and when, is chance. A commit leaves 150 KB, so
    that growth without bound would be hundreds of megabytes. Of times, on a machine that does other
    things too, the medians are compared, with a factor of two. The log alone grows.
    """
    store = Revisions(settings)
    store.commit(numbers(2000, "bulk", "ground"))
    commits, reads, sizes = [], [], []
    for i in range(COMMITS):
        change = numbers(30, f"v{i}", f"graph-{i % 50}")
        started = time.perf_counter()
        store.commit(change)
        committed = time.perf_counter()
        with store.snapshot() as snapshot:
            (name,) = change.graphs
            assert len(list(snapshot.quads(graph=name))) == 30
        reads.append(time.perf_counter() - committed)
        commits.append(committed - started)
        if not WINDOW < i < COMMITS - WINDOW:
            sizes.append(disk_use(settings.data))
    assert store.current() == COMMITS + 1
    assert len(store.log()) == COMMITS + 1
    assert (settings.data / "history.jsonl").stat().st_size < 300 * COMMITS
    assert max(sizes[WINDOW:]) <= 1.5 * max(sizes[:WINDOW])
    for times in (commits, reads):
        assert statistics.median(times[-WINDOW:]) <= 2 * statistics.median(times[:WINDOW])
    figures = [
        f"{name}: {statistics.median(t[:30]) * 1e3:.1f} ms at first, "
        f"{statistics.median(t[-30:]) * 1e3:.1f} ms at last"
        for name, t in (("commit", commits), ("read", reads))
    ]
    figures.append(f"disk: {max(sizes[:WINDOW]):,} and {max(sizes[WINDOW:]):,} bytes")
    record_property("figures", "; ".join(figures))
