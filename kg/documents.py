"""Some triples as one document: Turtle, N-Triples, RDF/XML and compact JSON-LD, in a fixed order.

The same statements give the same bytes, but for labels of blank nodes where a format needs them.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from rdflib import RDF, BNode, Literal, URIRef

from kg import compact, formats, ntriples, rdf_xml, turtle
from kg.blanks import Blanks
from kg.errors import FormatError
from kg.terms import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from kg.blanks import Pair
    from kg.formats import Format
    from kg.store.base import Quad, Subject, Triple


def write(triples: Collection[Triple], about: str, format_: Format, context: str) -> bytes:
    """Write triples in one of ``kg.formats.GRAPHS``.

    :param about: what they are about: it comes first in Turtle and JSON-LD
    :param context: the address of the JSON-LD context
    :raises FormatError: the format cannot hold one of the triples, or there is no such writer
    """
    if format_ == formats.JSON_LD:
        return compact.write(triples, about, context).encode()
    if format_ == formats.TURTLE:
        return _turtle(triples, about).encode()
    if (writer := _WRITERS.get(format_)) is None:
        raise FormatError(f"there are no documents in {format_.name}")
    return writer(triples).encode()


def _n_triples(triples: Collection[Triple]) -> str:
    return "".join(sorted(map(_line, triples)))


def _line(triple: Triple) -> str:
    return " ".join(map(ntriples.term, triple)) + " .\n"


def _turtle(triples: Collection[Triple], about: str) -> str:
    """Write what has a fragment of ``about`` for its IRI, such as records, by the empty prefix."""
    home = None if f"{about}#" in PREFIXES.values() else f"{about}#"
    described: defaultdict[Subject, list[Pair]] = defaultdict(list)
    blank: list[Quad] = []
    for subject, predicate, object_ in triples:
        if isinstance(subject, BNode) or isinstance(object_, BNode):
            blank.append((subject, predicate, object_, None))
        else:
            described[subject].append((predicate, object_))
    blanks = Blanks(blank, merged=True)
    subjects = {*described, *blanks.subjects(None)}
    first = subjects & {URIRef(about)}
    writer = turtle.Writer(blanks, None, home)
    blocks = [
        block
        for some in (first, subjects - first)
        for block in writer.blocks(some, lambda subject: described.get(subject, []))
    ]
    return "\n".join(["".join(_declared(triples, home)), *blocks])


def _declared(triples: Collection[Triple], home: str | None) -> Iterator[str]:
    """Declare the prefixes that can be of use for these triples."""
    used = {_namespace(iri) for triple in triples for iri in _iris(triple)}
    for prefix, iri in PREFIXES.items():
        if iri in used:
            yield f"@prefix {prefix}: <{iri}> .\n"
    if home in used:
        yield f"@prefix : <{home}> .\n"


def _iris(triple: Triple) -> Iterator[str]:
    subject, predicate, object_ = triple
    if predicate != RDF.type:
        yield predicate
    for term in (subject, object_):
        if isinstance(term, URIRef):
            yield term
        elif isinstance(term, Literal) and term.datatype is not None:
            yield term.datatype


def _namespace(iri: str) -> str:
    """Cut an IRI behind its last # or /."""
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]


_WRITERS: Mapping[Format, Callable[[Collection[Triple]], str]] = {
    formats.N_TRIPLES: _n_triples,
    formats.RDF_XML: rdf_xml.write,
}
