"""A cache of whole answers in front of the application, as WSGI middleware.

What an answer is, its revision decides, and the request; so an entry is never stale, and a new
revision empties the cache. An answer that is kept costs no Flask, which takes most of the time of a
small look-up.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

from werkzeug.http import parse_etags

from api.request_log import NO_SURFACE, SURFACE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication

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
LARGEST = 1 << 20
"""Bytes of the largest answer that is kept."""


@dataclass(frozen=True)
class _Kept:
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
        self._kept: OrderedDict[tuple[object, ...], _Kept] = OrderedDict()
        self._lock = Lock()
        self._revision = self._size = 0
        self.hits = self.misses = 0

    @property
    def size(self) -> int:
        """Return about how many bytes are kept."""
        return self._size

    def __call__(self, environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        """Answer from what is kept, or ask the application and keep what may be kept."""
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"} or "HTTP_AUTHORIZATION" in environ:
            return self._app(environ, start)
        revision = self._current()
        key = tuple(environ.get(name, "") for name in _DECIDING)
        with self._lock:
            if revision != self._revision:
                self._kept.clear()
                self._revision, self._size = revision, 0
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                self.hits += 1
            else:
                self.misses += 1
        if found is not None:
            environ[SURFACE] = found.surface
            return _sent(found, environ, start)
        return self._asked(key, revision, environ, start)

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
            self._keep(key, revision, _Kept(status, headers, tag, body, surface))
        return [body]

    def _keep(self, key: tuple[object, ...], revision: int, answer: _Kept) -> None:
        with self._lock:
            if revision != self._revision or key in self._kept or answer.size > self._limit:
                return
            self._kept[key] = answer
            self._size += answer.size
            while self._size > self._limit:
                self._size -= self._kept.popitem(last=False)[1].size


def _sent(kept: _Kept, environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
    wanted = environ.get("HTTP_IF_NONE_MATCH")
    if wanted and parse_etags(wanted).contains_weak(kept.tag.strip('"')):
        start("304 NOT MODIFIED", [(n, v) for n, v in kept.headers if n.lower() in _OF_A_304])
        return []
    start(kept.status, kept.headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [kept.body]
