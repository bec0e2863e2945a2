"""Ways to break a document. Each takes bytes and a source of chance, and returns bytes."""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

LONGEST = 1 << 21
"""Bytes that a mutation makes at most."""
DEPTHS = (3, 50, 300, 5_000, 60_000)
NESTS = (
    (b"[", b"]"),
    (b"(", b")"),
    (b"{", b"}"),
    (b'{"a":', b"}"),
    (b'{"@list":[', b"]}"),
    (b"<a>", b"</a>"),
    (b"[ <urn:p> ", b" ]"),
    (b"<< ", b" >>"),
    (b"<<( ", b" )>>"),
    (b"{ SELECT * ", b"}"),
    (b"!(", b")"),
    (b"-", b""),
    (b"OPTIONAL { ", b"}"),
    (b"EXISTS { ", b"}"),
    (b"STR(", b")"),
)
TOKENS = (
    *(b"\0", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\xf4\x90\x80\x80", b"\x1f\x8b"),
    *(b"\\ud800", b"\\uD83D", b"\\U00110000", b"\\U0000D800", b"\\u0000", b"\\x", b"\\"),
    *(b'"', b"'", b'"""', b"<", b">", b"<>", b"[", b"]", b"(", b")", b"{", b"}", b".", b";", b","),
    *(b"<<", b">>", b"<<(", b"{|", b"|}", b"~ <urn:r>", b"@", b"@en--ltr", b"^^", b"^^<>", b"_:"),
    *(b"@en-" + b"x" * 9, b"@" + b"en-abcdefgh-" * 40 + b"x", b"@prefix", b"BASE <x>", b"@base <>"),
    *(b"<http://[::1>", b"<http://a:b:c>", b"<urn:%zz>", b"<//x>", b"<a b>", b"<urn:\xc3\xa4>"),
    *(b"1e99999", b"-0", b".", b"1e-99999", b"9" * 400, b"0." + b"9" * 400, b"NaN", b"1.e", b"+1"),
    *(b'"-99999999999-01-01"^^<http://www.w3.org/2001/XMLSchema#date>', b'"2024-13-45T99:99:99Z"'),
    *(b'"P99999999999999999999Y"^^<http://www.w3.org/2001/XMLSchema#duration>', b"true", b"null"),
    *(b'"25:61"^^<http://www.w3.org/2001/XMLSchema#time>', b"xsd:dateTime", b"&#0;", b"&#xD800;"),
    *(
        b"<!ENTITY a SYSTEM 'file:///nowhere'>",
        b"&a;",
        b"<!DOCTYPE a>",
        b"<![CDATA[",
        b"]]>",
        b"<?x",
    ),
    *(
        b"<!--",
        b"-->",
        b'xmlns:x=""',
        b'xml:lang="!"',
        b'rdf:ID="1"',
        b'rdf:nodeID="a b"',
        b"rdf:li",
    ),
    *(
        b'"@id"',
        b'"@context": 1',
        b'"@context": "https://example.invalid/c"',
        b'"@type": {}',
        b"[[[]",
    ),
    *(
        b'"@value": {}',
        b'"@graph": 1',
        b'"@reverse": []',
        b'"@language": 1',
        b'"@base": 1',
        b"@none",
    ),
    *(
        b"SERVICE <http://127.0.0.1:9/>",
        b"LOAD <http://127.0.0.1:9/>",
        b"FROM <file:///x>",
        b"UNDEF",
    ),
    *(
        b"SELECT",
        b"FILTER",
        b"BIND(1 AS ?s)",
        b"GROUP BY",
        b"HAVING",
        b"VALUES",
        b"MINUS",
        b"LATERAL",
    ),
    *(b"LIMIT 99999999999999999999", b"OFFSET -1", b"#", b"\r", b"\n" * 99, b"\xe2\x80\xa8", b"\t"),
    *(b"REGEX('a', '(a*)*b')", b"REPLACE('a', '[', 'b')", b"SUBSTR('a', -9, 1e9)", b"IRI('a b')"),
    *(
        b"<urn:p>{0,99999}",
        b"?a+*?",
        b"$x",
        b"?",
        b"COUNT(DISTINCT *)",
        b"1/0",
        b"BNODE(1)",
        b"NOW()",
    ),
)


def flipped(data: bytes, chance: Random) -> bytes:
    """Change some bytes."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 5, 30))):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def cut(data: bytes, chance: Random) -> bytes:
    """Break off somewhere."""
    return data[: chance.randrange(len(data) + 1)]


def lacking(data: bytes, chance: Random) -> bytes:
    """Leave a part out."""
    start, end = _part(data, chance)
    return data[:start] + data[end:]


def doubled(data: bytes, chance: Random) -> bytes:
    """Say a part more than once."""
    start, end = _part(data, chance)
    times = chance.choice((2, 3, 100, 3_000))
    return data[:start] + data[start:end] * times + data[end:]


def inserted(data: bytes, chance: Random) -> bytes:
    """Put odd pieces in."""
    for _ in range(chance.choice((1, 1, 2, 4))):
        place = _place(data, chance)
        data = data[:place] + b" " * chance.randrange(2) + chance.choice(TOKENS) + data[place:]
    return data


def replaced(data: bytes, chance: Random) -> bytes:
    """Put an odd piece in the place of a word."""
    words = list(re.finditer(rb'[^\s<>()\[\]{}",;]+|"[^"]*"|<[^>]*>', data))
    if not words:
        return data
    word = chance.choice(words)
    return data[: word.start()] + chance.choice(TOKENS) + data[word.end() :]


def nested(data: bytes, chance: Random) -> bytes:
    """Put a part deep into brackets, closed or not."""
    start, end = _part(data, chance)
    left, right = chance.choice(NESTS)
    depth = chance.choice(DEPTHS)
    closed = right * depth if chance.random() < 0.7 else b""
    return data[:start] + left * depth + data[start:end] + closed + data[end:]


def lengthened(data: bytes, chance: Random) -> bytes:
    """Make a word long."""
    words = list(re.finditer(rb"\w+", data))
    if not words:
        return data
    word = chance.choice(words)
    return (
        data[: word.end()] + word.group() * chance.choice((100, 5_000, 50_000)) + data[word.end() :]
    )


def encoded(data: bytes, chance: Random) -> bytes:
    """Write it in another encoding, or with its mark."""
    text = data.decode("utf-8", "replace")
    name = chance.choice(
        ("utf-16", "utf-16-le", "utf-32", "utf-8-sig", "latin-1", "utf-7", "cp037")
    )
    return text.encode(name, "replace")


def packed(data: bytes, chance: Random) -> bytes:
    """Compress it, whole or broken, once or twice."""
    made = gzip.compress(data, mtime=0)
    how = chance.randrange(5)
    if how == 0:
        return made[: chance.randrange(len(made))]
    if how == 1:
        return flipped(made, chance)
    if how == 2:
        return gzip.compress(made, mtime=0)
    return made + (b"trailing" if how == 3 else b"")


def bomb(data: bytes, chance: Random) -> bytes:
    """Compress much of little."""
    return gzip.compress(data + chance.choice((b" ", b"\n", b"#", b"\0")) * (80 << 20), 1, mtime=0)


MUTATIONS: Sequence[tuple[Callable[[bytes, Random], bytes], float]] = (
    (flipped, 3),
    (cut, 2),
    (lacking, 3),
    (doubled, 2),
    (inserted, 6),
    (replaced, 6),
    (nested, 3),
    (lengthened, 1),
    (encoded, 0.5),
    (packed, 0.4),
    (bomb, 0.02),
)
"""Every way, and how often it is taken."""


def mutated(data: bytes, others: Sequence[bytes], chance: Random) -> bytes:
    """Break a document in one to four ways; sometimes it goes on as another one, or stays whole."""
    if chance.random() < 0.05:
        return data
    if chance.random() < 0.15:
        other = chance.choice(others)
        data = data[: _place(data, chance)] + other[_place(other, chance) :]
    ways, weights = zip(*MUTATIONS, strict=True)
    for way in chance.choices(ways, weights, k=chance.choice((1, 1, 1, 2, 2, 4))):
        if len(data) < LONGEST:
            data = way(data, chance)
    return data[:LONGEST]


def _place(data: bytes, chance: Random) -> int:
    return chance.randrange(len(data) + 1)


def _part(data: bytes, chance: Random) -> tuple[int, int]:
    start, end = sorted((_place(data, chance), _place(data, chance)))
    return start, min(end, start + chance.choice((4, 40, 400, 4_000)))
