"""Dumps: a whole revision as one document, the same bytes for the same statements everywhere.

The graphs come in a fixed order and one at a time: memory holds one graph, and those statements of
all that mention blank nodes. Loaded into an empty store, a TriG, N-Quads or JSON-LD dump gives the
same dataset, and a Turtle dump the union of its graphs. A snapshot has no unnamed graph.

JSON-LD is written in expanded form: it has no context to fetch, and no IRI in it can be mistaken
for a prefixed name.
"""

from __future__ import annotations

import json
import os
import zlib
from collections import defaultdict
from itertools import chain
from typing import TYPE_CHECKING

from rdflib import RDF, XSD, BNode, Literal

from kg import formats, iris, ntriples, turtle
from kg.blanks import Blanks
from kg.errors import FormatError, StorageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from rdflib import URIRef

    from kg.blanks import Pair
    from kg.formats import Format
    from kg.store.base import Quad, Snapshot, Subject, Term

_FIRST = (
    iris.ONTOLOGY_GRAPH,
    iris.SHAPES_GRAPH,
    iris.ENTITIES_GRAPH,
    iris.LINKS_GRAPH,
    iris.CATALOG_GRAPH,
)
"""The graphs that come first, in this order; the others follow by their names."""
_CHUNK = 1 << 16
"""Characters that are gathered before they are handed on."""


def dump(snapshot: Snapshot, format_: Format) -> Iterator[bytes]:
    """Write a revision in one of the formats for dumps, piece by piece.

    :raises FormatError: ``format_`` is not one of ``kg.formats.DUMPS``
    """
    if (write_ := _WRITERS.get(format_)) is None:
        known = ", ".join(item.name for item in formats.DUMPS)
        raise FormatError(f"there is no dump in {format_.name}; there are {known}")
    return _gathered(write_(snapshot))


