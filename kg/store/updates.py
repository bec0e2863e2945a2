"""SPARQL Update, worked out as a change before anything is changed.

Nothing is run on the store, so nothing can happen to it that is not in the change. The request is
cut into its operations. For each the engine is asked for the solutions of the pattern, as a query,
and fills the templates with them on an empty store. An operation sees what the earlier ones did.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import DefaultGraph, NamedNode, Quad, QuerySolutions
from pyoxigraph import Store as Engine

from kg.errors import Conflict, QueryError, QueryRefused, QuerySyntaxError, StorageError
from kg.query import declared, placed
from kg.store.base import Change
from kg.store.draft import Draft
from kg.store.operations import Management, Modification, Operation, operations
from kg.store.parser import QUERIES
from kg.store.templates import ONE, Solutions, filled, refuse
from kg.store.terms import quad_from_engine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypedDict

    from pyoxigraph import BlankNode

    from kg.query import Update
    from kg.store.base import Outcome
    from kg.store.base import Quad as Stored
    from kg.store.revisions import Revisions

    Name = NamedNode | DefaultGraph

    class Graphs(TypedDict, total=False):
        """What the engine takes as a query's dataset."""

        use_default_graph_as_union: bool
        default_graph: list[NamedNode | BlankNode | DefaultGraph]
        named_graphs: list[NamedNode | BlankNode]


TRIES = 3
"""How often an update is worked out beside other writers; then once more while they wait."""
KEYWORDS = frozenset({"DEFAULT", "NAMED", "ALL"})
SPACE = "put white space around every < and > that compares"
NAMED = 3
"""Operations that the log names."""


def publish(
    store: Revisions,
    update: Update,
    author: str = "",
    *,
    union: bool,
    base: int | None = None,
    prepare: Callable[[Update, bool], Change] | None = None,
) -> Outcome:
    """Work an update out and commit what it comes to, as one revision or not at all.

    Where another writer was quicker, it is worked out again for the new revision, and in the end
    while the others wait.

    :param union: what is read where no graph is named: the union of all graphs, or the unnamed one
    :param base: the only revision that it may be made on
    :param prepare: called with ``update`` and ``union`` in place of ``prepared``, to do that
        elsewhere
    :raises QuerySyntaxError: with the place and a sentence
    :raises QueryError: it is refused, or cannot be evaluated
    :raises NonConforming: it breaks the shapes
    :raises Conflict: the store is not at ``base``
    """

    def make() -> Change:
        return prepare(update, union) if prepare else prepared(store, update, union)

    if base is not None:
        change = make()
        if change.base is not None and change.base != base:
            raise Conflict(base, change.base)
        return store.commit(change, author)
    for _ in range(TRIES):
        with suppress(Conflict):
            return store.commit(make(), author)
    return store.commit_of(make, author)


def prepared(store: Revisions, update: Update, union: bool) -> Change:
    """Work out an update of the current revision, which is the change's base; commit nothing."""
    if not store.current():
        return effect(Engine(), update, union=union, base=0)
    with store.snapshot() as snapshot, Draft(snapshot.engine, store.data) as draft:
        return _told(draft, update, union=union, base=snapshot.revision)


def effect(engine: Engine, update: Update, *, union: bool, base: int | None = None) -> Change:
    """Return what an update of an open store would add and remove; the store is only read.

    :raises QuerySyntaxError: with the place and a sentence
    :raises QueryRefused: LOAD or SERVICE would reach another host
    :raises QueryError: it cannot be evaluated
    """
    with Draft(engine, None) as draft:
        return _told(draft, update, union=union, base=base)


def _told(draft: Draft, update: Update, *, union: bool, base: int | None) -> Change:
    """Make all operations on a draft, and return what they changed on the whole."""
    try:
        found = operations(declared(update.text, update.base))
    except QuerySyntaxError as error:
        raise placed(error, update.base) from None
    found = [operation for operation in found if not _fails_silently(operation)]
    for operation in found:
        refuse(f"{operation.prologue}\n{operation.text}")
    _check_dataset(update, found)
    try:
        for operation in found:
            if isinstance(operation.what, Management):
                _manage(draft, operation.prologue, operation.what)
            else:
                _modify(draft, operation.prologue, operation.what, _Scope(update, union))
    except SyntaxError as error:
        raise QueryError(f"it cannot be taken apart ({error}): {SPACE}") from None
    except RuntimeError as error:
        raise QueryError(f"it cannot be evaluated: {error}") from None
    except OSError as error:
        raise StorageError("the store could not be read, or no draft of it be written") from error
    return Change(
        added=_stored(draft.delta.added),
        removed=_stored(draft.delta.removed),
        base=base,
        message=_message(found),
    )


def _fails_silently(operation: Operation) -> bool:
    """Tell whether it is a LOAD SILENT: it is not made, and that is no error."""
    what = operation.what
    return isinstance(what, Management) and what.verb == "LOAD" and what.silent


def _stored(quads: Iterable[Quad]) -> frozenset[Stored]:
    try:
        return frozenset(map(quad_from_engine, quads))
    except TypeError as error:
        raise QueryError(f"this cannot be stored: {error}") from None


