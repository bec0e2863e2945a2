"""Dumps as files: compressed, and written whole."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from kg.errors import StorageError
from kg.export import gzipped, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def test_compression_is_the_same_on_every_run() -> None:
    """The header holds no time and no name; what is inside is what went in."""
    chunks = [b"a" * 100_000, b"b"]
    packed = b"".join(gzipped(chunks))
    assert gzip.decompress(packed) == b"".join(chunks)
    assert packed[4:8] == bytes(4)
    assert packed[3] == 0


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    """Where writing breaks off, the old file is still there, and nothing else."""
    target = tmp_path / "dump.ttl"
    write(target, [b"old"])

    def broken() -> Iterator[bytes]:
        yield b"new"
        raise OSError(28, "No space left on device")

    with pytest.raises(StorageError, match=r"dump\.ttl cannot be written: No space left"):
        write(target, broken())
    assert [path.name for path in tmp_path.iterdir()] == ["dump.ttl"]
    assert target.read_bytes() == b"old"


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A file cannot be written where there is no folder."""
    with pytest.raises(StorageError, match="No such file or directory"):
        write(tmp_path / "none" / "dump.ttl", [b""])
