"""The HTTP surface under test: a server as people start it, and the wire to it."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from tests.conformance.comparison import Row
from tests.conformance.results import MEDIA_TYPES, RDF_FORMATS, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

COMMAND = (sys.executable, "-c", "from api.cli import main; main()")
"""What the entry point ``stancegraph`` runs."""

SECONDS = 60
QUADS = "SELECT ?s ?p ?o ?g { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"

Quads = frozenset[Row]
"""A dataset as rows of four; the fourth is None in the default graph."""


class SurfaceError(Exception):
    """The server did not do what a test needs to begin with."""


@dataclass(frozen=True)
class Reply:
    """A whole answer; names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def media_type(self) -> str:
        """The content type without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def ending(self) -> str:
        """The file ending that goes with the content type; ValueError where there is none."""
        types = {kind: name for name, kind in MEDIA_TYPES.items()}
        types |= {kind.media_type: name for name, kind in RDF_FORMATS.items()}
        if self.media_type not in types:
            raise ValueError(f"an answer of the type {self.media_type!r}")
        return types[self.media_type]

    def __str__(self) -> str:
        """Write the status and how the answer begins."""
        return f"{self.status} {self.content[:300].decode('utf-8', 'replace')}"


@dataclass
class Surface:
    """Where the three endpoints are, and what is known to be in the store."""

    host: str
    port: int
    token: str
    query: str = "/sparql"
    update: str = "/update"
    graphs: str = "/graphs"
    _loaded: Quads | None = field(default=None, repr=False)
    _wire: http.client.HTTPConnection | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        """The server's address, without a slash at its end."""
        return f"http://{self.host}:{self.port}"

    def send(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> Reply:
        """Send one request as it stands, with nothing added but the token and the length."""
        headers = {"Authorization": f"Bearer {self.token}", **headers}
        for attempt in (1, 2):
            wire = self._wire or http.client.HTTPConnection(self.host, self.port, timeout=SECONDS)
            self._wire = wire
            try:
                wire.request(method, path, body, dict(headers))
                response = wire.getresponse()
                content = response.read()
            except (http.client.HTTPException, ConnectionError):
                wire.close()
                self._wire = None
                if attempt == 2:
                    raise
                continue
            found = {name.lower(): value for name, value in response.getheaders()}
            return Reply(response.status, found, content)
        raise AssertionError("unreachable")

    def close(self) -> None:
        """Close the wire."""
        if self._wire is not None:
            self._wire.close()

    def ask(self, text: str, accept: str) -> Reply:
        """Ask a query in a form."""
        body = urlencode({"query": text}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": accept}
        return self.send("POST", self.query, headers, body)

    def change(self, text: str) -> Reply:
        """Send an update as it is."""
        self._loaded = None
        headers = {"Content-Type": "application/sparql-update"}
        return self.send("POST", self.update, headers, text.encode())

    def load(self, quads: Quads) -> None:
        """Make the store hold just this, in one update; nothing is done where it does already."""
        if quads == self._loaded:
            return
        reply = self.change(f"DROP ALL ; INSERT DATA {{ {_written(quads)} }}")
        if reply.status not in {200, 204}:
            raise SurfaceError(f"the data could not be loaded: {reply}")
        self._loaded = quads

    def touched(self) -> None:
        """Forget what is in the store; something else has written to it."""
        self._loaded = None

    def dump(self) -> list[Row]:
        """Return all quads there are."""
        reply = self.ask(QUADS, MEDIA_TYPES["srj"])
        if reply.status != 200:
            raise SurfaceError(f"the data could not be read back: {reply}")
        found = read(reply.content, "srj")
        return list(getattr(found, "rows", ()))


def _written(quads: Iterable[Row]) -> str:
    """Write quads as SPARQL does."""
    parts = []
    for subject, predicate, object_, graph in quads:
        triple = f"{subject} {predicate} {object_} ."
        parts.append(f"GRAPH {graph} {{ {triple} }}" if graph else triple)
    return "\n".join(parts)


def _run(environment: Mapping[str, str], *command: str) -> str:
    """Run a command of the command line; return what it says on standard output."""
    done = subprocess.run(
        [*COMMAND, *command], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SurfaceError(f"{' '.join(command)} failed: {done.stderr}")
    return done.stdout


@contextmanager
def served(folder: Path) -> Iterator[Surface]:
    """Start a server on an empty store of its own in ``folder``, and stop it after."""
    environment = {
        **{name: os.environ[name] for name in os.environ if not name.startswith("STANCEGRAPH_")},
        "STANCEGRAPH_DATA": str(folder),
        "STANCEGRAPH_DEFAULT_GRAPH": "unnamed",
        "STANCEGRAPH_KEEP_REVISIONS": "1",
        "STANCEGRAPH_LOG_FORMAT": "none",
        "STANCEGRAPH_WORKERS": "1",
    }
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    _run(environment, "init")
    (token,) = _run(environment, "token", "create", "--role", "writer").split()
    with subprocess.Popen(
        [*COMMAND, "serve", "--port", str(port)],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            if process.stdout is None or not any(
                "stancegraph is at" in at for at in process.stdout
            ):
                raise SurfaceError("the server did not start")
            surface = Surface("127.0.0.1", port, token)
            with closing(surface):
                yield surface
        finally:
            process.terminate()
            process.wait(timeout=30)
