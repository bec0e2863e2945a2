"""Which statements describe a thing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rdflib import DCTERMS, RDF, RDFS, SKOS, BNode, Graph, Literal, URIRef

from kg import iris, pipeline, resources
from kg.describe import NEIGHBOURS, describe, described, replacement
from kg.errors import InputError
from kg.settings import Settings
from kg.store.base import Change
from kg.store.reading import read
from kg.store.revisions import Revisions
from kg.terms import ORG, SG

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.store.base import Snapshot

SEED = "article/2024-04-zuckerberg-open-source"
NOTE = URIRef("https://example.org/note")
EXAMPLES = ("08-editors-links.ttl", "10-merged-entity.ttl")


def iri(key: str) -> URIRef:
    """Return the IRI of a key."""
    return URIRef(iris.ID + key)


def entities() -> Graph:
    """Make a company with more models than are named."""
    graph = Graph()
    company = iri("company/brackwater-labs")
    for language in ("en", "de"):
        graph.add((company, RDFS.label, Literal("Brackwater Labs", lang=language)))
    graph.add((company, RDF.type, SG.Company))
    for number in range(NEIGHBOURS + 20):
        model = iri(f"model/heron-{number}")
        graph.add((model, RDF.type, SG.Model))
        graph.add((model, SG.existence, SG.Announced))
        graph.add((model, SG.developedBy, company))
        for language in ("en", "de"):
            graph.add((model, RDFS.label, Literal(f"Heron {number}", lang=language)))
    return graph


def notes() -> Graph:
    """Make a graph of somebody else's, with a note on the company in brackets in brackets."""
    graph = Graph()
    graph.add((iri("company/brackwater-labs"), NOTE, BNode("outer")))
    graph.add((BNode("outer"), NOTE, BNode("inner")))
    graph.add((BNode("inner"), NOTE, Literal("deep")))
    return graph


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    """What ships, two of the ontology's examples, and a busy company."""
    store = Revisions(Settings(data=tmp_path_factory.mktemp("describe") / "data"))
    pipeline.initialise(store)
    folder = resources.folder("ontology") / "examples"
    store.commit(pipeline.change([read(folder / name) for name in EXAMPLES]))
    store.commit(Change({iris.ENTITIES_GRAPH: entities(), NOTE: notes()}))
    with store.snapshot() as snapshot:
        yield snapshot


def test_article(snapshot: Snapshot) -> None:
    """An article's document is its whole graph, and beyond it only labels in both languages."""
    found = describe(snapshot, iri(SEED))
    own = {quad[:3] for quad in snapshot.quads(graph=iri(SEED))}
    beyond = set(found) - own
    assert own < set(found)
    assert len(found) == len(set(found))
    assert {predicate for _, predicate, _ in beyond} == {RDFS.label}
    assert (
        iri("person/mark-zuckerberg"),
        RDFS.label,
        Literal("Mark Zuckerberg", lang="de"),
    ) in beyond
    mentioned = {object_ for _, _, object_ in own if str(object_).startswith(iris.ID)}
    labelled = {subject for subject, _, _ in beyond}
    assert {thing for thing in mentioned if SEED not in thing} <= labelled


def test_links_of_editors(snapshot: Snapshot) -> None:
    """What editors say between two articles' records stands in the documents of both."""
    links = [quad[:3] for quad in snapshot.quads(graph=iris.LINKS_GRAPH)]
    assert links
    for subject, predicate, object_ in links:
        for record in (subject, object_):
            article = iris.article_of(str(record))
            assert article is not None
            assert (subject, predicate, object_) in describe(snapshot, article)


def test_entity(snapshot: Snapshot) -> None:
    """An entity's document is what is said of it, who has a fact with it, and their labels."""
    found = set(describe(snapshot, iri("company/meta")))
    company = iri("company/meta")
    said = {quad[:3] for quad in snapshot.quads(company)}
    assert said < found
    assert (iri("person/mark-zuckerberg"), ORG.headOf, company) in found
    assert (iri("model/llama-3"), SG.developedBy, company) in found
    assert (iri("model/llama-3"), RDFS.label, Literal("Llama 3", lang="en")) in found
    others = found - said
    assert {p for _, p, _ in others} == {RDFS.label, ORG.headOf, SG.developedBy, SG.concerns}


