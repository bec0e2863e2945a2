"""SERVICE, asked of the hosts that are allowed before the engine sees the query.

The engine would follow redirects and reach any host, so it never calls a service itself. By SPARQL
1.1 Federated Query a clause ``SERVICE <iri> { P }`` is joined as the solutions of P at that
endpoint; so they are fetched, and stand as VALUES where the clause stood. What is cut out is found
by ``kg.tokens``, and the engine's parser has the last word: where the two disagree, it is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING
from uuid import uuid4

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryResultsFormat,
    QuerySolutions,
    parse_query_results,
)
from pyoxigraph import Store as Engine

from kg.errors import InputError, QueryError, QueryRefused, ServiceFailed
from kg.fetch import PORTS, Fetcher, Origin
from kg.store import parser
from kg.tokens import place, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyoxigraph import Triple

    from kg.fetch import Fetched
    from kg.settings import Hosts
    from kg.tokens import Token

    Value = NamedNode | BlankNode | Literal | Triple

CLAUSES = 10
"""Clauses in a query, so that one request does not become many to others."""
BYTES = 16 << 20
"""All answers together: as VALUES the engine reads as many in 2 seconds and 350 MB of memory."""
GENID = "https://w3id.org/stancegraph/.well-known/genid/"
"""Begins the names of blank nodes that come from elsewhere (RDF 1.1, section 3.5).

VALUES takes no blank nodes. The names lie below the project's own address, as section 3.5 leaves
such names to whoever mints them; each answer has its own, as its labels mean nothing in another.
"""
JSON = "application/sparql-results+json"
SETTING = "STANCEGRAPH_SERVICES"
_FORMS = {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}


@dataclass(frozen=True)
class Clause:
    """SERVICE, perhaps SILENT, the token of its endpoint, and its pattern in braces.

    ``depth`` counts the clauses around it; the offsets are those of the whole clause.
    """

    start: int
    body: int
    end: int
    silent: bool
    endpoint: Token
    depth: int


def joined(text: str, hosts: Hosts, fetcher: Fetcher | None = None) -> str:
    """Return a query with the solutions of its services written into it.

    :param hosts: those that may be asked, each with its port where that is not the scheme's
    :raises SyntaxError: as the engine's parser has it, with places in ``text``
    :raises QueryRefused: a host is not allowed, or nobody can tell which it is
    :raises QueryError: an endpoint failed, and its clause is not SILENT
    :raises LimitError: the answers are longer than ``BYTES`` together
    """
    found = tokens(text)
    clauses = list(_clauses(found))
    _check(text, clauses)
    first = next((token.start for token in found if token.upper in _FORMS), 0)
    prologue = text[:first]
    addresses = [_allowed(prologue, clause, hosts) for clause in clauses]
    rest, written, at = BYTES, [], 0
    for clause, address in zip(clauses, addresses, strict=True):
        pattern = text[clause.body : clause.end]
        asked = _Question(fetcher or Fetcher(), address, f"{prologue}\nSELECT * WHERE {pattern}")
        values, size = asked.answered(rest, silent=clause.silent)
        rest -= size
        written += [text[at : clause.start], values]
        at = clause.end
    rewritten = "".join([*written, text[at:]])
    if parser.uses(rewritten, "SERVICE"):
        raise _lost()
    return rewritten


def _clauses(found: list[Token]) -> Iterator[Clause]:
    """Find the clauses, by the tokens of a text that the engine's parser takes."""
    ends: list[int] = []
    for index, token in enumerate(found):
        if token.upper != "SERVICE":
            continue
        silent = found[index + 1 : index + 2] and found[index + 1].upper == "SILENT"
        head = found[index + 1 + bool(silent) :][:2]
        if len(head) < 2 or head[1].text != "{":  # noqa: PLR2004  # the endpoint and a brace
            raise _lost()
        ends = [end for end in ends if end > token.start]
        end = _end(found[index + 2 + bool(silent) :])
        yield Clause(token.start, head[1].start, end, bool(silent), head[0], len(ends))
        ends.append(end)


def _end(found: list[Token]) -> int:
    """Return the offset behind the brace that closes the first token."""
    depth = 0
    for token in found:
        if token.kind == "mark":
            depth += (token.text == "{") - (token.text == "}")
        if not depth:
            return token.end
    return found[-1].end  # it is not closed, which the engine's parser will say


