"""Documents say in each format what they are made of."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import RDF, RDFS, XSD, BNode, Graph, Literal, URIRef
from rdflib.compare import isomorphic

from kg import compact, documents, formats, iris, resources
from kg.errors import FormatError
from kg.store.reading import read
from kg.terms import ORG, SCHEMA, SG

if TYPE_CHECKING:
    from kg.formats import Format
    from kg.store.base import Triple
    from kg.store.revisions import Revisions

EX = "https://example.org/"
THING = URIRef(EX + "thing")
CONTEXT = f"{iris.BASE}context.jsonld"
"""The address under which the package knows its own context."""
ARTICLE = URIRef(f"{iris.ID}article/2024-04-zuckerberg-open-source")
GRAPHS = (iris.ONTOLOGY_GRAPH, iris.ENTITIES_GRAPH, ARTICLE)

PREDICATES = (
    RDF.type,
    RDFS.label,
    ORG.headOf,
    SCHEMA.datePublished,
    SG.holder,
    SG.kind,
    SG.textLength,
    SG.unconditional,
    URIRef(f"{SG}id"),
    URIRef(f"{SG}new"),
    URIRef(EX + "plain"),
)
"""Every way in which the context coerces, and names that are words of it by chance."""
OBJECTS = (
    THING,
    SG.Favour,
    SG.developedBy,
    URIRef(str(SG)),
    URIRef(f"{SG}label"),
    RDF.nil,
    BNode("a"),
    BNode("b"),
    Literal(""),
    Literal('<&"\\ \r\n\t'),
    Literal("Größe", lang="de"),
    Literal("size", lang="en"),
    Literal("sizes", lang="en"),
    Literal("true", datatype=XSD.boolean),
    Literal("1", datatype=XSD.boolean, normalize=False),
    Literal("5", datatype=XSD.integer),
    Literal("+05", datatype=XSD.integer, normalize=False),
    Literal("12345678901234567890", datatype=XSD.integer),
    Literal("5", datatype=XSD.nonNegativeInteger),
    Literal("5.0", datatype=XSD.decimal),
    Literal("2024-04", datatype=XSD.gYearMonth),
)
SUBJECTS = (THING, URIRef(f"{EX}thing#1"), BNode("a"), BNode("b"), BNode("c"))
TRIPLES = st.lists(
    st.tuples(st.sampled_from(SUBJECTS), st.sampled_from(PREDICATES), st.sampled_from(OBJECTS)),
    min_size=1,
    max_size=20,
)


def graph(triples: list[Triple]) -> Graph:
    """Gather triples."""
    found = Graph()
    for triple in triples:
        found.add(triple)
    return found


def read_strictly(document: bytes, format_: Format) -> Graph:
    """Read a document as ``stancegraph load`` does: with the engine's parsers."""
    return graph([quad[:3] for quad in read(document, format_, "it").quads])


def read_by_rdflib(document: bytes, format_: Format) -> Graph:
    """Read a document with rdflib, with the context in it: nothing is fetched."""
    if format_ == formats.JSON_LD:
        content = json.loads(document)
        assert content["@context"] == CONTEXT
        shipped = (resources.folder("ontology") / "context.jsonld").read_text(encoding="utf-8")
        content["@context"] = json.loads(shipped)["@context"]
        document = json.dumps(content).encode()
    return Graph().parse(data=document, format=format_.media_type)


@pytest.mark.parametrize("format_", formats.GRAPHS)
@pytest.mark.parametrize("name", GRAPHS)
def test_comes_back(shipped: Revisions, name: URIRef, format_: Format) -> None:
    """Two parsers that know nothing of each other read what ships back whole."""
    with shipped.snapshot() as snapshot:
        triples = [quad[:3] for quad in snapshot.quads(graph=name)]
    assert len(triples) > 100
    document = documents.write(triples, name, format_, CONTEXT)
    assert isomorphic(read_strictly(document, format_), graph(triples))
    assert isomorphic(read_by_rdflib(document, format_), graph(triples))


@pytest.mark.parametrize("format_", formats.GRAPHS)
def test_lists_and_brackets_come_back(shipped: Revisions, format_: Format) -> None:
    """So do the shapes, with their lists and their nodes without a name."""
    with shipped.snapshot() as snapshot:
        triples = [quad[:3] for quad in snapshot.quads(graph=iris.SHAPES_GRAPH)]
    assert sum(isinstance(subject, BNode) for subject, _, _ in triples) > 100
    document = documents.write(triples, iris.SHAPES_GRAPH, format_, CONTEXT)
    assert isomorphic(read_strictly(document, format_), graph(triples))


