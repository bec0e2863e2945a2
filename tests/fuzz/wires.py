"""Connections that do not keep to the protocol, or keep to it very slowly."""

from __future__ import annotations

import re
import socket
import struct
import time
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

from tests.soak.server import HOST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from tests.soak.server import Server

SLOW = 100
"""Slow connections that are open at once."""
PATIENCE = 2.0
"""Seconds in which ``/health`` answers, whatever is open beside it."""
SECONDS = 15
_STATUS = re.compile(rb"HTTP/1\.1 ([0-9]{3})")

QUERY = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"

REFUSED: Mapping[str, bytes] = {
    "a header line of 1 MiB": b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * (1 << 20) + b"\r\n\r\n",
    "10,000 header lines": b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 10_000 + b"\r\n",
    "a length that is no number": QUERY + b"Content-Length: abc\r\n\r\nASK {}",
    "a length below zero": QUERY + b"Content-Length: -1\r\n\r\nASK {}",
    "a length with a plus": QUERY + b"Content-Length: +6\r\n\r\nASK {}",
    "two lengths": QUERY + b"Content-Length: 6\r\nContent-Length: 7\r\n\r\nASK {}x",
    "a length beyond 64 bits": QUERY + b"Content-Length: 99999999999999999999999\r\n\r\nASK {}",
    "chunks of no size": QUERY + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nASK {}\r\n0\r\n\r\n",
    "a chunk of a huge size": QUERY + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nA",
    "a chunk that is too long": QUERY + b"Transfer-Encoding: chunked\r\n\r\n1\r\nASK\r\n0\r\n\r\n",
    "an unknown transfer coding": QUERY
    + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"
    + SMUGGLED,
    "chunked before another": QUERY + b"Transfer-Encoding: chunked, x\r\n\r\n0\r\n\r\n" + SMUGGLED,
    "a space before the colon": QUERY + b"Content-Length : 6\r\n\r\nASK {}",
    "a folded header": QUERY + b"X: a\r\n b\r\nContent-Length: 6\r\n\r\nASK {}",
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 600,
    "a version there is not": b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
    "NUL in a header": b"GET / HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n",
}
"""What is refused with 4xx, or by closing; a second answer would be a request smuggled in."""


def tried(server: Server, token: str, slow: int = SLOW) -> Iterator[str]:
    """Try every wire, ``slow`` connections at once where they are slow; say what went wrong."""
    trials: Sequence[Callable[[], Iterator[str]]] = (
        lambda: refused(server.port),
        lambda: both_framings(server.port),
        lambda: pipelined(server.port),
        lambda: half_closed(server.port),
        lambda: aborted(server.port, token),
        lambda: slow_ones(server, "headers", b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ", slow),
        lambda: slow_ones(server, "bodies", QUERY + b"Content-Length: 900\r\n\r\nASK {} #", slow),
    )
    for trial in trials:
        yield from trial()
        if not server.healthy():
            yield "/health does not answer after a trial of wires"


def spoken(port: int, data: bytes, *, half_close: bool = False) -> list[int]:
    """Send bytes; return the status of each answer until the server closes or says no more."""
    received = b""
    with socket.create_connection((HOST, port), timeout=SECONDS) as wire:
        with suppress(OSError):
            wire.sendall(data)
            if half_close:
                wire.shutdown(socket.SHUT_WR)
        wire.settimeout(1.5)
        with suppress(OSError):
            while piece := wire.recv(1 << 16):
                received += piece
    return [int(status) for status in _STATUS.findall(received)]


BROKEN = {"chunks of no size", "a chunk of a huge size", "a chunk that is too long"}
"""Within these the server gives a connection up, and may say 500 before the application's 400."""


def refused(port: int) -> Iterator[str]:
    """Send what is no HTTP."""
    for name, data in REFUSED.items():
        statuses = spoken(port, data)
        if len(statuses) > 1 or any(not 400 <= status < 506 for status in statuses):
            yield f"{name}: answered {statuses}, where one 4xx or a closed wire is right"
        elif any(status in {500, 502, 503, 504} for status in statuses) and name not in BROKEN:
            yield f"{name}: answered {statuses}"


def both_framings(port: int) -> Iterator[str]:
    """Send a length and chunks at once: the chunks count (RFC 9112, 6.3), or it is refused."""
    chunks = b"6\r\nASK {}\r\n0\r\n\r\n"
    head = QUERY + b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n"
    for length in (4, len(chunks), len(chunks + SMUGGLED)):
        statuses = spoken(port, head % length + chunks + SMUGGLED)
        if statuses not in ([], [400], [200], [200, 404]):
            yield f"length {length} and chunks: answered {statuses}"


def pipelined(port: int) -> Iterator[str]:
    """Send twenty requests at once; they are answered in their order."""
    one = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\nGET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n"
    if (statuses := spoken(port, one * 10)) != [200, 404] * 10:
        yield f"pipelined: answered {statuses}"


def half_closed(port: int) -> Iterator[str]:
    """Send a request, whole or half, and close the way there."""
    whole = QUERY + b"Content-Length: 6\r\n\r\nASK {}"
    if (statuses := spoken(port, whole, half_close=True)) not in ([200], []):
        yield f"half closed after a whole request: answered {statuses}"
    for end in (1, 20, len(QUERY), len(whole) - 1):
        statuses = spoken(port, whole[:end], half_close=True)
        if any(not 400 <= status <= 500 for status in statuses):  # 500: see BROKEN
            yield f"half closed within a request ({end} bytes): answered {statuses}"


def aborted(port: int, token: str) -> Iterator[str]:
    """Reset the connection within a request, and within an answer; nothing of it is stored."""
    put = (
        "PUT /graphs?graph=urn:aborted HTTP/1.1\r\nHost: x\r\nContent-Type: text/turtle\r\n"
        f"Authorization: Bearer {token}\r\n"
    ).encode()
    said = b"<urn:a> <urn:p> 1 .\n"
    counted = put + b"Content-Length: 100\r\n\r\n" + said
    chunked = put + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n" % (len(said), said)
    for data in (QUERY, QUERY + b"Content-Length: 99\r\n\r\nASK", counted, chunked):
        _reset(port, data, wait=0.2)
    for data in (counted, chunked):
        spoken(port, data, half_close=True)
    for _ in range(10):
        _reset(port, b"GET /dump.nq HTTP/1.1\r\nHost: x\r\n\r\n", wait=0.02)
    statuses = spoken(port, b"GET /graphs?graph=urn:aborted HTTP/1.1\r\nHost: x\r\n\r\n")
    if statuses != [404]:
        yield f"a body that was broken off: its graph is answered {statuses}"


def slow_ones(server: Server, what: str, head: bytes, count: int) -> Iterator[str]:
    """Open slow connections that send a byte a second; ``/health`` is told beside them."""
    with ExitStack() as stack:
        wires = [
            stack.enter_context(socket.create_connection((HOST, server.port), timeout=SECONDS))
            for _ in range(count)
        ]
        for wire in wires:
            wire.sendall(head)
        for _ in range(4):
            started = time.monotonic()
            if not server.healthy(PATIENCE):
                yield f"{count} slow {what}: /health did not answer in {PATIENCE:g} seconds"
                break
            time.sleep(max(0.0, 1 - (time.monotonic() - started)))
            for wire in wires:
                with suppress(OSError):  # the server may have had enough
                    wire.sendall(b"x")


def _reset(port: int, data: bytes, wait: float) -> None:
    with socket.create_connection((HOST, port), timeout=SECONDS) as wire:
        wire.sendall(data)
        time.sleep(wait)
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
