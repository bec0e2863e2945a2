from __future__ import annotations

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING

import duckdb
import pytest
from rdflib import RDF, RDFS, Graph, Literal, URIRef
from rocksdict import DbClosedError

from kg import iris, pipeline, resources
from kg.errors import Damaged, Locked, RevisionMissing, StorageError, StoreMissing
from kg.folding import folded
from kg.settings import Settings
from kg.store import lock, projection
from kg.store.base import Change
from kg.store.projection import FOLDER, TABLES, THINGS, WORKSHOP, Projection
from kg.store.reading import read
from kg.store.revisions import Revisions
from kg.store.things import Things
from kg.terms import SG
from tests.store.projected import differences, expected

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ADA = URIRef(iris.ID + "person/ada-lind")
KEY = iris.key(ADA)


def person(name: str) -> Change:
    """Make a change that describes one person under a name."""
    graph = Graph()
    graph.add((ADA, RDF.type, SG.Person))
    for language in ("en", "de"):
        graph.add((ADA, RDFS.label, Literal(name, lang=language)))
    return Change({iris.ENTITIES_GRAPH: graph})


def label(store: Revisions, revision: int | None = None) -> str:
    """Read that person's name from a projection: from its things, and from its tables' words."""
    with closing(store.projection(revision)) as found:
        name = str(found.things.get([KEY])[KEY]["label_en"])
        words = found.rows("SELECT DISTINCT folded FROM words WHERE entity = $id", {"id": KEY})
    assert words == [(folded(name),)]
    return name


def path(store: Revisions, revision: int = 1) -> Path:
    """Say where a revision's projection is."""
    return store.data / "revisions" / f"{revision:06}" / FOLDER


def renamed(folder: Path, name: str) -> None:
    """Rename that person in a projection behind everybody's back, in things and in tables."""
    with duckdb.connect(str(folder / TABLES)) as connection:
        connection.execute("UPDATE words SET folded = ?", [folded(name)])
    with closing(Things.make(folder / THINGS)) as things:
        things.write({KEY: {**things.get([KEY])[KEY], "label_en": name}})


@pytest.fixture
def ada(store: Revisions) -> Revisions:
    """A store with one revision, which knows one person."""
    store.commit(person("Ada Lind"))
    return store


def test_shipped_and_examples(tmp_path: Path) -> None:
    """Of all that ships, examples included, every table holds what SPARQL says."""
    store = Revisions(Settings(data=tmp_path / "data"))
    pipeline.initialise(store)
    paths = sorted((resources.folder("ontology") / "examples").glob("*.ttl"))
    assert paths
    assert store.commit(pipeline.change([read(found) for found in paths])).changed
    for revision in (1, 2):
        with store.snapshot(revision) as snapshot, closing(store.projection(revision)) as found:
            rows = expected(snapshot)
            assert not differences(found, rows)
            assert all(rows.values()) or revision == 1


def test_made_by_the_commit(ada: Revisions) -> None:
    """A commit makes tables and things with the revision, and leaves nothing beside them."""
    assert sorted(found.name for found in path(ada).parent.iterdir()) == [
        FOLDER,
        "readers",
        "revision.json",
        "store",
    ]
    assert {found.name for found in path(ada).iterdir()} == {TABLES, THINGS}
    assert label(ada) == "Ada Lind"
    assert not (ada.data / WORKSHOP).exists()


def test_carried_on(ada: Revisions, numbers: Callable[..., Change]) -> None:
    """A commit takes over what it does not concern from the projection before it.

    So does a rollback from that of the revision it goes back to.
    """
    ada.commit(numbers(40))
    renamed(path(ada, 2), "By Hand")
    ada.commit(numbers(3, name="others"))
    ada.commit(person("Ada L."))
    ada.rollback(2)
    names = [label(ada, revision) for revision in (1, 2, 3, 4, 5)]
    assert names == ["Ada Lind", "By Hand", "By Hand", "Ada L.", "By Hand"]


def test_bulk(ada: Revisions, numbers: Callable[..., Change]) -> None:
    """A commit that changes most of the store makes the projection anew."""
    renamed(path(ada), "By Hand")
    ada.commit(numbers(40))
    assert label(ada) == "Ada Lind"


def test_reindex(ada: Revisions) -> None:
    """``reindex`` makes a projection anew, though it looks right; who reads the old one goes on."""
    renamed(path(ada), "By Hand")
    assert label(ada) == "By Hand"
    with closing(ada.projection()) as old, closing(ada.reindex(1)) as new:
        query = "SELECT DISTINCT folded FROM words"
        assert (old.rows(query), new.rows(query)) == ([("by hand",)], [("ada lind",)])
        names = [found.things.get([KEY])[KEY]["label_en"] for found in (old, new)]
        assert names == ["By Hand", "Ada Lind"]
    assert label(ada) == "Ada Lind"


def test_open_while_pruned(ada: Revisions) -> None:
    """An open projection answers in full, from tables and things, after its folder has gone."""
    with closing(ada.projection()) as found:
        shutil.rmtree(path(ada).parent)
        assert found.rows("SELECT id, mark IS NOT NULL FROM entities") == [(KEY, True)]
        assert found.rows("SELECT count(*) FROM words") == [(2,)]
        assert found.things.get([KEY])[KEY]["label_de"] == "Ada Lind"
        assert [key for key, _ in found.things.all()] == [KEY]
        assert list(found.things.references()) == []


