"""The log: one entry a revision, kept beside it, and in one file once the revision is pruned."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from kg.store import durable
from kg.store.base import Revision

if TYPE_CHECKING:
    from pathlib import Path

ENTRY = "revision.json"
HISTORY = "history.jsonl"


def now() -> str:
    """Return the time for an entry: UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def read(folder: Path) -> Revision:
    """Read the entry of a revision that is kept; FileNotFoundError where it is not."""
    return _parse((folder / ENTRY).read_text(encoding="utf-8"), kept=True)


def write(folder: Path, entry: Revision) -> None:
    """Write a revision's entry into its folder."""
    durable.write(folder / ENTRY, _text(entry))


def retire(data: Path, folder: Path) -> None:
    """Copy the entry of a revision that is about to be pruned to the history, durably.

    A death between this and the removal makes the entry stand twice; ``entries`` takes one.
    """
    with (data / HISTORY).open("a+", encoding="utf-8") as file:
        if file.tell() and not _ends_whole(data / HISTORY):
            file.write("\n")
        file.write(_text(read(folder)) + "\n")
    durable.sync(data / HISTORY)


def entries(data: Path, current: int) -> list[Revision]:
    """Return every entry up to ``current``, the newest first; a torn line is passed over."""
    found: dict[int, Revision] = {}
    for folder in (data / "revisions").glob("*"):
        if int(folder.name) <= current:
            with suppress(FileNotFoundError):  # pruned in this moment: the history has it by now
                found[int(folder.name)] = read(folder)
    if (data / HISTORY).exists():
        for line in (data / HISTORY).read_text(encoding="utf-8").splitlines():
            with suppress(ValueError):
                entry = _parse(line, kept=False)
                found.setdefault(entry.number, entry)
    return [found[number] for number in sorted(found, reverse=True)]


def _ends_whole(path: Path) -> bool:
    return path.read_bytes().endswith(b"\n")


def _text(entry: Revision) -> str:
    values = asdict(entry)
    del values["kept"]
    return json.dumps(values, ensure_ascii=False)


def _parse(line: str, *, kept: bool) -> Revision:
    values = json.loads(line)
    values["graphs"] = tuple(values["graphs"])
    return replace(Revision(**values), kept=kept)
