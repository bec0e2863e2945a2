from __future__ import annotations

import gzip
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import RDF, RDFS, XSD, BNode, Literal, URIRef

from kg import formats, resources
from kg.errors import FormatError, InputError, ParseError
from kg.store.reading import read

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kg.formats import Format

EX = "https://example.org/"
A, P, Q = (URIRef(EX + name) for name in "apq")
PREFIX = f"@prefix ex: <{EX}> .\n"
RDF_XML = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"\n'
    f'  xmlns:ex="{EX}">\n%s</rdf:RDF>'
)
SAME = {
    formats.TURTLE: PREFIX + 'ex:a ex:p "x"@en .',
    formats.TRIG: PREFIX + '{ ex:a ex:p "x"@en }',
    formats.N_TRIPLES: f'<{EX}a> <{EX}p> "x"@en .\n',
    formats.N_QUADS: f'<{EX}a> <{EX}p> "x"@en .\n',
    formats.RDF_XML: RDF_XML
    % '<rdf:Description rdf:about="https://example.org/a"><ex:p xml:lang="en">x</ex:p>'
    "</rdf:Description>",
    formats.JSON_LD: '{"@id": "%a", "%p": {"@value": "x", "@language": "en"}}'.replace("%", EX),
}


def turtle(text: str) -> str:
    """Return the sentence with which Turtle is refused, without the prefix line's position."""
    with pytest.raises(ParseError) as caught:
        read((PREFIX + text).encode(), formats.TURTLE, "in.ttl")
    return str(caught.value)


def json_ld(text: str) -> str:
    """Return the sentence with which JSON-LD is refused."""
    with pytest.raises(ParseError) as caught:
        read(text.encode(), formats.JSON_LD, "in.jsonld")
    return str(caught.value)


def rdf_xml(text: str) -> str:
    """Return the sentence with which RDF/XML is refused."""
    with pytest.raises(ParseError) as caught:
        read(text.encode(), formats.RDF_XML, "in.rdf")
    return str(caught.value)


# What is read


def test_every_format_has_its_sample() -> None:
    """The samples below cover every format that is read."""
    assert set(SAME) == set(formats.RDF)


@pytest.mark.parametrize("format_", formats.RDF, ids=lambda item: item.name)
def test_the_same_triple_is_read_from_every_format(format_: Format) -> None:
    """All six formats give the same triple, in the unnamed graph."""
    assert read(SAME[format_].encode(), format_).quads == [(A, P, Literal("x", lang="en"), None)]


@pytest.mark.parametrize("format_", formats.RDF, ids=lambda item: item.name)
@pytest.mark.parametrize("gzipped", [False, True], ids=["plain", "gz"])
def test_a_file_is_known_by_its_ending(tmp_path: Path, format_: Format, gzipped: bool) -> None:
    """Every ending of every format is known, with .gz too, and the file's name is kept."""
    data = SAME[format_].encode()
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


# On which line


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


def test_json_ld_has_no_lines() -> None:
    """JSON-LD is expanded as a whole: nothing is said of lines."""
    document = read(SAME[formats.JSON_LD].encode(), formats.JSON_LD)
    assert document.line(A) is None


@pytest.mark.parametrize("line", ["", "0123456789", "'''"])
def test_a_long_string_takes_no_quadratic_time(line: str) -> None:
    """A string of 400,000 lines is read at once; line by line it would take a minute."""
    text = f"{line}\n" * 400_000
    (quad,) = read(f'{PREFIX}ex:a ex:p """{text}""" .'.encode(), formats.TURTLE).quads
    assert quad[2] == Literal(text)


# What is refused: Turtle


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


# What is refused: bytes


@pytest.mark.parametrize("format_", formats.RDF, ids=lambda item: item.name)
def test_a_byte_order_mark_is_accepted(format_: Format) -> None:
    """Some editors begin UTF-8 with a mark."""
    assert len(read(b"\xef\xbb\xbf" + SAME[format_].encode(), format_).quads) == 1


@pytest.mark.parametrize("format_", formats.RDF, ids=lambda item: item.name)
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32-be"])
def test_wide_encodings_are_named(format_: Format, encoding: str) -> None:
    """UTF-16 and UTF-32 are refused with the way out."""
    with pytest.raises(ParseError, match="this is UTF-16 or UTF-32: save it as UTF-8"):
        read(SAME[format_].encode(encoding), format_)


def test_latin_1_is_pointed_at() -> None:
    """The first byte that is no UTF-8 is shown with its place, counted in characters."""
    with pytest.raises(ParseError, match=r"^in:2:13: the byte 0xe4 is not UTF-8 \(Latin-1\?\)"):
        read(PREFIX.encode() + 'ex:a ex:p "ü'.encode() + b'\xe4" .', formats.TURTLE, "in")


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


# What is refused: RDF/XML

ABOUT = f'<rdf:Description rdf:about="{EX}a">%s</rdf:Description>'


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
    text = f'<!DOCTYPE r [<!ENTITY e "{EX}">]>' + RDF_XML % '<rdf:Bag rdf:about="&e;a"/>'
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


# What is refused: JSON-LD


class Canary(BaseHTTPRequestHandler):
    """Answers every request with a context, and remembers it."""

    sung: list[str]

    def do_GET(self) -> None:
        """Sing."""
        self.sung.append(self.path)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"@context": {"p": "https://example.org/p"}}')


@pytest.fixture
def canary() -> Iterator[tuple[str, list[str]]]:
    """The address of a server that nobody should ask, and the list of who did."""
    sung: list[str] = []
    server = HTTPServer(("127.0.0.1", 0), type("Listening", (Canary,), {"sung": sung}))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/context", sung
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    "document",
    [
        '{"@context": "%s", "p": 1}',
        '{"@context": [{}, "%s"], "p": 1}',
        '{"@context": {"@version": 1.1, "@import": "%s"}, "p": 1}',
        '{"https://example.org/p": {"@context": "%s", "p": 1}}',
        '{"@context": {"p": {"@id": "https://example.org/p", "@context": "%s"}}, "p": {"q": 1}}',
        '{"@context": {"C": {"@id": "https://example.org/C", "@context": "%s"}}, "@type": "C"}',
    ],
)
def test_a_remote_context_is_never_fetched(document: str, canary: tuple[str, list[str]]) -> None:
    """Wherever a context is named by an address, the document is refused; nobody is asked."""
    address, sung = canary
    assert "a remote @context is not fetched: put the context into" in json_ld(document % address)
    assert sung == []


def test_remote_entities_are_never_fetched(canary: tuple[str, list[str]]) -> None:
    """Neither a document type nor an entity of an address makes anybody be asked."""
    address, sung = canary
    body = RDF_XML % ABOUT % "<ex:p>x</ex:p>"
    assert len(read(f'<!DOCTYPE r SYSTEM "{address}">{body}'.encode(), formats.RDF_XML).quads) == 1
    rdf_xml(f'<!DOCTYPE r [<!ENTITY e SYSTEM "{address}">]>{body}')
    assert sung == []


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
