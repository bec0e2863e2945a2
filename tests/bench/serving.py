"""Servers as processes of their own, for as long as a benchmark needs them."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from kg.settings import Settings
from kg.store.revisions import Revisions
from tests.bench.data import Trusting, lines
from tests.bench.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

START_SECONDS = 120
"""Time for a server to listen; one that reads its data first takes the longest."""
STOP_SECONDS = 60
"""Time for one to end after SIGTERM."""


@contextmanager
def serving(
    port: int, *command: str, environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server until it is no longer needed; wait until it listens on ``port``.

    :raises RuntimeError: it did not start, or did not end when it was told to
    """
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
    ) as process:
        try:
            deadline = time.monotonic() + START_SECONDS
            while not _listens(port):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"this did not start: {' '.join(command)}")
                time.sleep(0.05)
            yield process
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                raise RuntimeError(f"this did not end by SIGTERM: {' '.join(command)}") from None


def stancegraph(data: Path, port: int) -> tuple[str, ...]:
    """Return the command that serves a data directory."""
    run = (sys.executable, "-c", "from api.cli import main; main()")
    return (*run, "--data", str(data), "serve", "--port", str(port))


def fetched(port: int, path: str, accept: str = "application/json") -> bytes:
    """Ask for one thing and return the body; anything but 200 is a RuntimeError."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", path, headers={"Accept": accept})
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{path} answered {answer.status}: {body[:300]!r}")
    return body


def made(data: Path, articles: int) -> None:
    """Make a store of so many invented articles."""
    world = World(articles)
    Trusting(Settings(data=data)).found(lines(world), f"{articles:,} invented articles")


def entities(data: Path) -> list[str]:
    """Return the keys of all entities that were not merged into others, by chance but the same."""
    query = "SELECT id FROM entities WHERE replaced_by IS NULL ORDER BY hash(id), id"
    with closing(Revisions(Settings(data=data)).projection()) as projection:
        found = [str(key) for (key,) in projection.rows(query)]
    if not found:
        raise RuntimeError(f"{data} holds no entity to look up")
    return found


def free_port() -> int:
    """Return a port of the loopback that nobody uses now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
