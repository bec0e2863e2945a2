"""Turtle that a person likes to read, in one fixed form for the same statements.

A subject is a block: its types, its labels, then its other predicates by IRI; objects in a fixed
order, each on its line where there are several. Nothing depends on the order in which statements
come in, nor on the labels of blank nodes that can be written in place.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from rdflib import RDF, RDFS, XSD, BNode, Literal, URIRef

from kg import ntriples
from kg.terms import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from kg.blanks import Blanks, Pair
    from kg.store.base import Subject, Term

_INDENT = "    "
_WIDTH = 100
"""Columns that a list may take on one line."""
_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
"""Local names that need no escape: a part of what the grammar (PN_LOCAL) allows."""
_BARE = {
    XSD.boolean: re.compile(r"true|false"),
    XSD.integer: re.compile(r"[+-]?[0-9]+"),
    XSD.decimal: re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    XSD.double: re.compile(r"[+-]?(?:[0-9]+\.[0-9]*|\.?[0-9]+)[eE][+-]?[0-9]+"),
}
"""Lexical forms that the grammar reads as a literal of the datatype."""
_UNSAFE_IN_LONG = re.compile(r'\\|"(?="")|"\Z|[\x00-\x09\x0b-\x1f\x7f]')
_TYPE = RDF.type
_EARLY = {_TYPE: 0, RDFS.label: 1}


def header() -> str:
    """Return the prefix declarations that every block relies on."""
    return "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())


class Writer:
    """Writes blocks for one graph.

    :param home: a namespace with the empty prefix; it has to be declared before the blocks
    """

    def __init__(self, blanks: Blanks, graph: URIRef | None, home: str | None = None) -> None:
        self._blanks, self._graph = blanks, graph
        self._prefixes = {namespace: prefix for prefix, namespace in PREFIXES.items()}
        if home is not None:
            self._prefixes[home] = ""
        self._names: dict[str, str] = {}

    def blocks(
        self, subjects: Iterable[Subject], pairs: Callable[[Subject], list[Pair] | None]
    ) -> Iterator[str]:
        """Write a block for each subject, in order; those without name or label come last.

        :param pairs: returns predicates and objects without blank nodes, None to leave it out
        """
        anonymous = []
        for subject in sorted(subjects, key=subject_key):
            if (said := pairs(subject)) is None:
                continue
            block = self._block(subject, said)
            if subject in self._blanks.anonymous:
                anonymous.append(block)
            else:
                yield block
        yield from sorted(anonymous)

    def _block(self, subject: Subject, pairs: list[Pair]) -> str:
        if subject in self._blanks.anonymous:
            return f"{self._brackets(subject, pairs, '')} .\n"
        return f"{self._node(subject)}{self._statements(subject, pairs, _INDENT)} .\n"

    def name(self, iri: str) -> str:
        """Write an IRI, by a prefix where the local name needs no escape."""
        found = self._names.get(iri)
        if found is None:
            found = self._names[iri] = self._make_name(iri)
        return found

    def _make_name(self, iri: str) -> str:
        cut = max(iri.rfind("#"), iri.rfind("/")) + 1
        prefix = self._prefixes.get(iri[:cut])
        if prefix is None or not _LOCAL.fullmatch(iri, cut):
            return ntriples.iri(iri)
        return f"{prefix}:{iri[cut:]}"

    def _node(self, node: Subject) -> str:
        return f"_:{node}" if isinstance(node, BNode) else self.name(node)

    def _statements(self, subject: Subject, pairs: Iterable[Pair], indent: str) -> str:
        objects: defaultdict[URIRef, list[Term]] = defaultdict(list)
        for predicate, object_ in pairs:
            objects[predicate].append(object_)
        for predicate, object_ in self._blanks.pairs(subject, self._graph):
            objects[predicate].append(object_)
        lines = [
            f"\n{indent}{self._verb(predicate)} {self._objects(objects[predicate], indent)}"
            for predicate in sorted(objects, key=_predicate_key)
        ]
        return " ;".join(lines)

    def _verb(self, predicate: URIRef) -> str:
        return "a" if predicate == _TYPE else self.name(predicate)

    def _objects(self, objects: list[Term], indent: str) -> str:
        if len(objects) == 1:
            return self._object(objects[0], indent)
        deeper = indent + _INDENT
        texts = sorted((_object_key(o), self._object(o, deeper)) for o in objects)
        return f" ,\n{deeper}".join(text for _, text in texts)

    def _object(self, term: Term, indent: str) -> str:
        if isinstance(term, URIRef):
            return self.name(term)
        if isinstance(term, Literal):
            return self._literal(term)
        if term not in self._blanks.inline:
            return f"_:{term}"
        items = self._blanks.items(term)
        return self._brackets(term, (), indent) if items is None else self._list(items, indent)

    def _brackets(self, node: Subject, pairs: Iterable[Pair], indent: str) -> str:
        inner = self._statements(node, pairs, indent + _INDENT)
        return f"[{inner}\n{indent}]" if inner else "[ ]"

    def _list(self, items: list[Term], indent: str) -> str:
        deeper = indent + _INDENT
        texts = [self._object(item, deeper) for item in items]
        line = f"( {' '.join(texts)} )"
        if len(indent) + len(line) <= _WIDTH and "\n" not in line:
            return line
        return f"(\n{deeper}" + f"\n{deeper}".join(texts) + f"\n{indent})"

    def _literal(self, literal: Literal) -> str:
        if literal.language is not None:
            return f"{_string(literal)}@{literal.language}"
        datatype = literal.datatype
        if datatype is None or datatype == XSD.string:
            return _string(literal)
        bare = _BARE.get(datatype)
        if bare is not None and bare.fullmatch(literal):
            return str(literal)
        return f"{_string(literal)}^^{self.name(datatype)}"


def _string(value: str) -> str:
    """Write a string; one of several lines in three double quotes, line by line."""
    if "\n" not in value:
        return ntriples.string(value)
    text = _UNSAFE_IN_LONG.sub(lambda found: ntriples.escape(found.group()), value)
    return f'"""{text}"""'


def subject_key(subject: Subject) -> tuple[object, ...]:
    """Sort IRIs before blank nodes, each in their natural order."""
    return (isinstance(subject, BNode), *ntriples.natural(subject))


def _predicate_key(predicate: URIRef) -> tuple[int, str]:
    return _EARLY.get(predicate, len(_EARLY)), str(predicate)


def _object_key(term: Term) -> tuple[object, ...]:
    """Sort IRIs before literals before blank nodes; blank nodes then by their text."""
    if isinstance(term, URIRef):
        return (0, *ntriples.natural(term))
    if isinstance(term, Literal):
        return (1, term.language or "", str(term.datatype or ""), str(term))
    return (2,)
