"""Projections that are not right: what reads them, and what commits on them, makes them anew."""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from typing import TYPE_CHECKING, Any

import duckdb
import pytest
from rdflib import RDF, RDFS, Graph, Literal, URIRef

from kg import iris, pipeline
from kg.errors import StorageError
from kg.store.base import Change
from kg.store.projection import FOLDER, TABLES, THINGS, WORKSHOP
from kg.store.things import Things

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kg.store.projection import Projection
    from kg.store.revisions import Revisions

    Spoil = Callable[[Path], object]

KEY = "person/ada-lind"
ALL_THAT_IS_SHOWN = {
    "class": "Person",
    "label_en": "Ada Lind",
    "label_de": "Ada Lind",
    "names": [["Ada Lind", "de", True], ["Ada Lind", "en", True]],
}


@pytest.fixture
def ada(store: Revisions) -> Revisions:
    """A store with one revision, which knows one person."""
    graph = Graph()
    graph.add((URIRef(iris.ID + KEY), RDF.type, URIRef("https://w3id.org/stancegraph/ns#Person")))
    for language in ("en", "de"):
        graph.add((URIRef(iris.ID + KEY), RDFS.label, Literal("Ada Lind", lang=language)))
    store.commit(Change({iris.ENTITIES_GRAPH: graph}))
    return store


def folder(store: Revisions, revision: int = 1) -> Path:
    """Say where a revision's projection is."""
    return store.data / "revisions" / f"{revision:06}" / FOLDER


def is_whole(store: Revisions) -> bool:
    """Tell whether the current projection holds all that it should."""
    with closing(store.projection()) as found:
        words = found.rows("SELECT word FROM words ORDER BY word")
        things, references = dict(found.things.all()), list(found.things.references())
    assert (words, references) == ([("ada",), ("lind",)], [])
    return things == {KEY: ALL_THAT_IS_SHOWN}


def tables(how: Callable[[Path], object]) -> Spoil:
    """Spoil the file of the tables."""
    return lambda projection: how(projection / TABLES)


def told(statement: str) -> Spoil:
    """Change what the tables say of themselves, and take out what they hold."""

    def spoil(projection: Path) -> None:
        with duckdb.connect(str(projection / TABLES)) as connection:
            connection.execute(statement)
            connection.execute("DELETE FROM words")

    return spoil


def sorted_files(how: Callable[[Path], object]) -> Spoil:
    """Spoil every file that things are in."""

    def spoil(projection: Path) -> None:
        found = sorted((projection / THINGS).glob("*.sst"))
        assert found
        for file in found:
            how(file)

    return spoil


def current(how: Callable[[Path], object]) -> Spoil:
    """Spoil the file that says which files count."""
    return lambda projection: how(projection / THINGS / "CURRENT")


def cut(file: Path) -> None:
    """Cut a file in half."""
    os.truncate(file, file.stat().st_size // 2)


def overwritten(file: Path) -> None:
    """Write as many other bytes over a file's end."""
    size = file.stat().st_size
    kept = min(12_288, size // 4)
    file.write_bytes(file.read_bytes()[:kept] + b"\xff" * (size - kept))


def stated(change: Callable[[Any], object]) -> Spoil:
    """State something else of things than what was stated, and take out what they hold."""

    def spoil(projection: Path) -> None:
        with closing(Things.make(projection / THINGS)) as things:
            things.write({KEY: None})
            things.state(change(things.stated()))

    return spoil


def unstated(projection: Path) -> None:
    """Have things of which nothing is stated in the place of those that are there."""
    shutil.rmtree(projection / THINGS)
    with closing(Things.make(projection / THINGS)) as things:
        things.write({KEY: {"class": "Person"}})


def emptied(file: Path) -> None:
    """Leave nothing in a file."""
    file.write_bytes(b"")


SPOILT: dict[str, Spoil] = {
    "missing": shutil.rmtree,
    "tables missing": tables(lambda file: file.unlink()),
    "tables empty": tables(emptied),
    "tables cut": tables(cut),
    "tables overwritten": tables(overwritten),
    "tables other": tables(lambda file: file.write_text("not a database " * 1000)),
    "tables stale": told("UPDATE meta SET version = 'older'"),
    "tables misplaced": told("UPDATE meta SET revision = 7"),
    "tables of others": told("UPDATE meta SET quads = 7"),
    "tables unfinished": told("DELETE FROM meta"),
    "tables unlike": told("DROP TABLE meta"),
    "things missing": lambda projection: shutil.rmtree(projection / THINGS),
    "things without CURRENT": current(lambda file: file.unlink()),
    "things with none CURRENT": current(emptied),
    "things without files": sorted_files(lambda file: file.unlink()),
    "things empty": sorted_files(emptied),
    "things cut": sorted_files(cut),
    "things overwritten": sorted_files(overwritten),
    "things stale": stated(lambda said: ["older", *said[1:]]),
    "things misplaced": stated(lambda said: [said[0], 7, said[2]]),
    "things of others": stated(lambda said: [*said[:2], 7]),
    "things unfinished": unstated,
    "things unlike": stated(lambda _: "mine"),
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_never_trusted(ada: Revisions, spoil: Spoil) -> None:
    """A projection of which anything is missing, broken, stale or another's is made anew."""
    spoil(folder(ada))
    assert is_whole(ada)
    assert [left.name for left in (ada.data / WORKSHOP).iterdir()] == ["lock"]
    before = folder(ada).stat().st_ino
    assert is_whole(ada)
    assert folder(ada).stat().st_ino == before


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_commit_after_a_spoilt_one(
    ada: Revisions, numbers: Callable[..., Change], spoil: Spoil
) -> None:
    """A commit on a revision whose projection is not right makes its own from the quads."""
    ada.commit(numbers(40))
    spoil(folder(ada, 2))
    ada.commit(numbers(3, name="others"))
    made = folder(ada, 3).stat().st_ino
    assert is_whole(ada)
    assert folder(ada, 3).stat().st_ino == made


@pytest.mark.parametrize("part", [TABLES, THINGS])
def test_damaged_within(store: Revisions, part: str) -> None:
    """Wherever a file is broken, all is made anew, or reading it says what mends it."""
    pipeline.initialise(store)
    with closing(store.projection()) as found:
        whole = everything(found)
    told = 0
    for tenth in range(10):
        file = max(
            (folder(store) / part).rglob("*.sst"),
            key=lambda file: file.stat().st_size,
            default=folder(store) / part,
        )
        content = bytearray(file.read_bytes())
        broken = slice(len(content) * tenth // 10, len(content) * (tenth + 1) // 10)
        content[broken] = bytes(byte ^ 0xFF for byte in content[broken])
        file.write_bytes(content)
        try:
            with closing(store.projection()) as found:
                assert everything(found) == whole
        except StorageError as error:
            told += "'stancegraph reindex'" in str(error)
            with closing(store.reindex()) as found:
                assert everything(found) == whole
    assert told


def everything(found: Projection) -> list[object]:
    """Read all that a projection holds."""
    tables = found.rows(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database()"
    )
    rows = [found.rows(f"FROM {table}") for (table,) in tables]
    return [*rows, *found.things.all(), *found.things.references()]
