"""Reads RDF in every format, and remembers on which line each triple ended.

The engine's parser takes in no more than it needs for the next triple, so a source that hands it
one line at a time knows, when a triple comes out, on which line that triple ended. This holds for
every format but JSON-LD, which is expanded as a whole.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

import pyoxigraph as engine

from kg import formats
from kg.errors import FormatError, InputError, ParseError
from kg.store import diagnosis, json_ld, screening
from kg.store.positions import Lines
from kg.store.terms import quad_from_engine

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rdflib.term import Node

    from kg.formats import Format
    from kg.store.base import Quad, Triple

LIMIT = 1 << 30
"""The most bytes that are read of one source, counted after decompression."""

_PARSERS = {
    formats.TURTLE: engine.RdfFormat.TURTLE,
    formats.TRIG: engine.RdfFormat.TRIG,
    formats.N_TRIPLES: engine.RdfFormat.N_TRIPLES,
    formats.N_QUADS: engine.RdfFormat.N_QUADS,
    formats.RDF_XML: engine.RdfFormat.RDF_XML,
}


@dataclass(frozen=True)
class Document:
    """What was read from one source.

    ``quads`` are in the order of the source; blank nodes have labels that no other document has.
    ``lines`` maps a triple to the line, counted from 1, on which it first ended; it leaves out
    those whose line is not certain, and is empty for JSON-LD.
    """

    name: str
    quads: list[Quad]
    lines: Mapping[Triple, int]
    prefixes: Mapping[str, str]

    @cached_property
    def _by_subject(self) -> Mapping[Node, list[tuple[Node, Node, int]]]:
        found: defaultdict[Node, list[tuple[Node, Node, int]]] = defaultdict(list)
        for (subject, predicate, object_), line in self.lines.items():
            found[subject].append((predicate, object_, line))
        return found

    def line(
        self, subject: Node, predicate: Node | None = None, object_: Node | None = None
    ) -> int | None:
        """Tell the line of a triple, the first one where a term is None; None if it is unknown."""
        lines = (
            line
            for p, o, line in self._by_subject.get(subject, ())
            if predicate in {None, p} and object_ in {None, o}
        )
        return min(lines, default=None)


def read(
    source: Path | bytes, format_: Format | None = None, name: str = "", limit: int = LIMIT
) -> Document:
    """Read a file, or bytes that were handed in; either may be compressed with gzip.

    Nothing else is ever opened or fetched: no remote JSON-LD context, no external XML entity. An
    IRI has to be absolute, or relative to a base that the source itself declares.

    :param format_: told from the ending of the file's name where it is None
    :param name: what the source is called in errors; a file's own path by default
    :param limit: the most bytes to read, counted after decompression
    :raises FormatError: the name does not tell the format
    :raises ParseError: it is not well formed
    :raises InputError: it cannot be opened, or is larger than ``limit``
    """
    if isinstance(source, Path):
        name = name or str(source)
    format_ = format_ or guess(name)
    data = screening.unpacked(_content(source, name, limit), name, limit)
    data = screening.utf8(data, name)
    if format_ is formats.JSON_LD:
        quads = [_translate(quad, name, None) for quad in json_ld.quads(data, name)]
        return Document(name, quads, {}, {})
    if format_ is formats.RDF_XML:
        screening.check_xml(data, name)
    return _read_lines(data, format_, name)


def guess(name: str) -> Format:
    """Tell the format from the ending of a file's name, .gz aside; FormatError names the known."""
    ending = Path(name.removesuffix(".gz")).suffix
    if (found := formats.find(ending, formats.RDF)) is None:
        known = ", ".join(f".{ending}" for item in formats.RDF for ending in item.endings)
        raise FormatError(
            f"{name or 'the input'}: its name does not tell the format; the endings known are "
            f"{known}, each also with .gz"
        )
    return found


def _content(source: Path | bytes, name: str, limit: int) -> bytes:
    if isinstance(source, bytes):
        return source
    try:
        with source.open("rb") as file:
            return file.read(limit + 1)
    except OSError as error:
        raise InputError(f"{name}: {error.strerror or error}") from None


def _read_lines(data: bytes, format_: Format, name: str) -> Document:
    source = Lines(data, name)
    parser = engine.parse(
        cast("IO[bytes]", source), format=_PARSERS[format_], rename_blank_nodes=True
    )
    quads: list[Quad] = []
    lines: dict[Triple, int] = {}
    try:
        for found in parser:
            line = source.line_of(found)
            quad = _translate(found, name, line)
            quads.append(quad)
            if line is not None:
                lines.setdefault(quad[:3], line)
    except SyntaxError as error:
        raise diagnosis.explain(error, data, name, source.line) from None
    return Document(name, quads, lines, dict(parser.prefixes))


def _translate(quad: engine.Quad, name: str, line: int | None) -> Quad:
    try:
        return quad_from_engine(quad)
    except TypeError as refusal:
        raise ParseError(f"this goes beyond RDF 1.1: {refusal}", name, line) from None
