"""Where in a text the engine's parser is: a source that counts the lines it hands over."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode
from rdflib import RDF, XSD

from kg.errors import ParseError

if TYPE_CHECKING:
    from pyoxigraph import Quad

_LONG = 4096
"""Bytes without a triple after which blocks are handed over: the parser begins a long string anew
with each piece, so that it would take quadratic time line by line."""
_NESTED = 500
"""Triple terms that may be open at once: the parser's stack overflows at some 5,000."""
_QUOTES = re.compile(rb"\"\"\"|'''")
_PUNCTUATION = re.compile(rb"[ \t]*[;,.\])}]\s?")
_FIRST, _REST, _STRING = (NamedNode(str(name)) for name in (RDF.first, RDF.rest, XSD.string))


class Lines:
    """A readable source of bytes that hands over a line, or the beginning of one, per call.

    The parser has a plain string only when it has seen what follows, for that may be a language
    tag. Where that is punctuation at the beginning of a later line, the beginning is handed over by
    itself, so that the string is known to have ended on the last line before it that is neither
    blank nor a comment.
    """

    def __init__(self, data: bytes, name: str) -> None:
        self._data, self._name = io.BytesIO(data), name
        self._ended = 0  # lines handed over to their end
        self._at_start = True  # and nothing of the next one
        self._block = False  # the last piece was a block of lines
        self._fresh = True  # no triple came out since the last piece
        self._punctuation = False  # of this line no more than punctuation was handed over
        self._content: int | None = None  # the last line with content
        self._before: int | None = None  # the last line with content before this one
        self._waiting = 0  # bytes handed over since the last triple
        self._nested = 0  # openings among them
        self._tried = False  # whether what looked like the end of a long string was none

    @property
    def line(self) -> int:
        """The line of the last piece, counted from 1."""
        return self._ended + (not self._at_start)

    def read(self, size: int) -> bytes:
        """Hand over the next piece, at most ``size`` bytes."""
        piece = self._next_line(size) if self._waiting <= _LONG else self._next_block(size)
        self._fresh = True
        self._ended += piece.count(b"\n")
        self._at_start = piece.endswith(b"\n")
        self._waiting += len(piece)
        self._nested += piece.count(b"<<")
        if self._nested > _NESTED:
            raise ParseError("triple terms are nested too deep", self._name, self.line)
        return piece

    def line_of(self, quad: Quad) -> int | None:
        """Tell the line on which the triple that just came out ended; None where it may be another.

        To be asked once for each triple, in order.
        """
        self._waiting = self._nested = 0
        self._tried = False
        if self._block or quad.predicate == _REST:
            return None
        if isinstance(quad.object, BlankNode):
            return self.line  # comes out before the string that stood last in its brackets
        fresh, self._fresh = self._fresh, False
        if not _is_plain(quad.object):
            return self.line
        if quad.predicate == _FIRST:
            return None  # what follows in a list need not be punctuation
        return self._before if fresh and self._punctuation else self.line

    def _next_block(self, size: int) -> bytes:
        """Read as much again as is waiting, but the line with a closing quote by itself, once."""
        piece = self._data.read(min(size, self._waiting))
        quotes = None if self._tried else _QUOTES.search(piece)
        if quotes is not None:
            start = piece.rfind(b"\n", 0, quotes.start()) + 1
            self._data.seek(start - len(piece), io.SEEK_CUR)
            if start == 0:
                self._tried = True
                return self._next_line(size)
            piece = piece[:start]
        self._block = True
        self._content = None
        return piece

    def _next_line(self, size: int) -> bytes:
        self._block = self._punctuation = False
        piece = self._data.readline(size)
        if not self._at_start:
            return piece
        self._before = self._content
        text = piece.lstrip()
        if not text.startswith(b"#"):
            self._content = self._ended + 1 if text else self._content
        elif b'"' in text or b"'" in text:
            self._content = None  # it may be the last line of a long string
        if beginning := _PUNCTUATION.match(piece):
            self._punctuation = True
            self._data.seek(beginning.end() - len(piece), io.SEEK_CUR)
            piece = beginning.group()
        return piece


def _is_plain(term: object) -> bool:
    return isinstance(term, Literal) and term.language is None and term.datatype == _STRING
