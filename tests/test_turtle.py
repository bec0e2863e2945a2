from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rdflib import RDF, RDFS, SKOS, XSD, BNode, Literal, URIRef

from kg import ntriples, turtle
from kg.blanks import Blanks
from kg.errors import InputError
from kg.terms import PREFIXES, SG, WD

if TYPE_CHECKING:
    from kg.store.base import Quad, Term

EX = "https://example.org/"
A = URIRef(PREFIXES["person"] + "a")
P = SG.gloss
ARTICLE = URIRef(PREFIXES["article"] + "2024-a")


def block(*pairs: tuple[URIRef, URIRef | BNode | Literal], blanks: Blanks | None = None) -> str:
    """Write what is said of one person."""
    writer = turtle.Writer(blanks or Blanks([], merged=True), None)
    (text,) = writer.blocks([A], lambda _: list(pairs))
    return text


def written(term: URIRef | Literal) -> str:
    """Write one object."""
    return block((P, term)).removeprefix("person:a\n    sg:gloss ").removesuffix(" .\n")


def test_a_block_is_laid_out_for_people() -> None:
    """Types come first, then labels, then predicates by IRI; several objects a line each."""
    text = block(
        (SKOS.exactMatch, WD.Q10),
        (RDFS.label, Literal("A", lang="en")),
        (P, Literal("x")),
        (SKOS.exactMatch, WD.Q9),
        (RDFS.label, Literal("B", lang="de")),
        (RDF.type, SG.Person),
    )
    assert text == (
        "person:a\n"
        "    a sg:Person ;\n"
        '    rdfs:label "B"@de ,\n'
        '        "A"@en ;\n'
        "    skos:exactMatch wd:Q9 ,\n"
        "        wd:Q10 ;\n"
        '    sg:gloss "x" .\n'
    )


@pytest.mark.parametrize(
    ("lexical", "datatype", "text"),
    [
        ("true", XSD.boolean, "true"),
        ("1", XSD.boolean, '"1"^^xsd:boolean'),
        ("-05", XSD.integer, "-05"),
        ("5 ", XSD.integer, '"5 "^^xsd:integer'),
        ("5", XSD.nonNegativeInteger, '"5"^^xsd:nonNegativeInteger'),
        ("\u0665", XSD.integer, '"\u0665"^^xsd:integer'),
        ("1.50", XSD.decimal, "1.50"),
        (".5", XSD.decimal, ".5"),
        ("5.", XSD.decimal, '"5."^^xsd:decimal'),
        ("5", XSD.decimal, '"5"^^xsd:decimal'),
        ("1e5", XSD.double, "1e5"),
        ("1.E-5", XSD.double, "1.E-5"),
        ("1.5", XSD.double, '"1.5"^^xsd:double'),
        ("INF", XSD.double, '"INF"^^xsd:double'),
        ("2024-04", XSD.gYearMonth, '"2024-04"^^xsd:gYearMonth'),
    ],
)
def test_numbers_are_bare_only_where_they_are_read_back(
    lexical: str, datatype: URIRef, text: str
) -> None:
    """A bare literal has the datatype that Turtle's grammar gives it, or quotes and a datatype."""
    assert written(Literal(lexical, datatype=datatype, normalize=False)) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ('say "x"\\\t\x01\x7f', r'"say \"x\"\\\t\u0001\u007F"'),
        ("ä €\U0001f600", '"ä €\U0001f600"'),
        ("a\nb", '"""a\nb"""'),
        ('"a"\n"""b""""', '""""a"\n\\"""b\\"\\""\\""""'),
        ("a\r\n\\", '"""a\\r\n\\\\"""'),
    ],
)
def test_strings_are_escaped_as_little_as_possible(value: str, text: str) -> None:
    """A string of several lines stays one; quotes, backslashes and control characters are safe."""
    assert written(Literal(value)) == text


@pytest.mark.parametrize(
    ("iri", "text"),
    [
        (str(SG) + "gloss", "sg:gloss"),
        (PREFIXES["article"] + "2024-04-a", "article:2024-04-a"),
        (PREFIXES["person"] + "a.b", "person:a.b"),
        (PREFIXES["person"] + "a.", f"<{PREFIXES['person']}a.>"),
        (PREFIXES["person"] + "-a", f"<{PREFIXES['person']}-a>"),
        (PREFIXES["person"] + "ä", f"<{PREFIXES['person']}ä>"),
        (PREFIXES["person"] + "a(b)", f"<{PREFIXES['person']}a(b)>"),
        (PREFIXES["article"] + "a#s1", f"<{PREFIXES['article']}a#s1>"),
        (str(SG), f"<{SG}>"),
        ("schema:name", "<schema:name>"),
        ("urn:x", "<urn:x>"),
    ],
)
def test_a_prefix_is_used_where_nothing_has_to_be_escaped(iri: str, text: str) -> None:
    """All other IRIs are written in full."""
    assert written(URIRef(iri)) == text


def test_an_article_names_its_records_by_the_empty_prefix() -> None:
    """That holds within its own graph only."""
    writer = turtle.Writer(Blanks([], merged=True), ARTICLE, f"{ARTICLE}#")
    assert writer.name(f"{ARTICLE}#s1") == ":s1"
    assert writer.name(f"{ARTICLE}b#s1") == f"<{ARTICLE}b#s1>"


