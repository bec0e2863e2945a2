"""What a constraint expects and what a node has instead, in a few words for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rdflib import RDF, SH, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.paths import AlternativePath, InvPath, SequencePath

from kg.curies import curie, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rdflib.paths import Path
    from rdflib.term import Node

    Phrase = Callable[[Graph, Node], str]
    Case = tuple[Node, URIRef | Path | None, Node | None]
    """Focus node, path and value of one result."""


def path_of(shapes: Graph, node: Node) -> URIRef | Path:
    """Read a sh:path: a predicate, an inverse path, or a sequence; TypeError for any other."""
    if isinstance(node, URIRef):
        return node
    if (inverse := shapes.value(node, SH.inversePath)) is not None:
        return InvPath(path_of(shapes, inverse))
    if (node, RDF.first, None) in shapes:
        return SequencePath(*(path_of(shapes, step) for step in Collection(shapes, node)))
    raise TypeError(f"this is no path that the shapes use: {node.n3()}")


def expected(shapes: Graph, shape: Node, component: str) -> str:
    """Say what a constraint takes, or "" where the shape's message says it best.

    :param component: the component's name without ``ConstraintComponent``
    """
    phrase = _PHRASES.get(component)
    return "" if phrase is None else phrase(shapes, shape)


def found(data: Graph, shapes: Graph, shape: Node, component: str, case: Case) -> str:
    """Say what a node has where a constraint takes something else."""
    focus, path, value = case
    if path is None and component in {"Or", "Xone"}:
        return _found_of(data, focus, _properties(shapes, shape))
    if value is None:
        return ", ".join(sorted(map(shown, data.objects(focus, path)))) or "nothing"
    if component in {"Class", "Node"} and not isinstance(value, Literal):
        classes = " and ".join(sorted(map(shown, data.objects(value, RDF.type))))
        return f"{shown(value)}, {f'a {classes}' if classes else 'which is not described'}"
    if component == "MaxLength":
        return f"{len(str(value))} characters: {shown(value)}"
    return shown(value)


def _properties(shapes: Graph, shape: Node) -> list[URIRef]:
    """Return the predicates that the alternatives of a sh:or or sh:xone are about."""
    alternatives = AlternativePath(SH["or"], SH.xone)
    return sorted(
        path
        for members in shapes.objects(shape, alternatives)
        for member in Collection(shapes, members)
        for path in shapes.objects(member, SH.property / SH.path)
        if isinstance(path, URIRef)
    )


def _found_of(data: Graph, focus: Node, predicates: list[URIRef]) -> str:
    """Say which of the predicates a node has, and with what values."""
    has = [
        f"{curie(name)} {shown(item)}" for name in predicates for item in data.objects(focus, name)
    ]
    return ", ".join(sorted(has)) or f"none of {', '.join(map(curie, predicates))}"


def _phrase(parameter: URIRef, wording: str) -> Phrase:
    def phrase(shapes: Graph, shape: Node) -> str:
        return wording.format(", ".join(_values(shapes, shape, parameter)))

    return phrase


def _values(shapes: Graph, shape: Node, parameter: URIRef) -> Iterator[str]:
    """Iterate over a parameter's values; a list counts as its members."""
    for value in shapes.objects(shape, parameter):
        for item in Collection(shapes, value) if isinstance(value, BNode) else (value,):
            yield str(item) if isinstance(item, Literal) else shown(item)


def _at_least(shapes: Graph, shape: Node) -> str:
    """Say how many values there have to be, and what they have to be."""
    kinds = {SH["in"]: "In", SH["class"]: "Class", SH.node: "Node", SH.datatype: "Datatype"}
    known = [
        _PHRASES[kind](shapes, shape) for p, kind in kinds.items() if (shape, p, None) in shapes
    ]
    return ": ".join([_phrase(SH.minCount, "at least {}")(shapes, shape), *known])


def _name(shapes: Graph, shape: Node) -> str:
    """Return the English name of the shape that values have."""
    names = shapes.objects(shape, SH.node / SH.name)
    return next(str(name) for name in names if isinstance(name, Literal) and name.language == "en")


def _kind(shapes: Graph, shape: Node) -> str:
    return "an IRI" if (shape, SH.nodeKind, SH.IRI) in shapes else "a text"


def _one_each(_shapes: Graph, _shape: Node) -> str:
    return "one in each language"


_PHRASES: dict[str, Phrase] = {
    "Class": _phrase(SH["class"], "a {}"),
    "Closed": _phrase(SH.ignoredProperties, "only {}"),
    "Datatype": _phrase(SH.datatype, "an {}"),
    "Disjoint": _phrase(SH.disjoint, "no value of {}"),
    "In": _phrase(SH["in"], "one of {}"),
    "LanguageIn": _phrase(SH.languageIn, "a text in one of {}"),
    "MaxCount": _phrase(SH.maxCount, "at most {}"),
    "MaxLength": _phrase(SH.maxLength, "at most {} characters"),
    "MinCount": _at_least,
    "MinLength": _phrase(SH.minLength, "at least {} character"),
    "Node": _name,
    "NodeKind": _kind,
    "Pattern": _phrase(SH.pattern, "what matches {}"),
    "UniqueLang": _one_each,
}
