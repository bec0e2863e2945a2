"""What has to hold in the end."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from rdflib import URIRef

from kg.settings import Settings
from kg.store.revisions import Revisions
from tests.soak.ledger import wrong
from tests.soak.writers import GRAPHS
from tests.soak.writes import Write, by_graph, halves, marks
from tests.store.projected import differences, held

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kg.store.snapshot import RevisionSnapshot
    from tests.soak.clients import Field
    from tests.soak.ledger import Entry, Ledger
    from tests.soak.server import Server

LEFT_OVER = ("staging", "drafting", "projecting")


def verified(field: Field, folder: Path) -> Iterator[str]:
    """Say what is lost, half there, left over or broken; the server has to be stopped."""
    yield from last_commit(field.server, folder)
    dump = folder / "dump.nq"
    for command in (["export", str(dump)], ["stats"], ["validate", str(dump)]):
        if (done := field.server.run(*command)).returncode:
            yield f"{command[0]} ended with {done.returncode}: {done.stderr[-300:]}"
    if dump.exists():
        yield from graphs(field.ledger, by_graph(dump.read_text(encoding="utf-8")))
    store = Revisions(Settings(data=field.server.data))
    yield from revisions(store, field.ledger)
    yield from projections(store)
    for name in LEFT_OVER:
        place = field.server.data / name
        left = [path.name for path in place.glob("*") if path.name != "lock"]
        if left:
            yield f"{name}/ holds {left}"


def last_commit(server: Server, folder: Path) -> Iterator[str]:
    """Commit once more: the next commit clears what the dead left, and works."""
    file = folder / "last.nt"
    file.write_text(Write("w0-0", "", "replace").ntriples(), encoding="utf-8")
    done = server.run("load", "--graph", "urn:soak:last", str(file))
    if done.returncode:
        yield f"the last commit failed: {done.stderr[-300:]}"


def graphs(ledger: Ledger, found: dict[str, set[str]]) -> Iterator[str]:
    """Hold every graph against the ledger."""
    for graph in sorted({*GRAPHS, *found}):
        statements = found.get(graph, set())
        yield from halves(graph, statements)
        yield from wrong(ledger.of_graph(graph), marks(statements))


def revisions(store: Revisions, ledger: Ledger) -> Iterator[str]:
    """Open every revision that is kept, and look whether it holds the write it was said to."""
    made = [e for e in ledger.entries.values() if e.fate == "acknowledged" and e.changed]
    by_number = {entry.revision: entry for entry in made}
    if len(by_number) != len(made):
        yield f"{len(made)} writes were told {len(by_number)} revisions"
    log = store.log()
    if [revision.number for revision in log] != list(range(len(log), 0, -1)):
        yield "the log has a gap"
    for revision in log:
        entry = by_number.get(revision.number)
        if not revision.kept:
            continue
        with store.snapshot(revision.number) as snapshot:
            if len(snapshot) != revision.quads:
                yield f"revision {revision.number} has {len(snapshot)} quads, not {revision.quads}"
            if entry is not None:
                yield from told(snapshot, entry)


def told(snapshot: RevisionSnapshot, entry: Entry) -> Iterator[str]:
    """Hold a revision against the write that was told it."""
    quads = snapshot.quads(graph=URIRef(entry.write.graph))
    terms = {" ".join(term.n3() for term in (s, p, o)) for s, p, o, _ in quads}
    if entry.write.deed == "clear" and terms:
        yield f"revision {snapshot.revision} was to clear <{entry.write.graph}>"
    elif entry.write.deed != "clear" and entry.write.id not in marks(terms):
        yield f"revision {snapshot.revision} does not hold {entry.write.id}"


def projections(store: Revisions) -> Iterator[str]:
    """Make the tables anew: they are what they were."""
    with closing(store.projection()) as projection:
        before = held(projection)
    with closing(store.reindex()) as anew:
        for table, rows in differences(anew, before).items():
            yield f"{table} is not what reindex makes: {rows[:2]}"
