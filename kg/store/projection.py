"""The projection of a revision: tables and things beside its store, derived from its quads alone.

DuckDB's tables answer what is searched, filtered, counted and sorted (projection.sql), and what is
shown of each thing is read by its key (kg.store.things).

It is never trusted to be right because it is there: it names the revision, the number of its quads
and the code that made it, and one that names others, or cannot be read, is made anew.
"""

from __future__ import annotations

import inspect
import shutil
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self

import duckdb
from pyoxigraph import Store as Engine

from kg import folding, iris
from kg.errors import Damaged, StorageError
from kg.store import derivation, description, durable, lock, tables, things
from kg.store.things import Things

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from duckdb import DuckDBPyConnection

    from kg.store.base import Revision
    from kg.store.delta import Delta
    from kg.store.snapshot import RevisionSnapshot

FOLDER = "projection"
TABLES = "tables.duckdb"
THINGS = "things"
WORKSHOP = "projecting"
"""The folder under the data directory in which readers make what is missing."""
THREADS = 1
"""Of one query: a server answers several at a time."""
MEMORY = "512MB"
"""Of an open projection; a query that needs more fails, since nothing is spilt to the disk."""


@dataclass(frozen=True)
class Base:
    """What a revision is made from: the folder, entry and store of another, and what changes."""

    folder: Path
    entry: Revision
    engine: Engine
    delta: Delta


LAYOUT = "v1.2.0"
"""DuckDB's, of the file: newer ones press texts so hard that reading single rows takes 1.3 to 17
times as long; this one takes 11 % more room."""
SMALL = 1_000_000
"""Quads, below which blocks are small."""
SMALL_BLOCK, LARGE_BLOCK = 2**14, 2**18
"""Bytes: of what ships, 0.3 MB in small blocks and 4.4 MB in large ones; of much, 12 % more."""

_NONE: Mapping[str, object] = MappingProxyType({})


class Projection:
    """One open projection, read only. Threads may share it.

    :ivar things: what is shown of each thing, by its key
    """

    def __init__(
        self, connection: DuckDBPyConnection, things: Things, revision: int, quads: int
    ) -> None:
        self._connection = connection
        self._idle: list[DuckDBPyConnection] = []
        self.things = things
        self.revision = revision
        self.quads = quads

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open a projection.

        :raises Damaged: it is none, or cannot be read, or was made by other code
        """
        with ExitStack() as opened:
            things = opened.enter_context(closing(Things.open(folder / THINGS)))
            connection = opened.enter_context(closing(duckdb.connect(":memory:")))
            stated = _read_only(connection, folder / TABLES)
            if stated is None or stated != _stated(things) or stated[0] != made_by():
                raise Damaged("it was made by other code, or not to its end")
            opened.pop_all()
        _, revision, quads = stated
        return cls(connection, things, int(revision), int(quads))

    def rows(self, query: str, parameters: Mapping[str, object] = _NONE) -> list[tuple[Any, ...]]:
        """Answer a SELECT; parameters are named as $name, and bound, never part of the text.

        :raises Damaged: the file cannot be read there
        """
        try:
            cursor = self._idle.pop()
        except IndexError:
            cursor = self._connection.cursor()
            cursor.execute("USE projection")
        try:
            found = cursor.execute(query, dict(parameters)).fetchall()
        except duckdb.Error as error:
            if type(error) in {duckdb.Error, duckdb.IOException}:  # of corrupt blocks the former
                raise Damaged(str(error)) from error
            raise
        self._idle.append(cursor)
        return found

    def close(self) -> None:
        """Let the file go; closing twice is fine."""
        while self._idle:
            self._idle.pop().close()
        self._connection.close()
        self.things.close()


@cache
def made_by() -> str:
    """Return the SHA-256 of all the code that decides what a projection holds."""
    code = [
        tables.schema(),
        *map(inspect.getsource, (derivation, description, tables, things, folding, iris)),
    ]
    return sha256("\0".join(code).encode()).hexdigest()


def of(snapshot: RevisionSnapshot, data: Path, patience: float) -> Projection:
    """Open the projection of an open revision, which is made first where none is right.

    :param data: the data directory
    :param patience: seconds to wait while another process makes it
    :raises Locked: another one did not finish in time
    :raises StorageError: it has to be made, and cannot be
    """
    folder = snapshot.folder / FOLDER
    if found := _valid(folder, snapshot.entry):
        return found
    with _workshop(data, patience) as workshop:
        if found := _valid(folder, snapshot.entry):
            return found
        _make(snapshot, workshop)
    return Projection.open(folder)


def remake(snapshot: RevisionSnapshot, data: Path, patience: float) -> Projection:
    """Make the projection of an open revision anew, whatever there is, and open it."""
    with _workshop(data, patience) as workshop:
        _make(snapshot, workshop)
    return Projection.open(snapshot.folder / FOLDER)


def follow(base: Base, store: Path, entry: Revision) -> None:
    """Make the projection of a revision beside its ``store``, which is made already.

    It is carried on from that of the base, where there is one that is right and most of it stays.
    """
    folder = store.with_name(FOLDER)
    if 2 * len(base.delta) > base.entry.quads or not _carried(base, folder, entry):
        durable.remove(folder)
        engine = Engine.read_only(str(store))
        try:
            _build(engine, folder, entry)
        finally:
            del engine


def _build(engine: Engine, folder: Path, entry: Revision) -> None:
    """Make the projection of a store at ``folder``, where there is nothing yet."""
    block = SMALL_BLOCK if entry.quads < SMALL else LARGE_BLOCK
    folder.mkdir()
    with _written(folder, f"(BLOCK_SIZE {block}, STORAGE_VERSION '{LAYOUT}')") as written:
        written.connection.execute(tables.schema())
        tables.attach(written.connection, _quoted(written.aside / "new.duckdb"))
        tables.fill(written.connection, written.things, engine)
        written.state(entry)


def _carried(base: Base, folder: Path, entry: Revision) -> bool:
    """Copy the base's projection to ``folder`` and bring it up to date; False: it is not right."""
    made = (made_by(), base.entry.number, base.entry.quads)
    try:
        _copy(base.folder / FOLDER, folder)
        with _written(folder) as written:
            if _meta(written.connection) != made or _stated(written.things) != made:
                return False
            written.connection.execute("SET threads = 1")  # for so little, more wait for each other
            if base.delta:
                tables.refresh(written.connection, written.things, base.engine, base.delta)
            written.state(entry)
    except duckdb.ProgrammingError:  # our own mistake, which making it anew would hide
        raise
    except (OSError, duckdb.Error, Damaged):  # if it is the disk that fails, it does so again
        return False
    return True


