"""One SPARQL request on one open revision. It runs in a worker process and nowhere else."""

from __future__ import annotations

import errno
from itertools import chain, islice
from typing import IO, TYPE_CHECKING

from pyoxigraph import (
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    serialize,
)

from kg import formats
from kg.errors import FormatError, LimitError, QueryError, StancegraphError, StorageError
from kg.query import declared, placed
from kg.store import parser
from kg.syntax import explain
from kg.terms import PREFIXES, RDF
from kg.tokens import tokens

if TYPE_CHECKING:
    from typing import TypedDict

    from pyoxigraph import BlankNode, DefaultGraph, Triple
    from pyoxigraph import Store as Engine

    from kg.fetch import Fetcher
    from kg.formats import Format
    from kg.query import Request
    from kg.settings import Hosts

    class Graphs(TypedDict, total=False):
        """What the engine takes as a query's dataset."""

        use_default_graph_as_union: bool
        default_graph: list[NamedNode | BlankNode | DefaultGraph]
        named_graphs: list[NamedNode | BlankNode]


SORTED = 10_000
"""Triples of an answer that are put in order, and searched for the prefixes they need."""


def evaluate(
    engine: Engine,
    request: Request,
    output: IO[bytes],
    services: Hosts = (),
    fetcher: Fetcher | None = None,
) -> Format:
    """Write the answer to ``output`` and return its format.

    :param services: hosts that SERVICE may ask, each perhaps with a port
    :param fetcher: what asks them; None: one that reaches public addresses alone
    :raises QuerySyntaxError: with the place and a sentence
    :raises QueryRefused: SERVICE would reach a host that is not allowed
    :raises QueryError: it cannot be evaluated, or an endpoint failed
    :raises FormatError: the request takes no format for answers to this form of query
    """
    text = declared(request.text, request.base)
    try:
        return _answered(engine, text, request, output, services, fetcher)
    except (StancegraphError, SyntaxError, RuntimeError, OSError) as error:
        # Its frames hold the engine's results, which nobody but this thread may let go.
        problem = error.with_traceback(None)
    raise _explained(problem, text, request)


def _answered(
    engine: Engine,
    text: str,
    request: Request,
    output: IO[bytes],
    services: Hosts,
    fetcher: Fetcher | None,
) -> Format:
    results = engine.query(_local(text, services, fetcher), **_graphs(request, text))
    if isinstance(results, QueryTriples):
        return _write_triples(results, _chosen(request.graph_format, formats.GRAPHS), output)
    return _write_bindings(results, _chosen(request.bindings_format, formats.BINDINGS), output)


def _explained(problem: Exception, text: str, request: Request) -> StancegraphError:
    if isinstance(problem, StancegraphError):
        return problem
    if isinstance(problem, SyntaxError):
        if not tokens(request.text):
            return explain(request.text, str(problem), parser)
        return placed(explain(text, str(problem), parser), request.base)
    if not isinstance(problem, OSError):
        return QueryError(f"it cannot be evaluated: {problem}")
    if problem.errno in {errno.EFBIG, errno.ENOSPC}:
        return LimitError("the answer is too big to be kept: ask for less at a time")
    return StorageError(f"the store could not be read ({problem})")


def _local(text: str, services: Hosts, fetcher: Fetcher | None) -> str:
    """Return a query that the engine reaches nobody by."""
    if not parser.uses(text, "SERVICE"):
        return text
    from kg.store.services import joined  # requests takes a while to load, and is seldom needed

    return joined(text, services, fetcher)


def _graphs(request: Request, text: str) -> Graphs:
    """Say what the query is asked of: the protocol's graphs, its own, or the union of all."""
    if request.default_graphs or request.named_graphs:
        return {
            "default_graph": [_graph_name(name) for name in request.default_graphs],
            "named_graphs": [_graph_name(name) for name in request.named_graphs],
        }
    whole = request.union and not parser.uses(text, "FROM")
    return {"use_default_graph_as_union": True} if whole else {}


def _graph_name(iri: str) -> NamedNode:
    try:
        return NamedNode(iri)
    except ValueError:
        raise QueryError(f"{iri!r} is no IRI, so it names no graph") from None


def _chosen(wanted: Format | None, among: tuple[Format, ...]) -> Format:
    if wanted is None:
        names = ", ".join(f"{format_.name} ({format_.media_type})" for format_ in among)
        raise FormatError(f"an answer to this form of query can be had as {names}")
    return wanted


def _write_bindings(
    results: QuerySolutions | QueryBoolean, wanted: Format, output: IO[bytes]
) -> Format:
    results.serialize(output, QueryResultsFormat.from_media_type(wanted.media_type))
    return wanted


def _write_triples(results: QueryTriples, wanted: Format, output: IO[bytes]) -> Format:
    """Write triples, short answers in order and with just the prefixes they need."""
    head = sorted(islice(results, SORTED), key=_order)
    serialize(
        chain(head, results),
        output,
        RdfFormat.from_media_type(wanted.media_type),
        prefixes=_needed_by(head) if wanted in {formats.TURTLE, formats.RDF_XML} else None,
    )
    return wanted


def _order(triple: Triple) -> tuple[str, bool, str, str]:
    """Bring together what is said of a subject, its types first."""
    predicate = triple.predicate.value
    return str(triple.subject), predicate != str(RDF.type), predicate, str(triple.object)


def _needed_by(triples: list[Triple]) -> dict[str, str]:
    names = (term for triple in triples for term in triple if isinstance(term, NamedNode))
    terms = {name.value for name in names} - {str(RDF.type)}  # written as a
    return {
        prefix: namespace
        for prefix, namespace in PREFIXES.items()
        if any(term.startswith(namespace) for term in terms)
    }
