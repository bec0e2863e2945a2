"""Reads JSON-LD strictly: without a net, and dropping nothing.

The standard drops what it cannot turn into RDF without a word: a relative IRI, an ill-formed IRI or
language tag, a key that the context does not map. Each of these is an error here: whoever wrote it
meant something by it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING

import pyoxigraph as engine

from kg import iris, resources
from kg.errors import ParseError
from kg.store import diagnosis

if TYPE_CHECKING:
    from collections.abc import Iterator

_BASE = "http://relative.invalid/"
"""Stands in for the base that the document does not declare, so that relative IRIs stand out."""
_DEPTH = 200
"""Levels of nesting: the parser's stack overflows at some 1,000."""
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_NOT_BRACKETS = bytes(sorted(set(range(256)) - set(b"[]{}")))
_STEPS = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
_OWN = re.compile(
    rb'("@context"\s*:\s*(?:\[\s*)?)"' + re.escape(f"{iris.BASE}context.jsonld".encode()) + b'"'
)


def quads(data: bytes, name: str) -> Iterator[engine.Quad]:
    """Iterate over the quads of a document; ParseError.

    The project's own context is known by its IRI; any other has to be in the document itself.
    """
    if deepest(data) > _DEPTH:
        raise ParseError(f"it is nested more than {_DEPTH} levels deep", name)
    data = _OWN.sub(_own_context, data)
    parser = engine.parse(
        data,
        format=engine.RdfFormat.JSON_LD,
        base_iri=_BASE,
        lenient=True,  # only then does the parser hand over what it would drop
        rename_blank_nodes=True,
    )
    try:
        for quad in parser:
            _check(quad, name)
            yield quad
    except SyntaxError as error:
        raise diagnosis.explain(error, data, name) from None


def deepest(data: bytes) -> int:
    """Count the levels of nesting of a JSON text."""
    brackets = _STRING.sub(b"", data).translate(None, _NOT_BRACKETS)
    return max(accumulate(map(_STEPS.__getitem__, brackets)), default=0)


def _own_context(found: re.Match[bytes]) -> bytes:
    """Put the context in the place of its IRI, on one line, so that lines stay what they are."""
    text = (resources.folder("ontology") / "context.jsonld").read_bytes()
    context = text[text.index(b"{", text.index(b'"@context"')) : text.rindex(b"}")]
    return found.group(1) + b" ".join(context.split())


def _check(quad: engine.Quad, name: str) -> None:
    try:
        for term in quad:
            if isinstance(term, engine.NamedNode):
                _check_iri(term.value)
            elif isinstance(term, engine.Literal):
                _check_literal(term)
    except ValueError as problem:
        subject = str(quad.subject).replace(_BASE, "")
        raise ParseError(f"{problem} (in what is said of {subject})", name) from None


@lru_cache(1 << 16)
def _check_iri(value: str) -> None:
    if value.startswith(_BASE):
        relative = value.removeprefix(_BASE)
        raise ValueError(f"relative IRI <{relative}>: write it in full, or declare a @base")
    try:
        engine.NamedNode(value)
    except ValueError as problem:
        if ":" not in value:
            text = f"the context does not say what {value!r} means: map it to an IRI, or to null"
            raise ValueError(text) from None
        raise ValueError(f"{value!r} is not an IRI: {problem}") from None


def _check_literal(term: engine.Literal) -> None:
    if term.language is None:
        _check_iri(term.datatype.value)
        return
    try:
        engine.Literal(term.value, language=term.language)
    except ValueError as problem:
        raise ValueError(f"{term.language!r} is not a language tag: {problem}") from None