def _copy(source: Path, folder: Path) -> None:
    folder.mkdir()
    shutil.copyfile(source / TABLES, folder / TABLES)
    with closing(Things.open(source / THINGS)) as opened:
        opened.copy(folder / THINGS)


def _read_only(connection: DuckDBPyConnection, path: Path) -> tuple[Any, ...] | None:
    """Use some tables for reading alone, and return what they say of themselves."""
    try:
        connection.execute(f"ATTACH '{_quoted(path)}' AS projection (READ_ONLY)")
        connection.execute("USE projection")
        stated = connection.execute("FROM meta").fetchone()
        for setting in (
            f"threads = {THREADS}",
            f"memory_limit = '{MEMORY}'",
            "temp_directory = ''",
            "enable_external_access = false",
            "lock_configuration = true",
        ):
            connection.execute(f"SET {setting}")
    except duckdb.Error as error:
        raise Damaged(str(error)) from error
    return stated


def _meta(connection: DuckDBPyConnection) -> tuple[object, ...] | None:
    """Return what the tables say of themselves; None if there are none."""
    try:
        return connection.execute("FROM meta").fetchone()
    except duckdb.Error:
        return None


def _stated(opened: Things) -> tuple[object, ...] | None:
    """Return what things say of themselves; None if they say nothing."""
    found = opened.stated()
    return tuple(found) if isinstance(found, list) else None


def _valid(folder: Path, entry: Revision) -> Projection | None:
    """Open a projection if it is the right one."""
    try:
        found = Projection.open(folder)
    except Damaged:
        return None
    if (found.revision, found.quads) == (entry.number, entry.quads):
        return found
    found.close()
    return None


@contextmanager
def _workshop(data: Path, patience: float) -> Iterator[Path]:
    """Give an empty folder for making a projection, to one process at a time."""
    try:
        folder = data / WORKSHOP
        folder.mkdir(exist_ok=True)
        with lock.exclusive(folder / "lock", patience):
            durable.remove(folder / "new")
            (folder / "new").mkdir()
            yield folder / "new"
            durable.remove(folder / "new")
    except OSError as error:
        raise StorageError(
            f"the projection has to be made anew, which failed ({error.strerror or error})"
        ) from error


def _make(snapshot: RevisionSnapshot, workshop: Path) -> None:
    """Make a projection and move it beside its store, in the place of one that is there."""
    made, target = workshop / FOLDER, snapshot.folder / FOLDER
    _build(snapshot.engine, made, snapshot.entry)
    durable.sync_tree(made)
    if target.exists():
        target.rename(workshop / "old")
    durable.move(made, target)


@dataclass(frozen=True)
class _Written:
    """A projection that is open for writing, with a folder for what is in between."""

    connection: DuckDBPyConnection
    things: Things
    aside: Path

    def state(self, entry: Revision) -> None:
        """Say what it is the projection of, once it is."""
        row = [made_by(), entry.number, entry.quads]
        self.connection.execute("DELETE FROM meta")
        self.connection.execute("INSERT INTO meta VALUES (?, ?, ?)", row)
        self.things.state(row)


@contextmanager
def _written(folder: Path, options: str = "") -> Iterator[_Written]:
    """Open a projection for writing.

    :param options: of tables that are not there yet
    :raises OSError: the disk fails
    """
    with TemporaryDirectory(dir=folder.parent) as name:
        aside = Path(name)
        connection = duckdb.connect(":memory:")
        try:
            with closing(Things.make(folder / THINGS)) as opened:
                connection.execute(f"SET temp_directory = '{_quoted(aside / 'spilt')}'")
                connection.execute(f"SET memory_limit = '{MEMORY}'")
                connection.execute(f"ATTACH '{_quoted(folder / TABLES)}' AS projection {options}")
                connection.execute("USE projection")
                yield _Written(connection, opened, aside)
                connection.execute("CHECKPOINT")
        except (duckdb.IOException, Damaged) as error:
            raise OSError(str(error)) from error
        finally:
            connection.close()


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
