from __future__ import annotations

import pytest
from rdflib import RDF, RDFS, SKOS, XSD, BNode, Literal, URIRef

from kg import turtle
from kg.blanks import Blanks
from kg.terms import PREFIXES, SG, WD

A = URIRef(PREFIXES["person"] + "a")
P = SG.gloss
ARTICLE = URIRef(PREFIXES["article"] + "2024-a")


def block(*pairs: tuple[URIRef, URIRef | BNode | Literal]) -> str:
    """Write what is said of one person."""
    writer = turtle.Writer(Blanks([], merged=True), None)
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
