"""One request as it goes over the wire, and what came back."""

from __future__ import annotations

import base64
import http.client
import json
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

SECONDS = 40
"""How long an answer may take; longer is a finding."""


@dataclass(frozen=True)
class Call:
    """A request: its bytes are put on the wire as they are, with a length and ``close`` added."""

    method: str
    target: bytes
    headers: tuple[tuple[str, bytes], ...] = ()
    body: bytes | None = None

    def wire(self, port: int) -> bytes:
        """Write it as HTTP/1.1."""
        lines = [self.method.encode() + b" " + self.target + b" HTTP/1.1"]
        lines += [b"Host: 127.0.0.1:%d" % port, b"Connection: close"]
        lines += [name.encode() + b": " + value for name, value in self.headers]
        if self.body is not None:
            lines.append(b"Content-Length: %d" % len(self.body))
        return b"\r\n".join([*lines, b"", self.body or b""])

    def to_json(self) -> str:
        """Write it as a line of JSON, for a file that can be replayed."""
        return json.dumps(
            {
                "method": self.method,
                "target": _text(self.target),
                "headers": [[name, _text(value)] for name, value in self.headers],
                "body": None if self.body is None else _text(self.body),
            }
        )

    @classmethod
    def from_json(cls, line: str) -> Self:
        """Read what ``to_json`` wrote."""
        said = json.loads(line)
        return cls(
            said["method"],
            base64.b64decode(said["target"]),
            tuple((name, base64.b64decode(value)) for name, value in said["headers"]),
            None if said["body"] is None else base64.b64decode(said["body"]),
        )

    def header(self, name: str) -> bytes:
        """Return the last value of a header, empty where there is none."""
        found = [value for given, value in self.headers if given.lower() == name.lower()]
        return found[-1] if found else b""

    def __str__(self) -> str:
        """Write the request line and how the rest begins."""
        body = b"" if self.body is None else self.body
        told = ", ".join(f"{n}: {v[:80]!r}" for n, v in self.headers if n != "Authorization")
        return f"{self.method} {self.target[:300]!r} [{told}] {len(body)} bytes {body[:300]!r}"


@dataclass(frozen=True)
class Answer:
    """A whole answer; names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float

    def problem(self) -> Mapping[str, object]:
        """Return the problem details, empty where the body has none."""
        if not self.headers.get("content-type", "").startswith("application/problem+json"):
            return {}
        try:
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


def send(call: Call, host: str, port: int) -> Answer | str:
    """Send a request; return the answer, or in words why there is none."""
    started = time.monotonic()
    try:
        with socket.create_connection((host, port), timeout=SECONDS) as wire:
            with suppress(ConnectionError):  # it may answer, and close, before it has read all
                wire.sendall(call.wire(port))
            response = http.client.HTTPResponse(wire, method=call.method)
            response.begin()
            body = response.read()
    except TimeoutError:
        return f"no answer within {SECONDS} seconds"
    except (http.client.HTTPException, OSError) as error:
        return f"no whole answer: {type(error).__name__} {error}"
    headers = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, headers, body, time.monotonic() - started)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
