"""Which blank nodes can be written in place, and which need a label.

A blank node that is referred to once is written where it is referred to, ``[ ... ]`` or as part of
a list ``( ... )``; one that nothing refers to needs no label either. Only what is shared, between
graphs too, or is part of a circle, or would be nested too deep, is labelled: so a change of one
blank node leaves the text of most others as it is.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, TypeGuard

from rdflib import RDF, BNode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rdflib import URIRef

    from kg.store.base import Quad, Subject, Term

    Pair = tuple[URIRef, Term]

_DEPTH = 8
"""Levels of brackets; what lies deeper is written on its own."""
_CELL = {RDF.first, RDF.rest}


class Blanks:
    """Statements that mention blank nodes.

    ``inline`` are the blank nodes to be written in place, ``anonymous`` those that are subjects of
    their own but need no label.

    :param quads: every quad of a snapshot that mentions a blank node
    :param merged: whether all graphs are written as one
    """

    def __init__(self, quads: Iterable[Quad], *, merged: bool) -> None:
        self._merged = merged
        self._pairs: defaultdict[tuple[URIRef | None, Subject], dict[Pair, None]]
        self._pairs = defaultdict(dict)
        self._homes: defaultdict[Subject, set[URIRef | None]] = defaultdict(set)
        seen: defaultdict[BNode, set[URIRef | None]] = defaultdict(set)
        self._users: defaultdict[BNode, list[tuple[Subject, URIRef]]] = defaultdict(list)
        for subject, predicate, object_, graph in quads:
            self._homes[subject].add(graph)
            home = None if merged else graph
            pairs = self._pairs[home, subject]
            if (predicate, object_) in pairs:
                continue
            pairs[predicate, object_] = None
            if isinstance(object_, BNode):
                self._users[object_].append((subject, predicate))
            for node in (subject, object_):
                if isinstance(node, BNode):
                    seen[node].add(home)
        self._only_home = {
            node: next(iter(homes)) for node, homes in seen.items() if len(homes) == 1
        }
        self.anonymous = {node for node in self._only_home if not self._users[node]}
        self._cells = self._find_cells()
        self.inline = self._find_inline()

    def pairs(self, subject: Subject, graph: URIRef | None) -> Iterable[Pair]:
        """Return predicate and object of what these statements say of a subject in a graph."""
        return self._pairs.get((None if self._merged else graph, subject), {}).keys()

    def subjects(self, graph: URIRef | None) -> Iterator[Subject]:
        """Iterate over the subjects in a graph, but for those that are written in place."""
        return (s for s, homes in self._homes.items() if graph in homes and s not in self.inline)

    def homes(self, subject: Subject) -> Iterable[URIRef | None]:
        """Return the graphs in which these statements say something of a subject."""
        return self._homes.get(subject, ())

    def items(self, head: BNode) -> list[Term] | None:
        """Return the items of a list that can be written in round brackets, else None."""
        if head not in self._cells:
            return None
        items = []
        cell: Term = head
        while isinstance(cell, BNode):
            said = dict(self._said(cell))
            items.append(said[RDF.first])
            cell = said[RDF.rest]
        return items

    def _said(self, node: BNode) -> Iterable[Pair]:
        return self._pairs.get((self._only_home.get(node), node), {}).keys()

    def _once(self, node: Term) -> TypeGuard[BNode]:
        """Tell whether a term is a blank node that one statement refers to, in its only graph."""
        return isinstance(node, BNode) and node in self._only_home and len(self._users[node]) == 1

    def _find_cells(self) -> set[BNode]:
        """Find the cells of lists that end well: from their ends to their heads."""
        cells: set[BNode] = set()
        ends = [node for node in self._only_home if (RDF.rest, RDF.nil) in self._said(node)]
        for end in ends:
            cell: Subject = end
            while isinstance(cell, BNode) and cell not in cells and self._is_cell(cell):
                cells.add(cell)
                cell, predicate = self._users[cell][0]
                if predicate != RDF.rest:
                    break
        return cells

    def _is_cell(self, node: BNode) -> bool:
        said = [predicate for predicate, _ in self._said(node)]
        return len(said) == len(_CELL) and set(said) == _CELL and self._once(node)

    def _find_inline(self) -> set[BNode]:
        """Walk down from what is written on its own; a circle is never reached."""
        inline: set[BNode] = set()
        waiting = [
            (object_, 1)
            for (_, subject), pairs in self._pairs.items()
            if not self._once(subject)
            for _, object_ in pairs
            if self._once(object_)
        ]
        while waiting:
            node, depth = waiting.pop()
            if depth > _DEPTH:
                depth = 0
            else:
                inline.add(node)
            for predicate, object_ in self._said(node):
                if self._once(object_):
                    next_cell = predicate == RDF.rest and object_ in self._cells
                    waiting.append((object_, depth if next_cell else depth + 1))
        return inline
