"""Labels for blank nodes that depend on the data alone.

RDFC-1.0 takes exponential time where blank nodes look alike: a list of 2,000 equal items, or nine
nodes that all refer to each other, would hold up a writer or a dump for good. It also numbers all
the blank nodes of a dataset in one row, so that one change renames many. Here each group of blank
nodes that are linked with each other is labelled by itself, by a hash of what it says.

Nodes are told apart by colours: hashes of what is said of them and, round by round, of their
neighbours' colours. Where nodes look alike after that, each of them is tried as the first, and the
smallest text wins; when the trials are used up, any one will do, for then they mostly are alike. A
large group is numbered in one walk instead. This is exact for trees, lists and whatever is small;
a large mesh that looks alike in many places may be labelled in more than one way.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from hashlib import sha256
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Quad

if TYPE_CHECKING:
    from collections.abc import Iterable

    Colours = dict[BlankNode, str]
    Edges = defaultdict[BlankNode, list[tuple[str, BlankNode]]]

_ROUNDS = 50
"""Rounds of colouring, at most."""
_SMALL = 64
"""Blank nodes of a group in which trials are made."""
_WORK = 50_000
"""Nodes and links that are coloured in trials, over all groups: a quarter of a second."""


def canonical(quads: Iterable[Quad]) -> set[Quad]:
    """Rename the blank nodes of ``quads``: isomorphic sets become equal."""
    quads = set(quads)
    labels = _Labelling(quads).labels()

    return {
        Quad(
            labels[quad.subject] if isinstance(quad.subject, BlankNode) else quad.subject,
            quad.predicate,
            labels[quad.object] if isinstance(quad.object, BlankNode) else quad.object,
            quad.graph_name,
        )
        for quad in quads
    }


class _Labelling:
    """The blank nodes of some quads, with what is said of each."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self._out: Edges = defaultdict(list)
        self._in: Edges = defaultdict(list)
        self._said: defaultdict[BlankNode, list[str]] = defaultdict(list)
        self._work = 0
        for quad in quads:
            subject, object_ = quad.subject, quad.object
            link = f"{quad.predicate} {quad.graph_name}"
            if isinstance(subject, BlankNode) and isinstance(object_, BlankNode):
                self._link(subject, link, object_)
            elif isinstance(subject, BlankNode):
                self._said[subject].append(f"to {link} {object_}")
            elif isinstance(object_, BlankNode):
                self._said[object_].append(f"from {link} {subject}")

    def _link(self, subject: BlankNode, link: str, object_: BlankNode) -> None:
        if subject == object_:
            self._said[subject].append(f"itself {link}")
            return
        self._said[subject].append(f"to {link} another")
        self._said[object_].append(f"from {link} another")
        self._out[subject].append((link, object_))
        self._in[object_].append((link, subject))

    def labels(self) -> dict[BlankNode, BlankNode]:
        """Label every blank node."""
        colours = {node: _hash(sorted(said)) for node, said in self._said.items()}
        self._sweep(colours, self._out, self._in)
        self._sweep(colours, self._in, self._out)
        colours = self._refine(colours)
        self._work = _WORK
        labels: dict[BlankNode, BlankNode] = {}
        copies: Counter[str] = Counter()
        for group in self._groups(colours):
            text, order = self._order(group)
            name = _hash(text)[:12]
            copy = f"{copies[name]}_" if copies[name] else ""
            copies[name] += 1
            labels |= {node: BlankNode(f"b{name}_{copy}{i}") for i, node in enumerate(order)}
        return labels

    def _sweep(self, colours: Colours, first: Edges, then: Edges) -> None:
        """Colour each node after all those it has edges to in ``first``; circles are left out.

        Two sweeps tell the nodes of trees and lists apart, however long these are.
        """
        waiting = {node: len(first[node]) for node in colours}
        ready = [node for node, count in waiting.items() if count == 0]
        while ready:
            node = ready.pop()
            around = sorted((link, colours[other]) for link, other in first[node])
            colours[node] = _hash([colours[node], around])
            for _, other in then[node]:
                waiting[other] -= 1
                if waiting[other] == 0:
                    ready.append(other)

    def _refine(self, colours: Colours) -> Colours:
        """Colour by neighbours, round by round, until no more nodes are told apart."""
        count = len(set(colours.values()))
        for _ in range(_ROUNDS):
            self._work -= len(colours) + sum(len(self._out[node]) for node in colours)
            finer = {
                node: _hash(
                    [
                        colour,
                        sorted((link, colours[other]) for link, other in self._out[node]),
                        sorted((link, colours[other]) for link, other in self._in[node]),
                    ]
                )
                for node, colour in colours.items()
            }
            before, count = count, len(set(finer.values()))
            if count == before:
                break
            colours = finer
        return colours

    def _groups(self, colours: Colours) -> list[Colours]:
        """Return the groups of nodes that are linked with each other, in a fixed order."""
        groups = []
        left = dict(colours)
        while left:
            group = dict([left.popitem()])
            waiting = list(group)
            while waiting:
                node = waiting.pop()
                for _, other in chain(self._out[node], self._in[node]):
                    if other in left:
                        group[other] = left.pop(other)
                        waiting.append(other)
            groups.append(group)
        return sorted(groups, key=lambda group: sorted(group.values()))

    def _order(self, colours: Colours) -> tuple[str, list[BlankNode]]:
        """Order a group; return its text too, in which a node is its place in that order."""
        classes: defaultdict[str, list[BlankNode]] = defaultdict(list)
        for node, colour in colours.items():
            classes[colour].append(node)
        alike = [nodes for nodes in classes.values() if len(nodes) > 1]
        if not alike:
            return self._text(sorted(colours, key=colours.__getitem__))
        if len(colours) > _SMALL:
            first = min(classes.values(), key=lambda nodes: (len(nodes), colours[nodes[0]]))
            return self._text(self._walk(first[0], colours))
        found = []
        for node in min(alike, key=lambda nodes: (len(nodes), colours[nodes[0]])):
            found.append(self._order(self._refine(colours | {node: _hash(colours[node])})))
            if self._work < 0:
                break
        return min(found, key=itemgetter(0))

    def _walk(self, start: BlankNode, colours: Colours) -> list[BlankNode]:
        """List a group from one node on, the nearest first, neighbours by their colours."""
        order = {start: None}
        waiting = deque(order)
        while waiting:
            node = waiting.popleft()
            around = [("to", link, colours[other], other) for link, other in self._out[node]]
            around += [("from", link, colours[other], other) for link, other in self._in[node]]
            for *_, other in sorted(around, key=itemgetter(0, 1, 2)):
                if other not in order:
                    order[other] = None
                    waiting.append(other)
        return list(order)

    def _text(self, order: list[BlankNode]) -> tuple[str, list[BlankNode]]:
        place = {node: index for index, node in enumerate(order)}
        said = [
            (sorted(self._said[node]), sorted((link, place[o]) for link, o in self._out[node]))
            for node in order
        ]
        return repr(said), order


def _hash(said: object) -> str:
    return sha256(repr(said).encode()).hexdigest()
