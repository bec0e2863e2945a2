from __future__ import annotations

import gzip
import tracemalloc
from typing import TYPE_CHECKING

import pytest
from rdflib import RDF, URIRef

from kg import formats
from kg.errors import InputError, ParseError
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
ABOUT = f'<rdf:Description rdf:about="{EX}a">%s</rdf:Description>'


def rdf_xml(text: str) -> str:
    """Return the sentence with which RDF/XML is refused."""
    with pytest.raises(ParseError) as caught:
        read(text.encode(), formats.RDF_XML, "in.rdf")
    return str(caught.value)


@pytest.mark.parametrize("format_", formats.RDF, ids=lambda item: item.name)
def test_a_byte_order_mark_is_accepted(same: Mapping[Format, str], format_: Format) -> None:
    """Some editors begin UTF-8 with a mark."""
    assert len(read(b"\xef\xbb\xbf" + same[format_].encode(), format_).quads) == 1


@pytest.mark.parametrize("format_", formats.RDF, ids=lambda item: item.name)
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32-be"])
def test_wide_encodings_are_named(
    same: Mapping[Format, str], format_: Format, encoding: str
) -> None:
    """UTF-16 and UTF-32 are refused with the way out."""
    with pytest.raises(ParseError, match="this is UTF-16 or UTF-32: save it as UTF-8"):
        read(same[format_].encode(encoding), format_)


def test_latin_1_is_pointed_at() -> None:
    """The first byte that is no UTF-8 is shown with its place, counted in characters."""
    with pytest.raises(ParseError, match=r"^in:2:13: the byte 0xe4 is not UTF-8 \(Latin-1\?\)"):
        read(PREFIX.encode() + 'ex:a ex:p "ü'.encode() + b'\xe4" .', formats.TURTLE, "in")


def test_a_gzip_bomb_is_not_unpacked() -> None:
    """Ten million bytes that pack into ten thousand are refused at the limit."""
    bomb = gzip.compress(b"#" * 10_000_000)
    with pytest.raises(InputError, match="it is larger than 1,000,000 bytes"):
        read(bomb, formats.TURTLE, "in.ttl.gz", limit=1_000_000)


def test_the_limit_holds_for_plain_bytes() -> None:
    """What is not compressed is measured as it is."""
    assert read(b"# 45", formats.TURTLE, limit=4).quads == []
    with pytest.raises(InputError, match="larger than 4 bytes"):
        read(b"# 456", formats.TURTLE, limit=4)


def test_damaged_gzip_is_said_to_be_so() -> None:
    """A file that breaks off, or is no gzip behind its first bytes, is damaged."""
    whole = gzip.compress(PREFIX.encode())
    for damaged in (whole[:-9], whole[:2] + b"nonsense", whole[:12] + b"\xff" * 9 + whole[21:]):
        with pytest.raises(ParseError, match="damaged gzip file"):
            read(damaged, formats.TURTLE)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (RDF_XML % "<ex:C></ex:D>", "in.rdf:3:9: this is not well-formed XML: mismatched tag"),
        (
            RDF_XML.partition("%s")[0] + "<ex:C/>",
            "in.rdf:3:8: this is not well-formed XML: no elem",
        ),
        (RDF_XML % ABOUT % "<eg:p/>", "unbound prefix"),
        (RDF_XML % ABOUT % "<ex:p>a & b</ex:p>", "not well-formed (invalid token)"),
        (RDF_XML % '<ex:C rdf:about="b"/>', "in.rdf:3: relative IRI <b>: write it in full"),
        (RDF_XML % '<ex:C rdf:ID="b"/>', "in.rdf:3: relative IRI <#b>: write it in full"),
        (RDF_XML % '<ex:C rdf:about="http://e/a b"/>', "<http://e/a b> has a ' ' in it"),
        (RDF_XML % ABOUT % '<ex:p xml:lang="d_e">x</ex:p>', "this is not a language tag"),
        ('<?xml version="1.0" encoding="latin1"?>' + RDF_XML % "", "the encoding latin1 is not"),
        ("<html/>", "XML namespaces are required in RDF/XML"),
        ("", "no element found"),
        (RDF_XML % ("<ex:C><ex:p>" * 20_000), "nested more than 1000 levels deep"),
    ],
)
def test_ill_formed_rdf_xml_is_explained(text: str, sentence: str) -> None:
    """A file that breaks off is an error, too, which the engine's parser would not say."""
    assert sentence in rdf_xml(text)


def test_namespaces_may_be_entities() -> None:
    """OWL editors abbreviate namespaces by entities that stand for plain text."""
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE r [<!ENTITY e "{EX}">]>'
        + RDF_XML % '<rdf:Bag rdf:about="&e;a"/>'
    )
    assert read(text.encode(), formats.RDF_XML).quads == [(A, RDF.type, RDF.Bag, None)]


@pytest.mark.parametrize(
    "entity",
    [
        '<!ENTITY b "ha"> <!ENTITY e "&b;&b;">',
        '<!ENTITY e SYSTEM "file:///etc/hostname">',
        '<!ENTITY % p SYSTEM "file:///etc/hostname"> %p;',
        "<!ENTITY % p 'plain'>",
    ],
)
def test_other_entities_are_refused(entity: str) -> None:
    """Entities of entities can blow up, and external ones reach outside."""
    text = f"<!DOCTYPE r [{entity}]>" + RDF_XML % ABOUT % "<ex:p>&e;</ex:p>"
    assert "does not stand for plain text: write it out" in rdf_xml(text)


def test_plain_entities_cannot_blow_up_either() -> None:
    """The sum of what entities stand for is bounded: a flood of a long one is refused."""
    long = f'<!DOCTYPE r [<!ENTITY e "{"x" * 100_000}">]>'
    assert "amplification" in rdf_xml(long + RDF_XML % ABOUT % f"<ex:p>{'&e;' * 2000}</ex:p>")


def test_gzip_takes_what_it_holds() -> None:
    """A small compressed source takes little memory, whatever the limit on its size is."""
    data = gzip.compress(PREFIX.encode() + b"ex:a ex:p 1 .")
    tracemalloc.start()
    try:
        read(data, formats.TURTLE, "in.ttl.gz")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 16 << 20
