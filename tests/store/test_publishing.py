"""Updates of a store: through the gate, beside other writers, as one revision or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg.errors import Conflict, Locked, NonConforming, QueryError, QuerySyntaxError
from kg.query import Update
from kg.store import updates
from kg.store.draft import WORKSHOP
from kg.store.workers import QueryPool

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.settings import Settings
    from kg.store.base import Change
    from kg.store.revisions import Revisions


def test_nothing_is_written(store: Revisions, numbers: Callable[..., Change]) -> None:
    """Working an update out leaves the store and the data directory as they were."""
    store.commit(numbers(3))
    update = Update(
        "DELETE WHERE { GRAPH ?g { ?s ?p ?o } } ; INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }"
    )
    change = updates.prepared(store, update, union=True)
    assert (len(change.added), len(change.removed), change.base) == (0, 3, 1)
    with store.snapshot() as snapshot:
        assert len(list(snapshot.quads())) == 3
    assert [path.name for path in (store.data / WORKSHOP).iterdir()] == ["lock"]


def test_later_operation_reads_earlier_ones(
    store: Revisions, numbers: Callable[..., Change]
) -> None:
    """On a revision too, an operation sees what those before it did, and a revision comes of it."""
    store.commit(numbers(3))
    text = (
        "INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:p> 1 } } ;"
        "DELETE { GRAPH ?g { ?s ?p ?o } } INSERT { GRAPH ?g { ?s ?p 'new' } }"
        " WHERE { GRAPH ?g { ?s ?p ?o } } ;"
        "COPY <urn:g> TO <urn:h>"
    )
    outcome = updates.publish(store, Update(text), "Ada", union=True)
    assert (outcome.revision, outcome.changed) == (2, True)
    with store.snapshot() as snapshot:
        found = list(snapshot.quads())
    assert len(found) == 5
    assert {str(quad[2]) for quad in found} == {"new"}
    entry = store.log()[0]
    assert (entry.added, entry.removed, entry.author) == (5, 3, "Ada")
    assert entry.message == "update: INSERT DATA, DELETE/INSERT, COPY"


def test_left_over_draft_is_cleared(store: Revisions, numbers: Callable[..., Change]) -> None:
    """A copy that a killed process left is removed by the next that makes one."""
    store.commit(numbers(3))
    left = store.data / WORKSHOP / "left" / "store"
    left.mkdir(parents=True)
    updates.prepared(store, Update("DROP SILENT ALL ; CLEAR NAMED"), union=True)
    assert not left.exists()


def test_gate(store: Revisions, numbers: Callable[..., Change]) -> None:
    """An update that breaks the shapes is refused with the report, and changes nothing."""
    store.commit(numbers(3))
    person = "https://w3id.org/stancegraph/id/person/robin-vale"
    text = (
        f"INSERT DATA {{ GRAPH <https://w3id.org/stancegraph/graph/entities> {{ <{person}> a"
        " <https://w3id.org/stancegraph/ns#Person> } }"
    )
    with pytest.raises(NonConforming) as caught:
        updates.publish(store, Update(text), union=True)
    assert caught.value.report.violations
    assert store.current() == 1


def test_nothing_to_do(store: Revisions, numbers: Callable[..., Change]) -> None:
    """An update that comes to nothing makes no revision, in a store without one, too."""
    update = Update("DELETE WHERE { <urn:none> ?p ?o }")
    assert not updates.publish(store, update, union=True).changed
    store.commit(numbers(3))
    outcome = updates.publish(store, update, union=True)
    assert (outcome.revision, outcome.changed) == (1, False)


def test_first_revision(store: Revisions) -> None:
    """An update may make the first revision."""
    outcome = updates.publish(
        store, Update("INSERT DATA { <urn:a> <urn:p> 1 } ; COPY DEFAULT TO <urn:g>"), union=True
    )
    assert outcome.revision == 1
    with store.snapshot() as snapshot:
        assert len(snapshot) == 2


def test_another_writer_was_quicker(store: Revisions, numbers: Callable[..., Change]) -> None:
    """An update is worked out again where another writer came between, and loses nothing."""
    store.commit(numbers(1))
    asked = []

    def prepare(update: Update, union: bool) -> Change:
        change = updates.prepared(store, update, union)
        asked.append(change.base)
        if len(asked) < 3:
            store.commit(numbers(1, name=f"other{len(asked)}"))
        return change

    template = "{ GRAPH ?g { ?s ?p ?o } }"
    text = f"DELETE {template} INSERT {{ GRAPH ?g {{ ?s ?p 'x' }} }} WHERE {template}"
    outcome = updates.publish(store, Update(text), union=True, prepare=prepare)
    assert (outcome.revision, asked) == (4, [1, 2, 3])
    with store.snapshot() as snapshot:
        assert [str(quad[2]) for quad in snapshot.quads()] == ["x", "x", "x"]


def test_others_have_to_wait_in_the_end(store: Revisions, numbers: Callable[..., Change]) -> None:
    """Where others are quicker every time, they are kept waiting at last, and nothing is lost."""
    store.commit(numbers(1))
    asked = []

    def prepare(update: Update, union: bool) -> Change:
        change = updates.prepared(store, update, union)
        asked.append(change.base)
        try:
            store.commit(numbers(1, str(len(asked))))
        except Locked:
            asked.append(None)
        return change

    outcome = updates.publish(store, Update("CLEAR ALL"), union=True, prepare=prepare)
    assert asked == [1, 2, 3, 4, None]
    assert outcome.revision == 5
    with store.snapshot() as snapshot:
        assert len(snapshot) == 0


def test_errors_while_others_wait(store: Revisions, numbers: Callable[..., Change]) -> None:
    """An error in what is called under the lock leaves the store as it was, and unlocked."""
    store.commit(numbers(1))

    def make() -> Change:
        return updates.prepared(store, Update("DROP GRAPH <urn:none>"), union=True)

    with pytest.raises(QueryError, match="there is no graph <urn:none>"):
        store.commit_of(make)
    assert store.commit(numbers(2)).revision == 2


def test_base_is_insisted_on(store: Revisions, numbers: Callable[..., Change]) -> None:
    """Whoever names a revision gets a Conflict where the store has moved on from it."""
    store.commit(numbers(1))
    store.commit(numbers(2))
    update = Update("INSERT DATA { <urn:a> <urn:p> 1 }")
    with pytest.raises(Conflict) as caught:
        updates.publish(store, update, union=True, base=1)
    assert (caught.value.expected, caught.value.current) == (1, 2)

    def prepare(update: Update, union: bool) -> Change:
        change = updates.prepared(store, update, union)
        store.commit(numbers(3))
        return change

    with pytest.raises(Conflict):
        updates.publish(store, update, union=True, base=2, prepare=prepare)
    assert updates.publish(store, update, union=True, base=3).revision == 4


def test_in_a_worker(store: Revisions, settings: Settings, numbers: Callable[..., Change]) -> None:
    """A worker process works updates out under a query's limits, and hands their errors back."""
    store.commit(numbers(3))
    text = "DELETE WHERE { GRAPH ?g { ?s ?p ?o } } ; INSERT { <urn:a> <urn:p> _:b } WHERE {}"
    with QueryPool(store, settings) as pool:
        outcome = updates.publish(
            store,
            Update(text),
            union=True,
            prepare=lambda *asked: pool.run(updates.prepared, *asked),
        )
        with pytest.raises(QuerySyntaxError, match="line 1, column 1"):
            pool.run(updates.prepared, Update("INSRT"), True)
    assert outcome.revision == 2
    with store.snapshot() as snapshot:
        assert len(snapshot) == 1
