"""The article that ships: its facts, one ASK per row in rows/, and its own words only."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, QueryBoolean, Store
from rdflib import RDF, SKOS, Dataset, Graph, Literal, URIRef

from kg import iris, resources
from kg.terms import CONTENT_PREDICATES, OA, RECORD_CLASSES, SG, WD
from kg.text import normalise, span
from kg.validate import Shapes, validate

SLUG = "2024-04-zuckerberg-open-source"
ARTICLE = iris.entity("article", SLUG)
ROWS = sorted((Path(__file__).parent / "rows").glob("*.rq"))
rows = pytest.mark.parametrize("row", ROWS, ids=lambda path: path.stem)

SUBJUNCTIVE = re.compile(r"\b(habe|sei|wolle|gerate|sehe|müssten)\b")
"""Verb forms by which German marks reported speech."""


@pytest.fixture(scope="module")
def article() -> Graph:
    """The article's graph; do not change it."""
    return Graph().parse(resources.folder("graphs") / "articles" / f"{SLUG}.ttl")


@pytest.fixture(scope="module")
def entities() -> Graph:
    """The graph of the entities; do not change it."""
    return Graph().parse(resources.folder("graphs") / "entities.ttl")


def holds(row: Path, store: Store) -> bool:
    """Answer a row's ASK over the union of all graphs."""
    answer = store.query(row.read_text(encoding="utf-8"), use_default_graph_as_union=True)
    assert isinstance(answer, QueryBoolean)
    return bool(answer)


def without(store: Store, quads: list[Quad]) -> Store:
    """Copy a store, leaving quads out."""
    assert quads
    copy = Store()
    copy.extend(quad for quad in store if quad not in quads)
    return copy


def test_there_is_a_question_for_each_row() -> None:
    """The rows are numbered from 1 to 38, and each begins with the fact in a sentence."""
    assert [row.name[:3] for row in ROWS] == [f"{number:02}_" for number in range(1, 39)]
    firsts = [row.read_text(encoding="utf-8").splitlines()[0] for row in ROWS]
    assert all(re.fullmatch(r"# [A-Z].*\.", first) for first in firsts)


@rows
def test_the_fact_is_there(row: Path, seed_store: Store) -> None:
    """The row's ASK holds on the graphs that ship."""
    assert holds(row, seed_store)


@rows
def test_nothing_says_nothing(row: Path) -> None:
    """The row's ASK does not hold on an empty dataset."""
    assert not holds(row, Store())


@rows
def test_the_fact_goes_with_its_record(row: Path, seed_store: Store) -> None:
    """Without what is said of the first thing of the article that a row names, it is false."""
    named = re.search(r"(?<!\w):([skqc]\d+)\b", row.read_text(encoding="utf-8").partition("ASK")[2])
    subject = NamedNode(f"{ARTICLE}#{named[1]}" if named else ARTICLE)
    quads = list(seed_store.quads_for_pattern(subject, None, None))
    assert not holds(row, without(seed_store, quads))


def test_every_statement_of_the_article_is_a_fact_of_some_row(seed_store: Store) -> None:
    """Glosses aside, no statement can be taken from the article's graph without a row noticing."""
    of_article = list(seed_store.quads_for_pattern(None, None, None, NamedNode(ARTICLE)))
    gloss = NamedNode(SG.gloss)
    statements = [quad for quad in of_article if quad.predicate != gloss]
    assert len(statements) > 400
    unnoticed = []
    for statement in statements:
        seed_store.remove(statement)
        if all(holds(row, seed_store) for row in ROWS):
            unnoticed.append(str(statement))
        seed_store.add(statement)
    assert unnoticed == []


def test_the_article_conforms_without_a_warning(article: Graph, entities: Graph) -> None:
    """The shapes find nothing in the two graphs, not even something to warn of."""
    dataset = Dataset(default_union=True)
    for name, graph in ((ARTICLE, article), (iris.ENTITIES_GRAPH, entities)):
        for triple in graph:
            dataset.graph(name).add(triple)
    report = validate(dataset, Shapes.load())
    assert report.results == ()


def test_the_text_is_the_cited_one(article: Graph, seed: str) -> None:
    """Hash and length are those of the normalised text."""
    text = normalise(seed)
    assert str(article.value(ARTICLE, SG.textHash)) == text.hash
    assert str(article.value(ARTICLE, SG.textLength)) == str(text.length)


def test_every_span_is_cut_at_words(article: Graph, seed: str) -> None:
    """Each span has its hash, and begins and ends where a word does."""
    text = normalise(seed)
    evidence = set(article.subjects(RDF.type, SG.Evidence))
    assert evidence == set(article.objects(None, SG.evidence))
    for item in evidence:
        start, end = (int(str(article.value(item, name))) for name in (OA.start, OA.end))
        assert span(text, start, end).hash == str(article.value(item, SG.spanHash))
        assert re.fullmatch(r"\w(.*\w)?", text.content[start:end])
        assert not re.match(r"\w", text.content[start - 1 : start])
        assert not re.match(r"\w", text.content[end : end + 1])


def test_the_subjunctive_is_somebody_elses_speech(article: Graph, seed: str) -> None:
    """A span in the subjunctive is indirect speech, free or not, and never the article's voice."""
    text, found = normalise(seed).content, 0
    for item in article.subjects(RDF.type, SG.Evidence):
        start, end = (int(str(article.value(item, name))) for name in (OA.start, OA.end))
        if SUBJUNCTIVE.search(text[start:end]):
            found += 1
            assert article.value(item, SG.speechForm) in {SG.Indirect, SG.FreeIndirect}
    assert found > 5


def test_all_words_are_our_own(article: Graph, entities: Graph, seed: str) -> None:
    """No text of the graphs repeats five words in a row of the article's."""

    def runs(text: str) -> set[tuple[str, ...]]:
        words = re.findall(r"\w+", text.casefold())
        return {tuple(words[at : at + 5]) for at in range(len(words) - 4)}

    texts = [str(o) for graph in (article, entities) for o in graph.objects() if _is_text(o)]
    assert len(texts) > 100
    assert [text for text in texts if runs(text) & runs(seed)] == []


def _is_text(node: object) -> bool:
    return isinstance(node, Literal) and node.language is not None


def test_entities_are_described_and_records_cited(article: Graph, entities: Graph) -> None:
    """What the article's graph names is described in the entities, and what is there is in use."""
    kinds = tuple(f"{iris.ID}{kind}/" for kind in iris.KINDS if kind != "article")
    named = {node for triple in article for node in triple if str(node).startswith(kinds)}
    described = set(entities.subjects())
    assert named <= described
    assert described <= named | set(entities.objects())
    records = [s for s, kind in article.subject_objects(RDF.type) if kind in RECORD_CLASSES]
    assert len(records) == 28


def test_the_entities_say_nothing_that_an_article_has_to_back(entities: Graph) -> None:
    """No content predicate stands there, and every exact match is a Wikidata item."""
    assert not set(entities.predicates()) & CONTENT_PREDICATES
    matches = [str(match) for match in entities.objects(None, SKOS.exactMatch)]
    assert matches
    assert all(re.fullmatch(f"{WD}Q[1-9][0-9]*", match) for match in matches)
    assert all(isinstance(subject, URIRef) for subject in entities.subjects())
