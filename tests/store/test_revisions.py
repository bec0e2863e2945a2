from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from rdflib import XSD, BNode, Graph, Literal, URIRef

from kg import iris
from kg.errors import Conflict, RevisionMissing, StoreMissing
from kg.store.base import Change

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.settings import Settings
    from kg.store.base import Quad
    from kg.store.revisions import Revisions

NAME = URIRef("https://example.org/numbers")


def values(store: Revisions, revision: int | None = None) -> set[str]:
    """Return every object in a revision."""
    with store.snapshot(revision) as snapshot:
        return {str(quad[2]) for quad in snapshot.quads()}


def test_no_data_yet(store: Revisions) -> None:
    """A store without a revision says that there is no data and what to run."""
    with pytest.raises(StoreMissing, match="stancegraph init"):
        store.snapshot()
    assert store.log() == []
    assert store.current() == 0


def test_commit_and_read(store: Revisions, numbers: Callable[..., Change]) -> None:
    """A commit publishes revision 1, which holds just what was put in."""
    outcome = store.commit(numbers(), author="Ada")
    assert (outcome.revision, outcome.changed) == (1, True)
    with store.snapshot() as snapshot:
        assert snapshot.revision == 1
        assert len(snapshot) == 3
        assert list(snapshot.graph_names()) == [NAME]
        assert len(snapshot.graph(NAME)) == 3
        assert len(list(snapshot.quads(URIRef("https://example.org/numbers/1")))) == 1
        rows = list(snapshot.select("SELECT ?o { <https://example.org/numbers/1> ?p ?o }"))
    assert rows == [{"o": Literal("a 1")}]


def test_everything_dropped(store: Revisions, numbers: Callable[..., Change]) -> None:
    """A revision that holds nothing is a revision like any other."""
    store.commit(numbers())
    assert store.commit(Change(drop=frozenset({NAME}))).revision == 2
    with store.snapshot() as snapshot:
        assert (snapshot.revision, len(snapshot)) == (2, 0)


def test_same_again(store: Revisions, numbers: Callable[..., Change]) -> None:
    """A change that the store holds already makes no revision."""
    store.commit(numbers())
    outcome = store.commit(numbers())
    assert (outcome.revision, outcome.changed) == (1, False)
    assert len(store.log()) == 1


def quad(name: str, value: int = 1) -> Quad:
    """Make a quad of the unnamed graph."""
    node = URIRef(f"https://example.org/{name}")
    return (node, URIRef("https://example.org/p"), Literal(value), None)


def test_single_quads(store: Revisions) -> None:
    """Quads are put in and taken out one by one; what is so already is not counted."""
    store.commit(Change(added=frozenset({quad("a"), quad("b")})))
    change = Change(
        added=frozenset({quad("b"), quad("c")}), removed=frozenset({quad("a"), quad("z")})
    )
    assert store.commit(change).changed
    entry = store.log()[0]
    assert (entry.added, entry.removed, entry.quads) == (1, 1, 2)
    assert not store.commit(change).changed


def test_change_for_another_revision(store: Revisions, numbers: Callable[..., Change]) -> None:
    """A change that was made for a revision is not put on another one, nor checked for it."""
    store.commit(Change(added=frozenset({quad("a")}), base=0))
    store.commit(replace(numbers(), base=1))
    for change in (replace(numbers(5), base=1), Change(base=1), Change(base=3)):
        for act in (store.commit, store.check):
            with pytest.raises(Conflict) as caught:
                act(change)
            assert (caught.value.expected, caught.value.current) == (change.base, 2)
    assert store.current() == 2
    assert store.check(replace(numbers(5), base=2)).conforms


def test_same_again_with_blank_nodes(store: Revisions) -> None:
    """Blank nodes with other labels are no change; one with another value is."""

    def change(value: str) -> Change:
        graph, node = Graph(), BNode()
        graph.add((URIRef("https://example.org/a"), URIRef("https://example.org/p"), node))
        graph.add((node, URIRef("https://example.org/q"), Literal(value)))
        return Change({NAME: graph})

    assert store.commit(change("x")).changed
    assert not store.commit(change("x")).changed
    assert store.commit(change("y")).changed
    assert len(values(store)) == 2


@pytest.mark.parametrize(
    ("lexical", "datatype", "kept"),
    [
        ("5", XSD.nonNegativeInteger, Literal("5", datatype=XSD.integer)),
        ("05", XSD.integer, Literal("5", datatype=XSD.integer)),
        ("1.50", XSD.decimal, Literal("1.5", datatype=XSD.decimal)),
        ("2024", XSD.gYear, Literal("2024", datatype=XSD.gYear)),
        ("2024-04-18", XSD.date, Literal("2024-04-18", datatype=XSD.date)),
    ],
)
def test_same_value_again(store: Revisions, lexical: str, datatype: URIRef, kept: Literal) -> None:
    """Numbers are kept by value; putting in the same file again is still no change."""
    graph = Graph()
    value = Literal(lexical, datatype=datatype, normalize=False)
    graph.add((URIRef("https://example.org/a"), URIRef("https://example.org/p"), value))
    assert store.commit(Change({NAME: graph})).changed
    assert not store.commit(Change({NAME: graph})).changed
    with store.snapshot() as snapshot:
        assert [quad[2] for quad in snapshot.quads()] == [kept]


