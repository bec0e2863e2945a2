"""Formats: names, media types and file endings, for RDF and for SPARQL results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class Format:
    """One format. ``media_types[0]`` is the one we send; ``named_graphs``: it can hold quads."""

    name: str
    media_types: tuple[str, ...]
    endings: tuple[str, ...]
    named_graphs: bool = False

    @property
    def media_type(self) -> str:
        """The media type to send."""
        return self.media_types[0]


TURTLE = Format("turtle", ("text/turtle", "application/x-turtle"), ("ttl",))
TRIG = Format("trig", ("application/trig", "application/x-trig"), ("trig",), named_graphs=True)
N_TRIPLES = Format("ntriples", ("application/n-triples",), ("nt",))
N_QUADS = Format("nquads", ("application/n-quads", "text/x-nquads"), ("nq",), named_graphs=True)
RDF_XML = Format("rdfxml", ("application/rdf+xml",), ("rdf", "xml", "owl"))
JSON_LD = Format("jsonld", ("application/ld+json",), ("jsonld",), named_graphs=True)
RDF = (TURTLE, TRIG, N_TRIPLES, N_QUADS, RDF_XML, JSON_LD)
"""Read by load and validate."""
GRAPHS = (TURTLE, N_TRIPLES, RDF_XML, JSON_LD)
"""Answers to CONSTRUCT and DESCRIBE."""
DUMPS = (TURTLE, TRIG, N_QUADS, JSON_LD)

JSON = Format("json", ("application/sparql-results+json", "application/json"), ("json", "srj"))
XML = Format("xml", ("application/sparql-results+xml", "application/xml", "text/xml"), ("srx",))
CSV = Format("csv", ("text/csv",), ("csv",))
TSV = Format("tsv", ("text/tab-separated-values",), ("tsv",))
BINDINGS = (JSON, XML, CSV, TSV)
"""Answers to SELECT, and to ASK (CSV and TSV hold no boolean in the standard)."""


def find(name: str, among: Iterable[Format]) -> Format | None:
    """Find a format by name, file ending or media type; None where there is no such one."""
    wanted = name.strip().lower().removeprefix(".")
    for item in among:
        if wanted in {item.name, *item.endings, *item.media_types}:
            return item
    return None


def named(name: str, among: Iterable[Format]) -> Format:
    """Find a format as ``find`` does; FormatError names the ones there are."""
    among = tuple(among)
    if (found := find(name, among)) is None:
        known = ", ".join(item.name for item in among)
        raise FormatError(f"{name!r} is no format here; there are {known}")
    return found
