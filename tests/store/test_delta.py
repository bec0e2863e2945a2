"""What a change comes to: true changes only, whatever it is made of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Store as Engine
from rdflib import XSD, BNode, Graph, Literal, URIRef

from kg.store import delta
from kg.store.base import Change, Quad
from kg.store.terms import quad_from_engine, quad_to_engine

GRAPH, OTHER = URIRef("urn:g"), URIRef("urn:h")
P = URIRef("urn:p")
QUADS = st.builds(
    lambda subject, value, graph: (URIRef(f"urn:{subject}"), P, Literal(value), graph),
    st.sampled_from("abc"),
    st.integers(0, 3),
    st.sampled_from([GRAPH, OTHER, None]),
)
SETS = st.frozensets(QUADS, max_size=8)


def engine_of(quads: frozenset[Quad]) -> Engine:
    """Return a store in memory."""
    engine = Engine()
    engine.extend(map(quad_to_engine, quads))
    return engine


def between(held: frozenset[Quad], change: Change) -> list[set[Quad]]:
    """Return what a change adds and removes."""
    found = delta.between(engine_of(held), change)
    return [set(map(quad_from_engine, quads)) for quads in (found.added, found.removed)]


@given(held=SETS, added=SETS, removed=SETS)
def test_quads(held: frozenset[Quad], added: frozenset[Quad], removed: frozenset[Quad]) -> None:
    """Quads that are there already, or are not there, are no changes."""
    change = Change(added=added - removed, removed=removed - added)
    assert between(held, change) == [set(added - removed - held), set((removed - added) & held)]


@given(held=SETS, put=SETS, added=SETS, removed=SETS, drop=st.booleans())
def test_all_at_once(
    held: frozenset[Quad],
    put: frozenset[Quad],
    added: frozenset[Quad],
    removed: frozenset[Quad],
    drop: bool,
) -> None:
    """Graphs are replaced and dropped first; quads are taken from and put into what that leaves."""
    graph = Graph()
    for subject, predicate, object_, name in put:
        if name == GRAPH:
            graph.add((subject, predicate, object_))
    change = Change(
        {GRAPH: graph}, frozenset({OTHER} if drop else ()), added - removed, removed - added
    )
    left = {quad for quad in held if quad[3] is None or (quad[3] == OTHER and not drop)}
    left |= {quad for quad in put if quad[3] == GRAPH}
    after = (left - change.removed) | change.added
    assert between(held, change) == [set(after - held), set(held - after)]


def test_values_as_the_engine_keeps_them() -> None:
    """``05`` is the 5 that is there; put in and taken out in two spellings, it stays."""
    five, padded = (Literal(text, datatype=XSD.integer, normalize=False) for text in ("5", "05"))
    held: frozenset[Quad] = frozenset({(GRAPH, P, five, None)})
    other: frozenset[Quad] = frozenset({(GRAPH, P, padded, None)})
    assert between(held, Change(added=other)) == [set(), set()]
    assert between(held, Change(removed=other)) == [set(), set(held)]
    assert between(held, Change(added=held, removed=other)) == [set(), set()]


def test_blank_nodes_by_label() -> None:
    """In single quads a blank node is the one of that label in the store."""
    held: frozenset[Quad] = frozenset({(BNode("x"), P, Literal(1), None)})
    other: frozenset[Quad] = frozenset({(BNode("y"), P, Literal(1), None)})
    assert between(held, Change(added=other, removed=other)) == [set(other), set()]
    assert between(held, Change(removed=held)) == [set(), set(held)]


def test_no_triple() -> None:
    """A literal as a subject is refused where it comes from."""
    quad = (Literal("x"), P, Literal(1), None)
    with pytest.raises(TypeError, match="this is no triple of RDF"):
        delta.between(Engine(), Change(added=frozenset({quad})))  # type: ignore[arg-type]
