"""RDF/XML in one fixed form for the same statements: subjects, predicates and objects in order.

rdflib's writer takes subjects as its set of them comes, and three times as long.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from rdflib import RDF, XSD, BNode, Literal

from kg import ntriples
from kg.errors import FormatError
from kg.terms import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from kg.store.base import Subject, Term, Triple

_LOCAL = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*\Z")
"""A local name, from its first possible start: the part of XML's NCName that is ASCII."""
_NOT_IN_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(triples: Collection[Triple]) -> str:
    """Write triples as one document.

    :raises FormatError: a predicate that is no name in XML, or a character that XML cannot hold
    """
    names = _names({str(predicate) for _, predicate, _ in triples})
    lines = ['<?xml version="1.0" encoding="utf-8"?>', "<rdf:RDF"]
    lines += [f"  xmlns:{prefix}={quoteattr(iri)}" for prefix, iri in _declared(names)]
    lines[-1] += ">"
    described: Subject | None = None
    for subject, predicate, object_ in sorted(triples, key=_order):
        if subject != described:
            lines += ["</rdf:Description>"] * (described is not None)
            lines.append(f"<rdf:Description {_reference('about', subject)}>")
            described = subject
        lines.append(_statement(names[str(predicate)][0], object_))
    lines += ["</rdf:Description>"] * (described is not None)
    return "\n".join([*lines, "</rdf:RDF>\n"])


def _order(triple: Triple) -> tuple[object, ...]:
    subject, predicate, object_ = triple
    return ntriples.natural(ntriples.term(subject)), predicate, ntriples.term(object_)


def _names(predicates: set[str]) -> dict[str, tuple[str, str]]:
    """Map each predicate to its name with a prefix, and to the namespace of that."""
    prefixes = {iri: prefix for prefix, iri in PREFIXES.items()}
    names = {}
    for predicate in sorted(predicates):
        if (local := _LOCAL.search(predicate)) is None:
            raise FormatError(f"RDF/XML cannot name <{predicate}>; take another format")
        namespace = predicate[: local.start()]
        prefix = prefixes.setdefault(namespace, f"ns{len(prefixes) - len(PREFIXES) + 1}")
        names[predicate] = (f"{prefix}:{local.group()}", namespace)
    return names


def _declared(names: dict[str, tuple[str, str]]) -> Iterator[tuple[str, str]]:
    used = {name.partition(":")[0]: namespace for name, namespace in names.values()}
    yield from sorted((used | {"rdf": str(RDF)}).items())


def _reference(attribute: str, node: Subject) -> str:
    if isinstance(node, BNode):
        return f'rdf:nodeID="b{node}"'
    return f"rdf:{attribute}={quoteattr(node)}"


def _statement(name: str, object_: Term) -> str:
    if not isinstance(object_, Literal):
        return f"  <{name} {_reference('resource', object_)}/>"
    if found := _NOT_IN_XML.search(object_):
        code = f"U+{ord(found.group()):04X}"
        raise FormatError(f"RDF/XML cannot hold the character {code}; take another format")
    extra = ""
    if object_.language is not None:
        extra = f' xml:lang="{object_.language}"'
    elif object_.datatype is not None and object_.datatype != XSD.string:
        extra = f" rdf:datatype={quoteattr(object_.datatype)}"
    return f"  <{name}{extra}>{escape(object_, {chr(13): '&#13;'})}</{name}>"
