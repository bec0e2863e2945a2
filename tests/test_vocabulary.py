"""The ontology and the shapes as entries to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rdflib import OWL, RDF, SH, Graph, URIRef

from kg import iris, terms, vocabulary
from kg.shacl import shapes
from kg.terms import SG, SGSH

if TYPE_CHECKING:
    from kg.store.revisions import Revisions
    from kg.vocabulary import Vocabulary


@pytest.fixture(scope="module")
def read(shipped: Revisions) -> Vocabulary:
    """The entries of what ships."""
    with shipped.snapshot() as snapshot:
        ontology, rules = (snapshot.graph(g) for g in (iris.ONTOLOGY_GRAPH, iris.SHAPES_GRAPH))
    return vocabulary.read(ontology, rules)


@pytest.fixture(scope="module")
def uses(shipped: Revisions, read: Vocabulary) -> dict[str, int]:
    """How often what ships uses each term."""
    with shipped.snapshot() as snapshot:
        return vocabulary.uses(snapshot, read)


def test_every_term(read: Vocabulary) -> None:
    """Every term of the ontology has an entry, in the order of the ontology."""
    assert list(read.terms) == list(SG.__annotations__)


def test_every_term_once(read: Vocabulary) -> None:
    """Each entry is in one group."""
    grouped = [*read.classes, *(n for names in read.properties.values() for n in names)]
    grouped += [name for list_, values in read.lists.items() for name in (list_, *values)]
    assert sorted(grouped) == sorted(read.terms)


def test_said_in_both_languages(read: Vocabulary) -> None:
    """Every entry has a label, a definition and an example in English and in German."""
    for term in read.terms.values():
        for text in (term.label, term.definition, term.example):
            assert text.keys() == {"en", "de"}, term.name


def test_lists(read: Vocabulary) -> None:
    """The code lists are those of kg.terms."""
    found = {SG[name]: {SG[value] for value in values} for name, values in read.lists.items()}
    assert found == dict(terms.CODE_LISTS)


def test_class(read: Vocabulary) -> None:
    """A class names what is above and below it, and the properties that are said of it."""
    claim = read.terms["Claim"]
    assert claim.parents == ("sg:Record",)
    assert claim.children == ("sg:Estimate",)
    assert claim.members == ("sg:modality", "sg:negated", "sg:assesses", "sg:finding")


def test_property(read: Vocabulary) -> None:
    """A property names whose it is, its values, and the shapes that hold it to that."""
    polarity = read.terms["polarity"]
    assert polarity.domain == ("sg:Stance",)
    assert polarity.range == ("sg:Polarity",)
    assert polarity.shapes == ("Stance-polarity", "W1")
    assert "polarity" in read.properties["Stance"]
    assert not polarity.deprecated


def test_header(read: Vocabulary) -> None:
    """The headers tell titles and versions."""
    assert read.header.title.keys() == {"en", "de"}
    assert read.header.version_iri == f"{iris.ONTOLOGY_GRAPH}/{read.header.version}"
    assert read.shapes_header.version_iri == f"{iris.SHAPES_GRAPH}/{read.shapes_header.version}"


def test_deprecated() -> None:
    """A term on its way out says so, and what takes its place."""
    graph = Graph().parse(
        data=f"@prefix sg: <{SG}> . @prefix owl: <{OWL}> . @prefix d: <http://purl.org/dc/terms/> ."
        "sg:old a owl:ObjectProperty ; owl:deprecated true ; d:isReplacedBy sg:holder ."
        "sg:holder a owl:ObjectProperty ."
    )
    found = vocabulary.read(graph, Graph())
    assert found.terms["old"].deprecated
    assert found.terms["old"].replaced_by == ("sg:holder",)
    assert found.properties == {"": ("holder", "old")}


def test_nothing() -> None:
    """Empty graphs have no entries."""
    found = vocabulary.read(Graph(), Graph())
    assert [found.terms, found.shapes, found.header.title] == [{}, {}, {}]


def test_uses(shipped: Revisions, read: Vocabulary, uses: dict[str, int]) -> None:
    """Uses are what there is: members of classes, statements of properties, values of lists."""
    with shipped.snapshot() as snapshot:
        for name in ("Stance", "Company", "Article"):
            assert uses[name] == len(list(snapshot.quads(None, RDF.type, SG[name]))) > 0
        assert uses["gloss"] == len(list(snapshot.quads(None, SG.gloss))) > 0
        favour = list(snapshot.quads(None, SG.polarity, SG.Favour))
        assert uses["Favour"] == len(favour) > 0
        safety = list(snapshot.quads(None, SG.kind, SG.Safety))
        assert uses["Safety"] == len(safety) > 0
    assert uses["Record"] == uses["Stance"] + uses["Claim"]
    assert uses["Agent"] == uses["Person"] + uses["Company"] + uses["Group"]
    assert uses.keys() == read.terms.keys() - read.lists.keys()


def test_counting_ends(
    shipped: Revisions, read: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond a bound uses are not counted."""
    monkeypatch.setattr(vocabulary, "COUNTED", 10)
    with shipped.snapshot() as snapshot:
        assert max(vocabulary.uses(snapshot, read).values()) == 10


