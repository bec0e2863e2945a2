"""The projection of a revision: a DuckDB file beside its store, derived from its quads alone.

It is never trusted to be right because it is there: it names the revision, the number of its quads
and the code that made it, and one that names others, or cannot be read, is made anew.
"""

from __future__ import annotations

import inspect
import shutil
from contextlib import contextmanager
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
from kg.errors import StorageError
from kg.store import derivation, description, durable, lock, tables

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from duckdb import DuckDBPyConnection

    from kg.store.base import Revision
    from kg.store.delta import Delta
    from kg.store.snapshot import RevisionSnapshot

FILE = "projection.duckdb"
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
    """One open projection, read only. Threads may share it."""

    def __init__(self, connection: DuckDBPyConnection, revision: int, quads: int) -> None:
        self._connection = connection
        self._idle: list[DuckDBPyConnection] = []
        self.revision = revision
        self.quads = quads

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a projection.

        :raises duckdb.Error: it is none, or cannot be read, or was made by other code
        """
        connection = duckdb.connect(":memory:")
        try:
            connection.execute(f"ATTACH '{_quoted(path)}' AS projection (READ_ONLY)")
            connection.execute("USE projection")
            stated = connection.execute("FROM meta").fetchall()
            if [version for version, *_ in stated] != [made_by()]:
                raise duckdb.InvalidInputException("it was made by other code")
            for setting in (
                f"threads = {THREADS}",
                f"memory_limit = '{MEMORY}'",
                "temp_directory = ''",
                "enable_external_access = false",
                "lock_configuration = true",
            ):
                connection.execute(f"SET {setting}")
        except duckdb.Error:
            connection.close()
            raise
        ((_, revision, quads),) = stated
        return cls(connection, revision, quads)

    def rows(self, query: str, parameters: Mapping[str, object] = _NONE) -> list[tuple[Any, ...]]:
        """Answer a SELECT; parameters are named as $name, and bound, never part of the text."""
        try:
            cursor = self._idle.pop()
        except IndexError:
            cursor = self._connection.cursor()
            cursor.execute("USE projection")
        found = cursor.execute(query, dict(parameters)).fetchall()
        self._idle.append(cursor)
        return found

    def close(self) -> None:
        """Let the file go; closing twice is fine."""
        while self._idle:
            self._idle.pop().close()
        self._connection.close()


@cache
def made_by() -> str:
    """Return the SHA-256 of all the code that decides what a projection holds."""
    code = [
        tables.schema(),
        *map(inspect.getsource, (derivation, description, tables, folding, iris)),
    ]
    return sha256("\0".join(code).encode()).hexdigest()


def of(snapshot: RevisionSnapshot, data: Path, patience: float) -> Projection:
    """Open the projection of an open revision, which is made first where none is right.

    :param data: the data directory
    :param patience: seconds to wait while another process makes it
    :raises Locked: another one did not finish in time
    :raises StorageError: it has to be made, and cannot be
    """
    path = snapshot.folder / FILE
    if found := _valid(path, snapshot.entry):
        return found
    with _workshop(data, patience) as workshop:
        if found := _valid(path, snapshot.entry):
            return found
        _make(snapshot, workshop)
    return Projection.open(path)


def remake(snapshot: RevisionSnapshot, data: Path, patience: float) -> Projection:
    """Make the projection of an open revision anew, whatever there is, and open it."""
    with _workshop(data, patience) as workshop:
        _make(snapshot, workshop)
    return Projection.open(snapshot.folder / FILE)


def follow(base: Base, store: Path, entry: Revision) -> None:
    """Make the projection of a revision beside its ``store``, which is made already.

    It is carried on from that of the base, where there is one that is right and most of it stays.
    """
    path = store.with_name(FILE)
    if 2 * len(base.delta) > base.entry.quads or not _carried(base, path, entry):
        for left in (path, path.with_name(FILE + ".wal")):
            left.unlink(missing_ok=True)
        engine = Engine.read_only(str(store))
        try:
            _build(engine, path, entry)
        finally:
            del engine


def _build(engine: Engine, path: Path, entry: Revision) -> None:
    """Make the projection of a store at ``path``, where there is nothing yet."""
    block = SMALL_BLOCK if entry.quads < SMALL else LARGE_BLOCK
    layout = f"(BLOCK_SIZE {block}, STORAGE_VERSION '{LAYOUT}')"
    with _written(path, layout) as (connection, aside):
        connection.execute(tables.schema())
        tables.attach(connection, _quoted(aside / "new.duckdb"))
        tables.fill(connection, engine)
        row = [made_by(), entry.number, entry.quads]
        connection.execute("INSERT INTO meta VALUES (?, ?, ?)", row)


def _carried(base: Base, path: Path, entry: Revision) -> bool:
    """Copy the base's projection to ``path`` and bring it up to date; False if it is not right."""
    made = (made_by(), base.entry.number, base.entry.quads)
    try:
        shutil.copyfile(base.folder / FILE, path)
        with _written(path) as (connection, _):
            if _meta(connection) != made:
                return False
            connection.execute("SET threads = 1")  # for so little, more only wait for each other
            if base.delta:
                tables.refresh(connection, base.engine, base.delta)
            row = [entry.number, entry.quads]
            connection.execute("UPDATE meta SET revision = ?, quads = ?", row)
    except duckdb.ProgrammingError:  # our own mistake, which making it anew would hide
        raise
    except (OSError, duckdb.Error):  # if it is the disk that fails, it does so again
        return False
    return True


def _meta(connection: DuckDBPyConnection) -> tuple[object, ...] | None:
    """Return what a projection says of itself; None if it is none."""
    try:
        return connection.execute("FROM meta").fetchone()
    except duckdb.Error:
        return None


def _valid(path: Path, entry: Revision) -> Projection | None:
    """Open a projection if it is the right one."""
    try:
        found = Projection.open(path)
    except duckdb.Error:
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
    made = workshop / FILE
    _build(snapshot.engine, made, snapshot.entry)
    durable.sync(made)
    made.replace(snapshot.folder / FILE)
    durable.sync(snapshot.folder)


@contextmanager
def _written(path: Path, options: str = "") -> Iterator[tuple[DuckDBPyConnection, Path]]:
    """Open a projection for writing, with a folder for what is in between.

    :param options: of a projection that is not there yet
    :raises OSError: the disk fails
    """
    with TemporaryDirectory(dir=path.parent) as aside:
        connection = duckdb.connect(":memory:")
        try:
            connection.execute(f"SET temp_directory = '{_quoted(Path(aside) / 'spilt')}'")
            connection.execute(f"SET memory_limit = '{MEMORY}'")
            connection.execute(f"ATTACH '{_quoted(path)}' AS projection {options}")
            connection.execute("USE projection")
            yield connection, Path(aside)
            connection.execute("CHECKPOINT")
        except duckdb.IOException as error:
            raise OSError(str(error)) from error
        finally:
            connection.close()


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
