from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg import formats
from kg.errors import ParseError
from kg.store.reading import read

if TYPE_CHECKING:
    from kg.formats import Format

EX = "https://example.org/"
PREFIX = f"@prefix ex: <{EX}> .\n"


def turtle(text: str) -> str:
    """Return the sentence with which Turtle is refused, without the prefix line's position."""
    with pytest.raises(ParseError) as caught:
        read((PREFIX + text).encode(), formats.TURTLE, "in.ttl")
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("ex:a ex:p 1\nex:q ex:p 2 .", "in.ttl:3:1: a '.', ';' or ',' is missing before 'ex:q'"),
        ("ex:a ex:p 1", "in.ttl:2:12: the file ends within a statement; is a '.' missing?"),
        ("ex:a ex:p 1 ;\n", "in.ttl:3:1: the file ends within a statement"),
        ("ex:a ex:p .", "in.ttl:2:11: expected an object, found '.'"),
        ("ex:a .", "in.ttl:2:6: expected a predicate, found '.'"),
        ('ex:a "p" 1 .', 'in.ttl:2:6: expected a predicate, found "p"'),
        ("ex:a ex:p 1 2 .", "found '2': is a ',' or ';' missing before it?"),
        ("ex:a ex:p 1 ..", "in.ttl:2:14: there is a '.' too many"),
        ("eg:a ex:p 1 .", "the prefix eg: is not declared: add a line @prefix eg: <...> ."),
        ("ex:a a sg:Stance .", "add a line @prefix sg: <https://w3id.org/stancegraph/ns#> ."),
        ('ex:a ex:p "x .\n', 'in.ttl:2:11: "x . is not complete: a quote or bracket'),
        ("ex:a ex:p <http://e .\n", "in.ttl:2:11: <http://e . is not complete"),
        ('ex:a ex:p "x\ny" .', "a string in single quotes ends on its line"),
        (
            "ex:a ex:p <http://e/a b> .",
            "<http://e/a b> has a ' ' in it, which has to be written as",
        ),
        ("ex:a ex:p <b> .", "relative IRI <b>: write it in full, or declare a base"),
        ("@base <b> .", "relative IRI <b>: write it in full, or declare a base"),
        ('ex:a ex:p "x"@d_e .', "this is not a language tag; they are like en or de-AT"),
        (r'ex:a ex:p "\y" .', r"Unexpected escape character '\y'"),
        ("ex:a ex:p [ ex:q 1 .", "blank node property lists should end with a ']'"),
        ("ex:g { ex:a ex:p 1 }", "Turtle has no named graphs: a file with '{' is TriG"),
        ("ex:a ex:p <<( ex:a ex:p 1 )>> .", "in.ttl:2: this goes beyond RDF 1.1: a Triple"),
        ('ex:a ex:p "x"@ar--rtl .', "beyond RDF 1.1: a literal with a base direction"),
        ("ex:a ex:p " + "<<( ex:a ex:p " * 20_000, "triple terms are nested too deep"),
        ("ex:ä ex:p ö .", "in.ttl:2:11: expected an object, found 'ö'"),
    ],
)
def test_ill_formed_turtle_is_explained(text: str, sentence: str) -> None:
    """The error names file, line and column, and says in one line what was expected."""
    found = turtle(text)
    assert sentence in found
    assert "\n" not in found


def test_the_place_of_an_error_is_data_too() -> None:
    """Line and column count from 1 and can be asked for."""
    with pytest.raises(ParseError) as caught:
        read((PREFIX + "ex:a ex:p ä .").encode(), formats.TURTLE)
    assert (caught.value.line, caught.value.column) == (2, 11)


@pytest.mark.parametrize(
    ("format_", "text", "sentence"),
    [
        (formats.N_TRIPLES, "<http://e> <http://e> 5 .\n", "1:23: The object of a triple must be"),
        (formats.N_TRIPLES, '<http://e> <http://e> "x"\n', "2:1: a '.' is missing before the end"),
        (formats.N_QUADS, '<http://e> <http://e> "x" _:g .\n', "named by an IRI, not by _:"),
        (formats.TRIG, PREFIX + "ex:g { ex:a ex:p 1", "the file ends within a statement"),
    ],
)
def test_the_other_formats_of_the_family_are_explained(
    format_: Format, text: str, sentence: str
) -> None:
    """TriG, N-Triples and N-Quads are explained in the same way."""
    with pytest.raises(ParseError) as caught:
        read(text.encode(), format_, "in")
    assert sentence in str(caught.value)
