"""A graph held against the shapes gives a report. Pure: nothing is read but the shapes, once.

The core shapes run in pySHACL, over the union of all graphs. A cross-node rule runs set-based: its
SELECT, with ``$this`` unbound, is one query for all the data. pySHACL would ask it once per focus
node: for all rules and an article of 139 quads that took 4.6 s, set-based it took 0.14 s in rdflib
and 2.4 ms in Oxigraph, with the same findings.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Self

from pyshacl import ShapesGraph
from pyshacl.pytypes import SHACLExecutor
from rdflib import SH, BNode, Dataset, Graph, Literal, URIRef
from rdflib.plugins.sparql import prepareQuery

from kg import constraints, resources
from kg.curies import shown
from kg.report import Report, Violation
from kg.terms import SGSH

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from pyshacl import Shape
    from rdflib.plugins.sparql.sparql import Query
    from rdflib.term import IdentifiedNode, Node

    Binding = Mapping[str, Node]

_COMPONENT = "ConstraintComponent"
_SHACL = str(SH)


@dataclass(frozen=True)
class Rule:
    """One cross-node rule.

    ``select`` is a whole query; for each violation it binds ``this``, and perhaps ``path`` and
    ``value``.
    """

    name: str
    severity: str
    message: str
    message_de: str
    select: str


@dataclass(frozen=True)
class Shapes:
    """The shapes, ready to be used any number of times.

    ``core`` is the graph of the core shapes, ``groups`` holds those that have targets, together
    where they have the same ones, ``rules`` the cross-node rules by name.
    """

    core: Graph = field(repr=False, compare=False)
    groups: tuple[tuple[Shape, ...], ...] = field(repr=False, compare=False)
    rules: tuple[Rule, ...]

    @classmethod
    def load(cls) -> Self:
        """Read the shapes that ship with the package."""
        folder = resources.folder("shapes")
        return cls.of(Graph().parse(folder / "core.ttl"), Graph().parse(folder / "rules.ttl"))

    @classmethod
    def of(cls, core: Graph, rules: Graph) -> Self:
        """Make the shapes of two graphs: core shapes, and shapes with a sh:sparql constraint."""
        groups: defaultdict[frozenset[tuple[Node, Node]], list[Shape]] = defaultdict(list)
        flat = _flat(core)
        for shape in ShapesGraph(flat).shapes:
            if targets := frozenset(_targets(flat, shape.node)):
                groups[targets].append(shape)
        in_order = sorted(_rules(rules), key=lambda rule: rule.name)
        return cls(core, tuple(map(tuple, groups.values())), tuple(in_order))


def validate(
    data: Dataset,
    shapes: Shapes,
    focus: Collection[Node] | None = None,
    select: Callable[[str], Iterable[Binding]] | None = None,
) -> Report:
    """Hold data against the shapes.

    :param data: the nodes in question, and around them what they are judged by
    :param focus: the nodes in question (None: all); results about other nodes are left out
    :param select: answers a SELECT over the same data, with the union of its graphs as default
        graph (None: rdflib does)
    """
    union = data if data.default_union else Dataset(store=data.store, default_union=True)
    if select is None:
        select = partial(_select, union)
    wanted = None if focus is None else frozenset(focus)
    results, checked = _check_core(union, shapes, wanted)
    for rule in shapes.rules:
        results.extend(_check_rule(rule, select, wanted))
    ordered = sorted(dict.fromkeys(results), key=lambda result: result.key)
    return Report(tuple(ordered), focus_nodes=checked)


def _check_core(
    union: Dataset, shapes: Shapes, wanted: frozenset[Node] | None
) -> tuple[list[Violation], int]:
    """Run the core shapes; return their results and how many nodes they were held against."""
    executor = SHACLExecutor()
    checked: set[Node] = set()
    results: list[Violation] = []
    for group in shapes.groups:
        nodes: set[IdentifiedNode] = group[0].focus_nodes(union)  # type: ignore[no-untyped-call]
        if wanted is not None:
            nodes &= wanted
        checked |= nodes
        for shape in group if nodes else ():
            for _, node, triples in shape.validate(executor, union, focus=list(nodes))[1]:
                results.append(_violation(union, shapes.core, _description(node, triples)))
    return results, len(checked)


def _description(
    node: BNode, triples: Iterable[tuple[Node, URIRef, Node | tuple[object, Node]]]
) -> dict[URIRef, Node]:
    """Read pySHACL's triples about a result; some terms come with the graph they are from.

    Triples about the details of a result stand among them.
    """
    return {
        predicate: term[1] if isinstance(term, tuple) else term
        for subject, predicate, term in triples
        if subject == node
    }


def _violation(union: Dataset, core: Graph, result: Mapping[URIRef, Node]) -> Violation:
    shape, focus, value = result[SH.sourceShape], result[SH.focusNode], result.get(SH.value)
    component = str(result[SH.sourceConstraintComponent]).removeprefix(_SHACL)
    kind = component.removesuffix(_COMPONENT)
    path = result.get(SH.resultPath)
    route = None if path is None else constraints.path_of(core, path)
    messages = _messages(core, shape)
    return Violation(
        focus=focus,
        rule=_local(shape),
        component=component,
        severity=str(result[SH.resultSeverity]).removeprefix(_SHACL),
        message=messages["en"],
        message_de=messages["de"],
        found=constraints.found(union, core, shape, kind, (focus, route, value)),
        expected=constraints.expected(core, shape, kind) or messages["en"],
        path=route,
        value=value,
    )


def _check_rule(
    rule: Rule, select: Callable[[str], Iterable[Binding]], wanted: frozenset[Node] | None
) -> Iterator[Violation]:
    for row in select(rule.select):
        focus, path, value = row["this"], row.get("path"), row.get("value")
        if wanted is None or focus in wanted:
            yield Violation(
                focus=focus,
                rule=rule.name,
                component=f"SPARQL{_COMPONENT}",
                severity=rule.severity,
                message=rule.message,
                message_de=rule.message_de,
                found="" if value is None else shown(value),
                expected=rule.message,
                path=path,
                value=value,
            )


def _select(union: Dataset, query: str) -> Iterator[Binding]:
    for row in union.query(_prepared(query)):
        yield row.asdict()  # type: ignore[union-attr]  # a SELECT answers in rows


@lru_cache(maxsize=64)
def _prepared(query: str) -> Query:
    return prepareQuery(query)


def _rules(graph: Graph) -> Iterator[Rule]:
    """Read each shape that has a sh:sparql constraint."""
    for shape, constraint in graph.subject_objects(SH.sparql):
        messages = _messages(graph, constraint)
        severity = graph.value(shape, SH.severity, default=SH.Violation)
        yield Rule(
            _local(shape),
            str(severity).removeprefix(_SHACL),
            messages["en"],
            messages["de"],
            _prologue(graph, constraint) + str(graph.value(constraint, SH.select)).strip(),
        )


def _prologue(graph: Graph, constraint: Node) -> str:
    """Write the PREFIX lines that sh:prefixes asks for."""
    lines = sorted(
        f"PREFIX {graph.value(declared, SH.prefix)}: <{graph.value(declared, SH.namespace)}>\n"
        for header in graph.objects(constraint, SH.prefixes)
        for declared in graph.objects(header, SH.declare)
    )
    return "".join(lines)


def _flat(core: Graph) -> Graph:
    """Give the targets of node shapes to their property shapes, which then stand alone.

    That finds the same. But pySHACL holds a property shape against one node at a time, at a cost of
    its own each time, where a node shape leads to it, and against all nodes at once where not.
    """
    flat = Graph()
    flat += core
    for node, inner in core.subject_objects(SH.property):
        for predicate, target in _targets(core, node):
            flat.remove((node, SH.property, inner))
            flat.add((inner, predicate, target))
    return flat


def _targets(shapes: Graph, shape: Node) -> Iterator[tuple[Node, Node]]:
    for predicate in (SH.targetClass, SH.targetSubjectsOf):
        for target in shapes.objects(shape, predicate):
            yield predicate, target


def _messages(graph: Graph, node: Node) -> dict[str, str]:
    """Return a shape's messages by language."""
    return {
        str(message.language): str(message)
        for message in graph.objects(node, SH.message)
        if isinstance(message, Literal)
    }


def _local(shape: Node) -> str:
    if isinstance(shape, BNode):
        raise TypeError("a shape that reports results has to have an IRI")
    return str(shape).removeprefix(str(SGSH))
