"""Things by their keys: what look-ups show of each, and which others name it, in order.

A RocksDB folder. To read twenty things by their keys takes half a millisecond here and ten in a
table of columns, and a commit takes over what is there by hard links. What names a thing lies under
that thing's key and the role it has there, the newest first, so that a page of it is read from
where it begins, however much there is.
"""

from __future__ import annotations

import json
from contextlib import contextmanager, suppress
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from rocksdict import (
    AccessType,
    BlockBasedOptions,
    Checkpoint,
    DbClosedError,
    DBCompressionType,
    Options,
    Rdict,
    WriteBatch,
    WriteOptions,
)

from kg.errors import Damaged

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    Thing = Mapping[str, Any]
    """What is shown of one, by the names of kg.store.derivation; what is not said is left out."""

BLOOM_BITS = 10
"""Per key: one in a hundred files is looked into in vain."""
UNDATED = 9_999_999
"""More than any day's number: what has no day comes last."""

_LAST = date.max.toordinal()
_STATED = b"\x00"
_NAMED = b"\x01"
_THINGS = "\x02"
_BETWEEN = "\x00"
_BEYOND = b"\xff"
"""No IRI has such characters, so no key holds or begins with one."""


class Reference(NamedTuple):
    """That ``other`` names a thing in a role; it is dated by its ``age`` (see there)."""

    thing: str
    role: str
    age: int
    other: str

    @property
    def day(self) -> date | None:
        """The day, None where there is none."""
        return None if self.age == UNDATED else date.fromordinal(_LAST - self.age)


def age(day: str | None) -> int:
    """Return how many days before the last there is a day (2024-04-18) lies: newest first."""
    return UNDATED if day is None else _LAST - date.fromisoformat(day).toordinal()


class Things:
    """One open folder. Threads may share it."""

    def __init__(self, opened: Rdict) -> None:
        self._opened = opened

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open a folder for reading.

        :raises Damaged: it is not there, or is broken
        """
        if not (folder / "CURRENT").exists():  # it would be made
            raise Damaged(f"there are no things in {folder.name}")
        with _told():
            return cls(Rdict(str(folder), _options(), access_type=AccessType.read_only()))

    @classmethod
    def make(cls, folder: Path) -> Self:
        """Open a folder for writing; an empty one is made where there is none."""
        with _told():
            return cls(Rdict(str(folder), _options()))

    def copy(self, folder: Path) -> None:
        """Make another folder with all that is here, on hard links."""
        with _told():
            Checkpoint(self._opened).create_checkpoint(str(folder))

    def close(self) -> None:
        """Let the folder go; closing twice is fine."""
        with suppress(DbClosedError):
            self._opened.close()

    def stated(self) -> object:
        """Return what was stated of the whole; None if nothing was."""
        with _told():
            found = self._opened.get(_STATED)
        return None if found is None else json.loads(found)

    def state(self, value: object) -> None:
        """State something of the whole, once all is written, and wait until it is in files."""
        with _told():
            self._opened.put(_STATED, json.dumps(value).encode(), _unlogged())
            self._opened.flush()

    def get(self, keys: Iterable[str]) -> dict[str, Thing]:
        """Read things by their keys, each once; one that is not there is left out."""
        asked = [key for key in dict.fromkeys(keys) if key >= _THINGS]
        with _told():
            found: list[bytes | None] = self._opened.get([_encoded(key) for key in asked]) or []
        return {
            key: json.loads(value)
            for key, value in zip(asked, found, strict=True)
            if value is not None
        }

    def of_article(self, article: str) -> dict[str, Thing]:
        """Read all things that an article owns, by key, without the article itself."""
        owned = f"{article}#"
        return {key.decode(): json.loads(value) for key, value in self._after(_encoded(owned))}

    def all(self) -> Iterator[tuple[str, Thing]]:
        """Iterate over all things in the order of their keys."""
        for key, value in self._from(_encoded(_THINGS)):
            yield key.decode(), json.loads(value)

    def naming(self, thing: str, role: str) -> Iterator[Reference]:
        """Iterate over what names a thing in a role, the newest first, then by key."""
        return self._named(f"{thing}{_BETWEEN}{role}{_BETWEEN}")

    def first_naming(self, thing: str, beginning: str) -> Iterator[Reference]:
        """Iterate over the newest of what names a thing in each of the roles that begin so.

        It goes from role to role, however much there is of each.
        """
        start = place = _NAMED + _encoded(f"{thing}{_BETWEEN}{beginning}")
        while (found := next(self._after(start, place), None)) is not None:
            reference = _reference(found[0])
            yield reference
            role = f"{thing}{_BETWEEN}{reference.role}{_BETWEEN}"
            place = _NAMED + _encoded(role) + _BEYOND

    def references(self) -> Iterator[Reference]:
        """Iterate over all references."""
        return self._named("")

    def _named(self, start: str) -> Iterator[Reference]:
        for key, _ in self._after(_NAMED + _encoded(start)):
            yield _reference(key)

    def _after(self, prefix: bytes, place: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        """Iterate over the entries whose keys begin so, from a place on."""
        for key, value in self._from(place or prefix):
            if not key.startswith(prefix):
                break
            yield key, value

    def _from(self, start: bytes) -> Iterator[tuple[bytes, bytes]]:
        with _told():
            entries = self._opened.iter()
            entries.seek(start)
            while entries.valid():
                yield entries.key(), entries.value()
                entries.next()
            entries.status()

    def write(
        self,
        things: Mapping[str, Thing | None],
        come: Collection[Reference] = (),
        gone: Collection[Reference] = (),
    ) -> None:
        """Write things, None taking one away, and references that come and go."""
        batch = WriteBatch(raw_mode=True)
        for key, row in things.items():
            if row is None:
                batch.delete(_encoded(key))
            else:
                text = json.dumps(row, ensure_ascii=False, separators=(",", ":"))
                batch.put(_encoded(key), text.encode())
        for reference in gone:
            batch.delete(_entry(reference))
        for reference in come:
            batch.put(_entry(reference), b"")
        with _told():
            self._opened.write(batch, _unlogged())

    def compact(self) -> None:
        """Put everything in order, once much was written."""
        with _told():
            self._opened.flush()
            self._opened.compact_range(None, None)


def _reference(entry: bytes) -> Reference:
    thing, role, aged, other = entry[1:].decode().split(_BETWEEN)
    return Reference(thing, role, int(aged), other)


def _entry(reference: Reference) -> bytes:
    thing, role, aged, other = reference
    return _NAMED + _encoded(f"{thing}{_BETWEEN}{role}{_BETWEEN}{aged:07}{_BETWEEN}{other}")


def _encoded(key: str) -> bytes:
    return key.encode("utf-8", "surrogatepass")  # whatever is asked for, so that it is not found


def _options() -> Options:
    options = Options(raw_mode=True)
    options.create_if_missing(True)
    options.set_compression_type(DBCompressionType.lz4())
    options.set_keep_log_file_num(1)
    blocks = BlockBasedOptions()
    blocks.set_bloom_filter(BLOOM_BITS, block_based=False)
    options.set_block_based_table_factory(blocks)
    return options


def _unlogged() -> WriteOptions:
    """Write no log beside the files: a folder counts once it is whole."""
    options = WriteOptions()
    options.disable_wal = True  # type: ignore[assignment,method-assign]
    return options


@contextmanager
def _told() -> Iterator[None]:
    """Say what failed by an error of our own: the library raises Exception itself."""
    try:
        yield
    except Exception as error:
        if type(error) is not Exception:
            raise
        raise Damaged(str(error)) from error
