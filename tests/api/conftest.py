"""One store with the shipped graphs, an application over it, and a server over it.

The application answers to Flask's test client; ``live`` is the server that ``stancegraph serve``
starts, in processes of its own, for what only real sockets and signals show. All of them read the
same data directory, and nothing here writes to it. Revision 1 holds the shipped graphs, revision 2
a graph of 1,000 numbers more, so that slow queries have something to chew on.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from rdflib import Graph, Literal, URIRef

from api.app import create_app
from api.state import KEY
from kg import pipeline
from kg.settings import Settings
from kg.store.base import Change
from kg.store.revisions import Revisions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

EX = "https://example.org/"
COMMAND = "from api.cli import main; main()"
"""What the entry point ``stancegraph`` runs."""


@dataclass(frozen=True)
class Server:
    """A running server: where it is, and the process that was started for it."""

    url: str
    process: subprocess.Popen[str]


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings with tight limits, over a store with two revisions."""
    settings = Settings(
        data=tmp_path_factory.mktemp("api") / "data",
        workers=2,
        query_seconds=2,
        query_mebibytes=300,
        upload_mebibytes=1,
    )
    store = Revisions(settings)
    pipeline.initialise(store)
    graph = Graph()
    for i in range(1000):
        graph.add((URIRef(f"{EX}numbers/{i}"), URIRef(EX + "value"), Literal(i)))
    store.commit(Change({URIRef(EX + "numbers"): graph}))
    return settings


@pytest.fixture(scope="session")
def app(settings: Settings) -> Iterator[Flask]:
    """The application over that store."""
    app = create_app(settings)
    yield app
    app.extensions[KEY].close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Flask's client for it."""
    return app.test_client()


@pytest.fixture(scope="session")
def started() -> Callable[..., AbstractContextManager[Server]]:
    """Start a server by the command line, wait until it says where it is, and stop it after."""

    @contextmanager
    def server(data: Path, **environment: str) -> Iterator[Server]:
        port = free_port()
        command = [sys.executable, "-c", COMMAND, "--data", str(data), "serve", "--port", str(port)]
        with subprocess.Popen(
            command,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as process:
            try:
                assert process.stdout is not None
                lines = iter(process.stdout.readline, "")
                url = next(line for line in lines if "stancegraph is at" in line).split()[3]
                assert url == f"http://127.0.0.1:{port}/"
                yield Server(url, process)
            finally:
                process.terminate()
                process.wait(timeout=15)

    return server


@pytest.fixture(scope="session")
def live(
    settings: Settings, started: Callable[..., AbstractContextManager[Server]]
) -> Iterator[Server]:
    """A server over the store with two revisions."""
    with started(settings.data, STANCEGRAPH_QUERY_SECONDS="2", STANCEGRAPH_WORKERS="2") as server:
        yield server


def free_port() -> int:
    """Return a port of the loopback that nobody uses now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port
