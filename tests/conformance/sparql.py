"""Query and update: evaluation and syntax."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from pyoxigraph import Literal, NamedNode

from tests.conformance.comparison import by_value, same
from tests.conformance.results import (
    MEDIA_TYPES,
    RDF_FORMATS,
    Exact,
    Solutions,
    Triples,
    agree,
    read,
    triples,
)
from tests.conformance.suites import local

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conformance.comparison import Row, Term
    from tests.conformance.manifest import Sources, Test
    from tests.conformance.surface import Quads, Reply, Surface

_FROM = re.compile(r"\bFROM\s+(?:NAMED\s+)?<([^>]*)>", re.IGNORECASE)
_COMPUTED = re.compile(r"\bAS\s+[?$](\w+)", re.IGNORECASE)
_ORDERED = re.compile(r"\bORDER\s+BY\b[^{}]*$", re.IGNORECASE)
"""An ORDER BY of the whole query, behind its last brace."""
_COMMENT = re.compile(r"(?m)^\s*#.*$")
_DONE = frozenset({200, 204})


def evaluate(test: Test, surface: Surface, root: Path) -> str:
    """Run a query on its data; return what is wrong, an empty text where nothing is."""
    text = _text(test, root)
    quads = _data(test.given, text, test, root)
    surface.load(quads)
    ending = test.result.rpartition(".")[2]
    expected = read(local(test.result, root).read_bytes(), ending, test.result)
    if isinstance(expected, Triples):
        accept = RDF_FORMATS["ttl"].media_type
    else:
        accept = MEDIA_TYPES.get(ending, MEDIA_TYPES["srj"])
    reply = surface.ask(text, accept)
    if reply.status != 200:
        return f"answered {reply}"
    if reply.media_type != accept:
        return f"answered {reply.media_type!r} where {accept!r} was asked for"
    actual = read(reply.content, reply.ending)
    if isinstance(expected, Solutions) and _ORDERED.search(text):
        expected = replace(expected, ordered=True)
    if agree(expected, actual, Exact(_literals(quads), _COMPUTED.findall(text)), lax=test.lax):
        return ""
    return f"expected {expected}, got {actual}"


def change(test: Test, surface: Surface, root: Path) -> str:
    """Run an update on its data; return what is wrong."""
    text = _text(test, root)
    before = _data(test.given, "", test, root)
    surface.load(before)
    reply = surface.change(text)
    if reply.status not in _DONE:
        return f"answered {reply}"
    kept = _literals(before)
    expected = [by_value(row, kept) for row in _data(test.after, "", test, root)]
    actual = [by_value(row, kept) for row in surface.dump()]
    return "" if same(expected, actual) else f"expected {expected}, got {actual}"


def query_syntax(test: Test, surface: Surface, root: Path) -> str:
    """Send a query to a store without data: it is answered, or is refused for its syntax."""
    surface.load(frozenset())
    accept = f"{MEDIA_TYPES['srj']}, {RDF_FORMATS['ttl'].media_type}"
    return judged(test, surface.ask(_text(test, root), accept))


def update_syntax(test: Test, surface: Surface, root: Path) -> str:
    """Send an update: it is run, or refused for its syntax."""
    return judged(test, surface.change(_text(test, root)))


def problem(reply: Reply) -> str:
    """Return the last part of a problem's type; empty where the answer is no problem."""
    if reply.media_type != "application/problem+json":
        return ""
    return str(json.loads(reply.content)["type"]).rpartition("/")[2]


def judged(test: Test, reply: Reply) -> str:
    """Say what is wrong with the answer to a syntax test.

    A positive test asks whether the text is read, not whether it can be done: one that names a
    function or a graph that is not there, or another host, may be refused for that.
    """
    if test.kind.startswith("Positive"):
        refused = problem(reply) in {"query", "query-refused"}
        return "" if refused or reply.status in _DONE else f"answered {reply}"
    refused = reply.status == 400 and problem(reply) == "query-syntax"
    return "" if refused else f"is no syntax error: {reply}"


def _text(test: Test, root: Path) -> str:
    """Return a test's text under its own address: that of the endpoint is no base for it."""
    text = local(test.request, root).read_text(encoding="utf-8")
    return f"BASE <{test.request}>\n{text}"


def _data(sources: Sources, text: str, test: Test, root: Path) -> Quads:
    """Read a dataset; files that the text names with FROM are its named graphs, too."""
    quads: set[Row] = set()
    for file in sources.default:
        quads |= {(*row, None) for row in _rows(file, root)}
    named = dict(sources.named)
    for found in _FROM.findall(_COMMENT.sub("", text)):
        iri = urljoin(test.request, found)
        named.setdefault(iri, iri)
    for name, file in named.items():
        quads |= {(*row, NamedNode(name)) for row in _rows(file, root)}
    return frozenset(quads)


def _literals(quads: Quads) -> frozenset[Term]:
    return frozenset(term for row in quads for term in row if isinstance(term, Literal))


@cache
def _rows(file: str, root: Path) -> tuple[Row, ...]:
    """Parse a file once; so its blank nodes are the same in each test, and a load can be spared."""
    content = local(file, root).read_bytes()
    return tuple(triples(content, file.rpartition(".")[2], file))
