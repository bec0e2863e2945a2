"""Request bodies, read before anybody works on them: whole, in time, and within limits."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from os import SEEK_END
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any

from flask import request
from werkzeug.exceptions import (
    BadRequest,
    HTTPException,
    RequestEntityTooLarge,
    RequestTimeout,
    ServiceUnavailable,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from flask import Flask

    Receive = Callable[[], Awaitable[dict[str, Any]]]

IN_MEMORY = 1 << 18
"""Bytes of a body up to which it is kept in memory."""
AT_ONCE = 4
"""Bodies of the largest size that may be held at a time, or more of smaller ones."""
GRACE_SECONDS = 20.0
"""How long a body may take whatever its size."""
RATE = 4096
"""Bytes a second that it has to come at beyond that."""
DRAINED = 16 << 20
"""Bytes that are read of a body that is too large, so that its sender gets to reading why."""
DRAIN_SECONDS = 5.0


REFUSED = "stancegraph.refused"
"""Where the environment of a request has the error for a body that was not read to its end."""


def register(app: Flask) -> None:
    """Have ``app`` answer with that error, before it does anything else."""
    app.before_request(_check)


def _check() -> None:
    why: HTTPException | None = request.environ.get(REFUSED)
    if why is not None:
        raise why


def announced(environ: dict[str, Any]) -> bool:
    """Tell whether a request has a body."""
    length = environ.get("CONTENT_LENGTH", "0")
    return length != "0" or "HTTP_TRANSFER_ENCODING" in environ


class Bodies:
    """Reads bodies of up to ``limit`` bytes; all that are held have a limit together, too."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held = 0

    @asynccontextmanager
    async def read(self, environ: dict[str, Any], receive: Receive) -> AsyncIterator[None]:
        """Put the body into the environment, or why it was not read to its end."""
        with SpooledTemporaryFile(IN_MEMORY) as body:
            try:
                why = await self._fill(body, int(environ.get("CONTENT_LENGTH") or 0), receive)
                environ["wsgi.input"], environ[REFUSED] = body, why
                body.seek(0)
                yield
            finally:
                self._held -= body.seek(0, SEEK_END)

    async def _fill(
        self, body: IO[bytes], announced: int, receive: Receive
    ) -> HTTPException | None:
        """Write what comes into ``body``; return why that was given up."""
        if announced > self._limit:
            await _drain(receive)
            return RequestEntityTooLarge()
        ends, more = time.monotonic() + GRACE_SECONDS, True
        while more:
            chunk, more = await _next(receive, ends + body.tell() / RATE)
            if isinstance(chunk, HTTPException):
                return chunk
            if body.tell() + len(chunk) > self._limit:
                await _drain(receive)
                return RequestEntityTooLarge()
            if self._held + len(chunk) > AT_ONCE * self._limit:
                await _drain(receive)
                return ServiceUnavailable("too much is being sent: try again in a moment")
            self._held += len(chunk)
            body.write(chunk)
        return None


async def _next(receive: Receive, ends: float) -> tuple[bytes | HTTPException, bool]:
    """Return the next bytes of a body, or why there are none; and whether more will come."""
    try:
        message = await asyncio.wait_for(receive(), ends - time.monotonic())
    except TimeoutError:
        return RequestTimeout("the body came too slowly: send it faster, or less"), False
    if message["type"] == "http.disconnect":
        return BadRequest("the body broke off, or is ill-formed: send it again, whole"), False
    return message.get("body", b""), message.get("more_body", False)


async def _drain(receive: Receive) -> None:
    """Read on for a while, and forget it."""
    ends, size, more = time.monotonic() + DRAIN_SECONDS, 0, True
    while more and size < DRAINED:
        chunk, more = await _next(receive, ends)
        size += 0 if isinstance(chunk, HTTPException) else len(chunk)