def test_graphs_are_replaced_whole(store: Revisions, numbers: Callable[..., Change]) -> None:
    """A graph of its own is replaced by what is put in; others stay."""
    store.commit(numbers(3, "a"))
    store.commit(numbers(1, "x", "other"))
    store.commit(numbers(2, "b"))
    assert values(store) == {"b 0", "b 1", "x 0"}


def test_shared_graphs_are_replaced_by_subject(store: Revisions) -> None:
    """In the entities graph a subject's description is replaced, and no other subject's."""
    one, two = (URIRef(f"https://example.org/{n}") for n in ("one", "two"))
    predicate = URIRef("https://example.org/p")

    def change(*rows: tuple[URIRef, str]) -> Change:
        graph = Graph()
        for subject, value in rows:
            graph.add((subject, predicate, Literal(value)))
        return Change({iris.ENTITIES_GRAPH: graph})

    store.commit(change((one, "old"), (two, "kept")))
    store.commit(change((one, "new")))
    assert values(store) == {"new", "kept"}


def test_drop(store: Revisions, numbers: Callable[..., Change]) -> None:
    """A dropped graph is gone, also from the list of graphs."""
    store.commit(numbers())
    store.commit(numbers(1, "x", "other"))
    store.commit(Change(drop=frozenset({NAME})))
    with store.snapshot() as snapshot:
        assert list(snapshot.graph_names()) == [URIRef("https://example.org/other")]
        assert len(snapshot) == 1


def test_log(store: Revisions, numbers: Callable[..., Change]) -> None:
    """The log tells who changed how much of which graph, the newest first."""
    store.commit(numbers(3, "a"), author="Ada")
    store.commit(numbers(2, "a"), author="Bob")
    newest, oldest = store.log()
    assert (newest.number, newest.author, newest.added, newest.removed) == (2, "Bob", 0, 1)
    assert (oldest.number, oldest.author, oldest.quads) == (1, "Ada", 3)
    assert newest.graphs == (str(NAME),)
    assert newest.message == "numbers a"


def test_older_revision(store: Revisions, numbers: Callable[..., Change]) -> None:
    """An older revision reads as it was."""
    store.commit(numbers(1, "a"))
    store.commit(numbers(1, "b"))
    assert (values(store, 1), values(store)) == ({"a 0"}, {"b 0"})


@pytest.mark.parametrize("number", [-1, 0, 3])
def test_revision_never_made(store: Revisions, numbers: Callable[..., Change], number: int) -> None:
    """A revision that never was is refused by its number."""
    store.commit(numbers(1, "a"))
    store.commit(numbers(1, "b"))
    with pytest.raises(RevisionMissing, match=f"no revision {number};"):
        store.snapshot(number)


def test_rollback(store: Revisions, numbers: Callable[..., Change]) -> None:
    """A rollback is a new revision that holds what the old one held."""
    for value in "abc":
        store.commit(numbers(1, value))
    outcome = store.rollback(1, author="Ada")
    assert (outcome.revision, outcome.changed) == (4, True)
    assert (values(store), values(store, 3)) == ({"a 0"}, {"c 0"})
    entry = store.log()[0]
    assert (entry.message, entry.author, entry.quads) == ("back to revision 1", "Ada", 1)
    assert store.commit(numbers(1, "d")).revision == 5
    assert values(store) == {"d 0"}


def test_rollback_to_now(store: Revisions, numbers: Callable[..., Change]) -> None:
    """A rollback to the current revision changes nothing."""
    store.commit(numbers())
    assert not store.rollback(1).changed
    with pytest.raises(RevisionMissing):
        store.rollback(7)


def test_retention(store: Revisions, numbers: Callable[..., Change]) -> None:
    """Only the newest revisions are kept, and the log still knows the others."""
    for i in range(8):
        store.commit(numbers(1, str(i)))
    assert values(store, 4) == {"3 0"}
    with pytest.raises(RevisionMissing):
        store.snapshot(3)
    log = store.log()
    assert [entry.number for entry in log] == [8, 7, 6, 5, 4, 3, 2, 1]
    assert [entry.kept for entry in log] == [True] * 5 + [False] * 3


def test_read_revision_is_not_pruned(store: Revisions, numbers: Callable[..., Change]) -> None:
    """A revision that somebody reads outlives its time, and goes when they have finished."""
    store.commit(numbers(1, "first"))
    with store.snapshot(1) as snapshot:
        for i in range(7):
            store.commit(numbers(1, str(i)))
        assert [str(quad[2]) for quad in snapshot.quads()] == ["first 0"]
        assert values(store, 1) == {"first 0"}
    store.commit(numbers(1, "last"))
    with pytest.raises(RevisionMissing):
        store.snapshot(1)


def test_torn_history(store: Revisions, settings: Settings, numbers: Callable[..., Change]) -> None:
    """A line of the history that a death tore is passed over; entries after it are found."""
    for i in range(7):
        store.commit(numbers(1, str(i)))
    with (settings.data / "history.jsonl").open("a") as file:
        file.write('{"number": 2, "ti')
    store.commit(numbers(1, "x"))
    assert [entry.number for entry in store.log()] == [8, 7, 6, 5, 4, 3, 2, 1]


def test_large_change(store: Revisions, numbers: Callable[..., Change]) -> None:
    """A change larger than the store, written in one go, leaves exactly its content."""
    store.commit(numbers(10, "a"))
    store.commit(numbers(60_000, "b"))
    with store.snapshot() as snapshot:
        assert len(snapshot) == 60_000
        assert sum(1 for _ in snapshot.quads()) == 60_000
        assert store.log()[0].compacted > 2**20
