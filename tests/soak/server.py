"""The server under force: started as people start it, killed, and started again."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

COMMAND = (sys.executable, "-c", "from api.cli import main; main()")
"""What the entry point ``stancegraph`` runs."""
HOST = "127.0.0.1"
START_SECONDS = 60.0
END_SECONDS = 10.0
"""How long a killed server's family may take to end, or a clean stop may take."""
PREFIX = "STANCEGRAPH_"


class ServerError(Exception):
    """The server did not start or end as it should."""


def free_port() -> int:
    """Return a port of the loopback that nobody uses now."""
    with socket.create_server((HOST, 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Server:
    """A server on a port of its own over ``data``; its standard error goes to a file, ``log``."""

    data: Path
    log: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    starts: int = 0

    def start(self) -> None:
        """Start it, and wait until it answers; ServerError where it does not."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*COMMAND, "serve", "--port", str(self.port)],
                env=self.environment(),
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
            )
        self.starts += 1
        deadline = time.monotonic() + START_SECONDS
        while not self.healthy():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise ServerError(f"the server did not start; its log is {self.log}")
            time.sleep(0.05)

    def environment(self) -> dict[str, str]:
        """Return the environment of its processes: ours, with its settings alone."""
        inherited = {name: os.environ[name] for name in os.environ if not name.startswith(PREFIX)}
        return {
            **inherited,
            **{PREFIX + name: value for name, value in self.settings.items()},
            PREFIX + "DATA": str(self.data),
        }

    def run(self, *command: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        """Run a command of the command line over the same data."""
        return subprocess.run(
            [*COMMAND, *command],
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def token(self) -> str:
        """Make a token for a writer."""
        done = self.run("token", "create", "--role", "writer")
        if done.returncode:
            raise ServerError(f"no token: {done.stderr}")
        return done.stdout.strip()

    def healthy(self, seconds: float = 2) -> bool:
        """Tell whether ``/health`` answers 200 in so many seconds."""
        wire = http.client.HTTPConnection(HOST, self.port, timeout=seconds)
        try:
            wire.request("GET", "/health")
            return wire.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            wire.close()

    def family(self) -> set[int]:
        """Return the process and all that it and its children started."""
        return set() if self.process is None else family(self.process.pid)

    def kill(self) -> None:
        """Kill the process that was started; ServerError where its family does not end with it."""
        pids = self.family()
        self._signal(signal.SIGKILL)
        ended(pids)

    def stop(self) -> None:
        """Stop it as a supervisor does; ServerError where its family does not end with it."""
        pids = self.family()
        self._signal(signal.SIGTERM)
        ended(pids)

    def _signal(self, number: int) -> None:
        if self.process is not None:
            with suppress(ProcessLookupError):
                self.process.send_signal(number)
            try:
                self.process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                raise ServerError(
                    f"it did not end {END_SECONDS:g} seconds after it was told to"
                ) from None


@contextmanager
def serving(server: Server) -> Iterator[Server]:
    """Start a server, and stop it after; whatever happens, none of its processes is left."""
    try:
        server.start()
        yield server
    finally:
        left = server.family()
        try:
            server.stop()
        finally:
            for pid in running(left):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)


def family(root: int) -> set[int]:
    """Return a process and all that it and its children started."""
    parents = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):
            fields = status.read_text(encoding="utf-8").rpartition(")")[2].split()
            parents[int(status.parent.name)] = int(fields[1])
    found = {root} & parents.keys()
    while new := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= new
    return found


def running(pids: set[int]) -> set[int]:
    """Return those of some processes that have not ended."""
    found = set()
    for pid in pids:
        with suppress(FileNotFoundError, ProcessLookupError):
            status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
            if status.rpartition(")")[2].split()[0] != "Z":
                found.add(pid)
    return found


def ended(pids: set[int]) -> None:
    """Wait for processes to end; ServerError names those that do not."""
    deadline = time.monotonic() + END_SECONDS
    while left := running(pids):
        if time.monotonic() > deadline:
            for pid in left:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            raise ServerError(f"{len(left)} processes outlived the server by {END_SECONDS:g} s")
        time.sleep(0.05)
