from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest
from rdflib import RDF, BNode, Literal, URIRef

from kg import formats, resources
from kg.errors import FormatError, InputError, ParseError
from kg.store.reading import read

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from kg.formats import Format

EX = "https://example.org/"
A, P, Q = (URIRef(EX + name) for name in "apq")
PREFIX = f"@prefix ex: <{EX}> .\n"
RDF_XML = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"\n'
    f'  xmlns:ex="{EX}">\n%s</rdf:RDF>'
)


def turtle(text: str) -> str:
    """Return the sentence with which Turtle is refused, without the prefix line's position."""
    with pytest.raises(ParseError) as caught:
        read((PREFIX + text).encode(), formats.TURTLE, "in.ttl")
    return str(caught.value)


def test_every_format_has_its_sample(same: Mapping[Format, str]) -> None:
    """The samples below cover every format that is read."""
    assert set(same) == set(formats.RDF)


@pytest.mark.parametrize("format_", formats.RDF, ids=lambda item: item.name)
def test_the_same_triple_is_read_from_every_format(
    same: Mapping[Format, str], format_: Format
) -> None:
    """All six formats give the same triple, in the unnamed graph."""
    assert read(same[format_].encode(), format_).quads == [(A, P, Literal("x", lang="en"), None)]


@pytest.mark.parametrize("format_", formats.RDF, ids=lambda item: item.name)
@pytest.mark.parametrize("gzipped", [False, True], ids=["plain", "gz"])
def test_a_file_is_known_by_its_ending(
    same: Mapping[Format, str], tmp_path: Path, format_: Format, gzipped: bool
) -> None:
    """Every ending of every format is known, with .gz too, and the file's name is kept."""
    data = same[format_].encode()
    for ending in format_.endings:
        path = tmp_path / f"in.{ending}{'.gz' if gzipped else ''}"
        path.write_bytes(gzip.compress(data) if gzipped else data)
        document = read(path)
        assert len(document.quads) == 1
        assert document.name == str(path)


def test_graph_names_are_read() -> None:
    """TriG, N-Quads and JSON-LD name the graph of a quad."""
    texts = {
        formats.TRIG: PREFIX + "ex:g { ex:a ex:p ex:q }",
        formats.N_QUADS: f"<{EX}a> <{EX}p> <{EX}q> <{EX}g> .\n",
        formats.JSON_LD: (
            '{"@id": "%g", "@graph": {"@id": "%a", "%p": {"@id": "%q"}}}'.replace("%", EX)
        ),
    }
    for format_, text in texts.items():
        assert read(text.encode(), format_).quads == [(A, P, Q, URIRef(EX + "g"))]


def test_lexical_forms_are_kept() -> None:
    """A number stays as it was written."""
    found = read((PREFIX + "ex:a ex:p 007, 1.50 .").encode(), formats.TURTLE).quads
    assert [str(quad[2]) for quad in found] == ["007", "1.50"]


def test_prefixes_are_kept() -> None:
    """A document knows the prefixes that its source declares."""
    assert read(PREFIX.encode(), formats.TURTLE).prefixes == {"ex": EX}


def test_blank_nodes_are_one_within_a_document_and_none_between_two() -> None:
    """The same label is the same node in one document, and another node in the next."""
    data = (PREFIX + "_:b ex:p _:b .").encode()
    ((subject, _, object_, _),) = read(data, formats.TURTLE).quads
    ((other, *_),) = read(data, formats.TURTLE).quads
    assert subject == object_ != other


def test_every_file_that_ships_is_read_with_lines() -> None:
    """Ontology, shapes and graphs are read, and nearly all of their triples have a line."""
    paths = [
        *resources.turtle("ontology"),
        *resources.turtle("shapes"),
        *resources.turtle("graphs"),
    ]
    assert paths
    for path in paths:
        document = read(path)
        in_lists = sum(quad[1] in {RDF.first, RDF.rest} for quad in document.quads)
        assert document.quads
        assert len(document.lines) >= len(document.quads) - in_lists


def test_an_unknown_ending_is_refused_with_those_known(tmp_path: Path) -> None:
    """What a file is called has to tell its format."""
    with pytest.raises(FormatError, match=r"notes\.txt: .* \.ttl, \.trig, \.nt, \.nq, \.rdf"):
        read(tmp_path / "notes.txt")


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    """A missing file and a folder are errors about the input."""
    with pytest.raises(InputError, match=r"none\.ttl: No such file"):
        read(tmp_path / "none.ttl")
    with pytest.raises(InputError, match="Is a directory"):
        read(tmp_path, formats.TURTLE)


def test_no_path_of_the_machine_gets_into_an_iri(tmp_path: Path) -> None:
    """A file's own place is never taken for a base."""
    for ending, text in {
        "ttl": "<b> a <c> .",
        "rdf": RDF_XML % '<rdf:Bag rdf:about="b"/>',
        "jsonld": '{"@id": "b", "https://example.org/p": 1}',
    }.items():
        path = tmp_path / f"in.{ending}"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ParseError, match="relative IRI <b>"):
            read(path)


def test_a_declared_base_is_used() -> None:
    """A document may say what its relative IRIs are relative to."""
    text = f"@base <{EX}> .\n<a> <p> <q> ."
    assert read(text.encode(), formats.TURTLE).quads == [(A, P, Q, None)]
    text = '{"@context": {"@base": "%"}, "@id": "a", "%p": {"@id": "q"}}'.replace("%", EX)
    assert read(text.encode(), formats.JSON_LD).quads == [(A, P, Q, None)]


def test_blank_nodes_are_rdflibs() -> None:
    """Blank nodes come as rdflib's, with labels nobody chose."""
    (quad,) = read((PREFIX + "[] ex:p 1 .").encode(), formats.TURTLE).quads
    assert isinstance(quad[0], BNode)
