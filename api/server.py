"""The application as it is served: ASGI towards the network, the WSGI application behind it.

The event loop does what must not hold a thread: it reads bodies, which may come slowly, hands
answers to clients, who may take them slowly, sees when one goes away, and gives what the cache has.
All else is the application's, in threads of which there are more than can be waiting for others.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from time import perf_counter
from typing import TYPE_CHECKING, Any, cast
from weakref import WeakKeyDictionary

from api import bodies, request_log
from api.bodies import Bodies
from api.cache import KEY as KEPT
from api.cache import Kept
from api.clients import LEFT
from api.environ import environ_of
from api.request_log import Told

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop, Task
    from collections.abc import Awaitable, Callable, Iterator

    from _typeshed.wsgi import WSGIApplication
    from flask import Flask

    from api.cache import ResponseCache
    from kg.settings import Settings

    Message = dict[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]

SPARE_THREADS = 8
"""Threads beyond those that can wait for workers or send long answers: for pages and look-ups."""
SEND_SECONDS = 30.0
"""How long a client may take for the next part of a long answer."""
_ID = request_log.HEADER.lower().encode("ascii")
PART = 1 << 16
"""Bytes that such a part has at least."""


def serving(app: Flask, settings: Settings) -> Server:
    """Make what serves an application."""
    outermost, cache = app.wsgi_app, app.extensions[KEPT]
    # behind a proxy, what is asked for is known only when the application has read its headers
    known = isinstance(outermost, Told) and cache is not None
    front = Front(cast("Told", outermost), cache) if known else None
    return Server(outermost, settings, front)


class ClientLeft(Exception):  # it is nobody's error
    """The client went away, or takes nothing more, before it had the whole answer."""


class Server:
    """Serves a WSGI application.

    :param front: gives what the application's cache has, where that can be told at once
    """

    def __init__(self, app: WSGIApplication, settings: Settings, front: Front | None) -> None:
        self._app, self._front = app, front
        places = settings.workers + settings.waiting
        self._threads = ThreadPoolExecutor(2 * places + SPARE_THREADS, "request")
        self._bodies = Bodies(settings.upload_mebibytes << 20)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request, in ASGI."""
        environ = environ_of(scope)
        if self._front is not None and not bodies.announced(environ):
            found = self._front.answer(environ)
            if found is not None:
                await send(found[0])
                await send(found[1])
                return
        # what follows waits for this and that, and asyncio has only its own tasks do so
        await asyncio.create_task(self._asked(environ, receive, send))

    async def _asked(self, environ: Message, receive: Receive, send: Send) -> None:
        """Read the body, if there is one, and answer."""
        if not bodies.announced(environ):
            await self._answer(environ, receive, send)
            return
        async with self._bodies.read(environ, receive):
            await self._answer(environ, receive, send)

    async def _answer(self, environ: Message, receive: Receive, send: Send) -> None:
        """Have a thread ask the application; a long answer is sent from there, part by part."""
        loop = asyncio.get_running_loop()
        watch = _Watch(loop, receive)
        environ[LEFT] = watch.left
        try:
            work = partial(self._work, environ, _Line(loop, send, watch))
            for message in await loop.run_in_executor(self._threads, work):
                await send(message)
        except ClientLeft:  # the application knows: its answer was closed
            return
        finally:
            watch.end()

    def _work(self, environ: Message, line: _Line) -> tuple[Message, ...]:
        """Ask the application, in a thread; return what is to be sent yet."""
        call = _Call(self._app, environ)
        if call.at_once:
            return call.whole()
        for message in call.parts():
            line.send(message)
        return ()


