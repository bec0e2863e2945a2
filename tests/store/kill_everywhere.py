"""Kill a commit at every line of the store's code that can write, and look at what is left.

A program, run by test_kill.py in a process of its own: it forks, which is safe only while the
engine has no threads here, so the engine is opened in the children alone. Prints one JSON line
``{"places": N, "old": N, "new": N}``: at how many places a commit was killed, and how often the
store held the old or the new revision afterwards. Ends with code 1 if it ever held anything else,
or if the next commit did not work.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rdflib import RDF, RDFS, Graph, Literal, URIRef

from kg import iris
from kg.settings import Settings
from kg.store import compaction
from kg.store.base import Change
from kg.store.history import ENTRY
from kg.store.projection import FOLDER, TABLES, THINGS
from kg.store.revisions import Revisions
from kg.store.snapshot import READERS
from kg.terms import SG

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

READING = {"gate", "terms", "delta", "canonical", "snapshot"}
DERIVING = {"description", "derivation", "tables", "things"}
"""Modules that only read, or write into a projection that is not there yet."""
WATCHED = {
    str(path)
    for path in Path(compaction.__file__).parent.glob("*.py")
    if path.stem not in READING | DERIVING
}
DURABLE = "durable"
"""The module whose few lines make, move and remove each file in turn."""
PERSON = URIRef(iris.ID + "person/ada-lind")
Place = tuple[str, int]
OLD, NEW, BROKEN = 10, 11, 1


def change(value: str) -> Change:
    """Make a change of 50 quads that all say ``value``; three of them name a person so."""
    graph = Graph()
    for i in range(47):
        graph.add((URIRef(f"https://example.org/{i}"), URIRef("urn:p"), Literal(f"{value} {i}")))
    person = Graph()
    person.add((PERSON, RDF.type, SG.Person))
    for language in ("en", "de"):
        person.add((PERSON, RDFS.label, Literal(value, lang=language)))
    return Change({URIRef("urn:graph"): graph, iris.ENTITIES_GRAPH: person})


def held(store: Revisions) -> str:
    """Return the one value that the current revision holds 50 times."""
    with store.snapshot() as snapshot:
        quads = list(snapshot.quads())
        found = {str(quad[2]).split()[0] for quad in quads if isinstance(quad[2], Literal)}
        if len(quads) != 50 or len(found) != 1 or len(snapshot) != 50:
            raise AssertionError(f"{len(quads)} quads, {found}, {len(snapshot)} by the log")
    value = found.pop()
    with closing(store.projection()) as projection:
        words = projection.rows("SELECT DISTINCT word FROM words")
        shown = [row["names"] for _, row in projection.things.all()]
        if words != [(value,)] or shown != [[[value, "de", True], [value, "en", True]]]:
            raise AssertionError(f"{value} in the store, {words} and {shown} in its projection")
    return value


def forked(work: Callable[[], int]) -> int:
    """Run ``work`` in a child; return its exit code, or minus the signal that ended it."""
    child = os.fork()
    if child == 0:
        code = BROKEN
        try:
            code = work()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def traced(visit: Callable[[Place], None], work: Callable[[], object]) -> None:
    """Run ``work``, calling ``visit`` before each line of the store's code that can write."""

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        if frame.f_code.co_filename not in WATCHED:
            return None
        if event == "line":
            visit((frame.f_code.co_filename, frame.f_lineno))
        return trace

    sys.settrace(trace)
    work()
    sys.settrace(None)


def steps(store: Revisions, record: Path) -> list[int]:
    """List at which steps to kill: the first time each line is reached, and in DURABLE the last."""

    def work() -> int:
        places: list[Place] = []
        traced(places.append, lambda: store.commit(change("new")))
        first = {place: i for i, place in reversed(list(enumerate(places)))}
        last = {place: i for i, place in enumerate(places) if Path(place[0]).stem == DURABLE}
        record.write_text(json.dumps(sorted({*first.values(), *last.values()})))
        return 0

    if forked(work) != 0:
        raise AssertionError("a commit that is only watched has to work")
    found: list[int] = json.loads(record.read_text())
    return found


def killed(store: Revisions, step: int) -> int:
    """Commit in a child that is killed before the given step."""
    count = iter(range(10**9))

    def visit(_: Place) -> None:
        if next(count) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    def work() -> int:
        traced(visit, lambda: store.commit(change("new")))
        return 0

    return forked(work)


def aftermath(store: Revisions, *, begun: bool) -> int:
    """Look at the store as the next process finds it, and commit to it again."""
    number = store.current()
    value = held(store) if number else "old"
    if number != (1 if begun else 0) + (value == "new"):
        raise AssertionError(f"revision {number} holds {value}")
    store.commit(change("next"))
    if held(store) != "next" or store.current() != number + 1:
        raise AssertionError("the next commit did not work")
    if list((store.data / "staging").iterdir()):
        raise AssertionError("something is left over")
    if [entry.number for entry in store.log()] != list(range(number + 1, 0, -1)):
        raise AssertionError("the log has a gap")
    folder = store.data / "revisions" / f"{number + 1:06}"
    if {path.name for path in folder.iterdir()} != {FOLDER, READERS, ENTRY, "store"}:
        raise AssertionError("something is left over beside the store")
    if {path.name for path in (folder / FOLDER).iterdir()} != {TABLES, THINGS}:
        raise AssertionError("something is left over in the projection")
    return NEW if value == "new" else OLD


def main(folder: Path, begun: str) -> None:
    """Kill a commit to a store with one revision (``begun`` is "1") or without any ("0")."""
    compaction.GROWTH = compaction.SLACK = 0  # so that every commit also writes the store anew
    origin, data = folder / "origin", folder / "data"
    settings = Settings(data=origin, keep_revisions=1)
    origin.mkdir()
    if begun == "1":
        forked(lambda: int(not Revisions(settings).commit(change("old")).changed))
    store = Revisions(replace(settings, data=data))
    shutil.copytree(origin, data)
    results = []
    for step in steps(store, folder / "steps"):
        shutil.rmtree(data)
        shutil.copytree(origin, data)
        if killed(store, step) != -signal.SIGKILL:
            raise AssertionError(f"step {step} was not reached")
        results.append(forked(lambda: aftermath(store, begun=begun == "1")))
    counts = {"places": len(results), "old": results.count(OLD), "new": results.count(NEW)}
    sys.stdout.write(json.dumps(counts))
    sys.exit(0 if {*results} <= {OLD, NEW} else 1)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