def _message(found: list[Operation]) -> str:
    names = ", ".join(operation.name for operation in found[:NAMED])
    more = f" and {len(found) - NAMED:,} more" if len(found) > NAMED else ""
    return f"update: {names}{more}"


def _check_dataset(update: Update, found: list[Operation]) -> None:
    """Refuse a request that says twice what it reads, as the protocol wants."""
    if not update.default_graphs and not update.named_graphs:
        return
    for operation in found:
        what = operation.what
        if isinstance(what, Modification) and (what.graph or what.using):
            raise QueryError(
                "the graphs to read are named twice, by parameters and by WITH or USING: "
                "leave out one of them"
            )


@dataclass(frozen=True)
class _Scope:
    """What an operation reads and writes where it names no graph itself."""

    update: Update
    union: bool

    def written(self) -> str | None:
        """Name the graph that is written, as SPARQL writes it."""
        return None if self.update.graph is None else str(_named(self.update.graph))

    def read(self, prologue: str, what: Modification) -> Graphs:
        """Return what the pattern of an operation is asked of."""
        if what.using:
            return {}
        if self.update.default_graphs or self.update.named_graphs:
            return {
                "default_graph": [_named(name) for name in self.update.default_graphs],
                "named_graphs": [_named(name) for name in self.update.named_graphs],
            }
        if graph := what.graph or self.written():
            return {"default_graph": [_resolved(prologue, graph)]}
        return {"use_default_graph_as_union": True} if self.union else {}


def _modify(draft: Draft, prologue: str, what: Modification, scope: _Scope) -> None:
    graph = what.graph or scope.written()
    solutions = ONE
    if what.pattern is not None:
        query = f"{prologue}\nSELECT * {' '.join(what.using)}\nWHERE {what.pattern}"
        solutions = _solved(draft.engine(), query, scope.read(prologue, what))
    removed, added = (
        set() if template is None else filled(prologue, graph, template, solutions)
        for template in (what.deleted, what.inserted)
    )
    draft.change(added, removed)


def _solved(engine: Engine, query: str, graphs: Graphs) -> Solutions:
    if QUERIES.uses(query, "SERVICE"):
        raise QueryRefused("SERVICE would reach another host, and none is allowed here")
    found = engine.query(query, **graphs)
    if not isinstance(found, QuerySolutions):
        raise QueryError(f"it cannot be taken apart: {SPACE}")
    return Solutions.of(found)


def _manage(draft: Draft, prologue: str, what: Management) -> None:
    graphs = [_graph(prologue, written) for written in what.graphs]
    if what.verb in {"COPY", "MOVE", "ADD"}:
        _transfer(draft, what, *graphs)
    elif what.verb == "CREATE":
        _create(draft, what, _resolved(prologue, what.graphs[0]))
    else:
        _empty(draft, what, graphs[0])


def _create(draft: Draft, what: Management, graph: NamedNode) -> None:
    if draft.exists(graph) and not what.silent:
        raise QueryError(f"there is a graph {graph} already: CREATE SILENT does not mind")
    draft.create(graph)


def _transfer(draft: Draft, what: Management, source: Name, target: Name) -> None:
    if source == target:
        return
    if what.verb == "MOVE" and not what.silent:
        _require(draft, what, source)
    quads = draft.quads(source)
    if what.verb != "ADD":
        draft.drop(target)
    draft.change({Quad(q.subject, q.predicate, q.object, target) for q in quads}, set())
    if what.verb == "MOVE":
        draft.drop(source)


def _empty(draft: Draft, what: Management, graph: Name) -> None:
    """CLEAR or DROP, which differ in whether a graph without quads is one."""
    written = what.graphs[0]
    graphs: list[Name] = [graph]
    if written in {"NAMED", "ALL"}:
        graphs = [*draft.names(), *([DefaultGraph()] if written == "ALL" else [])]
    elif not what.silent:
        _require(draft, what, graph)
    for name in graphs:
        existed = draft.exists(name)
        draft.drop(name)
        if what.verb == "CLEAR" and existed and isinstance(name, NamedNode):
            draft.create(name)


def _require(draft: Draft, what: Management, graph: Name) -> None:
    if not draft.exists(graph):
        raise QueryError(f"there is no graph {graph}: {what.verb} SILENT does not mind")


def _graph(prologue: str, written: str) -> Name:
    return DefaultGraph() if written in KEYWORDS else _resolved(prologue, written)


def _resolved(prologue: str, written: str) -> NamedNode:
    """Return the IRI that a name stands for."""
    found = Engine().query(f"{prologue}\nSELECT ({written} AS ?iri) {{}}")
    if isinstance(found, QuerySolutions):
        for solution in found:
            if isinstance(solution[0], NamedNode):
                return solution[0]
    raise QueryError(f"{written} names no graph")


def _named(iri: str) -> NamedNode:
    try:
        return NamedNode(iri)
    except ValueError:
        raise QueryError(f"{iri!r} is no IRI, so it names no graph") from None
