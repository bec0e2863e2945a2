"""Terms and paths for people: IRIs shortened by the known prefixes, literals as in Turtle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rdflib import Literal, URIRef
from rdflib.paths import InvPath, SequencePath

from kg.terms import PREFIXES

if TYPE_CHECKING:
    from rdflib.paths import Path
    from rdflib.term import Node

LONGEST = 100
"""Characters of a literal that are shown; the rest is an ellipsis."""

_SHORTEST_LAST = sorted(PREFIXES.items(), key=lambda item: -len(item[1]))


def curie(iri: str) -> str:
    """Shorten an IRI to ``prefix:rest``; what no prefix fits is put in angle brackets."""
    for prefix, namespace in _SHORTEST_LAST:
        if iri.startswith(namespace) and iri != namespace:
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return f"<{iri}>"


def shown(term: Node) -> str:
    """Write a term on one line, cut to a readable length."""
    if isinstance(term, URIRef):
        return curie(term)
    if not isinstance(term, Literal):
        return term.n3()
    text = str(term) if len(term) <= LONGEST else str(term)[: LONGEST - 1] + "…"
    quoted = Literal(text).n3() if "\n" not in text else Literal(" ".join(text.split())).n3()
    if term.language is not None:
        return f"{quoted}@{term.language}"
    return quoted if term.datatype is None else f"{quoted}^^{curie(term.datatype)}"


def route(path: Node | Path) -> str:
    """Write a predicate or a path as in SPARQL; TypeError for a path the shapes do not use."""
    if isinstance(path, URIRef):
        return curie(path)
    if isinstance(path, InvPath):
        return f"^{route(path.arg)}"
    if isinstance(path, SequencePath):
        return "/".join(route(step) for step in path.args)
    raise TypeError(f"a {type(path).__name__} is not supported: {path}")
