"""What every store offers, whatever engine is behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, Self

from rdflib import BNode, Graph, Literal, URIRef

if TYPE_CHECKING:
    from types import TracebackType

    from kg.report import Report

Term = URIRef | BNode | Literal
Subject = URIRef | BNode
Triple = tuple[Subject, URIRef, Term]
Quad = tuple[Subject, URIRef, Term, URIRef | None]
"""Subject, predicate, object, graph name (None: the unnamed graph)."""
Binding = Mapping[str, Term]


@dataclass(frozen=True)
class Change:
    """What a commit does.

    ``graphs`` are put in: an article's graph, and any other graph of its own, is replaced whole;
    in the shared graphs (entities, links, catalog) each subject described replaces what was said
    of it there. ``drop`` names graphs to remove. ``added`` and ``removed`` are quads to put in and
    to take out, whatever graph they are in; no quad is in both, and one that is there already, or
    is not there, changes nothing. ``base`` is the revision that all this is made for; None: any.
    """

    graphs: Mapping[URIRef, Graph] = field(default_factory=dict)
    drop: frozenset[URIRef] = frozenset()
    added: frozenset[Quad] = frozenset()
    removed: frozenset[Quad] = frozenset()
    base: int | None = None
    message: str = ""


@dataclass(frozen=True)
class Revision:
    """One entry of the log.

    :param number: counts from 1
    :param time: UTC, ISO 8601
    :param added: quads that came, None for a rollback, which does not count them
    :param removed: quads that went, likewise
    :param quads: the size of the whole store
    :param compacted: bytes of the store when it was last written anew
    :param graphs: the names of the graphs that changed
    :param kept: whether the revision can still be read
    """

    number: int
    time: str
    message: str
    author: str
    added: int | None
    removed: int | None
    quads: int
    compacted: int
    graphs: tuple[str, ...] = ()
    kept: bool = True


@dataclass(frozen=True)
class Outcome:
    """What a commit came to: ``changed`` is False where the store held all of it already."""

    revision: int
    changed: bool
    report: Report


class Snapshot(Protocol):
    """One revision, read only. Use it as a context manager: it holds the revision until closed."""

    @property
    def revision(self) -> int:
        """The revision's number."""

    def __len__(self) -> int:
        """Count the quads."""

    def __enter__(self) -> Self:
        """Return itself."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let the revision go."""

    def graph_names(self) -> Iterator[URIRef]:
        """Iterate over the named graphs, in no fixed order."""

    def quads(
        self,
        subject: Subject | None = None,
        predicate: URIRef | None = None,
        object_: Term | None = None,
        graph: URIRef | None = None,
    ) -> Iterator[Quad]:
        """Iterate over the quads that match, None matching all; in no fixed order."""

    def subjects(self, graph: URIRef) -> Iterator[Subject]:
        """Iterate over the subjects of a named graph, each once, in no fixed order."""

    def blank_quads(self) -> list[Quad]:
        """Return the quads that mention blank nodes, with labels that depend on the data alone."""

    def graph(self, name: URIRef) -> Graph:
        """Return one named graph, empty where there is none."""

    def select(self, query: str) -> Iterable[Binding]:
        """Answer a trusted, bounded SELECT in process, over the union of all graphs."""


class Store(Protocol):
    """A history of revisions with one gate."""

    def snapshot(self, revision: int | None = None) -> Snapshot:
        """Open a revision, the newest by default; RevisionMissing, StoreMissing."""

    def commit(self, change: Change, author: str = "") -> Outcome:
        """Validate and publish; NonConforming, Locked or StorageError leave the store as it was."""

    def check(self, change: Change) -> Report:
        """Validate as ``commit`` would, and publish nothing."""

    def rollback(self, revision: int, author: str = "") -> Outcome:
        """Publish a new revision that holds what ``revision`` held."""

    def log(self) -> list[Revision]:
        """Return every revision ever published, the newest first."""
