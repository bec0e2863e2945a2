"""Compact JSON-LD by the project's own context, in one fixed form for the same statements.

rdflib's writer loses statements where a value does not fit a term's coercion, and pyld (3.3)
writes ill-formed language maps where a context renames keywords, as ours does. This one writes a
value under a term only where the term means just that value; any other value stands beside it under
the predicate's prefixed name, with its type.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from rdflib import RDF, XSD, BNode, Literal, URIRef

from kg import ntriples, resources, turtle
from kg.blanks import Blanks
from kg.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from kg.blanks import Pair
    from kg.store.base import Subject, Term, Triple

_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,14}")
"""Lexical forms that come back the same from a JSON number, which is exact up to 2**53."""
_EARLY = {"id": 0, "type": 1, "label": 2}


@dataclass(frozen=True)
class Coercion:
    """A term of the context: its name, and what it takes its values for.

    :param type: ``@id``, ``@vocab``, a datatype's IRI; None: its values say themselves
    :param by_language: its values are texts, in a map by language
    """

    name: str
    type: str | None = None
    by_language: bool = False


class Context:
    """The context's terms, by what they stand for.

    :param content: what stands under ``@context``: keywords' other names, prefixes, terms
    """

    def __init__(self, content: Mapping[str, Any]) -> None:
        self._names = frozenset(content)
        self._vocabulary: str = content["@vocab"]
        namespaces = {
            name: value
            for name, value in content.items()
            if name[0] != "@" and isinstance(value, str) and value.endswith(("#", "/"))
        }
        self._prefixes = {namespace: name for name, namespace in namespaces.items()}
        self._schemes = tuple(f"{name}:" for name in namespaces)
        self.terms: dict[str, Coercion] = {}

        def full(name: str) -> str:
            prefix, _, local = name.partition(":")
            return namespaces[prefix] + local

        for name, value in content.items():
            if isinstance(value, dict):
                type_ = value.get("@type")
                coerced = full(type_) if type_ is not None and type_[0] != "@" else type_
                by_language = value.get("@container") == "@language"
                self.terms[full(value["@id"])] = Coercion(name, coerced, by_language)
            elif name[0] != "@" and value[0] != "@" and name not in namespaces:
                self.terms[full(value)] = Coercion(name)

    def iri(self, iri: str) -> str:
        """Shorten an IRI by a prefix, where it has one.

        :raises FormatError: it would be read as a prefixed name
        """
        iri = str(iri)
        cut = max(iri.rfind("#"), iri.rfind("/")) + 1
        prefix = self._prefixes.get(iri[:cut])
        if prefix is not None and cut < len(iri):
            return f"{prefix}:{iri[cut:]}"
        if iri.startswith(self._schemes):
            raise FormatError(f"with its context JSON-LD cannot name <{iri}>; take another format")
        return iri

    def word(self, iri: str) -> str:
        """Shorten an IRI where a word of the vocabulary is expected: a type, a value of a list."""
        iri = str(iri)
        if (term := self.terms.get(iri)) is not None:
            return term.name
        local = iri.removeprefix(self._vocabulary)
        if local != iri and local and local not in self._names and ":" not in local:
            return local
        return self.iri(iri)


@cache
def own_context() -> Context:
    """Read the context that the package ships."""
    text = (resources.folder("ontology") / "context.jsonld").read_text(encoding="utf-8")
    return Context(json.loads(text)["@context"])


def write(triples: Collection[Triple], about: str, address: str) -> str:
    """Write triples as one document.

    :param about: whose node comes first
    :param address: where the context can be had; it stands for it in the document
    :raises FormatError: an IRI that cannot be told from a prefixed name
    """
    nodes = _Nodes(triples, own_context()).all(about)
    document = {"@context": address, "graph": nodes}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


class _Nodes:
    def __init__(self, triples: Collection[Triple], context: Context) -> None:
        self._context = context
        self._pairs: defaultdict[Subject, list[Pair]] = defaultdict(list)
        for subject, predicate, object_ in sorted(triples, key=_order):
            self._pairs[subject].append((predicate, object_))
        blank = ((*t, None) for t in triples if isinstance(t[0], BNode) or isinstance(t[2], BNode))
        self._blanks = Blanks(blank, merged=True)

    def all(self, about: str) -> list[dict[str, Any]]:
        """Return a node object for each subject that is not written in place."""
        named = (subject for subject in self._pairs if subject not in self._blanks.inline)
        ordered = sorted(named, key=lambda s: (s != URIRef(about), *turtle.subject_key(s)))
        return [self._node(subject) for subject in ordered]

    def _node(self, subject: Subject) -> dict[str, Any]:
        values: defaultdict[str, list[Any]] = defaultdict(list)
        texts: defaultdict[str, defaultdict[str, list[str]]]
        texts = defaultdict(lambda: defaultdict(list))
        for predicate, object_ in self._pairs[subject]:
            term = self._context.terms.get(str(predicate))
            if predicate == RDF.type and isinstance(object_, URIRef):
                values["type"].append(self._context.word(object_))
            elif term is None or not _fits(object_, term):
                values[self._context.iri(predicate)].append(self._value(object_))
            elif term.by_language and isinstance(object_, Literal):
                texts[term.name][str(object_.language)].append(str(object_))
            else:
                values[term.name].append(self._coerced(object_, term))
        node = {key: _one(found) for key, found in values.items()}
        node |= {
            key: {language: _one(found) for language, found in by_language.items()}
            for key, by_language in texts.items()
        }
        if subject not in self._blanks.inline | self._blanks.anonymous:
            node["id"] = self._id(subject)
        return {key: node[key] for key in sorted(node, key=_key_order)}

    def _id(self, subject: Subject) -> str:
        return f"_:{subject}" if isinstance(subject, BNode) else self._context.iri(subject)

    def _coerced(self, value: Term, term: Coercion) -> object:
        """Write a value whose type the term says."""
        if term.type is None or isinstance(value, BNode):
            return self._value(value)
        if isinstance(value, URIRef):
            return self._context.word(value) if term.type == "@vocab" else self._context.iri(value)
        return _native(value)

    def _value(self, value: Term) -> object:
        """Write a value with all that is to be said of it."""
        if isinstance(value, Literal):
            return self._literal(value)
        if isinstance(value, BNode) and value in self._blanks.inline:
            items = self._blanks.items(value)
            if items is not None:
                return {"@list": [self._value(item) for item in items]}
            return self._node(value)
        return {"id": self._id(value)}

    def _literal(self, literal: Literal) -> object:
        if literal.language is not None:
            return {"language": literal.language, "value": str(literal)}
        if literal.datatype is None or literal.datatype == XSD.string:
            return str(literal)
        native = _native(literal)
        if not isinstance(native, str) and literal.datatype in {XSD.boolean, XSD.integer}:
            return native
        return {"type": self._context.iri(literal.datatype), "value": str(literal)}


def _fits(value: Term, term: Coercion) -> bool:
    """Tell whether a term's coercion makes just this value."""
    if term.type in {"@id", "@vocab"}:
        return not isinstance(value, Literal)
    if term.by_language:
        return isinstance(value, Literal) and value.language is not None
    if term.type is not None:
        return isinstance(value, Literal) and str(value.datatype) == term.type
    return True


def _native(literal: Literal) -> str | int | bool:
    """Return JSON's own value where it comes back as the same lexical form, else the text."""
    if literal.datatype == XSD.boolean and str(literal) in {"true", "false"}:
        return str(literal) == "true"
    whole = literal.datatype in {XSD.integer, XSD.nonNegativeInteger}
    return int(literal) if whole and _INTEGER.fullmatch(literal) else str(literal)


def _one(values: list[Any]) -> object:
    return values[0] if len(values) == 1 else values


def _key_order(key: str) -> tuple[int, str]:
    return _EARLY.get(key, len(_EARLY)), key


def _order(triple: Triple) -> tuple[object, ...]:
    """Sort by predicate, then IRIs before literals before blank nodes."""
    _, predicate, object_ = triple
    if isinstance(object_, Literal):
        return str(predicate), 1, object_.language or "", str(object_.datatype), str(object_)
    return str(predicate), 2 if isinstance(object_, BNode) else 0, *ntriples.natural(object_)
