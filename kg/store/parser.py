"""The engine's SPARQL parser, asked about the beginnings of queries.

The engine says where it could get no further and what it would have taken there, but it measures
that by the longest keyword that it tried, so the place is often wrong. It is exact when asked about
a beginning: behind that come a gap and a character that no query holds. Did the parser cross the
gap, then the beginning is good so far; and it names the keywords that are as long as what lies
behind the gap.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pyoxigraph import Store as Engine

from kg.query import disguised

_GAP = "\n" + " " * 40
_JUNK = "\x01"
_LONGEST = 14
"""Characters of the engine's longest keyword, ENCODE_FOR_URI."""
_PLACE = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
_KEYWORD = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_MARK = re.compile(r'"((?:[^"\\]|\\.)+)"')


def parse(text: str) -> None:
    """Parse a query, asking it of nothing; SyntaxError as the engine has it."""
    _nothing().query(text)


def viable(text: str) -> bool:
    """Tell whether some query begins with ``text``, as a whole query does; evaluates nothing."""
    line, column, _ = _furthest(text, _JUNK)
    return line == text.count("\n") + 2 and column >= len(_GAP)


def uses(text: str, keyword: str) -> bool:
    """Tell whether ``keyword`` is one in a viable text, not just a word in a literal or a name."""
    hidden = disguised(text, keyword)
    return hidden != text and viable(text) and not viable(hidden)


def following(text: str) -> frozenset[str]:
    """Return the keywords and marks that can follow a viable text; ``0`` stands for a digit."""
    found: set[str] = set()
    for width in range(1, _LONGEST + 1):
        expected = _furthest(text, _JUNK * width)[2].split(",")
        words = {item.strip() for item in expected}
        found |= {word for word in words if _KEYWORD.fullmatch(word) and len(word) == width}
    expected_at_end = _furthest(disguised(text, "SERVICE"), "")[2]
    found |= {mark.replace("\\", "") for mark in _MARK.findall(expected_at_end)}
    return frozenset(found | ({"0"} if "'0'..='9']" in expected_at_end else set()))


@lru_cache(maxsize=1)
def _nothing() -> Engine:
    return Engine()


def _furthest(text: str, junk: str) -> tuple[int, int, str]:
    """Say how far a parse gets, and what it would have taken there; nowhere if it gets through."""
    try:
        parse(text + _GAP + junk)
    except SyntaxError as error:
        found = _PLACE.match(str(error))
    else:
        found = None
    return (int(found[1]), int(found[2]), found[3]) if found else (0, 0, "")
