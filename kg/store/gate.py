"""The gate: finds what a delta puts in question, and validates just that.

A validation needs the nodes in question (the focus) and enough around them to judge them by (the
context). The unit is an article's graph: where one quad of it changes, all of it is in question.
Beyond that, whoever refers to a node is in question when the node's kind changes: its type, its
existence, or whether it has been merged. The context is what the focus refers to, two steps far,
the reasons all the way, and what the rules compare with: namesakes, the holder's stances on the
same target and occasion, and a role of a holder in the company spoken for. Of an entity only the
editors' graphs are read: thousands of articles may repeat the same plain triple about it.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import chain, islice
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad
from pyoxigraph import Store as Engine
from rdflib import DCTERMS, RDF, RDFS, Dataset

from kg import iris
from kg.report import Report
from kg.store.snapshot import select
from kg.store.terms import quad_from_engine, term_from_engine
from kg.terms import LINK_PREDICATES, SG
from kg.validate import validate

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from pyoxigraph import Literal, Triple
    from rdflib import Graph, URIRef

    from kg.store.base import Binding
    from kg.store.delta import Delta
    from kg.validate import Shapes

    Node = NamedNode | BlankNode

BATCH = 100
"""How many articles are validated together: more would cost memory, fewer time."""

_KIND = {NamedNode(str(name)) for name in (RDF.type, SG.existence, DCTERMS.isReplacedBy)}
_LABEL = NamedNode(str(RDFS.label))
_REASON, _HOLDER, _COMPANY, _TARGET, _OCCASION, _UNCONDITIONAL = (
    NamedNode(str(name))
    for name in (SG.reason, SG.holder, SG.onBehalfOf, SG.target, SG.saidAt, SG.unconditional)
)
_LINKS = {NamedNode(str(name)) for name in LINK_PREDICATES}
_EDITED = [NamedNode(str(name)) for name in (iris.ENTITIES_GRAPH, iris.LINKS_GRAPH)]


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
        """Iterate over what is said of a node: everywhere, or of an entity in shared graphs."""
        if isinstance(node, NamedNode) and node.value.startswith(iris.ID) and not _article(node):
            return chain(*(self.quads(node, graph=name) for name in _EDITED))
        return self.quads(node)


def check(before: Engine, delta: Delta, shapes: Shapes) -> Report:
    """Validate what ``delta`` puts in question; a pure look, nothing is written."""
    after = After(before, delta)
    nodes = _in_question(after, delta)
    batches: list[set[NamedNode | None]] = [{None}] if None in nodes else []
    waiting = iter(sorted(nodes.keys() - {None}, key=str))
    while batch := set(islice(waiting, BATCH)):
        batches.append(batch)
    reports = [_validate(after, {n: nodes[n] for n in batch}, shapes) for batch in batches]
    results = chain.from_iterable(report.results for report in reports)
    return Report(tuple(results), sum(report.focus_nodes for report in reports))


def _in_question(after: After, delta: Delta) -> dict[NamedNode | None, set[Node]]:
    """Map the articles in question to nodes that are, and None to those of no article."""
    changed = delta.added | delta.removed
    rekinded = _nodes(quad.subject for quad in changed if quad.predicate in _KIND)
    referring = chain(*(after.quads(object_=node) for node in rekinded), _unbacked(after, delta))
    found: defaultdict[NamedNode | None, set[Node]] = defaultdict(set)
    for quad in chain(changed, referring):
        owner = _article(quad.graph_name) or _article(quad.subject)
        found[owner] |= _nodes([quad.subject])
        if quad.predicate in _LINKS:
            found[_article(quad.object)] |= _nodes([quad.object])
    return found


def _unbacked(after: After, delta: Delta) -> Iterator[Quad]:
    """Find the records that are held for a company in which the holder lost the last role."""
    for lost in delta.removed:
        for company in _nodes([lost.object]):
            if not _joins(after, lost.subject, company):
                for quad in after.quads(None, _COMPANY, company):
                    if lost.subject in _objects(after, quad.subject, _HOLDER):
                        yield quad


def _article(term: object) -> NamedNode | None:
    owner = iris.article_of(term.value) if isinstance(term, NamedNode) else None
    return None if owner is None else NamedNode(str(owner))


def _validate(after: After, nodes: Mapping[NamedNode | None, set[Node]], shapes: Shapes) -> Report:
    """Validate nodes, and the whole articles that they are mapped from."""
    own = {quad for article in nodes if article for quad in after.quads(graph=article)}
    focus = _nodes(quad.subject for quad in own).union(*nodes.values())
    scope = own | {_unnamed(quad, nodes.keys()) for quad in _context(after, own, focus)}
    memory = Engine()
    memory.extend(scope)
    dataset = Dataset(default_union=True)
    graphs: dict[URIRef | None, Graph] = {None: dataset.default_graph}
    for quad in scope:
        subject, predicate, object_, name = quad_from_engine(quad)
        graph = graphs.get(name) or graphs.setdefault(name, dataset.graph(name))
        graph.add((subject, predicate, object_))

    def evaluate(query: str) -> Iterable[Binding]:
        return select(memory, query)

    return validate(dataset, shapes, {term_from_engine(node) for node in focus}, evaluate)


def _unnamed(quad: Quad, articles: Collection[NamedNode | None]) -> Quad:
    """Take the graph's name off what another article says: only parts of its graph are here."""
    if _article(quad.graph_name) in {None, *articles}:
        return quad
    return Quad(quad.subject, quad.predicate, quad.object, DefaultGraph())


