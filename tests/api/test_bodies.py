"""Bodies as a server hands them over, message by message; ``limit`` is 1,000 bytes here."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

import pytest

from api import bodies
from api.bodies import REFUSED, Bodies, announced

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from flask.testing import FlaskClient
    from werkzeug.exceptions import HTTPException

LIMIT = 1000
GONE = {"type": "http.disconnect"}


class Sender:
    """Hands over messages, each after a wait; after the last one it waits for ever."""

    def __init__(self, *messages: dict[str, Any], seconds: float = 0) -> None:
        self._messages, self._seconds = list(messages), seconds
        self.size = 0

    async def __call__(self) -> dict[str, Any]:
        """Give the next message."""
        await asyncio.sleep(self._seconds if self._messages else 3600)
        message = self._messages.pop(0)
        self.size += len(message.get("body", b""))
        return message

    @property
    def left(self) -> int:
        """How many messages nobody asked for."""
        return len(self._messages)


def chunks(*parts: bytes, whole: bool = True) -> list[dict[str, Any]]:
    """Write parts of a body; unless it is whole, more are to follow."""
    messages: list[dict[str, Any]] = [
        {"type": "http.request", "body": part, "more_body": True} for part in parts
    ]
    if whole:
        messages[-1]["more_body"] = False
    return messages


def read(
    receive: Callable[[], Awaitable[dict[str, Any]]], length: int | None = None, limit: int = LIMIT
) -> tuple[bytes, HTTPException | None]:
    """Read one body; return it, and why it was refused."""

    async def once() -> tuple[bytes, HTTPException | None]:
        environ = environ_with(length)
        async with Bodies(limit).read(environ, receive):
            return environ["wsgi.input"].read(), environ[REFUSED]

    return asyncio.run(once())


def environ_with(length: int | None) -> dict[str, Any]:
    """Make as much of an environment as bodies need."""
    return {} if length is None else {"CONTENT_LENGTH": str(length)}


def refused(why: HTTPException | None, status: int, said: str) -> None:
    """Check why a body was refused."""
    assert why is not None
    assert why.code == status
    assert said in (why.description or "")


def test_announced() -> None:
    """A request has a body where it says how long that is, or that it comes in pieces."""
    assert not announced({})
    assert not announced({"CONTENT_LENGTH": "0"})
    assert announced({"CONTENT_LENGTH": "1"})
    assert announced({"HTTP_TRANSFER_ENCODING": "chunked"})


@pytest.mark.parametrize("length", [None, LIMIT])
def test_whole(length: int | None) -> None:
    """A body of as many bytes as may be is there whole, whether its length was told or not."""
    assert read(Sender(*chunks(b"x" * LIMIT)), length) == (b"x" * LIMIT, None)


def test_in_pieces() -> None:
    """Pieces are put together in their order, empty ones and a bare last message among them."""
    last = {"type": "http.request"}
    assert read(Sender(*chunks(b"ab", b"", b"c", whole=False), last)) == (b"abc", None)


def test_in_a_file() -> None:
    """A body that is larger than what is kept in memory comes back the same from a file."""
    body = bytes(range(256)) * 4 * 1024
    assert len(body) > 2 * bodies.IN_MEMORY
    parts = [body[start : start + 65536] for start in range(0, len(body), 65536)]
    assert read(Sender(*chunks(*parts)), len(body), len(body)) == (body, None)


def test_too_large_by_announcement() -> None:
    """A body that says it is too large is read, so that its sender gets to why, but not kept."""
    sender = Sender(*chunks(*[b"x" * 500] * 4))
    found, why = read(sender, 2000)
    refused(why, 413, "exceeds the capacity")
    assert (found, sender.left) == (b"", 0)


def test_too_large_by_counting() -> None:
    """A body that says nothing is refused at the byte too many, and read on all the same."""
    sender = Sender(*chunks(b"x" * LIMIT, b"y", b"z" * 5000))
    found, why = read(sender)
    refused(why, 413, "exceeds the capacity")
    assert (len(found), sender.left) == (LIMIT, 0)


def test_drained_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a body that is far too large only so much is read on."""
    monkeypatch.setattr(bodies, "DRAINED", 3000)
    sender = Sender(*chunks(*[b"x" * 500] * 100))
    refused(read(sender, 50_000)[1], 413, "")
    assert sender.size == 3000


