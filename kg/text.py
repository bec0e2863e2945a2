"""From an article's plain text to a normalised one with stable offsets: ``norm/1``.

The same article reaches us as a file with Windows line ends, a page copied from a browser, a feed
with soft hyphens. ``norm/1`` makes these one text, so that offsets and hashes hold for all of them:

1. The characters of ``INVISIBLE`` are removed.
2. Unicode NFC.
3. Every run of white space (Unicode's property White_Space) becomes one space, but a paragraph
   break becomes one newline; both ends are trimmed.

What a paragraph break is depends on how the text is laid out. Where it has a blank line anywhere
(two line ends with nothing but white space between them, or a PARAGRAPH SEPARATOR), blank lines
are the breaks, and a single line end is only a wrapped line. Where it has none, there is one
paragraph to a line, and every line end is a break. White space before the first and after the last
word says nothing about the layout. Space and newline are one code point each, so the offsets in a
text do not depend on this; only a span that crosses a break does.
"""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256
from typing import TYPE_CHECKING

from kg.errors import InputError
from kg.model import Span, Text

if TYPE_CHECKING:
    from typing import Final

NORM: Final = "norm/1"
"""The name of these rules; sg:textNorm repeats it."""

INVISIBLE: Final = (
    "\N{SOFT HYPHEN}"  # U+00AD: where a word may be broken
    "\N{ZERO WIDTH SPACE}"  # U+200B: where a line may be broken; it is no White_Space
    "\N{ZERO WIDTH NON-JOINER}"  # U+200C: keeps letters apart, as in ligatures
    "\N{ZERO WIDTH JOINER}"  # U+200D: draws letters or emoji together
    "\N{LEFT-TO-RIGHT MARK}"  # U+200E: direction only
    "\N{RIGHT-TO-LEFT MARK}"  # U+200F: direction only
    "\N{WORD JOINER}"  # U+2060: where a line may not be broken
    "\N{ZERO WIDTH NO-BREAK SPACE}"  # U+FEFF: the same in old texts, and the byte order mark
)
"""Characters without width that layout, editors and clipboards add and lose."""

_WHITE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""White_Space as Unicode has it; Python's own notion counts U+001C to U+001F in."""
_RUN = re.compile(f"[{_WHITE}]+")
# A form feed ends a page and not a line: converters put it beside a line end, inside paragraphs.
_LINE_END = re.compile("\r\n|[\n\v\r\x85\u2028\u2029]")
_REMOVED = dict.fromkeys(map(ord, INVISIBLE))


def normalise(raw: str) -> Text:
    """Normalise a plain text by norm/1 (see the module); doing it again changes nothing."""
    bare = unicodedata.normalize("NFC", raw.translate(_REMOVED)).strip(_WHITE)
    enough = 2 if any(_line_ends(run) > 1 for run in _RUN.findall(bare)) else 1
    content = _RUN.sub(lambda run: "\n" if _line_ends(run.group()) >= enough else " ", bare)
    return Text(content, digest(content))


def span(text: Text, start: int, end: int) -> Span:
    """Cite ``text.content[start:end]``; offsets count code points."""
    if not 0 <= start < end <= text.length:
        raise ValueError(f"{start} to {end} is no span of a text of {text.length} code points")
    return Span(start, end, digest(text.content[start:end]))


def find(text: Text, phrase: str) -> Span:
    """Cite the one place where ``phrase``, normalised too, stands in a text.

    :raises InputError: where it does not stand there, or more than once
    """
    wanted = normalise(phrase).content
    anywhere = re.finditer(f"(?={re.escape(wanted)})", text.content)  # overlapping places too
    starts = [match.start() for match in anywhere] if wanted else []
    if len(starts) != 1:
        what = f"{len(starts)} times, at {', '.join(map(str, starts))}" if starts else "nowhere"
        raise InputError(
            f"{phrase!r} stands {what} in the text: quote what it has once, letter by letter"
        )
    return span(text, starts[0], starts[0] + len(wanted))


def digest(content: str) -> str:
    """Hash a text: SHA-256 of its UTF-8, 64 lower-case hexadecimal digits."""
    return sha256(content.encode()).hexdigest()


def _line_ends(run: str) -> int:
    """Count the line ends in a run of white space; a paragraph separator counts for two."""
    return len(_LINE_END.findall(run)) + run.count("\u2029")
