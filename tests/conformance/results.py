"""Results as rows: solutions in every format there is, booleans, and graphs."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat

from tests.conformance.comparison import by_value, same, same_within

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from tests.conformance.comparison import Row, Term

_RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
_SRX = "{http://www.w3.org/2005/sparql-results#}"
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"

MEDIA_TYPES = {
    "srx": "application/sparql-results+xml",
    "srj": "application/sparql-results+json",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
}
RDF_FORMATS = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "rdf": RdfFormat.RDF_XML,
}


@dataclass(frozen=True)
class Solutions:
    """Rows of a SELECT, each with a value or None for each of ``variables``, in their order."""

    variables: tuple[str, ...]
    rows: tuple[Row, ...]
    ordered: bool = False


@dataclass(frozen=True)
class Triples:
    """A graph, as rows of three."""

    rows: tuple[Row, ...]


Result = Solutions | Triples | bool


@dataclass(frozen=True)
class Exact:
    """What is compared as it is written: ``literals``, but not in ``computed`` variables.

    SPARQL defines the value of an expression, and not how it is written. But what comes from the
    data comes back as it was.
    """

    literals: frozenset[Term] = frozenset()
    computed: Collection[str] = ()

    def of(self, variable: str) -> frozenset[Term]:
        """Return the literals that are exact in a variable."""
        return frozenset() if variable in self.computed else self.literals


NOTHING = Exact()


def agree(expected: Result, actual: Result, exact: Exact = NOTHING, *, lax: bool = False) -> bool:
    """Tell whether a result is the expected one; ``lax``: duplicates may be missing."""
    if isinstance(expected, bool) or isinstance(actual, bool):
        return expected is actual
    if isinstance(expected, Triples) or isinstance(actual, Triples):
        alike = isinstance(expected, Triples) and isinstance(actual, Triples)
        return alike and same(_once(expected.rows, exact), _once(actual.rows, exact))
    if sorted(expected.variables) != sorted(actual.variables):
        return False
    names = expected.variables
    ours, theirs = _columns(expected, names, exact), _columns(actual, names, exact)
    return same_within(ours, theirs) if lax else same(ours, theirs, ordered=expected.ordered)


def _columns(solutions: Solutions, names: tuple[str, ...], exact: Exact) -> list[Row]:
    """Return the rows with their values in the order of ``names``, numbers written in one way."""
    places = [(solutions.variables.index(name), exact.of(name)) for name in names]
    return [
        tuple(by_value((row[place],), kept)[0] for place, kept in places) for row in solutions.rows
    ]


def _once(rows: Iterable[Row], exact: Exact) -> list[Row]:
    return list({by_value(row, exact.literals) for row in rows})


def read(content: bytes, ending: str, base: str = "") -> Result:
    """Read a result by its file ending; ValueError where it is not well formed."""
    readers = {"srx": _xml, "srj": _json, "csv": _csv, "tsv": _tsv}
    if ending in readers:
        return readers[ending](content)
    rows = tuple(triples(content, ending, base))
    if any(row[2] == NamedNode(_RS + "ResultSet") for row in rows):
        return _described(rows)
    return Triples(rows)


def triples(content: bytes, ending: str, base: str) -> Iterator[Row]:
    """Parse RDF; blank nodes get labels that no other file has. SyntaxError: ill-formed RDF."""
    format_ = RDF_FORMATS[ending]
    for quad in ox.parse(content, format_, base_iri=base or None, rename_blank_nodes=True):
        yield quad.subject, quad.predicate, quad.object


def _json(content: bytes) -> Result:
    whole = json.loads(content)
    if "boolean" in whole:
        return bool(whole["boolean"])
    variables = tuple(whole["head"]["vars"])
    rows = whole["results"]["bindings"]
    for row in rows:
        if not row.keys() <= set(variables):
            raise ValueError("a binding of a variable that head does not name")
    return Solutions(variables, tuple(_aligned(row, variables) for row in rows))


def _aligned(row: Mapping[str, Mapping[str, str]], variables: tuple[str, ...]) -> Row:
    return tuple(_json_term(row[name]) if name in row else None for name in variables)


def _json_term(term: Mapping[str, str]) -> Term:
    return _term(term["type"], term["value"], term.get("xml:lang"), term.get("datatype"))


def _term(kind: str, value: str, language: str | None, datatype: str | None) -> Term:
    if kind == "uri":
        return NamedNode(value)
    if kind == "bnode":
        return BlankNode(value)
    if kind not in {"literal", "typed-literal"}:
        raise ValueError(f"a term of the kind {kind}")
    if language:
        return Literal(value, language=language)
    return Literal(value, datatype=NamedNode(datatype)) if datatype else Literal(value)


def _xml(content: bytes) -> Result:
    root = ET.fromstring(content)  # noqa: S314  # the suite's and our own server's
    if (boolean := root.find(_SRX + "boolean")) is not None:
        return {"true": True, "false": False}[(boolean.text or "").strip()]
    variables = tuple(node.attrib["name"] for node in root.iterfind(f"{_SRX}head/{_SRX}variable"))
    rows = []
    for result in root.iterfind(f"{_SRX}results/{_SRX}result"):
        bound = {node.attrib["name"]: _xml_term(node[0]) for node in result}
        if not bound.keys() <= set(variables):
            raise ValueError("a binding of a variable that head does not name")
        rows.append(tuple(bound.get(name) for name in variables))
    return Solutions(variables, tuple(rows))


def _xml_term(node: ET.Element) -> Term:
    language = node.get("{http://www.w3.org/XML/1998/namespace}lang")
    return _term(node.tag.removeprefix(_SRX), node.text or "", language, node.get("datatype"))


def _csv(content: bytes) -> Result:
    """Read CSV, which has strings alone; only blank nodes can be told from them."""
    head, *lines = csv.reader(io.StringIO(content.decode("utf-8"), newline=""))
    return Solutions(tuple(head), tuple(tuple(map(_csv_term, line)) for line in lines))


def _csv_term(cell: str) -> Term:
    return BlankNode(cell.removeprefix("_:")) if cell.startswith("_:") else Literal(cell)


def _tsv(content: bytes) -> Result:
    head, *lines = content.decode("utf-8").removesuffix("\n").split("\n")
    variables = tuple(name.removeprefix("?") for name in head.rstrip("\r").split("\t"))
    rows = tuple(tuple(map(_tsv_term, line.rstrip("\r").split("\t"))) for line in lines)
    return Solutions(variables, rows)


def _tsv_term(cell: str) -> Term | None:
    if not cell:
        return None
    if cell.startswith("_:"):
        return BlankNode(cell.removeprefix("_:"))
    ((_, _, term),) = triples(f"<x:s> <x:p> {cell} .".encode(), "ttl", "")
    return term


def _described(rows: tuple[Row, ...]) -> Result:
    """Read the RDF vocabulary for results of the SPARQL 1.0 suites."""

    def values(subject: Term | None, name: str) -> list[Term | None]:
        return [o for s, p, o in rows if s == subject and p == NamedNode(_RS + name)]

    (table,) = (
        s for s, p, o in rows if p == NamedNode(_TYPE) and o == NamedNode(_RS + "ResultSet")
    )
    for boolean in values(table, "boolean"):
        return isinstance(boolean, Literal) and boolean.value == "true"
    variables = tuple(sorted(_string(name) for name in values(table, "resultVariable")))
    found: list[tuple[int, Row]] = []
    ordered = False
    for solution in values(table, "solution"):
        bound = {}
        for binding in values(solution, "binding"):
            (name,), (value,) = values(binding, "variable"), values(binding, "value")
            bound[_string(name)] = value
        place = values(solution, "index")
        ordered = ordered or bool(place)
        row = tuple(bound.get(name) for name in variables)
        found.append((int(_string(place[0])) if place else 0, row))
    found.sort(key=lambda pair: pair[0])
    return Solutions(variables, tuple(row for _, row in found), ordered)


def _string(term: Term | None) -> str:
    if not isinstance(term, Literal):
        raise TypeError(f"{term} is no literal")
    return term.value
