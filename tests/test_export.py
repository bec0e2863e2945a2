"""Dumps, over a snapshot that is a list of quads."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, cast

import pyoxigraph as engine
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import RDF, XSD, BNode, Graph, Literal, URIRef

from kg import formats, iris
from kg.errors import FormatError
from kg.export import dump
from kg.settings import Settings
from kg.store.base import Change
from kg.store.canonical import canonical
from kg.store.reading import read
from kg.store.revisions import Revisions
from kg.store.terms import quad_from_engine, quad_to_engine
from kg.terms import ORG, PREFIXES, SG

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from kg.formats import Format
    from kg.store.base import Quad, Snapshot, Subject, Term

EX = "https://example.org/"
ARTICLE = URIRef(PREFIXES["article"] + "2024-04-a")
A = URIRef(PREFIXES["person"] + "a")
EACH = pytest.mark.parametrize("format_", formats.DUMPS, ids=lambda item: item.name)


class Quads:
    """What a dump needs of a snapshot, over a list of quads."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self._quads = list(quads)

    def graph_names(self) -> Iterator[URIRef]:
        """Iterate over the graphs' names."""
        return iter(dict.fromkeys(quad[3] for quad in self._quads if quad[3] is not None))

    def quads(
        self,
        subject: Subject | None = None,
        predicate: URIRef | None = None,
        object_: Term | None = None,
        graph: URIRef | None = None,
    ) -> Iterator[Quad]:
        """Iterate over the quads that match."""
        wanted = (subject, predicate, object_, graph)
        for quad in self._quads:
            if all(term in {None, found} for term, found in zip(wanted, quad, strict=True)):
                yield quad

    def subjects(self, graph: URIRef) -> Iterator[Subject]:
        """Iterate over the subjects of a graph."""
        return iter({quad[0] for quad in self.quads(graph=graph)})

    def blank_quads(self) -> list[Quad]:
        """Return the quads with blank nodes, labelled canonically."""
        blank = (q for q in self._quads if isinstance(q[0], BNode) or isinstance(q[2], BNode))
        return [quad_from_engine(quad) for quad in canonical(map(quad_to_engine, blank))]


def dumped(quads: Iterable[Quad], format_: Format) -> bytes:
    """Dump a list of quads."""
    return b"".join(dump(cast("Snapshot", Quads(quads)), format_))


def same(quads: Iterable[Quad]) -> set[object]:
    """Return quads so that isomorphic datasets are equal (RDFC-1.0)."""
    found = engine.Dataset(map(quad_to_engine, quads))
    found.canonicalize(engine.CanonicalizationAlgorithm.RDFC_1_0)
    return set(found)


def merged(quads: Iterable[Quad]) -> list[Quad]:
    """Return the union of all graphs."""
    return list(dict.fromkeys((s, p, o, None) for s, p, o, _ in quads))


