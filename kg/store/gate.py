"""The gate: finds what a delta puts in question, and validates just that.

A validation needs the nodes in question (the focus) and enough around them to judge them by (the
context). The unit is an article's graph: where one quad of it changes, all of it is in question.
Beyond that, whoever refers to a node is in question when the node's kind changes: its type, its
existence, or whether it has been merged. The context is what the focus refers to, two steps far,
the reasons all the way, and what the rules compare with: namesakes, what else the same holder said
on the same occasion, and a role of a holder in the company spoken for. Of an entity only the
entities graph is read: thousands of articles may repeat the same plain triple about it.
"""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, NamedNode, Quad
from pyoxigraph import Store as Engine
from rdflib import DCTERMS, RDF, RDFS, Dataset

from kg import iris
from kg.report import Report
from kg.store.snapshot import select
from kg.store.terms import quad_from_engine, term_from_engine
from kg.terms import SG
from kg.validate import validate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyoxigraph import Literal, Triple

    from kg.report import Violation
    from kg.store.base import Binding
    from kg.store.delta import Delta
    from kg.validate import Shapes

    Node = NamedNode | BlankNode

BATCH = 100
"""How many articles are validated together: more would cost memory, fewer time."""

_KIND = {NamedNode(str(name)) for name in (RDF.type, SG.existence, DCTERMS.isReplacedBy)}
_LABEL = NamedNode(str(RDFS.label))
_REASON, _OCCASION, _HOLDER, _COMPANY = (
    NamedNode(str(name)) for name in (SG.reason, SG.saidAt, SG.holder, SG.onBehalfOf)
)
_ENTITIES = NamedNode(str(iris.ENTITIES_GRAPH))


class After:
    """A revision as it would be with a delta applied; nothing is written."""

    def __init__(self, before: Engine, delta: Delta) -> None:
        self._before, self._removed = before, delta.removed
        self._added = Engine()
        self._added.extend(delta.added)

    def quads(
        self,
        subject: Node | None = None,
        predicate: NamedNode | None = None,
        object_: Node | Literal | Triple | None = None,
        graph: NamedNode | None = None,
    ) -> Iterator[Quad]:
        """Iterate over the quads that match, None matching all."""
        for quad in self._before.quads_for_pattern(subject, predicate, object_, graph):
            if quad not in self._removed:
                yield quad
        yield from self._added.quads_for_pattern(subject, predicate, object_, graph)

    def description(self, node: Node) -> Iterator[Quad]:
        """Iterate over what is said of a node: everywhere, or of an entity in its own graph."""
        if isinstance(node, NamedNode) and node.value.startswith(iris.ID) and not _article(node):
            return self.quads(node, graph=_ENTITIES)
        return self.quads(node)


def check(before: Engine, delta: Delta, shapes: Shapes) -> Report:
    """Validate what ``delta`` puts in question; a pure look, nothing is written."""
    after = After(before, delta)
    articles, others = _in_question(after, delta)
    results: list[Violation] = []
    batches = iter(sorted(articles, key=str))
    while batch := set(islice(batches, BATCH)):
        results += _validate(after, batch, set(), shapes).results
    if others:
        results += _validate(after, set(), others, shapes).results
    return Report(tuple(results))


def _in_question(after: After, delta: Delta) -> tuple[set[NamedNode], set[Node]]:
    """Return the articles that are in question as a whole, and the other nodes that are."""
    subjects = _nodes(quad.subject for quad in chain(delta.added, delta.removed))
    changed = chain(delta.added, delta.removed)
    for node in _nodes(quad.subject for quad in changed if quad.predicate in _KIND):
        subjects |= _nodes(quad.subject for quad in after.quads(object_=node))
    articles: set[NamedNode] = set()
    for quad in chain(delta.added, delta.removed):
        if isinstance(quad.graph_name, NamedNode):
            articles |= _article(quad.graph_name)
    others: set[Node] = set()
    for node in subjects:
        owner = _article(node)
        articles |= owner
        if not owner:
            others.add(node)
    return articles, others


def _article(node: Node) -> set[NamedNode]:
    owner = iris.article_of(node.value) if isinstance(node, NamedNode) else None
    return set() if owner is None else {NamedNode(str(owner))}


def _validate(after: After, articles: set[NamedNode], others: set[Node], shapes: Shapes) -> Report:
    scope: set[Quad] = set()
    for article in articles:
        scope.update(after.quads(graph=article))
    focus = others | _nodes(quad.subject for quad in scope)
    _add_context(after, scope, focus)
    memory = Engine()
    memory.extend(scope)
    dataset = Dataset(default_union=True)
    dataset.addN((s, p, o, dataset.graph(g)) for s, p, o, g in map(quad_from_engine, scope))

    def evaluate(query: str) -> Iterable[Binding]:
        return select(memory, query)

    return validate(dataset, shapes, {term_from_engine(node) for node in focus}, evaluate)


def _add_context(after: After, scope: set[Quad], focus: set[Node]) -> None:
    """Add to ``scope`` what its ``focus`` is judged by (see the module's docstring)."""
    described: set[Node] = set()
    frontier: set[Node] = set(focus)
    for _ in range(3):
        found = {quad for node in frontier - described for quad in after.description(node)}
        described |= frontier
        scope |= found
        frontier = _nodes(quad.object for quad in found)
    _add_reasons(after, scope, focus)
    compared: set[Node] = set()
    for quad in [quad for quad in scope if quad.subject in focus]:
        if quad.predicate == _LABEL:
            compared |= _nodes(other.subject for other in after.quads(None, _LABEL, quad.object))
        elif quad.predicate == _OCCASION:
            compared |= _said_there_too(after, quad)
        elif quad.predicate == _COMPANY:
            scope |= _roles(after, quad)
    scope.update(quad for node in compared - described for quad in after.description(node))


def _add_reasons(after: After, scope: set[Quad], focus: set[Node]) -> None:
    seen, waiting = set(focus), list(focus)
    while waiting:
        for quad in after.quads(waiting.pop(), _REASON):
            scope.add(quad)
            if quad.object not in seen and isinstance(quad.object, NamedNode):
                seen.add(quad.object)
                waiting.append(quad.object)


def _said_there_too(after: After, said: Quad) -> set[Node]:
    """Return the records of the same holder on the same occasion."""
    holders = _objects(after, said.subject, _HOLDER)
    return {
        record
        for record in _nodes(q.subject for q in after.quads(None, _OCCASION, said.object))
        if holders & _objects(after, record, _HOLDER)
    }


def _roles(after: After, spoken_for: Quad) -> set[Quad]:
    """Return one statement that joins each holder of a record to the company it is held for."""
    holders = _objects(after, spoken_for.subject, _HOLDER)
    return {q for h in holders for q in islice(after.quads(h, None, spoken_for.object), 1)}


def _objects(after: After, subject: object, predicate: NamedNode) -> set[Node]:
    return _nodes(q.object for node in _nodes([subject]) for q in after.quads(node, predicate))


def _nodes(terms: Iterable[object]) -> set[Node]:
    """Keep the IRIs and blank nodes among terms."""
    return {term for term in terms if isinstance(term, (NamedNode, BlankNode))}