def _context(after: After, own: set[Quad], focus: set[Node]) -> set[Quad]:
    """Return what the ``focus`` is judged by (see the module's docstring)."""
    context: set[Quad] = set()
    described: set[Node] = set()
    frontier: set[Node] = set(focus)
    for _ in range(3):
        found = {quad for node in frontier - described for quad in after.description(node)}
        described |= frontier
        context |= found
        frontier = _nodes(quad.object for quad in found)
    context |= _reasons(after, focus)
    compared: set[Node] = set()
    for quad in [quad for quad in own | context if quad.subject in focus]:
        if quad.predicate == _LABEL:
            compared |= _nodes(other.subject for other in after.quads(None, _LABEL, quad.object))
        elif quad.predicate == _UNCONDITIONAL:
            compared |= _comparable(after, quad.subject)
        elif quad.predicate == _COMPANY:
            context |= _roles(after, quad)
    return context.union(*(after.description(node) for node in compared - described))


def _reasons(after: After, focus: set[Node]) -> set[Quad]:
    """Return the statements that give reasons, transitively."""
    found: set[Quad] = set()
    seen, waiting = set(focus), list(focus)
    while waiting:
        given = set(after.quads(waiting.pop(), _REASON))
        found |= given
        new = _nodes(quad.object for quad in given) - seen
        seen |= new
        waiting.extend(new)
    return found


def _comparable(after: After, stance: object) -> set[Node]:
    """Return the stances of the same holder on the same target at the same occasion."""
    holders, targets = (_objects(after, stance, name) for name in (_HOLDER, _TARGET))
    at = _objects(after, stance, _OCCASION)
    there = _nodes(quad.subject for place in at for quad in after.quads(None, _OCCASION, place))
    return {
        other
        for other in there
        if targets & _objects(after, other, _TARGET) and holders & _objects(after, other, _HOLDER)
    }


def _roles(after: After, spoken_for: Quad) -> set[Quad]:
    """Return one statement that joins each holder of a record to the company it is held for."""
    holders = _objects(after, spoken_for.subject, _HOLDER)
    companies = _nodes([spoken_for.object])
    return {q for h in holders for c in companies for q in _joins(after, h, c)}


def _joins(after: After, holder: object, company: Node) -> list[Quad]:
    """Return one statement that joins the two, in a list, which is empty where there is none."""
    return [q for h in _nodes([holder]) for q in islice(after.quads(h, None, company), 1)]


def _objects(after: After, subject: object, predicate: NamedNode) -> set[Node]:
    return _nodes(q.object for node in _nodes([subject]) for q in after.quads(node, predicate))


def _nodes(terms: Iterable[object]) -> set[Node]:
    """Keep the IRIs and blank nodes among terms."""
    return {term for term in terms if isinstance(term, (NamedNode, BlankNode))}