def test_every_prefix_is_declared() -> None:
    """The header declares what the names rely on."""
    for prefix, namespace in PREFIXES.items():
        assert f"@prefix {prefix}: <{namespace}> .\n" in turtle.header()


def test_what_is_no_iri_is_not_written() -> None:
    """An IRI that would break out of its brackets is refused."""
    with pytest.raises(InputError, match="has a character that no IRI can have"):
        written(URIRef("urn:x> <urn:y"))


def test_subjects_come_in_their_natural_order() -> None:
    """An article comes before its records, and #s2 before #s10."""
    names = [str(ARTICLE) + end for end in ("", "#e1", "#s1", "#s2", "#s010", "#s10", "b")]
    backwards = names[::-1]
    assert sorted(backwards, key=ntriples.natural) == names


def test_no_two_strings_are_equal_in_the_natural_order() -> None:
    """Leading zeros make a difference, so that the order is the same on every run."""
    assert len({ntriples.natural(text) for text in ("1", "01", "001", "1 ", "")}) == 5


# Blank nodes

B, C, D = (BNode(name) for name in "bcd")
G, H = URIRef(EX + "g"), URIRef(EX + "h")


def test_a_blank_node_is_written_where_it_is_used() -> None:
    """One statement refers to it: it needs no label, however deep it lies."""
    blanks = Blanks(
        [(A, P, B, G), (B, P, C, G), (B, SG.kind, Literal("k"), G), (C, P, D, G)], merged=True
    )
    assert block(blanks=blanks) == (
        "person:a\n"
        "    sg:gloss [\n"
        "        sg:gloss [\n"
        "            sg:gloss [ ]\n"
        "        ] ;\n"
        '        sg:kind "k"\n'
        "    ] .\n"
    )


def test_a_list_is_written_in_round_brackets() -> None:
    """A list that ends well is one line, or has a line for each item where it is long."""
    cells = [BNode(f"l{number}") for number in range(30)]
    ends: list[Term] = [*cells[1:], RDF.nil]
    quads: list[Quad] = [(A, P, cells[0], G)]
    for number, (cell, rest) in enumerate(zip(cells, ends, strict=True)):
        quads += [(cell, RDF.first, WD[f"Q{number}"], G), (cell, RDF.rest, rest, G)]
    long = block(blanks=Blanks(quads, merged=True))
    assert long.startswith("person:a\n    sg:gloss (\n        wd:Q0\n        wd:Q1\n")
    assert long.endswith("        wd:Q29\n    ) .\n")
    short: list[Quad] = [(A, P, cells[28], G), *quads[-4:]]
    assert (
        block(blanks=Blanks(short, merged=True)) == "person:a\n    sg:gloss ( wd:Q28 wd:Q29 ) .\n"
    )


def test_a_list_of_five_thousand_is_written() -> None:
    """Lists are written without recursion, also those that do not end well."""
    cells = [BNode(f"l{number}") for number in range(5000)]
    for end in (RDF.nil, A):
        ends: list[Term] = [*cells[1:], end]
        quads: list[Quad] = [(A, P, cells[0], G)]
        for cell, rest in zip(cells, ends, strict=True):
            quads += [(cell, RDF.first, Literal("x"), G), (cell, RDF.rest, rest, G)]
        blanks = Blanks(quads, merged=True)
        writer = turtle.Writer(blanks, None)
        text = "".join(writer.blocks(blanks.subjects(G), lambda _: []))
        assert text.count('"x"') == 5000


@pytest.mark.parametrize(
    "quads",
    [
        [(A, P, B, G), (A, SG.kind, B, G), (B, P, Literal("x"), G)],
        [(A, P, B, G), (B, P, Literal("x"), G), (B, P, Literal("y"), H)],
        [(B, P, C, G), (C, P, B, G)],
        [(B, P, B, G)],
    ],
    ids=["shared", "between graphs", "circle", "own tail"],
)
def test_what_cannot_be_written_in_place_has_a_label(
    quads: list[Quad],
) -> None:
    """A blank node that is shared, between graphs too, or part of a circle has a block."""
    blanks = Blanks(quads, merged=False)
    text = "".join(
        turtle.Writer(blanks, G).blocks(blanks.subjects(G), lambda _: []),
    )
    assert "_:b" in text
    assert blanks.inline == set()


def test_a_blank_node_that_nothing_refers_to_comes_last_without_a_label() -> None:
    """Such blocks are sorted by their own text: labels make no difference."""
    quads: list[Quad] = [(B, P, Literal("y"), G), (C, P, Literal("x"), G), (A, P, D, G)]
    for blanks in (Blanks(quads, merged=True), Blanks(reversed(quads), merged=True)):
        writer = turtle.Writer(blanks, None)
        assert list(writer.blocks(blanks.subjects(G), lambda _: [])) == [
            "person:a\n    sg:gloss [ ] .\n",
            '[\n    sg:gloss "x"\n] .\n',
            '[\n    sg:gloss "y"\n] .\n',
        ]
