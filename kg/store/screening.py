"""What has to hold of bytes before a parser sees them: size, encoding, and for XML its form."""

from __future__ import annotations

import gzip
import io
import zlib
from typing import IO, Never, cast
from xml.parsers import expat

from kg.errors import InputError, ParseError

_GZIP = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_PIECE = 1 << 20
"""Bytes that are unpacked at a time."""
_DEPTH = 1000
"""Levels of XML elements: the parser takes quadratic time over them."""


def unpacked(data: bytes, name: str, limit: int) -> bytes:
    """Return the bytes, decompressed where they are gzip's; InputError beyond ``limit`` bytes."""
    if data.startswith(_GZIP):
        try:
            with gzip.open(io.BytesIO(data)) as packed:
                data = _read(cast("IO[bytes]", packed), limit + 1)
        except (EOFError, OSError, zlib.error) as problem:
            raise ParseError(f"damaged gzip file: {problem}", name) from None
    if len(data) > limit:
        raise InputError(f"{name}: it is larger than {limit:,} bytes: load it in parts")
    return data


def _read(packed: IO[bytes], limit: int) -> bytes:
    """Read ``limit`` bytes at most, in pieces: a read of so many would reserve them all at once."""
    read = io.BytesIO()
    while read.tell() < limit and (piece := packed.read(min(_PIECE, limit - read.tell()))):
        read.write(piece)
    return read.getvalue()


def utf8(data: bytes, name: str) -> bytes:
    """Return UTF-8 without its byte order mark; ParseError for any other encoding."""
    if data.startswith(_WIDE) or b"\0" in data[:4]:
        raise ParseError("this is UTF-16 or UTF-32: save it as UTF-8", name, 1, 1)
    data = data.removeprefix(_BOM)
    try:
        data.decode()
    except UnicodeDecodeError as problem:
        before = data[: problem.start]
        column = len(before[before.rfind(b"\n") + 1 :].decode()) + 1
        raise ParseError(
            f"the byte 0x{data[problem.start]:02x} is not UTF-8 (Latin-1?): save it as UTF-8",
            name,
            before.count(b"\n") + 1,
            column,
        ) from None
    return data


def check_xml(data: bytes, name: str) -> None:
    """Make sure of well-formed XML that reaches for nothing outside and cannot blow up.

    The engine's parser takes a file that breaks off for a whole one, does not say where an error
    is, and expands entities without end. Here an entity may stand for plain text only, as OWL
    editors use it for namespaces; expat keeps the sum of them within bounds.
    """
    checker = _XmlChecker(name)
    try:
        checker.parser.Parse(data, True)
    except expat.ExpatError as error:
        problem = f"this is not well-formed XML: {expat.ErrorString(error.code)}"
        raise ParseError(problem, name, error.lineno, error.offset + 1) from None


class _XmlChecker:
    """What expat calls back as it goes."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._depth = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.XmlDeclHandler = self._declaration
        self.parser.EntityDeclHandler = self._entity
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in {"utf-8", "utf8", "us-ascii"}:
            self._refuse(f"the encoding {encoding} is not read here: save it as UTF-8")

    def _entity(self, entity: str, parameter: bool, value: str | None, *_: object) -> None:
        if parameter or value is None or "&" in value:
            self._refuse(f"the entity {entity} does not stand for plain text: write it out")

    def _start(self, _element: str, _attributes: object) -> None:
        self._depth += 1
        if self._depth > _DEPTH:
            self._refuse(f"elements are nested more than {_DEPTH} levels deep")

    def _end(self, _element: str) -> None:
        self._depth -= 1

    def _refuse(self, problem: str) -> Never:
        line, column = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1
        raise ParseError(problem, self._name, line, column)
