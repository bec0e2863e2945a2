"""A layer around all others, as WSGI middleware: each request gets an id, and is told of when done.

It stands outside of the cache, so what that answers is told of, too, and an id is never kept there.
What clients choose is escaped before it is written, and tokens are cut short: a line is a line.
"""

from __future__ import annotations

import atexit
import itertools
import json
import re
import secrets
import sys
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from time import perf_counter, sleep, time
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from flask import has_request_context, request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from _typeshed.wsgi import StartResponse, WSGIApplication
    from flask import Flask

    from kg.settings import LogFormat

KEY = "stancegraph.log"
"""Where ``app.extensions`` has the log."""
HEADER = "X-Request-ID"
ID = "stancegraph.request_id"
"""Where the environment of a request has its id."""
SURFACE = "stancegraph.surface"
"""Where it has the endpoint that answers."""
NO_SURFACE = "none"
"""Stands for the endpoint where none fits the address."""
LONGEST = 2000
"""Characters that are logged of a path, of a query, and of what a client calls itself."""
REMEMBERED = 512
"""Texts whose escaped form is kept: most requests say what others said, and escaping takes long."""

GATHERED_SECONDS = 0.02
"""How long lines wait for others to be written with, where they are gathered."""

_PLAIN = re.compile(r"[A-Za-z0-9._-]{1,64}")
"""An id that is taken over as it came; a token is longer."""
_TOKEN = re.compile(r"(sg(?:_|%5f)[0-9a-f]{8})(?:_|%5f)[0-9a-f]+", re.IGNORECASE)
_IN_PATH = "/:@!$&'()*+,;="
_IN_QUERY = _IN_PATH + "%?[]"
"""What stands as it is, beside letters, digits and ``_.-~``; in a query ``%`` encodes already."""


_START, _COUNT = secrets.token_hex(5), itertools.count(1)


def _made() -> str:
    """Make an id; what tells processes apart is drawn once, since the system is slow to ask."""
    return f"{_START}{next(_COUNT):06x}"


class Exchange(NamedTuple):
    """A request and what came of it, as clients and the application said it: not escaped.

    ``size`` is in bytes of the body, ``seconds`` end when the server has it all. ``path`` and
    ``query`` are as in WSGI, bytes read as Latin-1.
    """

    id: str
    surface: str
    address: str
    method: str
    path: str
    query: str
    status: int
    size: int
    seconds: float
    agent: str


def named(environ: dict[str, Any]) -> str:
    """Return the id of a request, which gets one if it has none."""
    if ID not in environ:
        sent = environ.get("HTTP_X_REQUEST_ID", "")
        environ[ID] = sent if sent and _PLAIN.fullmatch(sent) else _made()
    id_: str = environ[ID]
    return id_


def of_request() -> str | None:
    """Return the id of the request at work; None outside of the layer."""
    return request.environ.get(ID) if has_request_context() else None


def register(app: Flask, log: RequestLog) -> None:
    """Note which surface answers, and have ``log`` tell what nobody foresaw."""

    def note(endpoint: str | None, _: object) -> None:
        request.environ[SURFACE] = endpoint or NO_SURFACE

    app.url_value_preprocessor(note)
    app.log_exception = lambda info: log.failure(of_request() or "", info[1])  # type: ignore[assignment,method-assign]


