"""Look-ups per second through ``/sparql``, beside the same ones asked of a bare Oxigraph server.

Both servers read the same revision, a graph of 20,000 things and the shipped graphs, and get the
same queries in turn: what is said of one thing, each time another. Every client is a process with
a connection that it keeps; they share the machine with the servers, so what counts is the ratio.
"""

from __future__ import annotations

import argparse
import http.client
import json
import multiprocessing
import socket
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from rdflib import Graph, Literal, URIRef

from kg import pipeline
from kg.settings import Settings
from kg.store.base import Change
from kg.store.revisions import Revisions

if TYPE_CHECKING:
    from collections.abc import Iterator

THINGS = 20_000
ROUNDS = 3
EX = "https://example.org/"


def query(number: int) -> str:
    """Return the look-up of one thing."""
    return f"SELECT ?p ?o WHERE {{ <{EX}{number % THINGS}> ?p ?o }}"


def made(data: Path) -> Path:
    """Make a store with something to look up, and return the folder its engine reads."""
    store = Revisions(Settings(data=data))
    pipeline.initialise(store)
    graph = Graph()
    for number in range(THINGS):
        thing = URIRef(f"{EX}{number}")
        graph.add((thing, URIRef(f"{EX}value"), Literal(number)))
        graph.add((thing, URIRef(f"{EX}next"), URIRef(f"{EX}{(number + 1) % THINGS}")))
        graph.add((thing, URIRef(f"{EX}name"), Literal(f"thing {number}", lang="en")))
    revision = store.commit(Change({URIRef(f"{EX}things"): graph})).revision
    return data / "revisions" / f"{revision:06}" / "store"


@contextmanager
def serving(port: int, *command: str) -> Iterator[None]:
    """Run a server until it is no longer needed; wait until it answers."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            deadline = time.monotonic() + 60
            while not _listens(port):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"this did not start: {' '.join(command)}")
                time.sleep(0.05)
            yield
        finally:
            process.terminate()


def ask(port: int, path: str, first: int, seconds: float) -> list[float]:
    """Look up one thing after the other for some seconds; return how long each took."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Accept": "application/sparql-results+json"}
    took: list[float] = []
    ends = time.perf_counter() + seconds
    number = first
    while (started := time.perf_counter()) < ends:
        number += 1
        connection.request("GET", f"{path}?{urlencode({'query': query(number)})}", headers=headers)
        body = connection.getresponse().read()
        took.append(time.perf_counter() - started)
        if len(took) == 1 and len(json.loads(body)["results"]["bindings"]) != len(("p", "o")) + 1:
            raise RuntimeError(f"that was no answer: {body!r}")
    connection.close()
    return took


def measure(port: int, path: str, clients: int, seconds: float) -> tuple[float, float]:
    """Return look-ups per second over all clients, and the median time of one in milliseconds."""
    with multiprocessing.get_context("spawn").Pool(clients) as pool:
        pool.starmap(time.sleep, [(0.1,)] * clients)
        started = time.perf_counter()
        asked = [(port, path, client * 1000, seconds) for client in range(clients)]
        took = [time for times in pool.starmap(ask, asked, chunksize=1) for time in times]
        return len(took) / (time.perf_counter() - started), statistics.median(took) * 1000


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


def main() -> None:
    """Measure both servers in turn, some rounds, and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=3.0, help="of one measurement")
    options = parser.parse_args()
    ours, bare = free_port(), free_port()
    oxigraph = str(Path(sysconfig.get_path("scripts")) / "oxigraph")
    stancegraph = (sys.executable, "-c", "from api.cli import main; main()")
    with tempfile.TemporaryDirectory() as folder:
        store = made(Path(folder))
        with (
            serving(ours, *stancegraph, "--data", folder, "serve", "--port", str(ours)),
            serving(
                bare,
                *(oxigraph, "serve-read-only", "--union-default-graph"),
                *("--location", str(store), "--bind", f"127.0.0.1:{bare}"),
            ),
        ):
            places = {"stancegraph": (ours, "/sparql"), "oxigraph, bare": (bare, "/query")}
            found: dict[str, list[tuple[float, float]]] = {name: [] for name in places}
            for _ in range(ROUNDS):
                for name, (port, path) in places.items():
                    found[name].append(measure(port, path, options.clients, options.seconds))
    rates = {name: statistics.median(rate for rate, _ in rows) for name, rows in found.items()}
    for name, rows in found.items():
        median = statistics.median(time for _, time in rows)
        sys.stdout.write(f"{name:<16} {rates[name]:8,.0f} look-ups/s   {median:6.2f} ms median\n")
    sys.stdout.write(f"ratio            {rates['stancegraph'] / rates['oxigraph, bare']:8.2f}\n")
    how = f"{options.clients} clients, {options.seconds:g} s, median of {ROUNDS} rounds"
    sys.stdout.write(how + "\n")


if __name__ == "__main__":
    main()
