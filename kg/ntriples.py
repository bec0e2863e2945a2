"""Terms in the canonical form of N-Triples and N-Quads, and the orders that dumps are sorted by.

The form is that of RDF 1.2 N-Triples, section 4 (a canonical form of N-Triples), which RDFC-1.0
uses too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rdflib import XSD, BNode, Literal

from kg.errors import InputError

if TYPE_CHECKING:
    from rdflib import URIRef

    Term = URIRef | BNode | Literal

_UNSAFE = re.compile(r'["\\\x00-\x1f\x7f]')
_ESCAPES = {
    '"': '\\"',
    "\\": "\\\\",
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\f": "\\f",
    "\r": "\\r",
}
_NOT_IN_IRI = re.compile(r'[\x00-\x20<>"{}|^`\\]')
_NUMBER = re.compile(r"([0-9]+)")


def iri(value: str) -> str:
    """Write an IRI in angle brackets; InputError for what would break out of them."""
    if _NOT_IN_IRI.search(value):
        raise InputError(f"{value!r} is not an IRI: it has a character that no IRI can have")
    return f"<{value}>"


def string(value: str) -> str:
    """Write a string in double quotes, on one line."""
    if _UNSAFE.search(value):
        value = _UNSAFE.sub(lambda found: escape(found.group()), value)
    return f'"{value}"'


def escape(character: str) -> str:
    """Write a character that cannot stand for itself in a string."""
    return _ESCAPES.get(character) or f"\\u{ord(character):04X}"


def term(value: Term) -> str:
    """Write any term."""
    if isinstance(value, Literal):
        text = string(value)
        if value.language is not None:
            return f"{text}@{value.language}"
        if value.datatype is None or value.datatype == XSD.string:
            return text
        return f"{text}^^{iri(value.datatype)}"
    return f"_:{value}" if isinstance(value, BNode) else iri(value)


def natural(value: str) -> tuple[tuple[str | tuple[int, str], ...], str]:
    """Make a key that sorts #s2 before #s10; no two strings have the same."""
    parts: list[str | tuple[int, str]] = []
    for index, part in enumerate(_NUMBER.split(value)):
        digits = part.lstrip("0")
        parts.append((len(digits), digits) if index % 2 else part)
    return tuple(parts), value
