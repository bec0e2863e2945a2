"""A SPARQL Update request, cut into its operations; pure.

The engine's parser decides what an update is. What is cut here has passed it, so that finding the
brackets is enough; what comes of a cut goes through that parser again.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kg.errors import QueryError, QuerySyntaxError
from kg.store.parser import UPDATES
from kg.syntax import explain
from kg.tokens import Token, place, tokens

_DECLARATIONS = {"PREFIX": 3, "BASE": 2, "VERSION": 2}
"""What a prologue is made of, and of how many tokens."""
_BARRED = {
    "INSERT DATA": {"variable"},
    "DELETE DATA": {"variable", "blank", "["},
    "DELETE WHERE": {"blank", "["},
    "DELETE": {"blank", "["},
}
"""Kinds and marks of tokens that a template does not take, which its grammar does not say."""
_GRAPH = {"iri", "name"}
_ALL = {"DEFAULT", "NAMED", "ALL"}


@dataclass(frozen=True)
class Modification:
    """Templates and the pattern whose solutions fill them, as texts with their braces.

    :param graph: what WITH names, as it is written
    :param pattern: None where there is nothing to look for (INSERT DATA and DELETE DATA)
    :param using: clauses as a query writes them, ``FROM <g>`` or ``FROM NAMED <g>``
    """

    graph: str | None
    deleted: str | None
    inserted: str | None
    pattern: str | None
    using: tuple[str, ...] = ()


@dataclass(frozen=True)
class Management:
    """CLEAR, DROP, CREATE, COPY, MOVE, ADD or LOAD; in ``graphs`` also DEFAULT, NAMED or ALL."""

    verb: str
    silent: bool
    graphs: tuple[str, ...]


@dataclass(frozen=True)
class Operation:
    """One operation: the declarations that hold for it, its own text, and what it does."""

    prologue: str
    text: str
    what: Modification | Management

    @property
    def name(self) -> str:
        """What it is called in a log."""
        if isinstance(self.what, Management):
            return self.what.verb
        parts = (("DELETE", self.what.deleted), ("INSERT", self.what.inserted))
        verb = "/".join(word for word, template in parts if template is not None)
        return verb if self.what.pattern is not None else f"{verb} DATA"


@dataclass(frozen=True)
class _Piece:
    """The tokens of an operation as it stands in ``source``, and of all declarations before it."""

    source: str
    declared: tuple[Token, ...]
    own: tuple[Token, ...]

    @property
    def prologue(self) -> str:
        return " ".join(token.text for token in self.declared)

    @property
    def text(self) -> str:
        return self.source[self.own[0].start : self.own[-1].end] if self.own else ""

    def template(self) -> tuple[str, list[Token]]:
        """Return the words in front of the first braces, without WITH, and what stands in them."""
        at = next((i for i, token in enumerate(self.own) if token.text == "{"), len(self.own))
        words = [token.upper for token in self.own[:at] if token.upper not in {"", "WITH"}]
        group, depth = [], 0
        for token in self.own[at:]:
            depth += _step(token)
            group.append(token)
            if not depth:
                break
        return " ".join(words), group

    def in_place(self) -> str:
        """Return the source with all else blanked, so that places in it are right."""
        kept = [" " if not mark.isspace() else mark for mark in self.source]
        for token in (*self.declared, *self.own):
            kept[token.start : token.end] = token.text
        return "".join(kept)


@dataclass
class _Reader:
    """Reads the tokens of one operation from the left."""

    piece: _Piece
    at: int = field(default=0)

    def next(self) -> Token | None:
        """Return the next token, which stays."""
        return self.piece.own[self.at] if self.at < len(self.piece.own) else None

    def word(self, *known: str) -> str:
        """Take the next token if it is one of these keywords; else nothing."""
        token = self.next()
        if token is None or token.upper not in known:
            return ""
        self.at += 1
        return token.upper

    def graph(self) -> str:
        """Take a graph's name, in front of which GRAPH may stand."""
        self.word("GRAPH")
        token = self.next()
        if token is None or token.kind not in _GRAPH:
            raise self.lost()
        self.at += 1
        return token.text

    def group(self) -> str:
        """Take what stands in braces, with them."""
        first, depth = self.next(), 0
        if first is None or first.text != "{":
            raise self.lost()
        while (token := self.next()) is not None:
            depth += _step(token)
            self.at += 1
            if not depth:
                return self.piece.source[first.start : token.end]
        raise self.lost()

    def lost(self) -> QueryError:
        """Make the error for a text that the engine reads in another way than ``kg.tokens``."""
        token = self.next() or self.piece.own[-1]
        line, column = place(self.piece.source, token.start)
        return QueryError(
            f"the operation of line {line}, column {column} cannot be taken apart: "
            "put white space around every < and > that compares"
        )