def test_no_revision(store: Revisions) -> None:
    """Without a revision there is no projection."""
    with pytest.raises(StoreMissing):
        store.projection()
    store.commit(person("Ada Lind"))
    for number in (0, 2):
        with pytest.raises(RevisionMissing):
            store.projection(number)


def test_made_by_another(ada: Revisions) -> None:
    """While another process makes it one waits, and gives up in time with its name."""
    shutil.rmtree(path(ada))
    (ada.data / WORKSHOP).mkdir()
    with lock.exclusive(ada.data / WORKSHOP / "lock", 1), pytest.raises(Locked, match="process"):
        ada.projection()
    assert label(ada) == "Ada Lind"


def test_not_to_be_written(ada: Revisions) -> None:
    """Where it has to be made and the folder cannot be written, the error says so."""
    shutil.rmtree(path(ada))
    (ada.data / WORKSHOP).write_text("a file in the way")
    with pytest.raises(StorageError, match="has to be made anew"):
        ada.projection()
    (ada.data / WORKSHOP).unlink()
    assert label(ada) == "Ada Lind"


def test_left_by_the_dead(ada: Revisions) -> None:
    """What a process left that died while it made one is cleared away by the next."""
    shutil.rmtree(path(ada))
    left = ada.data / WORKSHOP / "new" / "deeper"
    left.mkdir(parents=True)
    (left / TABLES).write_text("half of one")
    assert label(ada) == "Ada Lind"
    assert not left.parent.exists()


READER = """
import sys
from pathlib import Path
from kg.settings import Settings
from kg.store.revisions import Revisions
from kg.store.things import Things
found = Revisions(Settings(data=Path(sys.argv[1]))).projection()
((id,),) = found.rows("SELECT id FROM entities")
print(found.things.get([id])[id]["label_en"])
"""


def test_processes_at_once(ada: Revisions) -> None:
    """Processes that find it missing at the same time make it one after the other, and all read."""
    shutil.rmtree(path(ada))
    command = [sys.executable, "-c", READER, str(ada.data)]
    readers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    said = [reader.communicate(timeout=60)[0].strip() for reader in readers]
    assert said == ["Ada Lind"] * 3
    assert [reader.returncode for reader in readers] == [0, 0, 0]


def test_read_only(ada: Revisions) -> None:
    """A projection cannot be changed, nor reach files, nor be told to."""
    with closing(ada.projection()) as found:
        for query in (
            "DELETE FROM entities",
            "CREATE TABLE more (id VARCHAR)",
            "SELECT * FROM read_csv('/etc/hostname')",
            "COPY entities TO 'entities.csv'",
            "ATTACH 'other.duckdb'",
            "SET threads = 4",
            "SET enable_external_access = true",
        ):
            with pytest.raises(duckdb.Error):
                found.rows(query)
        assert found.rows("SELECT count(*) FROM entities") == [(1,)]
        with pytest.raises(Damaged, match="read only"):
            found.things.write({KEY: None})
        with pytest.raises(Damaged, match="read only"):
            found.things.state("mine")
    assert label(ada) == "Ada Lind"


def test_bound(ada: Revisions) -> None:
    """Parameters are values, whatever they look like."""
    with closing(ada.projection()) as found:
        odd = "'; DROP TABLE entities; --"
        assert found.rows("SELECT id FROM entities WHERE id = $id", {"id": odd}) == []
        assert found.rows("SELECT $text", {"text": odd}) == [(odd,)]


def test_threads(ada: Revisions) -> None:
    """Threads share one projection, tables and things, each with its own answers."""
    with closing(ada.projection()) as found, ThreadPoolExecutor(8) as pool:
        answers = pool.map(
            lambda n: found.rows("SELECT $n, sum(range) FROM range($n)", {"n": n}), range(1, 201)
        )
        assert list(answers) == [[(n, n * (n - 1) // 2)] for n in range(1, 201)]
        shown = pool.map(lambda n: found.things.get([f"none/{n}", KEY]), range(200))
        assert {str(row) for row in shown} == {str(found.things.get([KEY]))}
        assert set(pool.map(lambda _: len(list(found.things.all())), range(200))) == {1}


def test_closed_twice(ada: Revisions) -> None:
    """Closing twice is fine, and a closed one does not answer."""
    found = ada.projection()
    found.close()
    found.close()
    with pytest.raises(duckdb.ConnectionException):
        found.rows("SELECT 1")
    with pytest.raises(DbClosedError):
        found.things.get([KEY])


def test_odd_folder(tmp_path: Path) -> None:
    """The data directory may have quotes, blanks and umlauts in its name."""
    store = Revisions(Settings(data=tmp_path / "Ada's dätä; x"))
    store.commit(person("Ada Lind"))
    shutil.rmtree(path(store))
    assert label(store) == "Ada Lind"


def test_code_decides(monkeypatch: pytest.MonkeyPatch, ada: Revisions) -> None:
    """Code that would derive otherwise makes every older projection stale."""
    assert len(projection.made_by()) == 64
    monkeypatch.setattr(projection, "made_by", lambda: "other code")
    with pytest.raises(Damaged, match="other code"):
        Projection.open(path(ada))