@pytest.mark.parametrize("format_", formats.GRAPHS)
@given(triples=TRIPLES)
def test_anything_comes_back(format_: Format, triples: list[Triple]) -> None:
    """What fits no term of the context, or no syntax without an escape, comes back too."""
    document = documents.write(set(triples), THING, format_, CONTEXT)
    assert isomorphic(read_strictly(document, format_), graph(triples))


@pytest.mark.parametrize("format_", formats.GRAPHS)
def test_fixed_order(shipped: Revisions, format_: Format) -> None:
    """The same statements give the same bytes, in whatever order they come."""
    with shipped.snapshot() as snapshot:
        triples = [quad[:3] for quad in snapshot.quads(graph=ARTICLE)]
    document = documents.write(triples, ARTICLE, format_, CONTEXT)
    assert documents.write(triples[::-1], ARTICLE, format_, CONTEXT) == document


def test_turtle_to_read() -> None:
    """Turtle declares the prefixes that it needs, and begins with what it is about."""
    triples: list[Triple] = [
        (URIRef(f"{iris.ID}person/a"), RDFS.label, Literal("A", lang="en")),
        (URIRef(f"{iris.ID}person/z"), RDF.type, SG.Person),
        (URIRef(f"{iris.ID}person/z"), ORG.headOf, URIRef(f"{iris.ID}company/c")),
    ]
    document = documents.write(triples, f"{iris.ID}person/z", formats.TURTLE, CONTEXT).decode()
    assert document == (
        "@prefix sg: <https://w3id.org/stancegraph/ns#> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        "@prefix org: <http://www.w3.org/ns/org#> .\n"
        "@prefix person: <https://w3id.org/stancegraph/id/person/> .\n"
        "@prefix company: <https://w3id.org/stancegraph/id/company/> .\n"
        "\nperson:z\n    a sg:Person ;\n    org:headOf company:c .\n"
        '\nperson:a\n    rdfs:label "A"@en .\n'
    )


def test_records_by_the_empty_prefix(shipped: Revisions) -> None:
    """In an article's Turtle its records stand under their short names."""
    with shipped.snapshot() as snapshot:
        triples = [quad[:3] for quad in snapshot.quads(graph=ARTICLE)]
    document = documents.write(triples, ARTICLE, formats.TURTLE, CONTEXT).decode()
    assert f"@prefix : <{ARTICLE}#> .\n" in document
    assert "\n:s1\n    a sg:Stance ;\n" in document


def test_json_to_read() -> None:
    """JSON-LD begins with what it is about, in the context's terms wherever these fit."""
    triples: list[Triple] = [
        (THING, RDF.type, SG.Stance),
        (THING, RDFS.label, Literal("eins", lang="de")),
        (THING, RDFS.label, Literal("one", lang="en")),
        (THING, SG.polarity, SG.Favour),
        (THING, SG.unconditional, Literal("true", datatype=XSD.boolean)),
        (THING, SG.holder, Literal("nobody")),
        (THING, SG.textLength, Literal("5", datatype=XSD.integer)),
        (URIRef(EX + "another"), SG.concerns, THING),
    ]
    document = documents.write(triples, THING, formats.JSON_LD, CONTEXT)
    assert json.loads(document)["graph"] == [
        {
            "id": THING.toPython(),
            "type": "Stance",
            "label": {"de": "eins", "en": "one"},
            "polarity": "Favour",
            "unconditional": True,
            "sg:holder": "nobody",
            "sg:textLength": 5,
        },
        {"id": f"{EX}another", "concerns": THING.toPython()},
    ]


def test_every_term_of_the_context() -> None:
    """The writer knows every term of the context that ships, each by the IRI that it stands for."""
    shipped = (resources.folder("ontology") / "context.jsonld").read_text(encoding="utf-8")
    content = json.loads(shipped)["@context"]
    written = {name for name, value in content.items() if isinstance(value, dict)}
    known = {term.name: iri for iri, term in compact.own_context().terms.items()}
    assert written
    assert written <= known.keys()
    assert known["label"] == str(RDFS.label)
    assert known["inLanguage"] == str(SCHEMA.inLanguage)


@pytest.mark.parametrize(
    ("format_", "triple", "named"),
    [
        (formats.RDF_XML, (THING, URIRef(EX + "1"), THING), f"<{EX}1>"),
        (formats.RDF_XML, (THING, RDFS.label, Literal("\x01")), "U+0001"),
        (formats.JSON_LD, (URIRef("org:thing"), RDFS.label, Literal("x")), "<org:thing>"),
        (formats.TRIG, (THING, RDFS.label, Literal("x")), "trig"),
    ],
)
def test_refused(format_: Format, triple: Triple, named: str) -> None:
    """What a format cannot hold is refused by name, not left out."""
    with pytest.raises(FormatError) as raised:
        documents.write([triple], THING, format_, CONTEXT)
    assert named in str(raised.value)