def test_no_record(snapshot: Snapshot) -> None:
    """No record stands in an entity's document, however many name it."""
    holder = iri("person/mark-zuckerberg")
    assert any(True for _ in snapshot.quads(None, SG.holder, holder))
    terms = {term for triple in describe(snapshot, holder) for term in triple}
    assert holder in terms
    assert not [term for term in terms if iris.article_of(str(term)) is not None]


def test_narrower_topics(snapshot: Snapshot) -> None:
    """A topic's document names the topics next to it, wider and narrower ones."""
    topic = iri("topic/opening-ai-models")
    found = describe(snapshot, topic)
    assert (topic, SKOS.broader, iri("topic/open-source")) in found
    assert (iri("topic/opening-a-ten-billion-dollar-model"), SKOS.broader, topic) in found


def test_bounded(snapshot: Snapshot) -> None:
    """Of those that have one fact with an entity so many are named and no more."""
    company = iri("company/brackwater-labs")
    found = describe(snapshot, company)
    pointing = [t for t in found if t[1:] == (SG.developedBy, company)]
    assert len(pointing) == NEIGHBOURS
    assert len(list(snapshot.quads(None, SG.developedBy, company))) > NEIGHBOURS


def test_brackets(snapshot: Snapshot) -> None:
    """What an entity says by nodes without a name is there to the last."""
    found = describe(snapshot, iri("company/brackwater-labs"))
    said = {subject: object_ for subject, predicate, object_ in found if predicate == NOTE}
    outer = said[iri("company/brackwater-labs")]
    assert isinstance(outer, BNode)
    inner = said[outer]
    assert isinstance(inner, BNode)
    assert said[inner] == Literal("deep")


@pytest.mark.parametrize("key", ["person/nobody", "article/nothing", "person/"])
def test_nothing(snapshot: Snapshot, key: str) -> None:
    """Of what is not there nothing is said."""
    assert describe(snapshot, iri(key)) == []
    assert not described(snapshot, iri(key))


@pytest.mark.parametrize("rest", ["x> { ?s ?p ?o }", "a b", "%zz", "\x00", "\ud800", "<", '"'])
def test_no_iri(snapshot: Snapshot, rest: str) -> None:
    """What is no IRI is not there, and never becomes a part of a query."""
    assert not described(snapshot, iri(f"person/{rest}"))


def test_no_query_of_text(snapshot: Snapshot) -> None:
    """An IRI that would break out of its brackets is refused."""
    with pytest.raises(InputError):
        describe(snapshot, iri("person/x> ?p ?o . ?s ?p ?o } #"))


def test_merged(snapshot: Snapshot) -> None:
    """A merged entity leads to what replaced it, and nothing else does."""
    old, new = iri("company/brackwater-research"), iri("company/brackwater-labs")
    assert replacement(snapshot, old) == new
    assert replacement(snapshot, new) is None
    assert (old, DCTERMS.isReplacedBy, new) in describe(snapshot, new)


class Circle:
    """A snapshot in which two things replace each other, which the gate would not let in."""

    def __init__(self) -> None:
        self.graph = Graph()
        self.graph.add((NOTE, DCTERMS.isReplacedBy, iri("person/a")))
        self.graph.add((iri("person/a"), DCTERMS.isReplacedBy, NOTE))

    def quads(self, subject: URIRef, predicate: URIRef) -> Iterator[tuple[object, ...]]:
        """Iterate over what is said."""
        return ((*triple, None) for triple in self.graph.triples((subject, predicate, None)))


def test_circle() -> None:
    """Things that replace each other lead nowhere, rather than round and round."""
    assert replacement(Circle(), NOTE) is None  # type: ignore[arg-type]  # one method is enough
