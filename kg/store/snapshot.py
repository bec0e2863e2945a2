"""One revision, open for reading."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from pyoxigraph import DefaultGraph, NamedNode, QuerySolutions
from pyoxigraph import Quad as EngineQuad
from pyoxigraph import Store as Engine
from rdflib import Graph, URIRef

from kg.store import history
from kg.store.canonical import canonical
from kg.store.terms import quad_from_engine, subject_from_engine, term_from_engine, term_to_engine

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from types import TracebackType

    from kg.store.base import Binding, Quad, Subject, Term

READERS = "readers"


class RevisionSnapshot:
    """The Snapshot protocol over a revision's folder.

    It holds a shared lock on the revision, so that it is not pruned under it: a large store opens
    its files late.
    """

    def __init__(self, folder: Path, readers: int) -> None:
        self._readers = readers
        self.folder = folder
        self.entry = history.read(folder)
        self.engine = Engine.read_only(str(folder / "store"))

    @classmethod
    def open(cls, folder: Path) -> Self | None:
        """Open a revision; None where there is none, or it was pruned in this moment."""
        try:
            readers = os.open(folder / READERS, os.O_RDONLY)
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(readers, fcntl.LOCK_SH)
            if os.path.samestat(os.fstat(readers), (folder / READERS).stat()):
                found = cls(folder, readers)
                readers = -1
                return found
        except FileNotFoundError:
            return None
        finally:
            if readers >= 0:
                os.close(readers)
        return None

    @property
    def revision(self) -> int:
        """The revision's number."""
        return self.entry.number

    def __len__(self) -> int:
        return self.entry.quads

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let the revision go; closing twice is fine."""
        if self._readers >= 0:
            del self.engine
            os.close(self._readers)
            self._readers = -1

    def graph_names(self) -> Iterator[URIRef]:
        """Iterate over the named graphs that hold something, in no fixed order."""
        for name in self.engine.named_graphs():
            if isinstance(name, NamedNode) and self._holds(name):
                yield URIRef(name.value)

    def _holds(self, name: NamedNode) -> bool:
        return any(True for _ in self.engine.quads_for_pattern(None, None, None, name))

    def quads(
        self,
        subject: Subject | None = None,
        predicate: URIRef | None = None,
        object_: Term | None = None,
        graph: URIRef | None = None,
    ) -> Iterator[Quad]:
        """Iterate over the quads that match, None matching all; in no fixed order."""
        found = self.engine.quads_for_pattern(
            None if subject is None else term_to_engine(subject),
            None if predicate is None else term_to_engine(predicate),
            None if object_ is None else term_to_engine(object_),
            None if graph is None else term_to_engine(graph),
        )
        return map(quad_from_engine, found)

    def unnamed_quads(self) -> Iterator[Quad]:
        """Iterate over the quads of the unnamed graph, in no fixed order."""
        found = self.engine.quads_for_pattern(None, None, None, DefaultGraph())
        return map(quad_from_engine, found)

    def subjects(self, graph: URIRef) -> Iterator[Subject]:
        """Iterate over the subjects of a named graph, each once, in no fixed order."""
        name = term_to_engine(graph)
        for solution in _solutions(
            self.engine, f"SELECT DISTINCT ?s {{ GRAPH {name} {{ ?s ?p ?o }} }}"
        ):
            yield subject_from_engine(solution[0])

    def blank_quads(self) -> list[Quad]:
        """Return the quads that mention blank nodes, with labels that depend on the data alone."""
        return [quad_from_engine(quad) for quad in canonical(_blank_quads(self.engine))]

    def graph(self, name: URIRef) -> Graph:
        """Return one named graph, empty where there is none."""
        found = Graph(identifier=name)
        for subject, predicate, object_, _ in self.quads(graph=name):
            found.add((subject, predicate, object_))
        return found

    def select(self, query: str) -> Iterable[Binding]:
        """Answer a trusted, bounded SELECT in process, over the union of all graphs."""
        return select(self.engine, query)


def _blank_quads(engine: Engine) -> Iterator[EngineQuad]:
    found = "SELECT ?s ?p ?o ?g { GRAPH ?g { ?s ?p ?o FILTER(isBlank(?s) || isBlank(?o)) } }"
    for solution in _solutions(engine, found):
        yield EngineQuad(*solution)


def select(engine: Engine, query: str) -> Iterator[Binding]:
    """Answer a trusted SELECT over the union of all graphs of an open store."""
    solutions = _solutions(engine, query)
    names = [variable.value for variable in solutions.variables]
    for solution in solutions:
        yield {n: term_from_engine(v) for n in names if (v := solution[n]) is not None}


def _solutions(engine: Engine, query: str) -> QuerySolutions:
    solutions = engine.query(query, use_default_graph_as_union=True)
    if not isinstance(solutions, QuerySolutions):
        raise TypeError(f"this has to be a SELECT: {query}")
    return solutions


@contextmanager
def unread(folder: Path) -> Iterator[bool]:
    """Tell whether nobody reads a revision, and keep it so for as long as this is held."""
    descriptor = os.open(folder / READERS, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            free = True
        except BlockingIOError:
            free = False
        yield free
    finally:
        os.close(descriptor)
