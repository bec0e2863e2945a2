"""Bad clients: they send garbage, break off, and are slow."""

from __future__ import annotations

import socket
import struct
import time
from contextlib import ExitStack, suppress
from random import Random
from typing import TYPE_CHECKING

from tests.fuzz.calls import send
from tests.fuzz.surfaces import Surfaces
from tests.fuzz.wires import QUERY
from tests.soak.server import HOST

if TYPE_CHECKING:
    from tests.soak.clients import Field

SLOW = 5


def garbage(field: Field, number: int) -> None:
    """Send broken queries and graphs, and odd parameters; nothing that may write."""
    chance = Random(number)
    surfaces = Surfaces(chance, field.token)
    while field.going():
        call = chance.choice((surfaces.query, surfaces.validation, surfaces.look_up))()
        field.count(field.nuisances, send(call, HOST, field.server.port))
        time.sleep(0.05)


def broken_off(field: Field) -> None:
    """Reset the connection within the body of a write, and within the answer to a dump."""
    put = (
        "PUT /graphs?graph=https://example.org/soak/0 HTTP/1.1\r\nHost: x\r\n"
        f"Content-Type: application/n-triples\r\nAuthorization: Bearer {field.token}\r\n"
        "%s\r\n\r\n%s<urn:half> <urn:p> <urn:o> .\n"
    )
    counted = (put % ("Content-Length: 500", "")).encode()
    chunked = (put % ("Transfer-Encoding: chunked", "1d\r\n")).encode() + b"\r\n"
    while field.going():
        for data in (counted, chunked, b"GET /dump.nq HTTP/1.1\r\nHost: x\r\n\r\n"):
            with suppress(OSError), socket.create_connection((HOST, field.server.port)) as wire:
                wire.sendall(data)
                time.sleep(0.1)
                wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            with field.lock:
                field.nuisances["broken off"] += 1
        time.sleep(0.3)


def slow(field: Field) -> None:
    """Keep a few connections open, on which bodies come byte by byte."""
    while field.going():
        with ExitStack() as stack, suppress(OSError):
            wires = [
                stack.enter_context(socket.create_connection((HOST, field.server.port), timeout=5))
                for _ in range(SLOW)
            ]
            for wire in wires:
                wire.sendall(QUERY + b"Content-Length: 20\r\n\r\nASK {} #")
            for _ in range(5):
                time.sleep(1)
                for wire in wires:
                    wire.sendall(b"x")
        with field.lock:
            field.nuisances["slow"] += SLOW
        time.sleep(0.2)
