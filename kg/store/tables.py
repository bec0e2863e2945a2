"""Fills the tables of a projection: all of them from nothing, or again where a delta is.

Rows come first into another database, ``new``, which has the same tables and views. From there they
go on into the projection in an order, by article, so that those of one article lie together.
"""

from __future__ import annotations

import json
from collections import defaultdict
from functools import cache
from importlib.resources import files
from itertools import chain, groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from kg.iris import iri, key
from kg.store.derivation import ENTITIES, derive
from kg.store.description import KINDS, Description
from kg.store.gate import After
from kg.terms import RDF, SG

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from duckdb import DuckDBPyConnection
    from pyoxigraph import Store as Engine

    from kg.store.delta import Delta
    from kg.store.description import Row

BATCH = 20_000
"""Rows that are handed over at once."""

_TYPE = NamedNode(str(RDF.type))
_REPORTED_IN = NamedNode(str(SG.reportedIn))

_UNPACKED = "SELECT unnest(from_json_strict($rows::JSON, $types), recursive := true)"
_OF_ITS_ARTICLE = """
    SELECT new.* REPLACE (
        articles.published AS published,
        articles.published_from AS published_from,
        articles.published_to AS published_to,
        articles.publisher AS publisher,
        coalesce(new.said_from, articles.published_from) AS day
    )
    FROM new.{} AS new LEFT JOIN articles ON articles.id = new.article
    ORDER BY new.article, new.id, new.holder"""
_ARRANGED = {
    "articles": "FROM new.articles ORDER BY id",
    "stances": _OF_ITS_ARTICLE.format("stances"),
    "claims": _OF_ITS_ARTICLE.format("claims"),
    "conditions": """
        SELECT new.* REPLACE (articles.published_from AS day)
        FROM new.conditions AS new LEFT JOIN articles ON articles.id = new.article
        ORDER BY new.article, new.id""",
    "evidence": "FROM new.evidence ORDER BY article, id",
    "conditioned": "FROM new.conditioned ORDER BY article, record, condition",
    "reasoned": "FROM new.reasoned ORDER BY article, record, reason",
    "cited": "FROM new.cited ORDER BY article, record, evidence",
    "links": "FROM new.links ORDER BY ALL",
    "entities": "FROM new.entities ORDER BY id",
    "relations": "FROM new.relations ORDER BY ALL",
    "names": "FROM new.names ORDER BY ALL",
}
"""How the rows of each table go into it; articles first, since others take from them."""
_ABOUT = {
    "mentions": "article",
    "words": "entity",
    "conditioned": "record",
    "reasoned": "record",
    "cited": "record",
    "links": "record",
    "relations": "entity",
    "names": "entity",
}
"""The column that says what a row is about, where it is not the id."""
_UNMARKED = {"links", "relations"}
_SUMMED_UP = ("broader", "mentions", "counts", "words")
"""Tables that follow from those above by views, in this order."""


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


def fill(connection: DuckDBPyConnection, engine: Engine) -> None:
    """Fill the empty tables of the projection in use, by way of ``new``, from all quads."""
    arrivals = _Arrivals(connection)
    for kind, subject in _things(engine):
        said = Description(subject.value, engine.quads_for_pattern(subject, None, None))
        if said.kind == kind:  # what has two classes is met twice
            arrivals.take(derive(said))
    arrivals.send()
    for table, arranged in _ARRANGED.items():
        connection.execute(f"INSERT INTO {table} {arranged}")
        connection.execute(f"DROP TABLE new.{table}")
    for table in _SUMMED_UP:
        connection.execute(f"INSERT INTO {table} FROM {table}_of ORDER BY ALL")


def _things(engine: Engine) -> Iterator[tuple[str, NamedNode]]:
    """Iterate over everything that has rows, by its class."""
    for name, kind in sorted(KINDS.items()):
        typed = engine.quads_for_pattern(None, _TYPE, NamedNode(name))
        for subject, _ in groupby(typed, key=attrgetter("subject")):
            if isinstance(subject, NamedNode):
                yield kind, subject