def gzipped(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Compress; the header holds neither a time nor a name."""
    packer = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
    for chunk in chunks:
        if packed := packer.compress(chunk):
            yield packed
    yield packer.flush()


def write(target: Path, chunks: Iterable[bytes]) -> None:
    """Write a file whole or not at all: what was there before stays until the new one is done.

    :raises StorageError: the disk is full, or it cannot be written there
    """
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        try:
            with part.open("wb") as file:
                for chunk in chunks:
                    file.write(chunk)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(f"{target} cannot be written: {error.strerror or error}") from None


def _gathered(texts: Iterable[str]) -> Iterator[bytes]:
    waiting: list[str] = []
    size = 0
    for text in texts:
        waiting.append(text)
        size += len(text)
        if size > _CHUNK:
            yield "".join(waiting).encode()
            waiting, size = [], 0
    yield "".join(waiting).encode()


def _ordered(names: Iterable[URIRef]) -> list[URIRef]:
    ranks = {name: rank for rank, name in enumerate(_FIRST)}
    return sorted(names, key=lambda name: (ranks.get(name, len(_FIRST)), ntriples.natural(name)))


def _n_quads(snapshot: Snapshot) -> Iterator[str]:
    blank = _by_graph(snapshot.blank_quads())
    for name in _ordered(snapshot.graph_names()):
        terms = _Terms()
        graph = terms[name]
        yield from sorted(
            f"{terms[s]} {terms[p]} {ntriples.term(o)} {graph} .\n"
            for s, p, o, _ in chain(_ground(snapshot.quads(graph=name)), blank[name])
        )


class _Terms(dict["Subject", str]):
    """Subjects and predicates, each written once."""

    def __missing__(self, term: Subject) -> str:
        self[term] = ntriples.term(term)
        return self[term]


def _trig(snapshot: Snapshot) -> Iterator[str]:
    yield turtle.header()
    blanks = Blanks(snapshot.blank_quads(), merged=False)
    for name in _ordered(snapshot.graph_names()):
        home = _home(name)
        writer = turtle.Writer(blanks, name, home)
        described = _described(_ground(snapshot.quads(graph=name)))
        subjects = {*described, *blanks.subjects(name)}
        yield "\n" if home is None else f"\n@prefix : <{home}> .\n"
        yield f"{writer.name(name)} {{\n"
        for block in writer.blocks(subjects, described.__getitem__):
            yield f"\n{block}"
        yield "\n}\n"


def _turtle(snapshot: Snapshot) -> Iterator[str]:
    """Write each subject once, in the section of the first graph that describes it."""
    yield turtle.header()
    blanks = Blanks(snapshot.blank_quads(), merged=True)
    done: set[URIRef | None] = set()

    def pairs(subject: Subject) -> list[Pair] | None:
        quads = [] if isinstance(subject, BNode) else list(snapshot.quads(subject))
        if not done.isdisjoint({quad[3] for quad in quads}.union(blanks.homes(subject))):
            return None
        return list(dict.fromkeys((p, o) for _, p, o, _ in _ground(quads)))

    for name in _ordered(snapshot.graph_names()):
        named = (s for s in snapshot.subjects(name) if not isinstance(s, BNode))
        subjects = {*named, *blanks.subjects(name)}
        home = _home(name)
        heading = f"\n\n# {name}\n" + ("" if home is None else f"@prefix : <{home}> .\n")
        for block in turtle.Writer(blanks, name, home).blocks(subjects, pairs):
            yield f"{heading}\n{block}"
            heading = ""
        done.add(name)


def _home(name: URIRef) -> str | None:
    """Return the namespace of a graph's own records, which are written with the empty prefix."""
    return f"{name}#" if iris.article_of(name) == name else None


def _json_ld(snapshot: Snapshot) -> Iterator[str]:
    blank = _by_graph(snapshot.blank_quads())
    start = '{"@graph":[\n'
    for name in _ordered(snapshot.graph_names()):
        described = _described(chain(_ground(snapshot.quads(graph=name)), blank[name]))
        yield f'{start}{{"@id":{_json(name)},"@graph":['
        nodes = (_node(s, described[s]) for s in sorted(described, key=turtle.subject_key))
        yield ",".join(nodes)
        yield "\n]}"
        start = ",\n"
    yield "\n]}\n" if start == ",\n" else '{"@graph":[]}\n'


def _node(subject: Subject, pairs: Iterable[Pair]) -> str:
    values: defaultdict[str, list[str]] = defaultdict(list)
    for predicate, object_ in pairs:
        if predicate == RDF.type and not isinstance(object_, Literal):
            values["@type"].append(_json(_id(object_)))
        else:
            values[predicate].append(_value(object_))
    lines = [f",\n {_json(key)}:[{','.join(sorted(values[key]))}]" for key in sorted(values)]
    return f'\n{{"@id":{_json(_id(subject))}{"".join(lines)}}}'


def _value(term: Term) -> str:
    if not isinstance(term, Literal):
        return f'{{"@id":{_json(_id(term))}}}'
    if term.language is not None:
        return f'{{"@value":{_json(term)},"@language":{_json(term.language)}}}'
    if term.datatype is None or term.datatype == XSD.string:
        return f'{{"@value":{_json(term)}}}'
    return f'{{"@value":{_json(term)},"@type":{_json(term.datatype)}}}'


def _id(term: Subject) -> str:
    return f"_:{term}" if isinstance(term, BNode) else str(term)


def _ground(quads: Iterable[Quad]) -> Iterator[Quad]:
    """Leave out the quads that mention a blank node; isinstance would take a tenth of a dump."""
    return (q for q in quads if type(q[0]) is not BNode and type(q[2]) is not BNode)


def _described(quads: Iterable[Quad]) -> defaultdict[Subject, list[Pair]]:
    described: defaultdict[Subject, list[Pair]] = defaultdict(list)
    for subject, predicate, object_, _ in quads:
        described[subject].append((predicate, object_))
    return described


def _by_graph(quads: Iterable[Quad]) -> defaultdict[URIRef | None, list[Quad]]:
    graphs: defaultdict[URIRef | None, list[Quad]] = defaultdict(list)
    for quad in quads:
        graphs[quad[3]].append(quad)
    return graphs


_json = json.JSONEncoder(ensure_ascii=False).encode
_WRITERS: Mapping[Format, Callable[[Snapshot], Iterator[str]]] = {
    formats.TURTLE: _turtle,
    formats.TRIG: _trig,
    formats.N_QUADS: _n_quads,
    formats.JSON_LD: _json_ld,
}
