"""The tokens of a SPARQL text, good ones and broken ones, for saying what is wrong with it.

Nothing is decided by them: what a query is, its engine's parser says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_TOKEN = re.compile(
    r"""
      (?P<space>\s+|\#[^\n\r]*)
    | (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
    | (?P<string>\"{3}(?:\\.|\"{0,2}[^"\\])*\"{3} | '{3}(?:\\.|'{0,2}[^'\\])*'{3}
        | "(?!"")(?:\\.|[^"\\\n\r])*" | '(?!'')(?:\\.|[^'\\\n\r])*')
    | (?P<open>["'][^\n\r]*)
    | (?P<variable>[?$]\w+)
    | (?P<blank>_:[\w.-]*)
    | (?P<language>@[A-Za-z][A-Za-z0-9-]*)
    | (?P<name>(?:[^\W\d_](?:[\w.-]*[\w-])?)?:(?:[\w:%-]|\\.|\.(?=[\w:%-]))*)
    | (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
    | (?P<word>\w+)
    | (?P<mark>\^\^|&&|\|\||!=|<=|>=|<<(?!\w+://)|>>|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_CLOSES = {"}": "{", ")": "(", "]": "["}


@dataclass(frozen=True)
class Token:
    """A token, of the kind its pattern is named for; ``start`` and ``end`` are offsets."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """The offset behind it."""
        return self.start + len(self.text)

    @property
    def upper(self) -> str:
        """A word as a keyword is written; any other token is no keyword."""
        return self.text.upper() if self.kind == "word" else ""


def tokens(text: str) -> list[Token]:
    """Cut ``text`` into tokens, without white space and comments."""
    found = (Token(str(m.lastgroup), m.group(), m.start()) for m in _TOKEN.finditer(text))
    return [token for token in found if token.kind != "space"]


def place(text: str, offset: int) -> tuple[int, int]:
    """Return line and column of an offset, both from 1."""
    before = text[:offset]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def open_brackets(found: Iterable[Token]) -> list[Token]:
    """Return the brackets that are open behind the tokens, the outermost first."""
    stack: list[Token] = []
    for token in found:
        if token.kind == "mark" and token.text in "{([":
            stack.append(token)
        elif token.text in _CLOSES and stack and stack[-1].text == _CLOSES[token.text]:
            stack.pop()
    return stack


def declared(found: Iterable[Token]) -> set[str]:
    """Return the prefixes that are declared, without their colons."""
    return {name.text.partition(":")[0] for word, name in pairwise(found) if word.upper == "PREFIX"}