def refresh(connection: DuckDBPyConnection, before: Engine, delta: Delta) -> None:
    """Derive again what a delta changes in the projection in use, which is that of ``before``.

    A record's rows follow from its article too, and what is mentioned where from all records of an
    article: so each article that the delta touches is derived again with all its records.
    """
    after = After(before, delta)
    things = [Description(it.value, after.quads(it)) for it in _touched(connection, before, delta)]
    kinds = {said.kind for said in things} | _kinds_before(before, delta)
    if not kinds - {""}:
        return
    again = {said.id: said.mark for said in things}
    _arrive(connection, things)
    found = {
        table: _rows(connection, table, again)
        for table in (*_ARRANGED, "mentions", "words")
        if kinds & _kinds_in(table)
    }
    _count(connection, found.get("mentions", []))
    connection.execute("BEGIN")  # from here on, since one writes to one database alone
    topics = _topics(connection, again) if "Topic" in kinds else None
    for table, rows in found.items():
        connection.execute(f"DELETE FROM {table} {_these(rows)}")  # noqa: S608 - our own names
        arranged = _ARRANGED.get(table, f"FROM new.{table} ORDER BY ALL")
        connection.execute(f"INSERT INTO {table} {arranged}")
    if topics is not None and _topics(connection, again) != topics:
        connection.execute("DELETE FROM broader")
        connection.execute("INSERT INTO broader FROM broader_of ORDER BY ALL")
    connection.execute("DELETE FROM counts WHERE entity IN (SELECT entity FROM new.totals)")
    connection.execute("INSERT INTO counts FROM new.totals WHERE mentions > 0")
    connection.execute("COMMIT")


def _arrive(connection: DuckDBPyConnection, things: Iterable[Description]) -> None:
    """Derive things into ``new``, with what is summed up of them."""
    attach(connection, ":memory:")
    arrivals = _Arrivals(connection)
    for said in things:
        arrivals.take(derive(said))
    arrivals.send()
    connection.execute("USE new")
    for table in ("mentions", "counts", "words"):
        connection.execute(f"INSERT INTO {table} FROM {table}_of")
    connection.execute("USE projection")


def _kinds_before(before: Engine, delta: Delta) -> set[str]:
    """Return the classes that things are no longer of."""
    gone = (quad.object for quad in delta.removed if quad.predicate == _TYPE)
    changed = _named(quad.subject for quad in delta.removed)
    still = (quad.object for it in changed for quad in before.quads_for_pattern(it, _TYPE, None))
    return {KINDS[name.value] for name in _named(chain(gone, still)) if name.value in KINDS}


def _kinds_in(table: str) -> frozenset[str]:
    """Return the classes of things that a table has rows about."""
    if table in {"names", "words"}:
        return ENTITIES | {"Article"}
    if table in {"entities", "relations"}:
        return ENTITIES
    return frozenset(KINDS.values()) - ENTITIES


def _touched(connection: DuckDBPyConnection, before: Engine, delta: Delta) -> set[NamedNode]:
    """Return what a delta changes, with the articles concerned and their records and conditions."""
    changed = _named(quad.subject for quad in chain(delta.added, delta.removed))
    reports = (before.quads_for_pattern(subject, _REPORTED_IN, None) for subject in changed)
    new_reports = (quad for quad in delta.added if quad.predicate == _REPORTED_IN)
    articles = changed | _named(quad.object for quad in chain(new_reports, *reports))
    records = (before.quads_for_pattern(None, _REPORTED_IN, article) for article in articles)
    conditions = connection.execute(
        "SELECT id FROM conditions WHERE article IN (SELECT unnest($articles::VARCHAR[]))",
        {"articles": [key(article.value) for article in articles]},
    )
    return articles.union(
        _named(quad.subject for quad in chain(*records)),
        (NamedNode(iri(condition)) for (condition,) in conditions.fetchall()),
    )


def _named(terms: Iterable[object]) -> set[NamedNode]:
    return {term for term in terms if isinstance(term, NamedNode)}


