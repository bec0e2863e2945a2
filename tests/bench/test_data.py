"""The generator of large graphs: what it makes conforms, is skewed, and the same in every run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rdflib import RDF

from kg import iris
from kg.errors import InputError
from kg.settings import Settings
from kg.store.revisions import Revisions
from kg.terms import CODE_LISTS, CONTENT_PREDICATES, LINK_PREDICATES, RECORD_CLASSES, SG
from tests.bench.articles import article
from tests.bench.data import Trusting, change, lines
from tests.bench.world import World

if TYPE_CHECKING:
    from rdflib import URIRef

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = {iris.ONTOLOGY_GRAPH, iris.SHAPES_GRAPH}


@pytest.fixture(scope="session")
def world() -> World:
    """A world for 300 articles."""
    return World(300)


@pytest.fixture(scope="session")
def many() -> list[str]:
    """The lines of 3,000 articles, without their world."""
    world = World(3_000)
    return [line for number in range(3_000) for line in article(world, number)]


def _objects(made: list[str], predicate: URIRef) -> Counter[str]:
    """Count what stands in third place behind a predicate."""
    return Counter(line.split(" ", 2)[2] for line in made if f" <{predicate}> " in line)


def _values(made: list[str], predicate: URIRef) -> Counter[str]:
    """Count the IRIs that a predicate names, whichever graph says so."""
    counted: Counter[str] = Counter()
    for rest, times in _objects(made, predicate).items():
        counted[rest.split(" ")[0].strip("<>")] += times
    return counted


def test_what_is_made_conforms_without_a_warning(tmp_path: Path, world: World) -> None:
    """The gate lets everything pass, and warns of nothing."""
    store = Revisions(Settings(data=tmp_path / "data"))
    outcome = store.commit(change(lines(world)))
    assert outcome.changed
    assert not outcome.report.results
    with store.snapshot() as snapshot:
        names = set(snapshot.graph_names())
    others = {iris.ENTITIES_GRAPH, iris.LINKS_GRAPH}
    assert others < names
    assert len(names - others) == 300


def test_articles_do_not_depend_on_each_other(world: World) -> None:
    """An article is the same whether the ones before it were made or not."""
    alone = article(World(300), 299)
    assert [article(world, number) for number in range(300)][299] == alone


@pytest.mark.parametrize("name", ["made.nq", "made.nq.gz"])
def test_every_run_writes_the_same_bytes(tmp_path: Path, name: str) -> None:
    """Two processes that hash texts differently write the same bytes, compressed or not."""
    written = []
    for number in ("1", "2"):
        folder = tmp_path / number
        folder.mkdir()
        subprocess.run(
            [sys.executable, "-m", "tests.bench.data", "--articles", "30", "--file", folder / name],
            check=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": number},
            stdout=subprocess.DEVNULL,
        )
        written.append((folder / name).read_bytes())
    assert written[0] == written[1]
    assert len(written[0]) > 10_000


def test_another_seed_makes_another_world() -> None:
    """The seed decides who there is and what they say."""
    first, second = World(30, seed=1), World(30, seed=2)
    assert list(first.lines()) != list(second.lines())
    assert article(first, 0) != article(second, 0)


def test_few_are_quoted_all_the_time_and_many_once(many: list[str]) -> None:
    """The busiest holder has a hundred times the stances of the one in the middle."""
    holders = sorted(_values(many, SG.holder).values())
    assert holders[-1] > 100 * holders[len(holders) // 2]
    assert holders.count(1) > len(holders) / 6
    targets = sorted(_values(many, SG.target).values())
    assert targets[-1] > 50 * targets[len(targets) // 2]


def test_records_are_as_many_as_an_article_has(many: list[str]) -> None:
    """There are about six stances and one claim or two an article, in about a hundred quads."""
    classes = _values(many, RDF.type)
    assert 5.5 < classes[str(SG.Stance)] / 3_000 < 6.5
    assert 1 < classes[str(SG.Claim)] / 3_000 < 2
    assert 90 < len(many) / 3_000 < 110
    conditional = 1 - _objects(many, SG.unconditional).total() / classes[str(SG.Stance)]
    assert 0.25 < conditional < 0.4


def test_every_code_is_used(many: list[str]) -> None:
    """Every value that a record, its evidence and its conditions can have occurs."""
    found = {word.strip("<>") for line in many for word in line.split(" ")[1:3]}
    codes = {code for name, codes in CODE_LISTS.items() if name != SG.Existence for code in codes}
    assert {str(term) for term in codes | CONTENT_PREDICATES | LINK_PREDICATES} <= found
    assert {str(term) for term in RECORD_CLASSES} <= found


def test_everything_is_said_in_both_languages(many: list[str]) -> None:
    """Glosses come in pairs, articles in English and in German, and umlauts as umlauts."""
    glosses = [line for line in many if f" <{SG.gloss}> " in line]
    german = [line for line in glosses if '"@de ' in line]
    assert len(german) * 2 == len(glosses) > 0
    assert sum(bool(re.search("[äöüß]", line)) for line in german) > len(german) / 2
    assert {'"en"', '"de"'} <= {line.split(" ")[2] for line in many if "/inLanguage>" in line}


def test_glosses_are_short_and_hardly_ever_the_same(many: list[str]) -> None:
    """A gloss has 200 characters at most, and most of them stand once."""
    texts = [line.split('"')[1] for line in many if f" <{SG.gloss}> " in line]
    assert max(map(len, texts)) <= 200
    assert len(set(texts)) > 0.8 * len(texts)


def test_dates_are_partial_now_and_then(many: list[str]) -> None:
    """Most dates are days, some months, few years; articles come from every year."""
    said = Counter(len(text.split('"')[1]) for text in _objects(many, SG.saidOn).elements())
    assert said[10] > said[7] > said[4] > 0
    published = [line.split('"')[1] for line in many if "/datePublished>" in line]
    years = Counter(text[:4] for text in published)
    assert set(years) == {str(year) for year in range(2015, 2027)}
    assert years["2025"] > 3 * years["2016"]


def test_a_store_in_bulk_holds_what_the_gate_lets_in(tmp_path: Path) -> None:
    """Its quads are those of a commit, and articles beyond the world's go through its gate."""
    world = World(20)
    bulk = Trusting(Settings(data=tmp_path / "bulk"))
    entry = bulk.found(lines(world), "in bulk")
    gated = Revisions(Settings(data=tmp_path / "gated"))
    gated.commit(change(lines(world)))
    with bulk.snapshot() as found, gated.snapshot() as expected:
        ours = {quad for quad in found.quads() if quad[3] not in SHIPPED}
        assert ours == set(expected.quads())
        assert found.revision == 1
        assert len(found) == entry.quads > len(ours)
    outcome = bulk.commit(change(article(world, 20)))
    assert outcome.revision == 2
    assert not outcome.report.results


def test_a_store_in_bulk_is_the_first_revision_only(tmp_path: Path) -> None:
    """Where there is a revision already, nothing is written past the gate."""
    store = Trusting(Settings(data=tmp_path))
    store.found(iter(article(World(10), 0)), "first")
    with pytest.raises(InputError, match="holds data already"):
        store.found(iter(article(World(10), 1)), "second")
    assert store.current() == 1


def test_a_quad_of_no_graph_is_refused() -> None:
    """What is said outside of every graph goes into no change."""
    with pytest.raises(ValueError, match="no graph"):
        change(["<https://example.org/s> <https://example.org/p> <https://example.org/o> .\n"])
