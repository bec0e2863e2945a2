from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from rdflib import Literal, URIRef

from kg.errors import Locked
from kg.store import lock
from kg.store.base import Change
from kg.store.revisions import Revisions

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.settings import Settings


def test_two_writers(settings: Settings, store: Revisions, numbers: Callable[..., Change]) -> None:
    """A writer that waits in vain is told who holds the lock and for how long it waited."""
    store.commit(numbers())
    with (
        lock.exclusive(settings.data / "lock", 0),
        pytest.raises(Locked, match=rf"process {os.getpid()} on .* since 20.*after waiting 0\.2 s"),
    ):
        store.commit(numbers(1, "b"))
    assert store.commit(numbers(1, "b")).revision == 2


def test_holder_not_yet_known(settings: Settings, store: Revisions) -> None:
    """A lock whose holder has not written its name yet still gives a clear error."""
    settings.data.mkdir()
    with lock.exclusive(settings.data / "lock", 0):
        (settings.data / "lock").write_text("{")
        with pytest.raises(Locked, match="a process that has not yet said who it is"):
            store.commit(Change())


def _commit_many(settings: Settings, change: Change, times: int) -> None:
    patient = Revisions(settings)
    ((name, graph),) = change.graphs.items()
    for i in range(times):
        graph.add((URIRef(f"{name}/{i}"), URIRef("https://example.org/value"), Literal(i)))
        patient.commit(Change({name: graph}))


def test_writers_take_turns(settings: Settings, numbers: Callable[..., Change]) -> None:
    """Writers in several processes are serialised: every commit is there, none lost."""
    patient = replace(settings, lock_seconds=60)
    spawn = multiprocessing.get_context("spawn")
    writers = [
        spawn.Process(target=_commit_many, args=(patient, numbers(1, "a", f"w{n}"), 4))
        for n in range(3)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(120)
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    store = Revisions(settings)
    assert store.current() == 12
    with store.snapshot() as snapshot:
        assert len(snapshot) == 3 * 5


READER = """
import json, sys
from kg.settings import Settings
from kg.store.revisions import Revisions
from pathlib import Path
store = Revisions(Settings(data=Path(sys.argv[1])))
seen = set()
print("ready", flush=True)
while len(seen) < 6:
    with store.snapshot() as snapshot:
        values = {str(quad[2]).split()[0] for quad in snapshot.quads()}
        seen.add((snapshot.revision, len(list(snapshot.quads())), *sorted(values)))
print(json.dumps(sorted(seen)))
"""


def test_readers_see_whole_revisions(
    settings: Settings, store: Revisions, numbers: Callable[..., Change]
) -> None:
    """A reader in another process, beside a writer, sees every revision whole: never a mixture."""
    store.commit(numbers(200, "v0"))
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(settings.data)], stdout=subprocess.PIPE, text=True
    )
    assert reader.stdout is not None
    assert reader.stdout.readline() == "ready\n"
    i = 0
    while reader.poll() is None and i < 200:
        i += 1
        store.commit(numbers(200, f"v{i}"))
    seen = json.loads(reader.stdout.read())
    reader.stdout.close()
    assert reader.wait() == 0
    assert len(seen) >= 6
    assert all(row == [row[0], 200, f"v{row[0] - 1}"] for row in seen)
