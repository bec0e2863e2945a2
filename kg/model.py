"""Frozen values: a normalised text and a span of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """A normalised text: ``hash`` is the SHA-256 of its UTF-8, 64 lower-case hexadecimal digits."""

    content: str
    hash: str

    @property
    def length(self) -> int:
        """Count the Unicode code points."""
        return len(self.content)


@dataclass(frozen=True, order=True)
class Span:
    """A part of a text, from code point ``start`` up to, not including, ``end``, with its hash."""

    start: int
    end: int
    hash: str

    @property
    def length(self) -> int:
        """Count the Unicode code points."""
        return self.end - self.start
