"""The engine's SPARQL parsers, asked about the beginnings of queries and updates.

The engine says where it could get no further and what it would have taken there, but it measures
that by the longest keyword that it tried, so the place is often wrong. It is exact when asked about
a beginning: behind that come a gap and a character that no query holds. Did the parser cross the
gap, then the beginning is good so far; and it names the keywords that are as long as what lies
behind the gap.
"""

from __future__ import annotations

import re
from functools import lru_cache
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pyoxigraph import Store as Engine

from kg.query import disguised

if TYPE_CHECKING:
    from collections.abc import Callable

_GAP = "\n" + " " * 40
_JUNK = "\x01"
_LONGEST = 14
"""Characters of the engine's longest keyword, ENCODE_FOR_URI."""
_PLACE = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
_KEYWORD = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_MARK = re.compile(r'"((?:[^"\\]|\\.)+)"')


class Grammar:
    """One of the two languages, by the function that parses it, which evaluates nothing."""

    def __init__(self, parse: Callable[[str], None]) -> None:
        self.parse = parse
        """Parse a whole text; SyntaxError as the engine has it."""

    def viable(self, text: str) -> bool:
        """Tell whether some request begins with ``text``, as a whole one does."""
        line, column, _ = self._furthest(text, _JUNK)
        return line == text.count("\n") + 2 and column >= len(_GAP)

    def uses(self, text: str, keyword: str) -> bool:
        """Tell whether ``keyword`` is one in a viable text, not a word in a literal or a name."""
        hidden = disguised(text, keyword)
        return hidden != text and self.viable(text) and not self.viable(hidden)

    def following(self, text: str) -> frozenset[str]:
        """Return the keywords and marks that can follow a viable text; ``0`` is for a digit."""
        found: set[str] = set()
        for width in range(1, _LONGEST + 1):
            expected = self._furthest(text, _JUNK * width)[2].split(",")
            words = {item.strip() for item in expected}
            found |= {word for word in words if _KEYWORD.fullmatch(word) and len(word) == width}
        expected_at_end = self._furthest(disguised(text, "SERVICE"), "")[2]
        found |= {mark.replace("\\", "") for mark in _MARK.findall(expected_at_end)}
        return frozenset(found | ({"0"} if "'0'..='9']" in expected_at_end else set()))

    def _furthest(self, text: str, junk: str) -> tuple[int, int, str]:
        """Say how far a parse gets, and what it would have taken; nowhere if it gets through."""
        try:
            self.parse(text + _GAP + junk)
        except SyntaxError as error:
            found = _PLACE.match(str(error))
        else:
            found = None
        return (int(found[1]), int(found[2]), found[3]) if found else (0, 0, "")


@lru_cache(maxsize=1)
def _nothing() -> Engine:
    return Engine()


@lru_cache(maxsize=1)
def _unwritable() -> Engine:
    with TemporaryDirectory() as folder:
        made = Engine(folder)
        made.flush()
        del made
        return Engine.read_only(folder)


def _parse_query(text: str) -> None:
    """Parse a query, asking it of nothing."""
    _nothing().query(text)


def _parse_update(text: str) -> None:
    """Parse an update: a store that cannot be written refuses it before it is evaluated."""
    try:
        _unwritable().update(text)
    except RuntimeError as error:
        if "read-write" not in str(error):
            raise


QUERIES = Grammar(_parse_query)
UPDATES = Grammar(_parse_update)

parse, viable, uses, following = (
    QUERIES.parse,
    QUERIES.viable,
    QUERIES.uses,
    QUERIES.following,
)