class Told:
    """Wraps an application; each of ``listeners`` is told of every exchange, after its answer."""

    def __init__(self, app: WSGIApplication, *listeners: Callable[[Exchange], None]) -> None:
        self._app, self._listeners = app, listeners

    def __call__(self, environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        """Ask the application."""
        begun, id_ = perf_counter(), named(environ)
        status = "500"  # where the application fails before it says one

        def begin(
            said: str, headers: list[tuple[str, str]], exc_info: Any = None
        ) -> Callable[[bytes], object]:
            nonlocal status
            status = said
            return start(said, [*headers, (HEADER, id_)], exc_info)

        def done(size: int) -> None:
            self.tell(environ, int(status[:3]), size, perf_counter() - begun)

        chunks: Iterable[bytes] | None = None
        try:
            chunks = self._app(environ, begin)
        finally:
            if chunks is None:
                done(0)
        if isinstance(chunks, list):  # the server takes the whole at once
            done(sum(map(len, chunks)))
            return chunks
        return _Chunks(chunks, done)

    def tell(self, environ: dict[str, Any], status: int, size: int, seconds: float) -> None:
        """Tell of an exchange that is over."""
        exchange = _exchange(environ, status, size, seconds)
        for listener in self._listeners:
            listener(exchange)


class _Chunks:
    """Parts of a body on their way; counts their bytes."""

    def __init__(self, chunks: Iterable[bytes], done: Callable[[int], None]) -> None:
        self._chunks, self._done, self._size = chunks, done, 0

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self._size += len(chunk)
            yield chunk

    def close(self) -> None:
        """Close what is within, and say how much of it was sent; servers call this in any case."""
        try:
            if hasattr(self._chunks, "close"):
                self._chunks.close()
        finally:
            self._done(self._size)


class RequestLog:
    """Writes lines to stderr, in ``form``; with ``none`` only what nobody foresaw, as text."""

    def __init__(self, form: LogFormat) -> None:
        self._form = form
        self._lock = Lock()
        self._write: Callable[[str], None] = self._written

    def gather(self) -> None:
        """Write what is logged from now on in a thread of its own, some lines at a time.

        Who logs need not wait then: the event loop, above all.
        """
        lines = SimpleQueue[str | None]()
        self._write = lines.put
        gathering = Thread(target=self._gathered, args=(lines,), daemon=True)
        gathering.start()
        atexit.register(self._end, lines, gathering)

    def exchange(self, exchange: Exchange) -> None:
        """Write the line of an exchange."""
        if self._form != "none":
            self._write((as_json if self._form == "json" else as_text)(exchange, _now()))

    def failure(self, id_: str, error: BaseException | None) -> None:
        """Write the traceback of an error, each line with the id of the request."""
        trace = _cut("".join(traceback.format_exception(error)))
        if self._form == "json":
            self._write(json.dumps({"time": _now(), "id": id_, "traceback": trace}))
            return
        lines = (line.encode("unicode_escape").decode("ascii") for line in trace.splitlines())
        self._write("\n".join(f"{_now()} {id_} | {line}" for line in lines))

    def _written(self, text: str) -> None:
        with self._lock, suppress(OSError):  # where nobody reads stderr, answers still go out
            sys.stderr.write(text + "\n")

    def _gathered(self, lines: SimpleQueue[str | None]) -> None:
        """Write lines until there is a None among them."""
        ended = False
        while not ended:
            found = [lines.get()]
            sleep(GATHERED_SECONDS)
            with suppress(Empty):
                while True:
                    found.append(lines.get_nowait())
            ended = None in found
            if text := "\n".join(filter(None, found)):
                self._written(text)

    def _end(self, lines: SimpleQueue[str | None], gathering: Thread) -> None:
        """Have all written that was logged; what is logged after that is written at once."""
        self._write = self._written
        lines.put(None)
        gathering.join()


def as_text(exchange: Exchange, time: str) -> str:
    """Write a line of words with a space between.

    They are time, id, address, method, path with query, status, bytes, milliseconds, and what the
    client calls itself, as a JSON string.
    """
    return (
        f"{time} {exchange.id} {_word(exchange.address)} {_word(exchange.method)} "
        f"{_target(exchange)} {exchange.status} {exchange.size} {exchange.seconds * 1000:.1f} "
        f"{_quoted(_short(exchange.agent))}"
    )


def as_json(exchange: Exchange, time: str) -> str:
    """Write a line that is a JSON object, with the surface that answered beside the rest."""
    said = {
        "time": time,
        "id": exchange.id,
        "address": _word(exchange.address),
        "method": _word(exchange.method),
        "target": _target(exchange),
        "surface": exchange.surface,
        "status": exchange.status,
        "bytes": exchange.size,
        "milliseconds": round(exchange.seconds * 1000, 1),
        "agent": _cut(_short(exchange.agent)),
    }
    return json.dumps(said)


def _exchange(environ: dict[str, Any], status: int, size: int, seconds: float) -> Exchange:
    return Exchange(
        environ[ID],
        environ.get(SURFACE, NO_SURFACE),
        environ.get("REMOTE_ADDR", "-"),
        environ["REQUEST_METHOD"],
        environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", ""),
        environ.get("QUERY_STRING", ""),
        status,
        size,
        seconds,
        environ.get("HTTP_USER_AGENT", ""),
    )


def _target(exchange: Exchange) -> str:
    """Write the address as it stands in a request: the path decoded, so encoded again."""
    path = _encoded(_short(exchange.path), _IN_PATH)
    return f"{path}?{_encoded(_short(exchange.query), _IN_QUERY)}" if exchange.query else path


def _word(text: str) -> str:
    return _encoded(_short(text), ":") or "-"


@lru_cache(REMEMBERED)
def _encoded(text: str, safe: str) -> str:
    return quote(_cut(text).encode("latin-1", "backslashreplace"), safe=safe)


@lru_cache(REMEMBERED)
def _quoted(text: str) -> str:
    return json.dumps(_cut(text))


def _cut(text: str) -> str:
    """Leave of a token, or of the beginning of one, its id alone."""
    return _TOKEN.sub(r"\1_...", text)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST] + "..."


def _now() -> str:
    now = time()
    return f"{_second(int(now))}.{int(now * 1000) % 1000:03}Z"


@lru_cache(2)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