def _rows(connection: DuckDBPyConnection, table: str, again: dict[str, int]) -> list[int]:
    """Find the rows of what is derived again: fast by mark, then exactly by key."""
    about = _ABOUT.get(table, "id")
    marked = "WHERE mark IN (SELECT unnest($marks::UINTEGER[]))" if table not in _UNMARKED else ""
    found = connection.execute(
        f"SELECT rowid, {about} FROM {table} {marked}",  # noqa: S608 - our own names
        {"marks": sorted(set(again.values()))} if marked else None,
    )
    return [row for row, thing in found.fetchall() if thing in again]


def _these(rows: list[int]) -> str:
    return f"WHERE rowid IN ({', '.join(map(str, rows))})" if rows else "WHERE false"


def _topics(connection: DuckDBPyConnection, again: dict[str, int]) -> list[tuple[str, str | None]]:
    """Return what of the hierarchy of topics is said by things that are derived again."""
    return connection.execute(
        """
        WITH again AS MATERIALIZED (SELECT unnest($again::VARCHAR[]) AS id)
        SELECT id, NULL AS other FROM entities SEMI JOIN again USING (id) WHERE class = 'Topic'
        UNION ALL SELECT entity, other FROM relations SEMI JOIN again ON entity = id
        WHERE predicate = 'broader'
        ORDER BY ALL""",
        {"again": list(again)},
    ).fetchall()


def _count(connection: DuckDBPyConnection, gone: list[int]) -> None:
    """Count anew, in ``new.totals``, what is mentioned more or less often than before.

    An article counts by itself: what its old mentions, the rows ``gone``, came to is taken off, and
    what its new ones come to, ``new.counts``, is added.
    """
    connection.execute("USE new")
    connection.execute("DELETE FROM mentions")
    connection.execute(f"INSERT INTO mentions FROM projection.mentions {_these(gone)}")
    connection.execute(
        "CREATE TABLE changes AS FROM counts "
        "UNION ALL SELECT entity, -COLUMNS(* EXCLUDE entity) FROM counts_of"
    )
    connection.execute("""
        CREATE TABLE totals AS
        SELECT entity, sum(COLUMNS(* EXCLUDE entity))::INTEGER
        FROM (
            FROM projection.counts WHERE entity IN (SELECT entity FROM changes)
            UNION ALL FROM changes
        )
        GROUP BY entity""")
    connection.execute("DELETE FROM mentions")
    connection.execute("INSERT INTO mentions FROM mentions_of")
    connection.execute("USE projection")


class _Arrivals:
    """Rows on their way into the tables of ``new``."""

    def __init__(self, connection: DuckDBPyConnection) -> None:
        self._connection = connection
        self._waiting: defaultdict[str, list[Row]] = defaultdict(list)

    def take(self, rows: Iterable[tuple[str, Row]]) -> None:
        """Take rows in, each for its table."""
        for table, row in rows:
            waiting = self._waiting[table]
            waiting.append(row)
            if len(waiting) == BATCH:
                self._send(table)

    def send(self) -> None:
        """Send all that wait."""
        for table in list(self._waiting):
            self._send(table)

    def _send(self, table: str) -> None:
        """Send the rows of one table, as JSON: a digest, which is bytes, as its digits."""
        rows = self._waiting.pop(table)
        columns = self._connection.execute(f"FROM new.{table} LIMIT 0").description or ()
        types = {name: str(kind) for name, kind, *_ in columns if name in rows[0]}
        digests = [column for column, kind in types.items() if kind == "BLOB"]
        types |= dict.fromkeys(digests, "VARCHAR")
        replaced = ", ".join(f"unhex({column}) AS {column}" for column in digests)
        values = f"* REPLACE ({replaced})" if digests else "*"
        self._connection.execute(
            f"INSERT INTO new.{table} BY NAME SELECT {values} FROM ({_UNPACKED})",  # noqa: S608
            {"rows": json.dumps(rows, ensure_ascii=False), "types": json.dumps([types])},
        )
