from __future__ import annotations

import pytest
from rdflib import RDFS, Literal, URIRef

from kg import formats
from kg.errors import ParseError
from kg.store.reading import read

EX = "https://example.org/"
A, P, Q = (URIRef(EX + name) for name in "apq")


def json_ld(text: str) -> str:
    """Return the sentence with which JSON-LD is refused."""
    with pytest.raises(ParseError) as caught:
        read(text.encode(), formats.JSON_LD, "in.jsonld")
    return str(caught.value)


@pytest.mark.parametrize("form", ['"%s"', '[ "%s", {"own": "https://example.org/own"}]'])
def test_the_projects_own_context_is_known(form: str) -> None:
    """Its address is resolved from the installation."""
    context = form % "https://w3id.org/stancegraph/context.jsonld"
    text = f'{{"@context":\n {context}, "id": "{EX}a", "label": {{"en": "A"}}}}'
    found = read(text.encode(), formats.JSON_LD).quads
    assert found == [(A, RDFS.label, Literal("A", lang="en"), None)]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"@id": "b", "%sp": 1}', "relative IRI <b>: write it in full, or declare a @base"),
        ('{"@id": "%sa", "@type": "C"}', "relative IRI <C>: write it in full"),
        ('{"@id": "%sa b", "http://e/p": 1}', "'https://example.org/a b' is not an IRI"),
        ('{"@id": "%sa", "p": 1}', "the context does not say what 'p' means: map it to an IRI"),
        ('{"%sp": {"@value": "x", "@language": "d_e"}}', "'d_e' is not a language tag"),
        ('{"%sp": {"@value": "x", "@type": "C"}}', "relative IRI <C>"),
        ('{"%sp": {"@id": 5}}', "@id value must be a string"),
        ('{"%sp": 1,}', "in.jsonld:1:29: Trailing commas are not allowed"),
        ('{\n"%sp": 1', "in.jsonld:2:27: Object values must be followed by"),
        ('{"%sp": "\\ud800"}', "is not complete: a quote or bracket is never closed, or an esca"),
        ('{"%sp": "a\nb"}', "a line break or tab in a string has to be written as"),
        ('{"%s": ' + "[" * 20_000, "nested more than 200 levels deep"),
    ],
)
def test_json_ld_drops_nothing(text: str, sentence: str) -> None:
    """What the standard would leave out without a word is an error that names it."""
    found = json_ld(text.replace("%s", EX))
    assert sentence in found
    assert "\n" not in found


def test_brackets_in_strings_are_not_nesting() -> None:
    """A string may hold as many brackets as it likes, and quotes that are escaped."""
    text = '{"@id": "%a", "%p": "*"}'.replace("%", EX).replace("*", '\\"[{' * 500)
    found = read(text.encode(), formats.JSON_LD).quads
    assert found == [(A, P, Literal('"[{' * 500), None)]


def test_a_key_mapped_to_null_is_left_out() -> None:
    """That is how a document says that a key is not meant as RDF."""
    text = '{"@context": {"note": null}, "@id": "%a", "note": "x", "%p": 1}'.replace("%", EX)
    assert len(read(text.encode(), formats.JSON_LD).quads) == 1
