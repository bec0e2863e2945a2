from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rdflib import Dataset, Graph, Literal, URIRef

from kg import iris, pipeline
from kg.errors import NonConforming
from kg.settings import Settings
from kg.store import delta, gate
from kg.store.base import Change
from kg.store.reading import read
from kg.store.revisions import Revisions
from kg.store.terms import quad_from_engine
from kg.terms import RDF, RDFS, SG
from kg.validate import validate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.report import Report

SHAPES = Path(__file__).parent.parent / "shapes"
INVALID = sorted((SHAPES / "invalid").glob("*.trig"))
VALID = sorted((SHAPES / "valid").glob("*.trig"))
BASE = SHAPES / "valid" / "everything.trig"


def found(report: Report) -> set[tuple[str, str]]:
    """Return what a report found: rules and the nodes they found it at."""
    return {(result.rule, str(result.focus)) for result in report.results}


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_valid_is_published(store: Revisions, path: Path) -> None:
    """What conforms is published."""
    assert store.commit(pipeline.change([read(path)])).changed


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Revisions:
    """A store with data that use every shape; tests check against it and commit nothing to it."""
    store = Revisions(Settings(data=tmp_path_factory.mktemp("everything") / "data"))
    assert store.commit(pipeline.change([read(BASE)])).report.conforms
    return store


@pytest.mark.slow
@pytest.mark.parametrize("path", INVALID, ids=lambda path: path.stem)
def test_an_edit_is_judged_like_the_whole(everything: Revisions, path: Path) -> None:
    """What the gate finds by looking around a change is what a look at all of the data finds.

    Of two stances or entities that a warning compares, it is enough to hear of the changed one.
    """
    change = pipeline.change([read(path)])
    with everything.snapshot() as snapshot:
        after = gate.After(snapshot.engine, delta.between(snapshot.engine, change))
        whole = Dataset(default_union=True)
        for subject, predicate, object_, name in map(quad_from_engine, after.quads()):
            whole.graph(name).add((subject, predicate, object_))
    heard = found(everything.check(change))
    mutual = {rule for rule, _ in heard} & {"W1", "W3"}
    expected = found(validate(whole, everything.shapes))
    assert {row for row in expected - heard if row[0] not in mutual} == set()
    assert heard <= expected


def test_nothing_is_stored(store: Revisions) -> None:
    """What does not conform leaves the store as it was, and the error carries the report."""
    broken = next(path for path in INVALID if not path.stem.startswith("W"))
    with pytest.raises(NonConforming, match="nothing was stored") as caught:
        store.commit(pipeline.change([read(broken)]))
    assert not caught.value.report.conforms
    assert store.current() == 0
    assert list((store.data / "staging").iterdir()) == []


def articles(store: Revisions) -> Iterator[tuple[URIRef, Graph]]:
    """Yield the article graphs of a store."""
    with store.snapshot() as snapshot:
        for name in sorted(snapshot.graph_names()):
            if iris.article_of(name):
                yield name, snapshot.graph(name)


def test_dropping_what_is_referred_to(shipped: Revisions) -> None:
    """An entity that articles refer to cannot lose its type: they are judged with it."""
    with shipped.snapshot() as snapshot:
        entities = snapshot.graph(iris.ENTITIES_GRAPH)
    person = iris.entity("person", "mark-zuckerberg")
    assert (person, RDF.type, SG.Person) in entities
    graph = Graph()
    graph.add((person, RDF.type, SG.Topic))
    for label in entities.objects(person, RDFS.label):
        graph.add((person, RDFS.label, label))
    report = shipped.check(Change({iris.ENTITIES_GRAPH: graph}))
    assert "Record-holder" in {result.rule for result in report.violations}


def test_dropping_an_article_that_is_linked_to(store: Revisions) -> None:
    """An article cannot go while an editor's link points to one of its records."""
    source = SHAPES / "valid" / "editors-links.trig"
    store.commit(pipeline.change([read(source)]))
    with store.snapshot() as snapshot:
        linked = next(iter(snapshot.graph(iris.LINKS_GRAPH).objects()))
    article = iris.article_of(str(linked))
    assert article is not None
    with pytest.raises(NonConforming) as caught:
        store.commit(Change(drop=frozenset({article})))
    assert any(result.rule.startswith("Link") for result in caught.value.report.violations)


def test_label_of_a_hub_is_cheap_and_right(shipped: Revisions) -> None:
    """A new label of a person whom a whole article refers to is judged by itself."""
    person = iris.entity("person", "mark-zuckerberg")
    graph = Graph()
    graph.add((person, RDF.type, SG.Person))
    graph.add((person, RDFS.label, Literal("M. Zuckerberg", lang="en")))
    graph.add((person, RDFS.label, Literal("M. Zuckerberg", lang="de")))
    report = shipped.check(Change({iris.ENTITIES_GRAPH: graph}))
    assert report.conforms
    assert report.focus_nodes == 1


def test_nothing_to_check(store: Revisions) -> None:
    """A report tells that no shape had anything to say of the data."""
    graph = Graph()
    graph.add((URIRef("urn:a"), URIRef("urn:b"), Literal("c")))
    assert store.check(Change({URIRef("urn:g"): graph})).focus_nodes == 0
