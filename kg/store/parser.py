"""The engine's SPARQL parser, asked about beginnings of queries. Nothing is ever evaluated.

The engine says where it could get no further and what it would have taken there, but it measures
that by the longest keyword that it tried, so the place is often wrong. It is exact when asked about
a beginning: behind it come a gap and characters that no query holds. Did the parser cross the gap,
then the beginning is good so far; and it names the keywords that are as long as what lies behind.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pyoxigraph import Store as Engine

_GAP = 40
_LONGEST = 14
"""Characters of the engine's longest keyword, ENCODE_FOR_URI."""
_PLACE = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
_KEYWORD = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_MARK = re.compile(r'"((?:[^"\\]|\\.)+)"')


def viable(text: str) -> bool:
    """Tell whether some query begins with ``text``; a whole query does, too."""
    line, column, _ = _furthest(text, 1)
    return line == text.count("\n") + 2 and column > _GAP


def following(text: str) -> frozenset[str]:
    """Return the keywords and marks that can follow a viable beginning; ``0`` is a digit."""
    found: set[str] = set()
    for width in range(1, _LONGEST + 1):
        expected = _furthest(text, width)[2]
        words = (item.strip() for item in expected.split(","))
        found |= {word for word in words if _KEYWORD.fullmatch(word) and len(word) == width}
    expected = _furthest(text, 0)[2]
    found |= set(_MARK.findall(expected))
    return frozenset(found | ({"0"} if "'0'..='9']" in expected else set()))


@lru_cache(maxsize=1)
def _nothing() -> Engine:
    return Engine()


def _furthest(text: str, width: int) -> tuple[int, int, str]:
    """Parse ``text`` so that it fails at its end at the latest; say where, and for want of what."""
    try:
        _nothing().query(text + "\n" + " " * _GAP + ("\x01" * width or "{"))
    except SyntaxError as error:
        if found := _PLACE.match(str(error)):
            return int(found[1]), int(found[2]), found[3]
        raise
    raise AssertionError(f"this cannot be a query: {text!r}")
