"""Fills the tables of a projection and the things beside them: from nothing, or where a delta is.

Rows come first into another database, ``new``, which has the same tables. From there they
go on into the projection in an order, by article, so that those of one article lie together.
"""

from __future__ import annotations

import json
from collections import defaultdict
from functools import cache
from importlib.resources import files
from itertools import chain, groupby, islice
from operator import attrgetter
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from kg import iris
from kg.store.derivation import ENTITIES, references, rows, thing
from kg.store.description import KINDS, Description, mark
from kg.store.gate import After
from kg.terms import RDF, SG

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from duckdb import DuckDBPyConnection
    from pyoxigraph import Store as Engine

    from kg.store.delta import Delta
    from kg.store.description import Row
    from kg.store.things import Reference, Thing, Things

BATCH = 20_000
"""Rows that are handed over at once."""
TOGETHER = 2_000
"""Things that are derived and written at once."""

_TYPE = NamedNode(str(RDF.type))
_REPORTED_IN = NamedNode(str(SG.reportedIn))

_UNPACKED = "SELECT unnest(from_json_strict($rows::JSON, $types), recursive := true)"
_ABOUT = {
    "articles": "id",
    "stances": "id",
    "claims": "id",
    "conditions": "id",
    "conditioned": "record",
    "entities": "id",
    "words": "entity",
    "mentions": "article",
}
"""The tables that rows come into, and the column that says what a row is about."""
_ORDERED = {
    "stances": "article, id, holder",
    "claims": "article, id, holder",
    "conditions": "article, id",
}
"""How they are put in order, where it is not by their columns one after the other."""
_SUMMED = "SELECT entity, article, role, sum(records)::INTEGER AS records, mark {} GROUP BY ALL"
"""Each record mentions for itself."""
_COUNTED = """
    INSERT INTO counts
    SELECT
        entity,
        coalesce(sum(records) FILTER (role = 'holder'), 0)::INTEGER AS held,
        coalesce(sum(records) FILTER (role = 'target'), 0)::INTEGER AS targeted,
        coalesce(sum(records) FILTER (role = 'claimant'), 0)::INTEGER AS claimed,
        coalesce(sum(records) FILTER (role = 'speaker'), 0)::INTEGER AS spoken,
        coalesce(sum(records) FILTER (role = 'publisher'), 0)::INTEGER AS published,
        sum(records)::INTEGER AS mentions,
        count(DISTINCT article)::INTEGER AS articles
    FROM mentions {} GROUP BY entity ORDER BY entity"""


@cache
def schema() -> str:
    """Read the schema."""
    return (files("kg") / "store" / "projection.sql").read_text(encoding="utf-8")


def attach(connection: DuckDBPyConnection, place: str) -> None:
    """Attach the database ``new``, empty, beside the projection in use.

    :param place: its file, or ``:memory:``
    """
    connection.execute(f"ATTACH '{place}' AS new")
    connection.execute("USE new")
    connection.execute(schema())
    connection.execute("USE projection")


def fill(connection: DuckDBPyConnection, things: Things, engine: Engine) -> None:
    """Fill the empty tables of the projection in use, by way of ``new``, and things, from quads."""
    arrivals = _Arrivals(connection, "INSERT INTO new.{table} BY NAME {rows}")
    everything = _described(engine)
    while some := list(islice(everything, TOGETHER)):
        shown = {said.id: found for said in some if (found := thing(said)) is not None}
        articles = things.get(_articles(shown.values())) | shown
        things.write(shown, _references(shown, articles))
        arrivals.take(shown, articles)
    arrivals.send()
    things.compact()
    for table in _ABOUT:
        connection.execute(f"INSERT INTO {table} {_arranged(table, f'FROM new.{table}')}")
        connection.execute(f"DROP TABLE new.{table}")
    count(connection)


def _arranged(table: str, rows: str) -> str:
    """Write how rows that arrived go into a table."""
    summed = _SUMMED.format(rows) if table == "mentions" else rows
    return f"{summed} ORDER BY {_ORDERED.get(table, 'ALL')}"


def _described(engine: Engine) -> Iterator[Description]:
    """Describe all that is shown, by its class; articles first, since records take from them."""
    for name, kind in sorted(KINDS.items(), key=lambda item: (item[1] != "Article", item)):
        typed = engine.quads_for_pattern(None, _TYPE, NamedNode(name))
        for subject, _ in groupby(typed, key=attrgetter("subject")):
            if isinstance(subject, NamedNode):
                quads = engine.quads_for_pattern(subject, None, None)
                said = Description(subject.value, quads)
                if said.kind == kind:  # what has two classes is met twice
                    yield said