def test_every_shape(shipped: Revisions, read: Vocabulary) -> None:
    """Every shape with a name has an entry that says what it asks, in words or in rules."""
    with shipped.snapshot() as snapshot:
        graph = snapshot.graph(iris.SHAPES_GRAPH)
    named = {s for s in graph.subjects() if isinstance(s, URIRef) and s.startswith(str(SGSH))}
    assert named == {shape.iri for shape in read.shapes.values()}
    for shape in read.shapes.values():
        assert shape.rules or shape.parts or shape.queries, shape.name
        assert shape.targets or shape.wholes or shape.selected or shape.title, shape.name


def test_rule(read: Vocabulary) -> None:
    """A rule in SPARQL has its text, what it says, and what it looks at."""
    rule = read.shapes["W1"]
    assert rule.severity == "Warning"
    assert rule.targets == ("sg:Stance",)
    assert [query.text.split()[:2] for query in rule.queries] == [["SELECT", "DISTINCT"]]
    assert rule.summary.keys() == {"en", "de"}
    assert {"polarity", "target", "holder", "Favour"} <= rule.mentioned


def test_property_shape(read: Vocabulary) -> None:
    """A property shape has its path and its parameters, and names the shape it is a part of."""
    shape = read.shapes["Stance-polarity"]
    assert shape.path == "sg:polarity"
    assert dict(shape.rules) == {
        "in": "( sg:Favour sg:Against sg:Undecided sg:Neutral )",
        "maxCount": "1",
        "minCount": "1",
    }
    assert shape.wholes == ("Stance",)
    assert "Stance-polarity" in read.shapes["Stance"].parts


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("sg:holder", "sg:holder"),
        ("[ sh:inversePath sg:holder ]", "^sg:holder"),
        ("( sg:reason sg:holder )", "sg:reason/sg:holder"),
        ("[ sh:alternativePath ( sg:holder sg:speaker ) ]", "(sg:holder|sg:speaker)"),
        ("( [ sh:zeroOrMorePath sg:reason ] sg:holder )", "sg:reason*/sg:holder"),
        ("[ sh:oneOrMorePath sg:reason ]", "sg:reason+"),
        ("[ sh:zeroOrOnePath sg:reason ]", "sg:reason?"),
    ],
)
def test_path(path: str, expected: str) -> None:
    """A path is written as in SPARQL."""
    graph = Graph().parse(
        data=f"@prefix sg: <{SG}> . @prefix sh: <{SH}> . @prefix sgsh: <{SGSH}> ."
        f"sgsh:P a sh:PropertyShape ; sh:path {path} ; sh:minCount 1 ."
    )
    assert shapes(graph)["P"].path == expected


def test_without_a_language() -> None:
    """A message without a language is kept as such, and several in one are joined."""
    graph = Graph().parse(
        data=f"@prefix sh: <{SH}> . @prefix sgsh: <{SGSH}> ."
        'sgsh:P a sh:NodeShape ; sh:message "One." , "A." , "Eins."@de ; sh:pattern "x" .'
    )
    assert shapes(graph)["P"].message == {"": "A. One.", "de": "Eins."}
    assert shapes(graph)["P"].rules == (("pattern", '"x"'),)
