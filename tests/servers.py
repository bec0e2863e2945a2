"""Real servers on the loopback, in threads, that remember what they are asked."""

from __future__ import annotations

import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import socket
    import ssl
    from collections.abc import Callable, Iterable, Iterator


@dataclass(frozen=True)
class Asked:
    """One request."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Server:
    """Where a server is, ``127.0.0.1:<port>``, and what it was asked so far."""

    host: str
    asked: list[Asked] = field(default_factory=list)

    @property
    def url(self) -> str:
        """An address there."""
        return f"http://{self.host}/here"


def response(body: bytes = b"", status: int = 200, **headers: str) -> bytes:
    """Write a whole response; the names of headers have _ for -."""
    named = {"Content_Length": str(len(body)), "Connection": "close", **headers}
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in named.items() if value]
    return "\r\n".join([f"HTTP/1.1 {status} Said", *lines, "", ""]).encode() + body


@contextmanager
def serving(
    answer: Callable[[Asked], Iterable[bytes]], tls: ssl.SSLContext | None = None
) -> Iterator[Server]:
    """Run a server that answers with pieces of a response, until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def handle_one_request(self) -> None:
            with suppress(OSError):  # whoever asked may have hung up
                super().handle_one_request()

        def log_message(self, *_: Any) -> None:
            """Keep quiet."""

        def __getattr__(self, name: str) -> Callable[[], None]:
            if not name.startswith("do_"):
                raise AttributeError(name)
            return self._answer

        def _answer(self) -> None:
            self.close_connection = True
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked = Asked(self.command, self.path, dict(self.headers.items()), body)
            server.asked.append(asked)
            for piece in answer(asked):
                self.wfile.write(piece)

    class Listening(ThreadingHTTPServer):
        daemon_threads = False

        def get_request(self) -> tuple[socket.socket, Any]:
            connection, address = super().get_request()
            return (tls.wrap_socket(connection, server_side=True) if tls else connection), address

    with Listening(("127.0.0.1", 0), Handler) as listening:
        server = Server(f"127.0.0.1:{listening.server_port}")
        thread = threading.Thread(target=listening.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            listening.shutdown()
            thread.join()
