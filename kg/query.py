"""SPARQL requests and answers, as values."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING

from kg import formats
from kg.errors import QuerySyntaxError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kg.formats import Format

CHUNK = 1 << 16
"""Bytes that are read from a spooled answer at a time."""


def _stays() -> bool:
    return False


@dataclass(frozen=True)
class Client:
    """Who asks: ``name`` tells clients apart, ``left`` whether this one went away meanwhile.

    Without a name it is the process itself.
    """

    name: str = ""
    left: Callable[[], bool] = _stays


@dataclass(frozen=True)
class Request:
    """One SPARQL query with all that decides its answer.

    ``default_graphs`` and ``named_graphs`` are the protocol's dataset, which takes the place of
    the query's own; with neither, the default graph is the ``union`` of all graphs, or the unnamed
    one. ``revision`` None is the current one; ``base`` is what relative IRIs are relative to.
    Which of the two formats counts is decided by the query's form; None is a format that the asker
    would not take.
    """

    text: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    union: bool = True
    base: str | None = None
    revision: int | None = None
    bindings_format: Format | None = formats.JSON
    graph_format: Format | None = formats.TURTLE


@dataclass(frozen=True)
class Update:
    """One SPARQL Update request.

    ``default_graphs`` and ``named_graphs`` are the protocol's dataset (using-graph-uri and
    using-named-graph-uri), for texts that name none themselves. ``graph`` names the graph that a
    text that names none reads and writes (PATCH in the Graph Store Protocol); None: the unnamed
    one is written, and what is read is as in a query. ``base`` is as in a query.
    """

    text: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    graph: str | None = None
    base: str | None = None


@dataclass(frozen=True)
class Answer:
    """A whole answer of ``size`` bytes, from ``revision``; big ones lie in an unnamed file."""

    media_type: str
    revision: int
    size: int
    body: bytes = field(default=b"", repr=False)
    file: IO[bytes] | None = field(default=None, repr=False)

    def chunks(self) -> Iterator[bytes]:
        """Iterate over the bytes, once; the file is closed behind them."""
        if self.file is None:
            yield self.body
            return
        with self.file:
            while chunk := self.file.read(CHUNK):
                yield chunk

    def close(self) -> None:
        """Let an answer go that is not read to its end."""
        if self.file is not None:
            self.file.close()


def declared(text: str, base: str | None) -> str:
    """Declare a base in front of a text, which has its own after it, if any, on the same line."""
    return text if base is None else f"BASE <{base}> {text}"


def placed(error: QuerySyntaxError, base: str | None) -> QuerySyntaxError:
    """Say where an error is in a text without the base that was declared in front of it."""
    if base is None or error.line != 1 or error.column is None:
        return error
    column = max(1, error.column - len(declared("", base)))
    return QuerySyntaxError(error.problem, error.line, column)


def disguised(text: str, word: str) -> str:
    """Write ``word`` everywhere in ``text`` as one that is no keyword, at the same length.

    Names, literals and comments stay what they were; a keyword becomes a syntax error. So a query
    uses the keyword where its parser takes the one text and not the other. That needs no second
    parser, which would have to agree with the first on every byte to be worth anything.
    """
    return re.sub(re.escape(word), word[:-1] + "q", text, flags=re.IGNORECASE)