IRIS = [
    *(URIRef(f"{ARTICLE}{end}") for end in ("", "#s1", "#s2", "#s10", "#", "#a.", "#a/b")),
    *(URIRef(PREFIXES["person"] + name) for name in ("a", "a.b", "-a", "ä", "a(b)", "%20", "")),
    *(RDF.type, RDF.first, RDF.rest, RDF.nil, RDF.value, SG.gloss, URIRef(str(SG))),
    *map(URIRef, ("schema:name", "sg:gloss", "urn:x:ü?=+#'", "mailto:a@b", "tag:a,b:c;d")),
]
BLANKS = [BNode(f"b{number}") for number in range(5)]
TEXT = st.text(st.characters(exclude_categories=["Cs"])) | st.text("\"'\\\n\r\t ab\x00\x7f\u2028")
NUMBERS = [
    "1",
    "+01",
    "1.",
    ".5",
    "1.50",
    "1e5",
    "1.E5",
    ".e1",
    "INF",
    "true",
    "0",
    "",
    "1 2",
    "\u0665",
]
TYPES = [XSD.integer, XSD.decimal, XSD.double, XSD.boolean, XSD.date, RDF.HTML, URIRef("a:b")]
LITERALS = st.one_of(
    TEXT.map(Literal),
    st.builds(lambda text, tag: Literal(text, lang=tag), TEXT, st.sampled_from(["de", "en-gb"])),
    st.builds(
        lambda text, type_: Literal(text, datatype=type_, normalize=False),
        st.sampled_from(NUMBERS) | TEXT,
        st.sampled_from(TYPES),
    ),
)
SUBJECTS = st.sampled_from([*IRIS, *BLANKS])
PREDICATES = st.sampled_from([iri for iri in IRIS if iri != RDF.nil])
GRAPHS = st.sampled_from([ARTICLE, iris.ENTITIES_GRAPH, iris.SHAPES_GRAPH, URIRef("urn:g")])
QUADS = st.lists(st.tuples(SUBJECTS, PREDICATES, SUBJECTS | LITERALS, GRAPHS), max_size=30)
LINKS = st.sampled_from([RDF.first, RDF.rest, SG.condition])
TANGLES = st.lists(
    st.tuples(st.sampled_from([A, *BLANKS]), LINKS, st.sampled_from([RDF.nil, *BLANKS]), GRAPHS),
    max_size=12,
)


@EACH
@given(quads=QUADS | TANGLES)
def test_a_dump_loads_as_what_it_was(format_: Format, quads: list[Quad]) -> None:
    """Whatever the terms, the lists and the tangles: the dataset comes back, or the union."""
    quads = list(dict.fromkeys(quads))
    loaded = read(dumped(quads, format_), format_).quads
    assert same(loaded) == same(quads if format_.named_graphs else merged(quads))


@EACH
@given(quads=QUADS | TANGLES, seed=st.integers())
def test_a_dump_depends_on_the_data_alone(format_: Format, quads: list[Quad], seed: int) -> None:
    """The order of the statements and the labels of blank nodes make no difference."""
    chance = random.Random(seed)  # noqa: S311  # no secret: an order
    quads = list(dict.fromkeys(quads))
    new = dict(zip(BLANKS, chance.sample(BLANKS, len(BLANKS)), strict=True))
    others: list[Quad] = [
        (new[s] if isinstance(s, BNode) else s, p, new[o] if isinstance(o, BNode) else o, g)
        for s, p, o, g in quads
    ]
    chance.shuffle(others)
    assert dumped(others, format_) == dumped(quads, format_)


@EACH
def test_a_changed_fact_changes_few_lines(shipped: Revisions, format_: Format) -> None:
    """One label more is at most two lines more or other."""
    with shipped.snapshot() as snapshot:
        quads = list(snapshot.quads())
        subject = next(s for s, _, _, g in sorted(quads) if g == iris.ENTITIES_GRAPH)
    before = dumped(quads, format_).splitlines()
    more = (subject, SG.gloss, Literal("one more"), iris.ENTITIES_GRAPH)
    after = dumped([*quads, more], format_).splitlines()
    assert 1 <= len(set(after) ^ set(before)) <= 3


def test_turtle_groups_a_subject_once() -> None:
    """Statements of all graphs stand with their subject in the first of the graphs."""
    head: Quad = (A, ORG.headOf, URIRef(PREFIXES["company"] + "b"), ARTICLE)
    quads: list[Quad] = [
        (URIRef(f"{ARTICLE}#s1"), RDF.type, SG.Stance, ARTICLE),
        (A, RDF.type, SG.Person, iris.ENTITIES_GRAPH),
        (A, RDF.type, SG.Person, ARTICLE),
        head,
    ]
    text = dumped(quads, formats.TURTLE).decode()
    assert text.partition("\n\n\n")[2] == (
        f"# {iris.ENTITIES_GRAPH}\n"
        "\n"
        "person:a\n"
        "    a sg:Person ;\n"
        "    org:headOf company:b .\n"
        "\n\n"
        f"# {ARTICLE}\n"
        f"@prefix : <{ARTICLE}#> .\n"
        "\n"
        ":s1\n"
        "    a sg:Stance .\n"
    )


