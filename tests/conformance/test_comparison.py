from __future__ import annotations

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode

from tests.conformance.comparison import Row, by_value, same, same_within
from tests.conformance.results import Exact, Solutions, Triples, agree, read

P, Q = NamedNode("https://example.org/p"), NamedNode("https://example.org/q")
A, B, C = BlankNode("a"), BlankNode("b"), BlankNode("c")
X, Y, Z = BlankNode("x"), BlankNode("y"), BlankNode("z")
DECIMAL = NamedNode("http://www.w3.org/2001/XMLSchema#decimal")
INTEGER = NamedNode("http://www.w3.org/2001/XMLSchema#integer")
DOUBLE = NamedNode("http://www.w3.org/2001/XMLSchema#double")

UNEQUAL: list[tuple[list[Row], list[Row]]] = [
    ([(P,)], []),
    ([(P,), (P,)], [(P,)]),
    ([(P,), (P,), (Q,)], [(P,), (Q,), (Q,)]),
    ([(P,)], [(Literal(P.value),)]),
    ([(None,)], [(Literal(""),)]),
    ([(Literal("a"),)], [(Literal("a", language="en"),)]),
    ([(A, P)], [(P, A)]),
    ([(A, A)], [(X, Y)]),
    ([(A,), (A,)], [(X,), (Y,)]),
    ([(A, P), (B, Q)], [(X, P), (X, Q)]),
    ([(A, P, B), (B, P, A)], [(X, P, X), (Y, P, Y)]),
    (
        [(A, P, B), (B, P, C), (C, P, A)],
        [(X, P, Y), (Y, P, X), (Z, P, Z)],
    ),
]
HEXAGON = [BlankNode(f"h{i}") for i in range(6)]
TRIANGLES = [BlankNode(f"t{i}") for i in range(6)]


@pytest.mark.parametrize(("expected", "actual"), UNEQUAL)
def test_unequal(expected: list[Row], actual: list[Row]) -> None:
    """Rows that no renaming of blank nodes makes alike are not the same, whichever comes first."""
    assert not same(expected, actual)
    assert not same(actual, expected)
    assert same(expected, expected)


