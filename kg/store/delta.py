"""What a change would add to and remove from a revision, quad by quad."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, NamedNode, Quad
from pyoxigraph import Store as Engine

from kg import iris
from kg.store.canonical import canonical
from kg.store.terms import quad_to_engine, term_to_engine, triple_to_engine

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rdflib import URIRef

    from kg.store.base import Change

SHARED = frozenset({iris.ENTITIES_GRAPH, iris.LINKS_GRAPH, iris.CATALOG_GRAPH})
"""Graphs of many authors: a load replaces what it describes there, subject by subject."""


@dataclass(frozen=True)
class Delta:
    """Engine quads that come and go; disjoint, and true changes: nothing is in both."""

    added: frozenset[Quad]
    removed: frozenset[Quad]

    def __len__(self) -> int:
        return len(self.added) + len(self.removed)

    def names_removed(self) -> set[NamedNode]:
        """Return the names of the graphs that something goes from."""
        names = {quad.graph_name for quad in self.removed}
        return {name for name in names if isinstance(name, NamedNode)}

    def graph_names(self) -> tuple[str, ...]:
        """Name the graphs that change, in order."""
        names = {quad.graph_name for quad in self.added | self.removed}
        return tuple(sorted(name.value for name in names if isinstance(name, NamedNode)))


NONE = Delta(frozenset(), frozenset())


def between(engine: Engine, change: Change) -> Delta:
    """Compare what ``change`` asks for with what ``engine`` holds."""
    added: set[Quad] = set()
    removed: set[Quad] = set()
    for name in change.drop:
        removed |= _all(engine, name)
    for name, graph in change.graphs.items():
        new = _as_stored(triple_to_engine(triple, name) for triple in graph)
        old = _described(engine, name, new) if name in SHARED else _all(engine, name)
        if _same(new, old):
            continue
        added |= new - old
        removed |= old - new
    if change.removed or change.added:
        _amend(engine, change, added, removed)
    return Delta(frozenset(added), frozenset(removed))


def _amend(engine: Engine, change: Change, added: set[Quad], removed: set[Quad]) -> None:
    """Take single quads out of a change's result, and put others in."""
    gone = _as_stored(map(quad_to_engine, change.removed))
    come = _as_stored(map(quad_to_engine, change.added))
    added -= gone
    removed |= {quad for quad in gone if quad in engine}
    removed -= come
    added |= {quad for quad in come if quad not in engine}


def _as_stored(quads: Iterable[Quad]) -> set[Quad]:
    """Return quads as the engine gives them back.

    It keeps numbers, booleans, durations and times by value: ``05`` and the nonNegativeInteger 5
    come back as the integer 5.
    """
    memory = Engine()
    memory.extend(quads)
    return set(memory)


def _all(engine: Engine, name: URIRef) -> set[Quad]:
    return set(engine.quads_for_pattern(None, None, None, term_to_engine(name)))


def _described(engine: Engine, name: URIRef, new: Iterable[Quad]) -> set[Quad]:
    graph = term_to_engine(name)
    subjects = {quad.subject for quad in new}
    return {quad for s in subjects for quad in engine.quads_for_pattern(s, None, None, graph)}


def _same(new: set[Quad], old: set[Quad]) -> bool:
    """Tell whether two sets of quads are equal but for the labels of their blank nodes."""
    if new == old:
        return True
    if len(new) != len(old) or not any(map(_has_blank, new)):
        return False
    return canonical(new) == canonical(old)


def _has_blank(quad: Quad) -> bool:
    return isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode)