class Front:
    """Answers what the cache has, in the event loop.

    What the application makes of an answer that is kept depends on nothing but the answer, where
    the request is plain; so that is made once.

    :param app: the application, as it is without a proxy in front
    :param cache: the one that it asks
    """

    def __init__(self, app: Told, cache: ResponseCache) -> None:
        self._app, self._cache = app, cache
        self._made: WeakKeyDictionary[Kept, tuple[list[tuple[bytes, bytes]], Message]] = (
            WeakKeyDictionary()
        )

    def answer(self, environ: Message) -> tuple[Message, Message] | None:
        """Return the messages of an answer; None where the application has to be asked."""
        begun = perf_counter()
        found = self._cache.find(environ)
        if found is None:
            return None
        if environ["REQUEST_METHOD"] != "GET" or "HTTP_IF_NONE_MATCH" in environ:
            return _Call(self._app, environ).whole()
        made = self._made.get(found)
        if made is None:
            start, body = _Call(self._app, environ).whole()
            headers = [header for header in start["headers"] if header[0] != _ID]
            self._made[found] = headers, body
            return start, body
        headers, body = made
        start = _start(200, [*headers, (_ID, request_log.named(environ).encode("ascii"))])
        self._cache.count(environ, found)
        self._app.tell(environ, 200, len(body["body"]), perf_counter() - begun)
        return start, body


class _Call:
    """A call of a WSGI application, and its answer as messages of ASGI."""

    def __init__(self, app: WSGIApplication, environ: Message) -> None:
        self._status, self._headers = "", list[tuple[str, str]]()
        self._chunks = app(environ, self._begin)
        self.at_once = isinstance(self._chunks, list)

    def _begin(
        self, status: str, headers: list[tuple[str, str]], _: object = None
    ) -> Callable[[bytes], object]:
        self._status, self._headers = status, headers
        return self._write

    def _write(self, _: bytes) -> object:
        raise NotImplementedError("the application gives its answer as PEP 3333 would have it")

    def whole(self) -> tuple[Message, Message]:
        """Give an answer that is there."""
        return self._start(), _body(b"".join(self._chunks))

    def parts(self) -> Iterator[Message]:
        """Give an answer while it is made; what is gathered makes a part worth sending."""
        try:
            yield from self._gathered()
        finally:
            if hasattr(self._chunks, "close"):
                self._chunks.close()

    def _gathered(self) -> Iterator[Message]:
        begun, gathered = False, bytearray()
        for chunk in self._chunks:
            gathered += chunk
            if len(gathered) < PART:
                continue
            if not begun:
                yield self._start()
                begun = True
            yield _body(bytes(gathered), more=True)
            gathered.clear()
        if not begun:
            yield self._start()
        yield _body(bytes(gathered))

    def _start(self) -> Message:
        headers = [(_name(name), value.encode("latin-1")) for name, value in self._headers]
        return _start(int(self._status[:3]), headers)


class _Line:
    """The way from a thread to a client that may be slow, or gone."""

    def __init__(self, loop: AbstractEventLoop, send: Send, watch: _Watch) -> None:
        self._loop, self._send, self._watch = loop, send, watch

    def send(self, message: Message) -> None:
        """Send a part, and wait until it is taken.

        :raises ClientLeft: nobody takes it, or not in time
        """
        if self._watch.left():
            raise ClientLeft
        asyncio.run_coroutine_threadsafe(self._patiently(message), self._loop).result()

    async def _patiently(self, message: Message) -> None:
        try:
            await asyncio.wait_for(self._send(message), SEND_SECONDS)
        except TimeoutError:
            raise ClientLeft from None


class _Watch:
    """Sees whether the client goes away; it begins to look when it is first asked."""

    def __init__(self, loop: AbstractEventLoop, receive: Receive) -> None:
        self._loop, self._receive = loop, receive
        self._task: Task[Message] | None = None
        self._asked = False

    def left(self) -> bool:
        """Tell, in any thread, whether it has gone."""
        if not self._asked:
            self._asked = True
            self._loop.call_soon_threadsafe(self._begin)
        task = self._task
        return task is not None and task.done()

    def end(self) -> None:
        """Look no longer; in the loop's thread."""
        self._asked = True
        if self._task is not None:
            self._task.cancel()

    def _begin(self) -> None:
        self._task = self._loop.create_task(self._next())

    async def _next(self) -> Message:
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                return message


def _start(status: int, headers: list[tuple[bytes, bytes]]) -> Message:
    return {"type": "http.response.start", "status": status, "headers": headers}


@lru_cache(500)
def _name(name: str) -> bytes:
    return name.lower().encode("latin-1")


def _body(data: bytes, *, more: bool = False) -> Message:
    return {"type": "http.response.body", "body": data, "more_body": more}
