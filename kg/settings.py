"""What can be set. Read once at the edges (command line, application) and passed down."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast, get_args

import platformdirs

from kg.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DefaultGraph = Literal["union", "unnamed"]
LogFormat = Literal["text", "json", "none"]
Count = int
"""A number of things, of which there may be none."""

PREFIX = "STANCEGRAPH_"
_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[^\s/,?#@*]+")


def _default_data() -> Path:
    return Path(platformdirs.user_data_dir("stancegraph", appauthor=False))


def _default_graph(text: str) -> DefaultGraph:
    for known in get_args(DefaultGraph):
        if text == known:
            return cast("DefaultGraph", known)
    raise ValueError


def _log_format(text: str) -> LogFormat:
    for known in get_args(LogFormat):
        if text == known:
            return cast("LogFormat", known)
    raise ValueError


def _count(text: str) -> int:
    if (value := int(text)) < 0:
        raise ValueError
    return value


def _origins(text: str) -> tuple[str, ...]:
    """Read origins as browsers send them: a scheme and a host, perhaps a port, no path."""
    found = tuple(part.strip().lower() for part in text.split(","))
    if found != ("*",) and not all(map(_ORIGIN.fullmatch, found)):
        raise ValueError
    return found


def _yes_or_no(text: str) -> bool:
    try:
        return {"true": True, "1": True, "false": False, "0": False}[text]
    except KeyError:
        raise ValueError from None


_KINDS: Mapping[str, tuple[Callable[[str], object], str]] = {
    "Path": (Path, "path"),
    "float": (float, "float"),
    "int": (int, "int"),
    "bool": (_yes_or_no, "yes or no: write true or false"),
    "Count": (_count, "count: write 0 or more"),
    "tuple[str, ...]": (_origins, "list of origins: write * or, with commas, https://example.org"),
    "DefaultGraph": (_default_graph, "default graph: write union or unnamed"),
    "LogFormat": (_log_format, "form of the log: write text, json or none"),
}
"""How values are read, by the types of fields, and what they are called."""


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
    :param default_graph: what a query is asked of that names no graph: the ``union`` of all
        graphs, or the ``unnamed`` graph alone
    :param cache_mebibytes: answers kept in memory by each process that serves
    :param private: whether reading over HTTP asks for a token, too
    :param log_format: how requests over HTTP are logged on stderr, a line for each: as ``text``,
        as ``json``, or not at all (``none``)
    :param cors_origins: the origins whose pages may read over HTTP, or ``*`` alone: all
    :param proxies: how many proxies stand in front, whose forwarded headers are believed
    """

    data: Path = field(default_factory=_default_data)
    lock_seconds: float = 30.0
    keep_revisions: int = 20
    query_seconds: float = 30.0
    query_mebibytes: int = 1024
    workers: int = field(default_factory=lambda: max(2, os.cpu_count() or 2))
    upload_mebibytes: int = 64
    default_graph: DefaultGraph = "union"
    cache_mebibytes: int = 64
    private: bool = False
    log_format: LogFormat = "text"
    cors_origins: tuple[str, ...] = ("*",)
    proxies: Count = 0

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Read the settings that ``environment`` names; an ill-formed value is an InputError."""
        values: dict[str, object] = {}
        for item in fields(cls):
            name = PREFIX + item.name.upper()
            if (raw := environment.get(name)) is None or raw == "":
                continue
            kind, what = _KINDS[str(item.type)]
            try:
                value = kind(raw)
            except ValueError:
                raise InputError(f"{name} is {raw!r}, which is no {what}") from None
            if item.type in {"int", "float"} and not cast("float", value) > 0:
                raise InputError(f"{name} is {raw!r}; it has to be above 0")
            values[item.name] = value
        return cls(**values)  # type: ignore[arg-type]  # the kinds above are the fields' own
