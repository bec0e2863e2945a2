"""A cache of whole answers in front of the application, as WSGI middleware.

What an answer is, its revision decides, and the request; so an entry is never stale, and a new
revision empties the cache. An answer that is kept costs no Flask, which takes most of the time of a
small look-up.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any

from werkzeug.http import parse_etags

from api.request_log import NO_SURFACE, SURFACE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication

KEY = "stancegraph.cache"
"""Where ``app.extensions`` has the cache; None: there is none."""
_DECIDING = (
    "wsgi.url_scheme",
    "HTTP_HOST",
    "SCRIPT_NAME",
    "PATH_INFO",
    "QUERY_STRING",
    "HTTP_ACCEPT",
    "HTTP_ACCEPT_LANGUAGE",
    "HTTP_ACCEPT_ENCODING",
    "HTTP_ORIGIN",
)
"""What of a request, beside the revision, decides its answer."""
_OF_A_304 = {"etag", "cache-control", "content-location", "date", "expires", "vary", "link"}
_METHODS = {"GET", "HEAD"}
FOUND = "stancegraph.found"
"""Where the environment of a request has its answer, if that was found before it was asked."""
FRESH_SECONDS = 0.002
"""How long a revision counts as the current one; to look for each request costs half its time."""
LARGEST = 1 << 20
"""Bytes of the largest answer that is kept."""


@dataclass(eq=False)
class Kept:
    """An answer that is kept."""

    status: str
    headers: list[tuple[str, str]]
    tag: str
    body: bytes
    surface: str

    @property
    def size(self) -> int:
        """Return about how many bytes it takes."""
        return len(self.body) + sum(len(name) + len(value) for name, value in self.headers) + 500


class ResponseCache:
    """Wraps an application.

    :param current: tells the number of the current revision
    :param limit: bytes that are kept at most; what was not asked for the longest goes first
    """

    def __init__(self, app: WSGIApplication, current: Callable[[], int], limit: int) -> None:
        self._app, self._current, self._limit = app, current, limit
        self._kept: OrderedDict[tuple[object, ...], Kept] = OrderedDict()
        self._lock = Lock()
        self._revision = self._size = self._current_one = 0
        self._looked = 0.0
        self.hits = self.misses = 0

    @property
    def size(self) -> int:
        """Return about how many bytes are kept."""
        return self._size

    def __call__(self, environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        """Answer from what is kept, or ask the application and keep what may be kept."""
        if not _may_be_kept(environ):
            try:
                return self._app(environ, start)
            finally:
                self._looked = 0.0  # it may have written
        found = self.find(environ)
        if found is None:
            self.misses += 1
            return self._asked(_key(environ), self._now(), environ, start)
        self.count(environ, found)
        return _sent(found, environ, start)

    def count(self, environ: dict[str, Any], found: Kept) -> None:
        """Count a request that is answered by what was found."""
        self.hits += 1
        environ[SURFACE] = found.surface

    def find(self, environ: dict[str, Any]) -> Kept | None:
        """Return what is kept for a request, which is then its answer, come what may."""
        if FOUND in environ:
            found: Kept = environ[FOUND]
            return found
        if not _may_be_kept(environ):
            return None
        revision = self._now()
        key = _key(environ)
        with self._lock:
            if revision != self._revision:
                self._kept.clear()
                self._revision, self._size = revision, 0
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
                environ[FOUND] = kept
        return kept

    def _now(self) -> int:
        """Return the current revision, as it is or was a moment ago."""
        now = monotonic()
        if now - self._looked > FRESH_SECONDS:
            self._looked = now
            self._current_one = self._current()
        return self._current_one

    def _asked(
        self,
        key: tuple[object, ...],
        revision: int,
        environ: dict[str, Any],
        start: StartResponse,
    ) -> Iterable[bytes]:
        said: list[tuple[str, list[tuple[str, str]]]] = []

        def begin(
            status: str, headers: list[tuple[str, str]], exc_info: object = None
        ) -> Callable[[bytes], object]:
            said.append((status, headers))
            return start(status, headers, exc_info)  # type: ignore[arg-type]  # handed through

        chunks = self._app(environ, begin)
        if not said or environ["REQUEST_METHOD"] != "GET":
            return chunks
        status, headers = said[-1]
        named = {name.lower(): value for name, value in headers}
        length = int(named.get("content-length", LARGEST + 1))
        tag = named.get("etag", "")
        if not (status.startswith("200") and tag.startswith(f'"{revision}-') and length <= LARGEST):
            return chunks
        try:
            body = b"".join(chunks)
        finally:
            if hasattr(chunks, "close"):
                chunks.close()
        if len(body) == length:
            surface = environ.get(SURFACE, NO_SURFACE)
            self._keep(key, revision, Kept(status, headers, tag, body, surface))
        return [body]

    def _keep(self, key: tuple[object, ...], revision: int, answer: Kept) -> None:
        with self._lock:
            if revision != self._revision or key in self._kept or answer.size > self._limit:
                return
            self._kept[key] = answer
            self._size += answer.size
            while self._size > self._limit:
                self._size -= self._kept.popitem(last=False)[1].size


def _may_be_kept(environ: dict[str, Any]) -> bool:
    return environ["REQUEST_METHOD"] in _METHODS and not (
        "HTTP_AUTHORIZATION" in environ or "HTTP_IF_MATCH" in environ
    )


def _key(environ: dict[str, Any]) -> tuple[object, ...]:
    return tuple([environ.get(name, "") for name in _DECIDING])


def _sent(kept: Kept, environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
    wanted = environ.get("HTTP_IF_NONE_MATCH")
    if wanted and parse_etags(wanted).contains_weak(kept.tag.strip('"')):
        start("304 NOT MODIFIED", [(n, v) for n, v in kept.headers if n.lower() in _OF_A_304])
        return []
    start(kept.status, kept.headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [kept.body]
