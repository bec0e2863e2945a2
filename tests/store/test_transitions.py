"""Any order of commits, refusals, rollbacks, reads and prunings, against a model."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from rdflib import RDF, Graph, Literal, URIRef

from kg import iris
from kg.errors import Conflict, NonConforming, RevisionMissing
from kg.settings import Settings
from kg.store.base import Change
from kg.store.revisions import Revisions
from kg.terms import SG
from kg.validate import Shapes
from tests.store.projected import differences, held

if TYPE_CHECKING:
    from kg.store.base import Quad
    from kg.store.snapshot import RevisionSnapshot

KEPT = 3
EX = "https://example.org/"
GRAPHS = st.sampled_from([URIRef(f"{EX}g{i}") for i in range(3)])
VALUES = st.frozensets(st.integers(0, 5), max_size=4)
BAD = URIRef(iris.ID + "person/nameless")
SHAPES = Shapes.load()
Content = dict[URIRef, frozenset[int]]


def triple(value: int) -> tuple[URIRef, URIRef, Literal]:
    """Make a triple that says a number."""
    return URIRef(f"{EX}{value}"), URIRef(EX + "value"), Literal(value)


class Transitions(RuleBasedStateMachine):
    """A store beside a dict of what each revision holds; revision 0 holds nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.mkdtemp()
        self.settings = Settings(
            data=Path(self.folder) / "data", keep_revisions=KEPT, lock_seconds=1
        )
        self.said: dict[int, Content] = {0: {}}
        self.reading: RevisionSnapshot | None = None
        self.reopen()

    def teardown(self) -> None:
        """Let go of what is read, and remove the store."""
        self.leave()
        shutil.rmtree(self.folder)

    @property
    def current(self) -> int:
        """The newest revision of the model."""
        return max(self.said)

    @rule()
    def reopen(self) -> None:
        """Another process takes over."""
        self.store = Revisions(self.settings)
        self.store.__dict__["shapes"] = SHAPES

    @rule(graph=GRAPHS, values=VALUES)
    def put(self, graph: URIRef, values: frozenset[int]) -> None:
        """Replace a graph."""
        made = Graph()
        for value in values:
            made.add(triple(value))
        self._commit(Change({graph: made}), {graph: values})

    @rule(graph=GRAPHS, values=VALUES, gone=VALUES)
    def change(self, graph: URIRef, values: frozenset[int], gone: frozenset[int]) -> None:
        """Add and remove single quads."""
        gone -= values
        change = Change(added=quads(graph, values), removed=quads(graph, gone))
        old = self.said[self.current].get(graph, frozenset())
        self._commit(change, {graph: (old | values) - gone})

    @rule(graphs=st.frozensets(GRAPHS, min_size=1))
    def drop(self, graphs: frozenset[URIRef]) -> None:
        """Remove graphs."""
        self._commit(Change(drop=graphs), dict.fromkeys(graphs, frozenset()))

    @rule(graph=GRAPHS, values=VALUES)
    def refuse(self, graph: URIRef, values: frozenset[int]) -> None:
        """What breaks the shapes leaves everything as it was, what else comes with it included."""
        bad = (BAD, RDF.type, SG.Person, iris.ENTITIES_GRAPH)
        with pytest.raises(NonConforming):
            self.store.commit(Change(added=quads(graph, values) | {bad}))

    @rule(graph=GRAPHS)
    def be_late(self, graph: URIRef) -> None:
        """What was made for another revision is not put on this one."""
        with pytest.raises(Conflict):
            self.store.commit(Change(drop=frozenset({graph}), base=self.current + 1))

    @precondition(lambda self: self.current > 0)
    @rule(back=st.integers(0, KEPT + 2))
    def roll_back(self, back: int) -> None:
        """Go back to a revision that is kept, or find that it is not."""
        number = self.current - back
        if number not in self._kept():
            with pytest.raises(RevisionMissing):
                self.store.rollback(number)
            return
        outcome = self.store.rollback(number)
        assert outcome.changed == bool(back)
        if back:
            self.said[outcome.revision] = self.said[number]

    @precondition(lambda self: self.current > 0 and self.reading is None)
    @rule(back=st.integers(0, KEPT - 1))
    def read(self, back: int) -> None:
        """Open a revision, and keep it open while others write and prune."""
        self.reading = self.store.snapshot(max(1, self.current - back))

    @rule()
    def leave(self) -> None:
        """Let the revision go that was read."""
        if self.reading is not None:
            self.reading.close()
        self.reading = None

    @invariant()
    def holds(self) -> None:
        """Hold what is read, what is current and what is kept against the model."""
        assert self.store.current() == self.current
        log = self.store.log()
        assert [entry.number for entry in log] == list(range(self.current, 0, -1))
        if self.reading is not None:
            self._same(self.reading)
        for number in {1, self.current - KEPT, self.current - 1, self.current} - {0, -1, -2, -3}:
            if number in self._kept():
                with self.store.snapshot(number) as snapshot:
                    self._same(snapshot)
            elif 0 < number <= self.current and not self._read_past(number):
                with pytest.raises(RevisionMissing):
                    self.store.snapshot(number)

    def _same(self, snapshot: RevisionSnapshot) -> None:
        expected = {q for g, v in self.said[snapshot.revision].items() for q in quads(g, v)}
        assert set(snapshot.quads()) == expected
        assert len(snapshot) == len(expected)

    def _commit(self, change: Change, becomes: Content) -> None:
        before = self.said[self.current]
        after = {g: v for g, v in (before | becomes).items() if v}
        outcome = self.store.commit(replace(change, base=self.current))
        assert outcome.changed == (after != before)
        assert outcome.revision == self.current + outcome.changed
        self.said[outcome.revision] = after
        if outcome.changed:
            with (
                closing(self.store.projection()) as kept,
                closing(self.store.reindex()) as anew,
            ):
                assert not differences(anew, held(kept))

    def _kept(self) -> range:
        """Return the revisions that are surely kept."""
        return range(max(1, self.current - KEPT + 1), self.current + 1)

    def _read_past(self, number: int) -> bool:
        """Tell whether a revision may have outlived its time: a reader holds, or held, one."""
        return (self.store.data / "revisions" / f"{number:06}").exists()


def quads(graph: URIRef, values: frozenset[int]) -> frozenset[Quad]:
    """Say numbers in a graph."""
    return frozenset((*triple(value), graph) for value in values)


TestTransitions = Transitions.TestCase
TestTransitions.settings = settings(max_examples=15, stateful_step_count=10)