def test_trig_keeps_the_graphs_apart() -> None:
    """Each graph is a block of its own, an article's with its own empty prefix."""
    quads: list[Quad] = [
        (URIRef(f"{ARTICLE}#s1"), RDF.type, SG.Stance, ARTICLE),
        (A, RDF.type, SG.Person, iris.ENTITIES_GRAPH),
    ]
    text = dumped(quads, formats.TRIG).decode()
    assert text.partition("\n\n")[2] == (
        f"<{iris.ENTITIES_GRAPH}> {{\n"
        "\n"
        "person:a\n"
        "    a sg:Person .\n"
        "\n}\n"
        "\n"
        f"@prefix : <{ARTICLE}#> .\n"
        "article:2024-04-a {\n"
        "\n"
        ":s1\n"
        "    a sg:Stance .\n"
        "\n}\n"
    )


def test_json_ld_has_no_context() -> None:
    """Every IRI is in full and every value says its type: there is nothing to fetch or to guess."""
    quads: list[Quad] = [
        (A, RDF.type, SG.Person, ARTICLE),
        (A, SG.gloss, Literal("ä", lang="de"), ARTICLE),
        (A, SG.gloss, Literal("5", datatype=XSD.integer), ARTICLE),
    ]
    assert dumped(quads, formats.JSON_LD).decode() == (
        '{"@graph":[\n'
        f'{{"@id":"{ARTICLE}","@graph":[\n'
        f'{{"@id":"{A}",\n'
        f' "@type":["{SG.Person}"],\n'
        f' "{SG.gloss}":[{{"@value":"5","@type":"{XSD.integer}"}},'
        '{"@value":"ä","@language":"de"}]}\n'
        "]}\n"
        "]}\n"
    )


def test_the_graphs_come_in_a_fixed_order() -> None:
    """Ontology, shapes, entities, links and catalog first, the others by their names."""
    names = [
        iris.ONTOLOGY_GRAPH,
        iris.SHAPES_GRAPH,
        iris.ENTITIES_GRAPH,
        iris.LINKS_GRAPH,
        iris.CATALOG_GRAPH,
        URIRef(EX + "9"),
        URIRef(EX + "10"),
        ARTICLE,
    ]
    quads: list[Quad] = [(A, RDF.type, SG.Person, name) for name in reversed(names)]
    lines = dumped(quads, formats.N_QUADS).decode().splitlines()
    assert [line.split(" ")[3] for line in lines] == [f"<{name}>" for name in names]


@EACH
def test_an_empty_dump_is_well_formed(format_: Format) -> None:
    """A store without a statement has a dump that can be read."""
    assert read(dumped([], format_), format_).quads == []


@EACH
def test_a_dump_is_streamed(tmp_path: Path, format_: Format) -> None:
    """A large dump comes in pieces, the first of them before the last graph is read."""
    store = Revisions(Settings(data=tmp_path))
    graphs = {}
    for number in range(50):
        graphs[URIRef(f"{EX}{number}")] = graph = Graph()
        for item in range(100):
            graph.add((URIRef(f"{EX}{number}/{item}"), RDF.value, Literal("x" * 50)))
    store.commit(Change(graphs))
    with store.snapshot() as snapshot:
        sizes = [len(chunk) for chunk in dump(snapshot, format_)]
    assert len(sizes) > 3
    assert max(sizes) < 200_000


def test_an_unknown_format_is_refused_at_once() -> None:
    """The refusal names the formats there are, before anything is written."""
    with pytest.raises(
        FormatError, match="no dump in rdfxml; there are turtle, trig, nquads, json"
    ):
        dump(cast("Snapshot", Quads([])), formats.RDF_XML)