def operations(text: str) -> list[Operation]:
    """Cut a request into its operations.

    :raises QuerySyntaxError: with the place and a sentence
    :raises QueryError: its brackets cannot be told
    """
    pieces = _pieces(text)
    if any(piece.declared != pieces[0].declared for piece in pieces):
        _check_each(pieces)
    else:
        _check(text, pieces)
    return [Operation(piece.prologue, piece.text, _what(piece)) for piece in pieces if piece.own]


def _check(text: str, pieces: list[_Piece]) -> None:
    try:
        UPDATES.parse(text)
    except SyntaxError as error:
        if "shared by multiple blocks" in str(error):
            _check_labels(pieces)
        raise _explained(text, str(error), pieces) from None


def _explained(text: str, said: str, pieces: list[_Piece]) -> QuerySyntaxError:
    """Say what is wrong, knowing what each kind of template does not take."""
    error = explain(text, said, UPDATES)
    for piece in pieces:
        kind, group = piece.template()
        barred = _BARRED.get(kind, ())
        if token := next((t for t in group if t.kind in barred or t.text in barred), None):
            first, last = (place(text, t.start) for t in (token, group[-1]))
            if error.line is not None and first <= (error.line, error.column or 0) <= last:
                what = "variables" if token.kind == "variable" else "blank nodes"
                return QuerySyntaxError(f"{kind} takes no {what}: {token.text} is one", *first)
    return error


def _check_labels(pieces: list[_Piece]) -> None:
    """Make sure that no label of a blank node stands in more than one operation."""
    labels: set[str] = set()
    for piece in pieces:
        found = {token.text: token for token in reversed(piece.own) if token.kind == "blank"}
        for label in sorted(labels & found.keys()):
            where = place(piece.source, found[label].start)
            raise QuerySyntaxError(f"{label} stands in an earlier operation already", *where)
        labels |= found.keys()


def _check_each(pieces: list[_Piece]) -> None:
    """Check a request with declarations between its operations, which the engine does not take."""
    for piece in pieces:
        if not piece.own and piece is not pieces[-1]:
            raise QuerySyntaxError("there is nothing before one of the ;")
        try:
            UPDATES.parse(f"{piece.prologue}\n{piece.text}")
        except SyntaxError as error:
            raise _explained(piece.in_place(), str(error), [piece]) from None
    _check_labels(pieces)


def _pieces(text: str) -> list[_Piece]:
    """Cut at every ; that stands outside of braces; what follows the last may be empty."""
    found = tokens(text)
    declared: tuple[Token, ...] = ()
    pieces = []
    start = depth = 0
    for index, token in enumerate([*found, Token("end", ";", len(text))]):
        depth += _step(token)
        if token.kind == "end" or (token.text == ";" and token.kind == "mark" and not depth):
            length = _declarations(found[start:index])
            declared += tuple(found[start : start + length])
            pieces.append(_Piece(text, declared, tuple(found[start + length : index])))
            start = index + 1
    return pieces


def _declarations(found: list[Token]) -> int:
    """Return how many tokens are the prologue's."""
    length = 0
    while length < len(found) and found[length].upper in _DECLARATIONS:
        length += _DECLARATIONS[found[length].upper]
    return min(length, len(found))


def _step(token: Token) -> int:
    return (token.text == "{") - (token.text == "}") if token.kind == "mark" else 0


def _what(piece: _Piece) -> Modification | Management:
    reader = _Reader(piece)
    graph = reader.graph() if reader.word("WITH") else None
    verb = reader.word("INSERT", "DELETE")
    if not verb:
        return _management(reader)
    if reader.word("DATA"):
        return _templates(verb, reader.group(), None)
    if reader.word("WHERE"):
        pattern = reader.group()
        return _templates(verb, pattern, pattern)
    first = reader.group()
    second = reader.group() if verb == "DELETE" and reader.word("INSERT") else None
    using = []
    while reader.word("USING"):
        using.append(f"{'FROM NAMED' if reader.word('NAMED') else 'FROM'} {reader.graph()}")
    reader.word("WHERE")
    pattern = reader.group()
    if reader.next() is not None:
        raise reader.lost()
    deleted, inserted = (first, second) if verb == "DELETE" else (None, first)
    return Modification(graph, deleted, inserted, pattern, tuple(using))


def _templates(verb: str, template: str, pattern: str | None) -> Modification:
    deleted, inserted = (template, None) if verb == "DELETE" else (None, template)
    return Modification(None, deleted, inserted, pattern)


def _management(reader: _Reader) -> Management:
    verb = reader.word("CLEAR", "DROP", "CREATE", "COPY", "MOVE", "ADD", "LOAD")
    if not verb:
        raise reader.lost()
    silent = bool(reader.word("SILENT"))
    graphs = []
    while reader.next() is not None:
        reader.word("TO", "INTO")
        graphs.append(reader.word(*_ALL) or reader.graph())
    return Management(verb, silent, tuple(graphs))
