"""What can be set. Read once at the edges (command line, application) and passed down."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from kg.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "STANCEGRAPH_"


def _default_data() -> Path:
    return Path(platformdirs.user_data_dir("stancegraph", appauthor=False))


@dataclass(frozen=True)
class Settings:
    """Every setting, with its default; each is read from ``STANCEGRAPH_<NAME>``.

    :param data: the data directory (default: the user's data directory)
    :param lock_seconds: how long a writer waits for another one before it gives up
    :param keep_revisions: how many of the newest revisions are kept for reading back
    :param query_seconds: time limit of one query
    :param query_mebibytes: memory limit of one query, above what the open store takes
    :param workers: processes that run queries
    :param upload_mebibytes: the largest request body that is read
    """

    data: Path = field(default_factory=_default_data)
    lock_seconds: float = 30.0
    keep_revisions: int = 20
    query_seconds: float = 30.0
    query_mebibytes: int = 1024
    workers: int = field(default_factory=lambda: max(2, os.cpu_count() or 2))
    upload_mebibytes: int = 64

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Read the settings that ``environment`` names; an ill-formed value is an InputError."""
        values: dict[str, object] = {}
        for item in fields(cls):
            name = PREFIX + item.name.upper()
            if (raw := environment.get(name)) is None or raw == "":
                continue
            kind = {"Path": Path, "float": float, "int": int}[str(item.type)]
            try:
                value = kind(raw)
            except ValueError:
                raise InputError(f"{name} is {raw!r}, which is no {item.type}") from None
            if isinstance(value, (int, float)) and not value > 0:
                raise InputError(f"{name} is {raw!r}; it has to be above 0")
            values[item.name] = value
        return cls(**values)  # type: ignore[arg-type]  # the kinds above are the fields' own