def test_drained_so_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """A body that is too large and slow is not waited for."""
    monkeypatch.setattr(bodies, "DRAIN_SECONDS", 0.05)
    sender = Sender(*chunks(b"x", whole=False))
    refused(read(sender, 50_000)[1], 413, "")


def test_drained_until_gone() -> None:
    """Where the sender of a body that is too large goes away, nobody waits for the rest."""
    sender = Sender(*chunks(b"x", whole=False), GONE, *chunks(b"y"))
    refused(read(sender, 50_000)[1], 413, "")
    assert sender.left == 1


def test_too_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A body that stops coming is given up when its time is over."""
    monkeypatch.setattr(bodies, "GRACE_SECONDS", 0.05)
    found, why = read(Sender(*chunks(b"abc", whole=False)), 10)
    refused(why, 408, "came too slowly")
    assert found == b"abc"


def test_slow_drops(monkeypatch: pytest.MonkeyPatch) -> None:
    """A body that comes byte by byte has no more time for that than for coming at once."""
    monkeypatch.setattr(bodies, "GRACE_SECONDS", 0.1)
    sender = Sender(*chunks(*[b"x"] * 200), seconds=0.01)
    refused(read(sender, 200)[1], 408, "came too slowly")
    assert sender.left > 150


def test_more_time_for_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """A body that comes at the rate that is asked for has as much time as it takes."""
    monkeypatch.setattr(bodies, "GRACE_SECONDS", 0.1)
    monkeypatch.setattr(bodies, "RATE", 100)
    parts = [b"x" * 10] * 30
    assert read(Sender(*chunks(*parts), seconds=0.01), 300) == (b"x" * 300, None)


def test_breaks_off() -> None:
    """A body whose sender goes away midway is refused, whatever came of it."""
    found, why = read(Sender(*chunks(b"abc", whole=False), GONE), 10)
    refused(why, 400, "broke off")
    assert found == b"abc"


def test_all_together() -> None:
    """What is held of all bodies has a limit: past it 503, and it is given back with each body."""

    async def several() -> None:
        at_work = Bodies(LIMIT)
        full = [chunks(b"x" * LIMIT)] * bodies.AT_ONCE
        async with AsyncExitStack() as held:
            for messages in full:
                environ = environ_with(LIMIT)
                await held.enter_async_context(at_work.read(environ, Sender(*messages)))
                assert environ[REFUSED] is None
            for _ in range(2):  # what is refused holds nothing
                environ, late = environ_with(2), Sender(*chunks(b"y", b"z"))
                async with at_work.read(environ, late):
                    refused(environ[REFUSED], 503, "too much is being sent")
                    assert late.left == 0
        for messages in full:
            environ = environ_with(LIMIT)
            await held.enter_async_context(at_work.read(environ, Sender(*messages)))
            assert environ[REFUSED] is None
        await held.aclose()

    asyncio.run(several())


def test_given_back_after_failures() -> None:
    """Bodies that were refused, and those whose reading was broken off, are given back, too."""

    async def several() -> None:
        at_work = Bodies(LIMIT)
        for _ in range(3 * bodies.AT_ONCE):
            messages = [*chunks(b"x" * LIMIT, whole=False), GONE]
            async with at_work.read(environ_with(None), Sender(*messages)):
                pass
            with pytest.raises(TimeoutError):
                async with (
                    asyncio.timeout(0.01),
                    at_work.read(environ_with(None), Sender(*messages[:1])),
                ):
                    pass
        environ = environ_with(LIMIT)
        async with at_work.read(environ, Sender(*chunks(b"x" * LIMIT))):
            assert environ[REFUSED] is None

    asyncio.run(several())


def test_application_answers(client: FlaskClient) -> None:
    """The application gives the reason as its answer, before it looks at anything else."""
    _, why = read(Sender(GONE), 10)
    for path in ("/update", "/validate", "/nothing/here"):
        answer = client.post(path, environ_overrides={REFUSED: why})
        assert answer.status_code == 400
        assert answer.mimetype == "application/problem+json"
        assert "broke off" in answer.get_json()["detail"]