def _check(text: str, clauses: list[Clause]) -> None:
    """Make sure that the query is well formed but for its clauses, which are what they seem.

    Where only ``SERVICE <iri>`` is blanked, a group is left: everything keeps its place.
    """
    plain = text
    for clause in clauses:
        head = "".join(mark if mark.isspace() else " " for mark in text[clause.start : clause.body])
        plain = plain[: clause.start] + head + plain[clause.body :]
    if not clauses or parser.uses(plain, "SERVICE"):
        raise _lost()
    parser.parse(plain)
    for clause in clauses:
        line, column = place(text, clause.start)
        where = f"the SERVICE of line {line}, column {column}"
        if clause.endpoint.kind == "variable":
            name = clause.endpoint.text
            raise QueryRefused(f"{where} asks {name}, which may be any other host: name an IRI")
        if clause.depth:
            raise QueryRefused(f"{where} stands in another one, and none is passed on to others")
    if len(clauses) > CLAUSES:
        raise QueryError(f"{len(clauses)} SERVICE clauses are too many: ask {CLAUSES} at a time")


def _allowed(prologue: str, clause: Clause, hosts: Hosts) -> str:
    """Return the address of a clause's endpoint, whose host is one of ``hosts``."""
    address = _resolved(prologue, clause.endpoint.text)
    origin = Origin.of(address)
    given = {origin.host, origin.name} if origin.port == PORTS[origin.scheme] else {origin.name}
    if not {*given, f"{origin.host}:{origin.port}"} & set(hosts):
        raise QueryRefused(
            f"SERVICE would reach another host, {origin.name}, which {SETTING} does not name"
        )
    return address


def _resolved(prologue: str, written: str) -> str:
    found = Engine().query(f"{prologue}\nSELECT ({written} AS ?iri) {{}}")
    if isinstance(found, QuerySolutions):
        for solution in found:
            if isinstance(solution[0], NamedNode):
                return solution[0].value
    raise QueryRefused(f"{written} names no endpoint")


def _lost() -> QueryRefused:
    return QueryRefused(
        "SERVICE would reach another host, and which cannot be told: write its endpoint plainly, "
        "and put white space around every < and > that compares"
    )


@dataclass(frozen=True)
class _Question:
    """A query for an endpoint."""

    fetcher: Fetcher
    address: str
    text: str

    def answered(self, most: int, *, silent: bool) -> tuple[str, int]:
        """Return the solutions as VALUES, and how many bytes they came in.

        An endpoint that fails silently has one solution, which binds nothing.
        """
        names = self._names()
        try:
            fetched = self.fetcher.fetch(self.address, most, JSON, {"query": self.text})
            return _values(names, _rows(names, fetched)), len(fetched.body)
        except QueryRefused:
            raise
        except InputError as error:
            if silent:
                return _values(names, [[None] * len(names)]), 0
            asked = Origin.of(self.address).name
            raise ServiceFailed(f"the SERVICE at {asked} cannot be joined: {error}") from None

    def _names(self) -> list[str]:
        """Name the variables of the pattern; an endpoint that binds others is not heard."""
        found = Engine().query(self.text)
        if not isinstance(found, QuerySolutions):
            raise _lost()
        return [variable.value for variable in found.variables]


def _rows(names: list[str], fetched: Fetched) -> list[list[Value | None]]:
    if fetched.media_type != JSON:
        raise InputError(f"it answered with {fetched.media_type or 'no type'}, not with {JSON}")
    try:
        return _parsed(names, fetched.body)
    except (SyntaxError, ValueError) as error:
        problem = str(error)
    # Not raised from the other error, which would keep the engine's solutions: those must be let go
    # by the thread that has them.
    raise InputError(f"it answered with what are no solutions ({problem})")


def _parsed(names: list[str], body: bytes) -> list[list[Value | None]]:
    found = parse_query_results(body, QueryResultsFormat.JSON)
    if not isinstance(found, QuerySolutions):
        raise ValueError("true or false")  # noqa: TRY004  # an ill-formed answer, as the others
    known = {variable.value for variable in found.variables}
    return [[row[name] if name in known else None for name in names] for row in found]


def _values(names: list[str], rows: list[list[Value | None]]) -> str:
    written = _Writer()
    lines = (f"({' '.join(map(written.term, row))})" for row in rows)
    return f"VALUES ({' '.join(f'?{name}' for name in names)}) {{{' '.join(lines)}}}"


class _Writer:
    """Writes the terms of one answer."""

    def __init__(self) -> None:
        self._answer = f"{GENID}{uuid4().hex}/"
        self._numbers = count(1)
        self._blanks: dict[str, str] = {}

    def term(self, value: Value | None) -> str:
        """Write a term as SPARQL has it in VALUES."""
        if value is None:
            return "UNDEF"
        if isinstance(value, BlankNode):
            if value.value not in self._blanks:
                self._blanks[value.value] = f"<{self._answer}{next(self._numbers)}>"
            return self._blanks[value.value]
        if isinstance(value, NamedNode | Literal):
            return str(value)
        raise InputError("it answered with a triple as a term, which is not taken here")
