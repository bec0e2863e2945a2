"""Templates of SPARQL Update, filled with solutions by the engine, away from any data.

The engine fills a template on an empty store in memory, where what it made can be read off. The
values go there under made-up IRIs: nothing has to be quoted, a blank node stays the one it is, and
each value comes back as the very same term. Only then it is decided which quads RDF allows.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, QuerySolutions, Triple
from pyoxigraph import Store as Engine

from kg.errors import QueryError, QueryRefused
from kg.store.parser import UPDATES
from kg.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Iterable

    Value = NamedNode | BlankNode | Literal | Triple

_MAKES_BLANKS = frozenset("[(~|<")
"""Marks in a template that blank nodes may be made for: [] () ~ {| |} << >>."""
REACHING = ("LOAD", "SERVICE")


@dataclass(frozen=True)
class Solutions:
    """The names of variables, and for each solution their values; None is unbound."""

    names: tuple[str, ...]
    rows: list[tuple[Value | None, ...]]

    @classmethod
    def of(cls, found: QuerySolutions) -> Solutions:
        """Read what the engine found."""
        return cls(tuple(v.value for v in found.variables), [tuple(row) for row in found])


ONE = Solutions((), [()])
"""What a template without variables is filled with, once."""


def refuse(text: str) -> None:
    """Make sure that an update reaches nothing outside; QueryRefused otherwise."""
    for word in REACHING:
        if UPDATES.uses(text, word):
            raise QueryRefused(f"{word} would reach another host, and none is allowed here")


def filled(prologue: str, graph: str | None, template: str, solutions: Solutions) -> set[Quad]:
    """Return the quads that a template makes of solutions.

    :param prologue: declarations for the names in it
    :param graph: the graph of what stands in none, as SPARQL writes it; None: the unnamed one
    :param template: in its braces
    """
    found = tokens(template) if solutions.names else []
    used = {token.text[1:] for token in found if token.kind == "variable"}
    columns = [index for index, name in enumerate(solutions.names) if name in used]
    rows: Iterable[tuple[Value | None, ...]]
    rows = (tuple(row[column] for column in columns) for row in solutions.rows)
    if found and not any(token.kind == "blank" or token.text in _MAKES_BLANKS for token in found):
        rows = dict.fromkeys(rows)
    aliases = _Aliases()
    values = "\n".join(f"({' '.join(map(aliases.of, row))})" for row in rows)
    names = " ".join(f"?{solutions.names[column]}" for column in columns)
    scope = f"WITH {graph} " if graph else ""
    pattern = f"{{ VALUES ({names}) {{\n{values}\n}} }}"
    text = "\n".join([prologue, f"{scope}INSERT", template, "WHERE", pattern])
    refuse(text)
    made = Engine()
    made.update(text)
    kept = Engine()
    kept.extend(quad for found in made if (quad := aliases.restored(found)) is not None)
    return set(kept)


@dataclass
class _Aliases:
    """IRIs that stand for values, which nobody can have written: they begin with a random part."""

    start: str = field(default_factory=lambda: f"urn:x-{secrets.token_hex(16)}:")
    values: list[Value] = field(default_factory=list)
    taken: dict[Value, str] = field(default_factory=dict)

    def of(self, value: Value | None) -> str:
        """Return what stands for a value in VALUES."""
        if value is None:
            return "UNDEF"
        if value not in self.taken:
            self.taken[value] = f"<{self.start}{len(self.values)}>"
            self.values.append(value)
        return self.taken[value]

    def restored(self, quad: Quad) -> Quad | None:
        """Put the values into a quad; None for one that RDF does not allow, which is left out."""
        subject = self._value(quad.subject)
        predicate = self._value(quad.predicate)
        object_ = self._value(quad.object)
        name = quad.graph_name
        graph = name if isinstance(name, DefaultGraph) else self._value(name)
        if not isinstance(subject, (NamedNode, BlankNode)) or not isinstance(predicate, NamedNode):
            return None
        if not isinstance(graph, (NamedNode, DefaultGraph)):
            return None
        if isinstance(object_, Triple):
            raise QueryError(f"a triple within a triple cannot be stored: {object_}")
        return Quad(subject, predicate, object_, graph)

    def _value(self, term: Value) -> Value:
        if isinstance(term, NamedNode) and term.value.startswith(self.start):
            return self.values[int(term.value.removeprefix(self.start))]
        return term
