"""Which format an answer gets: ``format=`` before ``Accept``, and a suffix before both."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from flask import request
from werkzeug.datastructures import MIMEAccept
from werkzeug.exceptions import NotAcceptable
from werkzeug.http import parse_accept_header

from kg import formats
from kg.formats import Format

if TYPE_CHECKING:
    from collections.abc import Sequence

ALIASES = {"json-ld": "jsonld", "rdf+xml": "rdfxml", "n3": "turtle", "n-triples": "ntriples"}
"""Names that SPARQLWrapper sends in ``format=``, several at once; Turtle is N3, too."""

HTML = Format("html", ("text/html",), ("html",))
JSON = Format("jsonld", ("application/ld+json", "application/json"), ("jsonld", "json"))
"""JSON-LD, for those too who ask for JSON of any kind."""
DOCUMENTS = (formats.TURTLE, JSON, formats.N_TRIPLES, formats.RDF_XML, HTML)
"""What a document can be had in. Who takes anything, as curl does, gets data, as at Wikidata (at
DBpedia it is the page); browsers ask for HTML by name."""


def chosen(among: Sequence[Format], wanted: Sequence[str]) -> Format | None:
    """Return the format of ``among`` that is asked for by name, else by Accept, or None.

    The first is the default, for who takes anything and for browsers, which ask for HTML first.
    """
    if wanted:
        found = (formats.find(ALIASES.get(name.lower(), name), among) for name in wanted)
        return next(filter(None, found), None)
    return _accepted(tuple(among), request.headers.get("Accept", ""))


def suffixed(name: str) -> tuple[str, Format | None]:
    """Take the suffix of one of the formats for documents off a name; None where it has none."""
    stem, _, ending = name.rpartition(".")
    found = next((format_ for format_ in DOCUMENTS if ending in format_.endings), None)
    return (stem, found) if stem and found is not None else (name, None)


def of_document() -> Format:
    """Return the format of a document by Accept; NotAcceptable names the ones there are."""
    if (found := chosen(DOCUMENTS, ())) is None:
        raise NotAcceptable(f"this document can be had as {listed(DOCUMENTS)}")
    return found


@lru_cache(maxsize=1024)
def _accepted(among: tuple[Format, ...], header: str) -> Format | None:
    """Choose by an Accept header; clients send the same few over and over.

    Parameters of a media type, such as a profile of JSON-LD, make no difference.
    """
    given = parse_accept_header(header, MIMEAccept)
    accept = MIMEAccept([(value.partition(";")[0].strip(), quality) for value, quality in given])
    if not accept:
        return among[0]
    named = {value.lower() for value in accept.values()}
    offered = {
        media: format_
        for format_ in among
        for media in format_.media_types
        if media == format_.media_type or media in named  # text/* means no other name of XML
    }
    best = accept.best_match(offered)
    if best is None:
        return None
    for_people = accept.quality("text/html") > accept.quality(best)
    return among[0] if for_people and accept.quality(among[0].media_type) > 0 else offered[best]


def listed(among: Sequence[Format]) -> str:
    """Name formats with their media types, for a refusal."""
    return ", ".join(f"{format_.name} ({format_.media_type})" for format_ in among)


def content_type(media_type: str) -> str:
    """Return the Content-Type to send: text says its encoding."""
    return media_type + "; charset=utf-8" if media_type.startswith("text/") else media_type
