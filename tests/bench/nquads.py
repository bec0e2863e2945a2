"""N-Quads written straight as text: a generator of millions has no time to make terms first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.terms import XSD

if TYPE_CHECKING:
    from collections.abc import Iterable

Said = tuple[str, str]
"""A predicate and an object, as N-Quads writes them."""

_DATES = {10: XSD.date, 7: XSD.gYearMonth, 4: XSD.gYear}


def iri(name: str) -> str:
    """Write an IRI."""
    return f"<{name}>"


def text(value: str, language: str) -> str:
    """Write a text in a language."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"@{language}'


def both(predicate: str, english: str, german: str) -> list[Said]:
    """Say something in both languages."""
    return [(predicate, text(english, "en")), (predicate, text(german, "de"))]


def typed(value: object, datatype: str) -> str:
    """Write a literal of a datatype."""
    return f'"{value}"^^<{datatype}>'


def date(value: str) -> str:
    """Write a day, a month or a year: ``2024-04-18``, ``2024-04`` or ``2024``."""
    return f'"{value}"^^<{_DATES[len(value)]}>'


def lines(subject: str, said: Iterable[Said], graph: str) -> list[str]:
    """Write what is said of one subject in one graph, a line a quad."""
    return [f"{subject} {predicate} {object_} {graph} .\n" for predicate, object_ in said]
