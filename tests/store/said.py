"""What SPARQL says, as plain values: keys, marks, days and ages in the plainest way.

Written without the code under test, for the account of what a projection holds: its tables
(projected.py) and its things and references (shown.py).
"""

from __future__ import annotations

import calendar
import zlib
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rdflib import URIRef

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.store.base import Snapshot, Term

    Row = dict[str, Any]

PREFIXES = """
PREFIX sg: <https://w3id.org/stancegraph/ns#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX schema: <https://schema.org/>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX org: <http://www.w3.org/ns/org#>
"""
ENTITY = "VALUES ?class { sg:Person sg:Company sg:Group sg:Model sg:Project sg:Topic sg:Occasion }"
CODES = {"class", "predicate", "polarity", "commitment", "modality", "finding", "kind"} | {
    "speech_form",
    "existence",
}
"""Values that are local names."""
NUMBERS = {"text_length", "start", "end", "horizon_from", "horizon_to", "records"} | {
    "held",
    "targeted",
    "claimed",
    "spoken",
    "mentions",
    "articles",
}
_READ: dict[str, Callable[[str], object]] = {
    "negated": "true".__eq__,
    "preferred": "true".__eq__,
    **dict.fromkeys(NUMBERS, int),
    **dict.fromkeys(("min_value", "max_value"), Decimal),
}


def select(snapshot: Snapshot, query: str) -> list[Row]:
    """Answer a SELECT over the union of all graphs; what is unbound is left out."""
    return [
        {name: value(name, term) for name, term in row.items()}
        for row in snapshot.select(PREFIXES + query)
    ]


def value(name: str, term: Term) -> object:
    """Read a term as what is called so has it."""
    if isinstance(term, URIRef):
        if name in CODES:
            return str(term).replace("#", "/").rsplit("/", maxsplit=1)[-1]
        return str(term) if name == "url" else key(str(term))
    text = str(term)
    if name in {"headline_language", "language"} and not text:
        return None
    return _READ.get(name, str)(text)


def key(iri: str) -> str:
    """Shorten an IRI of ours."""
    return iri.replace("https://w3id.org/stancegraph/id/", "", 1)


def mark(of: str) -> int:
    """Return the mark of what a key names."""
    return zlib.crc32(
        of.split("#", maxsplit=1)[0].encode() if of.startswith("article/") else of.encode()
    )


def days(said: str | None) -> tuple[date | None, date | None]:
    """Return the first and the last day of a year, a month or a day."""
    if said is None:
        return None, None
    numbers = [int(part) for part in said.split("-")]
    if len(numbers) == 3:
        return date(*numbers), date(*numbers)
    year, first, last = numbers[0], numbers[-1], numbers[-1]
    if len(numbers) == 1:
        first, last = 1, 12
    return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])


def age(said: str | None) -> int:
    """Return how many days the first day lies before the end of 9999; much where there is none."""
    first, _ = days(said)
    return 9_999_999 if first is None else (date(9999, 12, 31) - first).days
