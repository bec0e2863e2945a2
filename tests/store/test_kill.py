from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg.store.revisions import Revisions

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.settings import Settings
    from kg.store.base import Change

PROGRAM = Path(__file__).parent / "kill_everywhere.py"


@pytest.mark.slow
@pytest.mark.parametrize("begun", ["1", "0"])
def test_killed_at_every_line(tmp_path: Path, begun: str) -> None:
    """A commit killed before any line that can write leaves the old revision or the new one whole.

    The commit also prunes and writes the store anew, so that those lines are among them.
    """
    done = subprocess.run(
        [sys.executable, str(PROGRAM), str(tmp_path), begun],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    counts = json.loads(done.stdout)
    assert counts["old"] + counts["new"] == counts["places"]
    assert counts["old"] > 30
    assert counts["new"] >= 5


WRITER = """
import sys
from pathlib import Path
from rdflib import Graph, Literal, URIRef
from kg.settings import Settings
from kg.store.base import Change
from kg.store.revisions import Revisions
store = Revisions(Settings(data=Path(sys.argv[1]), keep_revisions=5))
i = store.current()
while True:
    i += 1
    graph = Graph()
    for n in range(300):
        graph.add((URIRef(f"https://example.org/{n}"), URIRef("urn:p"), Literal(f"v{i} {n}")))
    store.commit(Change({URIRef("urn:graph"): graph}))
    print(i, flush=True)
"""


def test_killed_at_any_moment(settings: Settings, numbers: Callable[..., Change]) -> None:
    """A writer killed at an arbitrary moment, inside the engine too, loses nothing it had told."""
    store = Revisions(settings)
    for pause in (0.0, 0.01, 0.03, 0.07, 0.11):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(settings.data)], stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        told = int(writer.stdout.readline())
        time.sleep(pause)
        writer.kill()
        told = max([told, *map(int, writer.stdout.read().split())])
        writer.stdout.close()
        writer.wait()
        assert store.current() in {told, told + 1}
        with store.snapshot() as snapshot:
            held = {str(quad[2]).split()[0] for quad in snapshot.quads()}
            assert held == {f"v{snapshot.revision}"}
            assert len(snapshot) == 300
    assert store.commit(numbers(1, "after", "other")).revision == store.current()
