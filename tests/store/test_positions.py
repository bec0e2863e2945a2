from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import RDF, XSD, Literal, URIRef

from kg import formats
from kg.store.reading import read

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kg.formats import Format

EX = "https://example.org/"
A, P, Q = (URIRef(EX + name) for name in "apq")
PREFIX = f"@prefix ex: <{EX}> .\n"
RDF_XML = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"\n'
    f'  xmlns:ex="{EX}">\n%s</rdf:RDF>'
)


def test_a_triple_has_the_line_it_ends_on() -> None:
    """Objects on lines of their own have these lines, long strings their last one."""
    text = """
ex:a ex:p ex:q , 5 ;
    ex:q '''in
place''' , '''of
several
lines'''@en .
"""
    document = read((PREFIX + text).encode(), formats.TURTLE)
    assert document.line(A, P, Q) == 3
    assert document.line(A, P, Literal("5", datatype=XSD.integer)) == 3
    assert document.line(A, Q, Literal("in\nplace")) == 5
    assert document.line(A, Q, Literal("of\nseveral\nlines", lang="en")) == 7


def test_the_first_line_is_told_of_what_is_less_certain() -> None:
    """Without an object, or a predicate, it is the first line that has one."""
    document = read((PREFIX + "\nex:a ex:p 1 ;\n ex:q 2 ,\n 3 .").encode(), formats.TURTLE)
    assert document.line(A) == 3
    assert document.line(A, Q) == 4
    assert document.line(A, None, Literal("3", datatype=XSD.integer)) == 5
    assert document.line(A, RDF.type) is None
    assert document.line(Q) is None


@pytest.mark.parametrize("end", ["\n    ;", "\n\n # so\n    .", "; # yes\n", "\n]."])
def test_a_plain_string_has_its_own_line_whatever_follows(end: str) -> None:
    """The parser has to look at what follows a string; the line is the string's all the same."""
    opening = "[" if "]" in end else "ex:a"
    rest = "ex:q 1 ." if ";" in end else ""
    document = read(f'{PREFIX}\n{opening} ex:p\n  "x" {end} {rest}'.encode(), formats.TURTLE)
    assert [line for (_, p, _), line in document.lines.items() if p == P] == [4]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                [
                    "ex:o%",
                    '"s%"',
                    "'s%'@en",
                    "%",
                    "%.5",
                    '"%"^^ex:d',
                    '"""\n# "%"\n; """',
                    "<a:%>",
                    "true",
                ]
            ),
            st.sampled_from([" ", "\n", "\n\n  # so\n", "\t# c\n "]),
            st.sampled_from([" ", "\n ", "\n#\n"]),
        ),
        min_size=1,
    )
)
def test_lines_are_right_however_it_is_laid_out(parts: list[tuple[str, str, str]]) -> None:
    """Whatever stands before and behind a semicolon, every object has the line it ends on."""
    text = PREFIX + "ex:a"
    expected = {}
    for number, (object_, before, behind) in enumerate(parts):
        text += f"{behind}ex:p{number} {object_.replace('%', str(number))}"
        expected[URIRef(f"{EX}p{number}")] = text.count("\n") + 1
        text += f"{before};"
    document = read((text + " .").encode(), formats.TURTLE)
    assert {p: document.line(A, p) for p in expected} == expected


def test_a_line_that_is_not_certain_is_not_told() -> None:
    """Strings in lists have none, as what follows them need not be punctuation."""
    document = read((PREFIX + 'ex:a ex:p ( "x"\n"y" ) ; ex:q 1 .').encode(), formats.TURTLE)
    assert all(p != RDF.first for _, p, _ in document.lines)
    assert document.line(A, Q) == 3


def test_a_very_long_string_has_its_line_too() -> None:
    """So have the triples behind it."""
    long = "it's a line\n" * 5000
    document = read(f'{PREFIX}ex:a ex:p """{long}""" ;\nex:q 1 .'.encode(), formats.TURTLE)
    assert document.line(A, P) == 5002
    assert document.line(A, Q) == 5003


def test_rdf_xml_has_lines() -> None:
    """A property element counts by the line on which it is closed."""
    text = RDF_XML % (
        f'<rdf:Description rdf:about="{EX}a">\n  <ex:p>one\n    two</ex:p>\n</rdf:Description>\n'
    )
    assert read(text.encode(), formats.RDF_XML).line(A, P) == 5


def test_json_ld_has_no_lines(same: Mapping[Format, str]) -> None:
    """JSON-LD is expanded as a whole: nothing is said of lines."""
    document = read(same[formats.JSON_LD].encode(), formats.JSON_LD)
    assert document.line(A) is None


@pytest.mark.parametrize("line", ["", "0123456789", "'''"])
def test_a_long_string_takes_no_quadratic_time(line: str) -> None:
    """A string of 400,000 lines is read at once; line by line it would take a minute."""
    text = f"{line}\n" * 400_000
    (quad,) = read(f'{PREFIX}ex:a ex:p """{text}""" .'.encode(), formats.TURTLE).quads
    assert quad[2] == Literal(text)
