from __future__ import annotations

import pytest
from rdflib import XSD, BNode, Literal, URIRef

from kg import ntriples
from kg.errors import InputError


@pytest.mark.parametrize(
    ("term", "text"),
    [
        (URIRef("https://example.org/ä?x=1#y"), "<https://example.org/ä?x=1#y>"),
        (BNode("c14n0"), "_:c14n0"),
        (Literal("ä \U0001f600"), '"ä \U0001f600"'),
        (Literal('"\\\b\t\n\f\r'), r'"\"\\\b\t\n\f\r"'),
        (Literal("\0\x0b\x1f\x7f"), r'"\u0000\u000B\u001F\u007F"'),
        (Literal("x", lang="en-gb"), '"x"@en-gb'),
        (Literal("x", datatype=XSD.string), '"x"'),
        (Literal("01", datatype=XSD.int, normalize=False), f'"01"^^<{XSD.int}>'),
    ],
)
def test_terms_are_written_canonically(term: URIRef | BNode | Literal, text: str) -> None:
    """Escapes are as few and as short as the canonical form has them."""
    assert ntriples.term(term) == text


@pytest.mark.parametrize("character", '<>"{}|^`\\ \n\0')
def test_what_is_no_iri_is_not_written(character: str) -> None:
    """An IRI that would break out of its brackets is refused."""
    with pytest.raises(InputError, match="has a character that no IRI can have"):
        ntriples.iri(f"urn:x{character}y")


def test_the_natural_order_counts() -> None:
    """An article comes before its records, and #s2 before #s10."""
    names = ["a", "a#e1", "a#s1", "a#s2", "a#s010", "a#s10", "a#s10b", "b", "ba"]
    backwards = names[::-1]
    assert sorted(backwards, key=ntriples.natural) == names


def test_no_two_strings_are_equal_in_the_natural_order() -> None:
    """Leading zeros make a difference, so that the order is the same on every run."""
    texts = ("1", "01", "001", "1 ", "", "9" * 10_000)
    assert len({ntriples.natural(text) for text in texts}) == len(texts)