def test_regular_graphs() -> None:
    """Blank nodes that look alike one by one are told apart by how they hang together."""
    ring: list[Row] = [(HEXAGON[i], P, HEXAGON[(i + 1) % 6]) for i in range(6)]
    pair: list[Row] = [(TRIANGLES[i], P, TRIANGLES[i // 3 * 3 + (i + 1) % 3]) for i in range(6)]
    turned: list[Row] = [(HEXAGON[i], P, HEXAGON[i - 5]) for i in range(6)]
    assert not same(ring, pair)
    assert same(ring, turned)


def test_renamed() -> None:
    """Rows that differ in the labels of blank nodes and in their order are the same."""
    assert same([(A, P, B), (B, P, Q)], [(X, P, Q), (Y, P, X)])


def test_order() -> None:
    """Where the order counts, the same rows in another order are not the same."""
    assert same([(P,), (Q,)], [(Q,), (P,)])
    assert not same([(P,), (Q,)], [(Q,), (P,)], ordered=True)
    assert same([(A,), (Q,)], [(X,), (Q,)], ordered=True)


def test_lax() -> None:
    """Under REDUCED a row may come fewer times, but neither never nor oftener."""
    assert same_within([(P,), (P,), (Q,)], [(P,), (Q,)])
    assert not same_within([(P,), (Q,)], [(P,)])
    assert not same_within([(P,), (Q,)], [(P,), (P,), (Q,)])
    assert not same_within([(P,)], [(P,), (Q,)])


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (Literal("1.0", datatype=DECIMAL), Literal("1", datatype=DECIMAL), True),
        (Literal("1E1", datatype=DOUBLE), Literal("10", datatype=DOUBLE), True),
        (Literal("01", datatype=INTEGER), Literal("1", datatype=INTEGER), True),
        (Literal("x", language="en-GB"), Literal("x", language="en-gb"), True),
        (Literal("1", datatype=DECIMAL), Literal("1", datatype=INTEGER), False),
        (Literal("1", datatype=INTEGER), Literal("2", datatype=INTEGER), False),
        (Literal("1.0"), Literal("1"), False),
        (Literal("x", datatype=INTEGER), Literal("y", datatype=INTEGER), False),
    ],
)
def test_numbers(one: Literal, other: Literal, *, alike: bool) -> None:
    """Numbers of one datatype go by value; strings, and other datatypes, do not."""
    assert (by_value((one,)) == by_value((other,))) is alike


def test_exact() -> None:
    """A number from the data has to come back as it was, one that was computed has not."""
    written, other = Literal("01", datatype=INTEGER), Literal("1", datatype=INTEGER)
    expected, actual = Solutions(("v",), ((written,),)), Solutions(("v",), ((other,),))
    assert agree(expected, actual)
    assert not agree(expected, actual, Exact(frozenset({written})))
    assert agree(expected, actual, Exact(frozenset({written}), ("v",)))
    assert not agree(
        Triples(((P, P, written),)), Triples(((P, P, other),)), Exact(frozenset({written}))
    )


def test_forms() -> None:
    """Booleans, solutions and graphs are never the same as one another; variables count."""
    empty = Solutions((), ())
    assert not agree(True, False)
    assert not agree(empty, False)
    assert not agree(empty, Triples(()))
    assert not agree(Solutions(("a",), ((P,),)), Solutions(("b",), ((P,),)))
    assert not agree(Solutions(("a", "b"), ((P, Q),)), Solutions(("b", "a"), ((P, Q),)))
    assert agree(Solutions(("a", "b"), ((P, Q),)), Solutions(("b", "a"), ((Q, P),)))


SRX = """<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head><variable name="a"/>
<variable name="b"/></head><results><result><binding name="a"><uri>https://example.org/p</uri>
</binding></result><result><binding name="b"><literal xml:lang="en">x</literal></binding></result>
</results></sparql>"""
SRJ = """{"head": {"vars": ["a", "b"]}, "results": {"bindings": [
{"a": {"type": "uri", "value": "https://example.org/p"}},
{"b": {"type": "literal", "value": "x", "xml:lang": "en"}}]}}"""
TSV = '?a\t?b\n<https://example.org/p>\t\n\t"x"@en\n'
TTL = """@prefix rs: <http://www.w3.org/2001/sw/DataAccess/tests/result-set#> .
[] a rs:ResultSet ; rs:resultVariable "a", "b" ;
  rs:solution [ rs:index 2 ; rs:binding [ rs:variable "b" ; rs:value "x"@en ] ] ,
    [ rs:index 1 ; rs:binding [ rs:variable "a" ; rs:value <https://example.org/p> ] ] ."""
ROWS = ((P, None), (None, Literal("x", language="en")))


@pytest.mark.parametrize(
    ("text", "ending", "ordered"),
    [(SRX, "srx", False), (SRJ, "srj", False), (TSV, "tsv", False), (TTL, "ttl", True)],
)
def test_formats(text: str, ending: str, *, ordered: bool) -> None:
    """Each format of solutions is read to the same rows; an index makes the order count."""
    assert read(text.encode(), ending) == Solutions(("a", "b"), ROWS, ordered)


def test_csv() -> None:
    """CSV has strings alone, but for blank nodes."""
    expected = Solutions(("a", "b"), ((Literal("1,5"), BlankNode("n")),))
    assert read(b'a,b\r\n"1,5",_:n\r\n', "csv") == expected


def test_booleans() -> None:
    """A boolean is read from XML, JSON and RDF."""
    rdf = "[] a <http://www.w3.org/2001/sw/DataAccess/tests/result-set#ResultSet> ; "
    rdf += "<http://www.w3.org/2001/sw/DataAccess/tests/result-set#boolean> false ."
    xml = '<sparql xmlns="http://www.w3.org/2005/sparql-results#"><boolean>true</boolean></sparql>'
    assert read(xml.encode(), "srx") is True
    assert read(b'{"head": {}, "boolean": false}', "srj") is False
    assert read(rdf.encode(), "ttl") is False


@pytest.mark.parametrize(
    ("text", "ending"),
    [
        (SRJ.replace('["a", "b"]', '["a"]'), "srj"),
        (SRJ.replace('"uri"', '"iri"'), "srj"),
        (SRX.replace('<variable name="a"/>', ""), "srx"),
        ("?a\nnothing\n", "tsv"),
    ],
)
def test_ill_formed(text: str, ending: str) -> None:
    """A result that breaks its format is no result."""
    with pytest.raises((ValueError, SyntaxError)):
        read(text.encode(), ending)
