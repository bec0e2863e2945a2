"""What can be set. Read once at the edges (command line, application) and passed down.

The environment wins over a file, and a file over what is the default.
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

import platformdirs

from kg.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DefaultGraph = Literal["union", "unnamed"]
LogFormat = Literal["text", "json", "none"]

Seconds = float
"""A time, above 0, of a million seconds at most."""

Mebibytes = int
"""A size, at least 1 and at most 16 TiB."""

Number = int
"""A number of things, at least 1 and at most a million."""

Few = int
"""A number of processes or of requests at once, at least 1 and at most 1,024."""

Count = int
"""A number of things, of which there may be none, and at most 1,024."""

Hosts = tuple[str, ...]
"""Names of hosts, each perhaps with a port."""

Origins = tuple[str, ...]
"""Origins as browsers send them: a scheme and a host, perhaps a port, no path; or ``*`` alone."""

PREFIX = "STANCEGRAPH_"
CONFIG = PREFIX + "CONFIG"
"""The variable that names a file of settings."""

_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[^\s/,?#@*]+")
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?")
_MOST_SECONDS = 1_000_000
_LONGEST = 60
"""Characters of a wrong value that are shown."""


class Kind(NamedTuple):
    """How the values of a setting are read, and what they are called.

    ``read`` takes a text, or where ``written``, the type in TOML, is a list the texts of its
    parts; it raises ValueError for what is no such value.
    """

    read: Callable[..., object]
    written: type
    what: str
    example: object


def _whole(least: int, most: int) -> Kind:
    def read(text: str) -> int:
        if not least <= (value := int(text)) <= most:
            raise ValueError
        return value

    return Kind(read, int, f"whole number from {least:,} to {most:,}", max(least, 1))


def _one_of(what: str, known: tuple[str, ...]) -> Kind:
    def read(text: str) -> str:
        if text not in known:
            raise ValueError
        return text

    return Kind(read, str, f"{what}: there are {', '.join(known[:-1])} and {known[-1]}", known[0])


def _seconds(text: str) -> float:
    if not 0 < (value := float(text)) <= _MOST_SECONDS:
        raise ValueError
    return value


def _path(text: str) -> Path:
    """Read a path; a shell would know what ``~`` is, and a path is kept in files as UTF-8."""
    if text in {"", "~"} or text.startswith("~/") or b"\0" in text.encode():
        raise ValueError
    return Path(text)


def _parts(pattern: re.Pattern[str], alone: str | None = None) -> Callable[[list[str]], Hosts]:
    def read(parts: list[str]) -> tuple[str, ...]:
        found = tuple(part.strip().lower() for part in parts)
        if found != (alone,) and not all(map(pattern.fullmatch, found)):
            raise ValueError
        return found

    return read


def _yes_or_no(text: str) -> bool:
    try:
        return {"true": True, "1": True, "false": False, "0": False}[text]
    except KeyError:
        raise ValueError from None


_KINDS: Mapping[str, Kind] = {
    "Path": Kind(_path, str, "path (~ is for shells alone)", "/var/lib/stancegraph"),
    "Seconds": Kind(_seconds, float, "number of seconds above 0 and up to 1,000,000", 30.0),
    "Mebibytes": _whole(1, 1 << 24),
    "Number": _whole(1, 1_000_000),
    "Few": _whole(1, 1024),
    "Count": _whole(0, 1024),
    "bool": Kind(_yes_or_no, bool, "truth value: there are true and false", True),
    "Origins": Kind(
        _parts(_ORIGIN, "*"), list, "list of origins, or * alone: all", ["https://example.org"]
    ),
    "Hosts": Kind(_parts(_HOST), list, "list of hosts", ["example.org", "example.org:8080"]),
    "DefaultGraph": _one_of("default graph", get_args(DefaultGraph)),
    "LogFormat": _one_of("form of the log", get_args(LogFormat)),
}
"""By the types of fields."""


def _default_data() -> Path:
    return Path(platformdirs.user_data_dir("stancegraph", appauthor=False))


@dataclass(frozen=True)
class Settings:
    """Every setting, with its default.

    Each is read from the variable ``STANCEGRAPH_<NAME>``, and from its name in a TOML file.

    :param data: the data directory (default: the user's data directory)
    :param lock_seconds: how long a writer waits for another one before it gives up
    :param keep_revisions: how many of the newest revisions are kept for reading back
    :param query_seconds: time limit of one query
    :param query_mebibytes: memory limit of one query, above what the open store takes
    :param answer_mebibytes: the largest answer to a query
    :param workers: processes that run queries
    :param waiting: requests that may wait for one of them; more are turned away
    :param client_queries: requests of one client that may be at work or wait
    :param services: hosts that SERVICE may ask, each perhaps with a port; none by default
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
    lock_seconds: Seconds = 30.0
    keep_revisions: Number = 20
    query_seconds: Seconds = 30.0
    query_mebibytes: Mebibytes = 1024
    answer_mebibytes: Mebibytes = 256
    workers: Few = field(default_factory=lambda: max(2, os.cpu_count() or 2))
    waiting: Count = 16
    client_queries: Few = 8
    services: Hosts = ()
    upload_mebibytes: Mebibytes = 64
    default_graph: DefaultGraph = "union"
    cache_mebibytes: Mebibytes = 64
    private: bool = False
    log_format: LogFormat = "text"
    cors_origins: Origins = ("*",)
    proxies: Count = 0

    @classmethod
    def read(cls, environment: Mapping[str, str], file: Path | None = None) -> Settings:
        """Read the settings that ``environment`` names, and from ``file`` those it does not.

        :raises InputError: a value is none, a name in the file is unknown, or there is no such file
        """
        values = {**_of_file(file), **_of_environment(environment)}
        return cls(**values)  # type: ignore[arg-type]  # the kinds above are the fields' own


def sources(environment: Mapping[str, str], file: Path | None = None) -> dict[str, str]:
    """Say of each setting where its value comes from: a variable, the file, or the default."""
    return {
        **{item.name: "default" for item in fields(Settings)},
        **dict.fromkeys(_of_file(file), str(file)),
        **{name: _variable(name) for name in _of_environment(environment)},
    }


def toml(value: object) -> str:
    """Write a value as TOML, whose strings are JSON's but for one character."""
    return json.dumps(value, default=str, ensure_ascii=False).replace("\x7f", "\\u007f")


def _of_environment(environment: Mapping[str, str]) -> dict[str, object]:
    """Read what the environment says; an empty variable is as good as none."""
    values: dict[str, object] = {}
    for item in fields(Settings):
        variable, kind = _variable(item.name), _KINDS[str(item.type)]
        if not (text := environment.get(variable)):
            continue
        try:
            values[item.name] = kind.read(text.split(",") if kind.written is list else text)
        except ValueError:
            wrong = _wrong(variable, text, kind)
            raise InputError(f"{wrong}: write, say, {variable}={_text(kind.example)}") from None
    return values


def _of_file(file: Path | None) -> dict[str, object]:
    """Read what a file says, in which a relative path begins at the file's folder."""
    if file is None:
        return {}
    values: dict[str, object] = {}
    kinds = {item.name: _KINDS[str(item.type)] for item in fields(Settings)}
    for name, said in _content(file).items():
        if name not in kinds:
            raise InputError(f"{file}: {_unknown(name, said, list(kinds))}")
        kind = kinds[name]
        try:
            value = kind.read(_read(said, kind.written))
        except ValueError:
            wrong = _wrong(name, said, kind)
            instead = f"{name} = {toml(kind.example)}"
            raise InputError(f"{file}: {wrong}: write, say, {instead}") from None
        values[name] = file.parent / value if isinstance(value, Path) else value
    return values


def _content(file: Path) -> dict[str, object]:
    """Read a TOML file."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError(
            f"{file}: {error.strerror}: name a file of settings, by --config or {CONFIG}"
        ) from None
    except UnicodeDecodeError as error:
        raise InputError(f"{file}: byte {error.start + 1} is not UTF-8: convert it") from None
    except ValueError as error:
        raise InputError(
            f"{file}: {error}: settings are TOML, a line for each, as in query_seconds = 10 or "
            'default_graph = "union"'
        ) from None


def _read(said: object, written: type) -> str | list[str]:
    """Take a value of a TOML file as the environment would have it."""
    if isinstance(said, list) and written is list and all(isinstance(part, str) for part in said):
        return said
    if written is list or type(said) not in ({int, float} if written is float else {written}):
        raise ValueError
    return _text(said)


def _unknown(name: str, said: object, known: list[str]) -> str:
    """Say what to write in the place of a name that is no setting's."""
    plain = name.lower().removeprefix(PREFIX.lower())
    if isinstance(said, dict) and plain not in known:
        return f"[{name}] is a table: settings stand at the top, without one"
    near = get_close_matches(plain, known, n=1)
    instead = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
    return f"there is no setting {toml(name)}: {instead}"


def _variable(name: str) -> str:
    return PREFIX + name.upper()


def _text(value: object) -> str:
    """Write a value as the environment has it."""
    if isinstance(value, list):
        return ",".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _wrong(where: str, said: object, kind: Kind) -> str:
    try:
        shown = toml(said)
    except ValueError:  # Python writes no number of more than 4,300 digits
        shown = "a number of thousands of digits"
    shown = shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1] + "\u2026"
    return f"{where} is {shown}, which is no {kind.what}"