def refresh(connection: DuckDBPyConnection, things: Things, before: Engine, delta: Delta) -> None:
    """Derive again what a delta changes in the projection in use, and things, of ``before``.

    A record's rows follow from its article too, and what is mentioned where from all records of an
    article: so each article that the delta touches is derived again with all its records.
    """
    after = After(before, delta)
    again = [Description(it.value, after.quads(it)) for it in _touched(things, before, delta)]
    new = {said.id: thing(said) for said in again}
    old = things.get(new)
    shown = {key: found for key, found in new.items() if found is not None}
    kinds = {found["class"] for found in chain(old.values(), shown.values())}
    if not kinds:
        return
    articles = things.get(_articles(chain(old.values(), shown.values())))
    gone = _references(old, articles)
    articles = {key: found for key, found in (articles | new).items() if found is not None}
    come = _references(shown, articles)
    things.write(new, come - gone, gone - come)
    marks = {key: mark(iris.iri(key)) for key in new}
    mentioned = {reference.thing for reference in gone | come if reference.role == "mentioned"}
    connection.execute("BEGIN")
    for table in _ABOUT:
        if kinds & _kinds_in(table):
            _delete(connection, table, marks)
    arrivals = _Arrivals(connection, "INSERT INTO {table} BY NAME {arranged}")
    arrivals.take(shown, articles)
    arrivals.send()
    count(connection, mentioned)
    connection.execute("COMMIT")


def count(connection: DuckDBPyConnection, entities: Iterable[str] | None = None) -> None:
    """Count where some entities are mentioned, or all of which nothing is counted yet."""
    if entities is None:
        connection.execute(_COUNTED.format(""))
        return
    these = "WHERE entity IN (SELECT unnest($entities::VARCHAR[]))"
    delete = f"DELETE FROM counts {these}"  # noqa: S608 - our own names
    for statement in (delete, _COUNTED.format(these)):
        connection.execute(statement, {"entities": list(entities)})


def _articles(things: Iterable[Thing]) -> set[str]:
    """Return the keys of the articles that some things are dated by."""
    return {found["article"] for found in things if "article" in found}


def _dated(found: Thing, articles: Mapping[str, Thing]) -> Thing:
    return articles.get(found.get("article", ""), {})


def _references(things: Mapping[str, Thing], articles: Mapping[str, Thing]) -> set[Reference]:
    return {
        reference
        for key, found in things.items()
        for reference in references(key, found, _dated(found, articles))
    }


def _kinds_in(table: str) -> frozenset[str]:
    """Return the classes of things that a table has rows about."""
    if table == "words":
        return ENTITIES | {"Article"}
    return ENTITIES if table == "entities" else frozenset(KINDS.values()) - ENTITIES


def _touched(things: Things, before: Engine, delta: Delta) -> set[NamedNode]:
    """Return what a delta changes, with the articles concerned and their records and conditions."""
    changed = _named(quad.subject for quad in chain(delta.added, delta.removed))
    reports = (before.quads_for_pattern(subject, _REPORTED_IN, None) for subject in changed)
    new_reports = (quad for quad in delta.added if quad.predicate == _REPORTED_IN)
    articles = changed | _named(quad.object for quad in chain(new_reports, *reports))
    records = (before.quads_for_pattern(None, _REPORTED_IN, article) for article in articles)
    owned = chain.from_iterable(things.of_article(iris.key(it.value)).items() for it in articles)
    return articles.union(
        _named(quad.subject for quad in chain(*records)),
        (NamedNode(iris.iri(key)) for key, found in owned if found["class"] == "Condition"),
    )


def _named(terms: Iterable[object]) -> set[NamedNode]:
    return {term for term in terms if isinstance(term, NamedNode)}


def _delete(connection: DuckDBPyConnection, table: str, marks: Mapping[str, int]) -> None:
    """Delete the rows about some things: found fast by mark, then exactly by key."""
    found = connection.execute(
        f"SELECT rowid, {_ABOUT[table]} FROM {table} "  # noqa: S608 - our own names
        "WHERE mark IN (SELECT unnest($marks::UINTEGER[]))",
        {"marks": sorted(set(marks.values()))},
    )
    if rows := [str(row) for row, about in found.fetchall() if about in marks]:
        connection.execute(f"DELETE FROM {table} WHERE rowid IN ({', '.join(rows)})")  # noqa: S608


class _Arrivals:
    """Rows on their way into tables, by a statement that names the ``table``.

    It has the ``rows`` as they are, or ``arranged`` as the table has them.
    """

    def __init__(self, connection: DuckDBPyConnection, statement: str) -> None:
        self._connection = connection
        self._statement = statement
        self._waiting: defaultdict[str, list[Row]] = defaultdict(list)

    def take(self, things: Mapping[str, Thing], articles: Mapping[str, Thing]) -> None:
        """Take the rows of things in, each for its table."""
        for key, found in things.items():
            for table, row in rows(key, found, _dated(found, articles)):
                waiting = self._waiting[table]
                waiting.append(row)
                if len(waiting) == BATCH:
                    self._send(table)

    def send(self) -> None:
        """Send all that wait."""
        for table in list(self._waiting):
            self._send(table)

    def _send(self, table: str) -> None:
        """Send the rows of one table, as JSON."""
        rows = self._waiting.pop(table)
        columns = self._connection.execute(f"FROM {table} LIMIT 0").description or ()
        types = {name: str(kind) for name, kind, *_ in columns if name in rows[0]}
        arranged = _arranged(table, f"FROM ({_UNPACKED})")
        self._connection.execute(
            self._statement.format(table=table, rows=_UNPACKED, arranged=arranged),
            {"rows": json.dumps(rows, ensure_ascii=False), "types": json.dumps([types])},
        )
