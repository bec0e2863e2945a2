"""One store with the shipped graphs and every worked example, and its projection.

Tests only read them. ``graph`` is all of it as SPARQL sees it: what a look-up says is compared with
what an independent query says there. A second store holds what the examples lack as well
(invented.ttl): ``lists`` is its projection and ``union`` its graphs. ``handmade`` is a projection
of things that a test writes itself (made.py), for what no store would let in.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

import duckdb
import pytest

from kg import iris, pipeline, resources
from kg.settings import Settings
from kg.store import derivation, tables, things
from kg.store import projection as projections
from kg.store.projection import Projection
from kg.store.reading import read
from kg.store.revisions import Revisions
from kg.terms import DCTERMS, SCHEMA, SG, SKOS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from kg.store.snapshot import RevisionSnapshot

    Things = Mapping[str, Mapping[str, object]]


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Revisions:
    """A store that holds what the package ships, and the invented articles of the examples."""
    store = Revisions(Settings(data=tmp_path_factory.mktemp("lookup") / "data"))
    assert pipeline.initialise(store).changed
    assert store.commit(pipeline.change([read(path) for path in examples()])).changed
    return store


def examples() -> list[Path]:
    """List the worked examples."""
    found = sorted((resources.folder("ontology") / "examples").glob("*.ttl"))
    assert found, "there is no example"
    return found


@pytest.fixture(scope="session")
def projection(store: Revisions) -> Iterator[Projection]:
    """The projection of that store's one revision."""
    found = store.projection()
    yield found
    found.close()


@pytest.fixture(scope="session")
def graph(store: Revisions) -> Iterator[RevisionSnapshot]:
    """The same revision, for SPARQL."""
    with store.snapshot() as snapshot:
        yield snapshot


@pytest.fixture(scope="session")
def more(tmp_path_factory: pytest.TempPathFactory) -> Revisions:
    """A store that holds what ``store`` does, and what the examples lack."""
    store = Revisions(Settings(data=tmp_path_factory.mktemp("lists") / "data"))
    pipeline.initialise(store)
    paths = [*examples(), Path(__file__).parent / "invented.ttl"]
    assert store.commit(pipeline.change([read(path) for path in paths])).changed
    return store


@pytest.fixture(scope="session")
def lists(more: Revisions) -> Iterator[Projection]:
    """The projection of that store."""
    found = more.projection()
    yield found
    found.close()


@pytest.fixture(scope="session")
def union(more: Revisions) -> Iterator[RevisionSnapshot]:
    """The same revision, for SPARQL."""
    with more.snapshot() as snapshot:
        yield snapshot


@dataclass(frozen=True)
class Position:
    """One stance of one holder as SPARQL has it, merged entities followed."""

    stance: str
    holder: str
    target: str
    polarity: str
    day: str
    broader: frozenset[str]


@pytest.fixture(scope="session")
def positions(union: RevisionSnapshot) -> list[Position]:
    """Every stance once for each holder, the oldest first, then as ties are decided."""
    rows = union.select(
        f"""SELECT ?s ?holder ?target ?polarity ?said ?published
            (GROUP_CONCAT(STR(?b)) AS ?broader) {{
            ?s a <{SG.Stance}> ; <{SG.polarity}> ?polarity ; <{SG.holder}> ?h ; <{SG.target}> ?t ;
                <{SG.reportedIn}>/<{SCHEMA.datePublished}> ?published .
            OPTIONAL {{ ?s <{SG.saidOn}> ?said }}
            OPTIONAL {{ ?h <{DCTERMS.isReplacedBy}> ?h2 }} BIND(COALESCE(?h2, ?h) AS ?holder)
            OPTIONAL {{ ?t <{DCTERMS.isReplacedBy}> ?t2 }} BIND(COALESCE(?t2, ?t) AS ?target)
            ?t (<{SKOS.broader}>|<{DCTERMS.isReplacedBy}>)* ?b .
        }} GROUP BY ?s ?holder ?target ?polarity ?said ?published"""
    )
    found = [
        Position(
            iris.key(str(row["s"])),
            iris.key(str(row["holder"])),
            iris.key(str(row["target"])),
            str(row["polarity"]).rpartition("#")[2],
            (str(row.get("said", row["published"])) + "-01-01")[:10],
            frozenset(map(iris.key, str(row["broader"]).split())),
        )
        for row in rows
    ]
    assert found, "there are no stances"

    def place(position: Position) -> tuple[str, int, str]:
        article = position.stance.partition("#")[0]
        return position.day, crc32(article.encode()), position.stance

    return sorted(found, key=place)


@pytest.fixture(scope="session")
def newest_first(union: RevisionSnapshot) -> Callable[..., list[str]]:
    """Find records by a SPARQL pattern on ``?s``; their keys, in the order of lists.

    ``said`` and ``published`` are intervals of partial dates, either end of which may be None. All
    dates are compared as text: a month runs from 2024-04-00 to 2024-04-99.
    """

    def find(
        pattern: str, said: Sequence[str | None] = (), published: Sequence[str | None] = ()
    ) -> list[str]:
        rows = union.select(
            f"SELECT DISTINCT ?s ?said ?published {{ {pattern} ?s <{SG.reportedIn}> ?article . "
            f"?article <{SCHEMA.datePublished}> ?published OPTIONAL {{ ?s <{SG.saidOn}> ?said }} }}"
        )
        found = [
            (iris.key(str(row["s"])), str(row.get("said", "")), str(row["published"]))
            for row in rows
        ]
        found = [row for row in found if _common(row[1], said) and _common(row[2], published)]
        by_key = sorted(found)
        by_day = sorted(by_key, key=lambda row: ((row[1] or row[2]) + "-01-01")[:10], reverse=True)
        return [row[0] for row in by_day]

    return find


def _common(value: str, asked: Sequence[str | None]) -> bool:
    """Tell whether a partial date and an interval of them have a day in common."""
    since, until = asked or (None, None)
    if since is None and until is None:
        return True
    lowest, highest = (value + "-00-00")[:10], (value + "-99-99")[:10]
    return bool(value) and (
        (since is None or highest >= (since + "-00-00")[:10])
        and (until is None or lowest <= (until + "-99-99")[:10])
    )


@pytest.fixture
def handmade(tmp_path: Path) -> Iterator[Callable[[Things], Projection]]:
    """Make a projection of things by key, as kg.store.derivation says what is shown of them."""
    made: list[Projection] = []

    def make(shown: Things) -> Projection:
        folder = tmp_path / str(len(made))
        made.append(projected(folder, shown))
        return made[-1]

    yield make
    for projection in made:
        projection.close()


def projected(folder: Path, shown: Things) -> Projection:
    """Write a projection of things, with the rows and references that follow from them."""
    folder.mkdir()
    with (
        duckdb.connect(str(folder / projections.TABLES)) as connection,
        closing(things.Things.make(folder / projections.THINGS)) as opened,
    ):
        connection.execute(tables.schema())
        stated = [projections.made_by(), 1, 0]
        connection.execute("BEGIN")
        connection.execute("INSERT INTO meta VALUES (?, ?, ?)", stated)
        for key, thing in shown.items():
            article = shown.get(str(thing.get("article")), {})
            opened.write({key: thing}, list(derivation.references(key, thing, article)))
            for table, row in derivation.rows(key, thing, article):
                names, values = ", ".join(row), ", ".join(f"${name}" for name in row)
                connection.execute(
                    f"INSERT INTO {table} ({names}) VALUES ({values})",  # noqa: S608 - ours
                    row,
                )
        tables.count(connection)
        connection.execute("COMMIT")
        opened.state(stated)
    return Projection.open(folder)
