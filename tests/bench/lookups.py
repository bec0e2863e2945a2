"""Look-ups per second, beside those of a bare Oxigraph server and of rdflib-endpoint.

All three hold the same statements and get the same queries, what is said of one thing; next to
them stand our look-ups by address. Cold: each thing is asked for once, so that nothing is answered
from memory. Warm: the same few hundred are asked for again and again. The servers take turns, some
rounds; the client is wrk, as one in Python would be slower than what it measures.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from pyoxigraph import NamedNode, RdfFormat, Triple, serialize
from pyoxigraph import Store as Engine

from tests.bench import serving

if TYPE_CHECKING:
    from collections.abc import Sequence

ARTICLES = 5000
ROUNDS = 3
KNOWN = 200
"""Things that warm look-ups ask for."""
CHECKED = 50
"""Things whose answers are compared before anything is timed."""
RESULTS = "application/sparql-results+json"
WARM, COLD = 1.0, 6.0
"""How fast ours have to be at least: warm, of Oxigraph's; cold, of rdflib-endpoint's."""
OURS, OURS_REST = "stancegraph", "stancegraph, REST"
BARE, RDFLIB = "Oxigraph, bare", "rdflib-endpoint"

SCRIPT = """
local ffi = require("ffi")
ffi.cdef("typedef struct { long s; long ns; } time_; int clock_gettime(int, time_ *);")
local at = ffi.new("time_[1]")
local function now()
  ffi.C.clock_gettime(1, at)
  return tonumber(at[0].s) + tonumber(at[0].ns) / 1e9
end
local requests, threads = {}, {}
asked, began, ended = 0, 0, 0
function setup(thread) table.insert(threads, thread) end
function init(args)
  for line in io.lines(args[1]) do
    table.insert(requests, wrk.format("GET", line, { Accept = args[2], Host = "localhost" }))
  end
  again = args[3] == "again"
end
function request()
  if asked == 0 then began = now() end
  if asked >= #requests and not again then
    wrk.thread:stop()
    return requests[#requests]
  end
  ended = now()
  asked = asked + 1
  return requests[(asked - 1) % #requests + 1]
end
function done(summary)
  local thread, wrong = threads[1], 0
  for _, times in pairs(summary.errors) do wrong = wrong + times end
  print(string.format("asked %d seconds %.6f wrong %d answered %d", thread:get("asked"),
    thread:get("ended") - thread:get("began"), wrong, summary.requests))
end
"""
"""Walks through the addresses of a file, once or again and again, and tells how long it took."""

ENDPOINT = """
from rdflib import Graph
from rdflib_endpoint import SparqlEndpoint

app = SparqlEndpoint(graph=Graph().parse({path!r}, format="nt"), path="/")
"""


@dataclass(frozen=True)
class Target:
    """A server at ``port``, and how its look-ups are written: the path of a query, or "" (REST)."""

    port: int
    path: str

    def addresses(self, things: Sequence[str], keys: Sequence[str]) -> list[str]:
        """Write the addresses of look-ups: of things in SPARQL, of keys by REST."""
        if not self.path:
            return [f"/api/entities/{quote(key)}" for key in keys]
        return [f"{self.path}?{urlencode({'query': query(thing)})}" for thing in things]

    @property
    def accept(self) -> str:
        """Return the media type that look-ups ask for."""
        return RESULTS if self.path else "application/json"


def query(thing: str) -> str:
    """Return the look-up of one thing."""
    return f"SELECT ?p ?o WHERE {{ <{thing}> ?p ?o }}"


def subjects(engine: Engine) -> list[str]:
    """Return all things that something is said of, in an order by chance but always the same."""
    found = {quad.subject.value for quad in engine if isinstance(quad.subject, NamedNode)}
    things = sorted(found)
    random.Random(1).shuffle(things)  # noqa: S311
    return things


def flat(engine: Engine, path: Path) -> None:
    """Write the statements of all graphs, as N-Triples."""
    triples = (Triple(quad.subject, quad.predicate, quad.object) for quad in engine)
    serialize(triples, str(path), RdfFormat.N_TRIPLES)


def check(targets: dict[str, Target], things: Sequence[str]) -> None:
    """Compare answers: as many bindings from each server, and some at all, or RuntimeError."""
    for thing in things[:CHECKED]:
        counts = {}
        for name, target in targets.items():
            (address,) = target.addresses([thing], [])
            found = json.loads(serving.fetched(target.port, address, RESULTS))
            counts[name] = len(found["results"]["bindings"])
        if len(set(counts.values())) != 1 or 0 in counts.values():
            raise RuntimeError(f"not the same answers about {thing}: {counts}")


def rate(told: str) -> float:
    """Read what wrk tells at its end, and return look-ups per second.

    :raises RuntimeError: an answer was an error or did not come, or nothing was asked
    """
    found = re.search(r"asked (\d+) seconds ([\d.]+) wrong (\d+) answered (\d+)", told)
    if found is None:
        raise RuntimeError(f"wrk told nothing to count: {told}")
    asked, seconds, wrong, answered = (float(each) for each in found.groups())
    if wrong or not answered or not seconds:
        raise RuntimeError(f"{wrong:.0f} of {asked:.0f} look-ups were no look-ups: {told}")
    return answered / seconds


def measure(
    target: Target, addresses: Sequence[str], options: argparse.Namespace, *, again: bool
) -> float:
    """Return look-ups per second, over ``addresses`` once or again and again."""
    with tempfile.TemporaryDirectory() as folder:
        script, listed = Path(folder) / "walk.lua", Path(folder) / "addresses"
        script.write_text(SCRIPT, encoding="utf-8")
        listed.write_text("\n".join(addresses) + "\n", encoding="utf-8")
        done = subprocess.run(
            (
                *("wrk", "--threads", "1", "--connections", str(options.clients)),
                *("--duration", str(options.seconds), "--timeout", "30", "--script", str(script)),
                *(f"http://127.0.0.1:{target.port}", "--", str(listed), target.accept),
                "again" if again else "once",
            ),
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise RuntimeError(f"wrk ended with {done.returncode}: {done.stderr or done.stdout}")
    return rate(done.stdout)


def compare(
    targets: dict[str, Target], things: list[str], keys: list[str], options: argparse.Namespace
) -> dict[str, tuple[float, float]]:
    """Measure all targets in turn; return the medians of each, cold and warm."""
    known, known_keys = things[:KNOWN], keys[:KNOWN]
    rest, rest_keys = things[KNOWN:], keys[KNOWN:]
    cold: dict[str, list[float]] = {name: [] for name in targets}
    warm: dict[str, list[float]] = {name: [] for name in targets}
    for turn in range(ROUNDS):
        fresh, fresh_keys = rest[turn::ROUNDS], rest_keys[turn::ROUNDS]
        for name, target in targets.items():
            some = target.addresses(fresh, fresh_keys)
            cold[name].append(measure(target, some, options, again=False))
        for name, target in targets.items():
            some = target.addresses(known, known_keys)
            for address in some if not turn else ():
                serving.fetched(target.port, address, target.accept)
            warm[name].append(measure(target, some, options, again=True))
    return {
        name: (statistics.median(cold[name]), statistics.median(warm[name])) for name in targets
    }


def shortfalls(found: dict[str, tuple[float, float]]) -> list[str]:
    """Say which of the two aims are missed."""
    cold, warm = found[OURS][0] / found[RDFLIB][0], found[OURS][1] / found[BARE][1]
    missed = []
    if warm < WARM:
        missed.append(f"warm look-ups are {warm:.2f} times Oxigraph's, below {WARM:g}")
    if cold < COLD:
        missed.append(f"cold look-ups are {cold:.2f} times rdflib-endpoint's, below {COLD:g}")
    return missed


def run(folder: Path, options: argparse.Namespace) -> dict[str, tuple[float, float]]:
    """Make a store, serve it three times, and compare."""
    data = folder / "data"
    serving.made(data, ARTICLES)
    (store,) = (data / "revisions").glob("*/store")
    engine = Engine.read_only(str(store))
    things, keys = subjects(engine), serving.entities(data)
    flat(engine, folder / "flat.nt")
    del engine
    text = ENDPOINT.format(path=str(folder / "flat.nt"))
    (folder / "endpoint.py").write_text(text, encoding="utf-8")
    ours, bare, rdflib = (serving.free_port() for _ in range(3))
    uvicorn = (sys.executable, "-m", "uvicorn", "--app-dir", str(folder), "endpoint:app")
    oxigraph = str(Path(sysconfig.get_path("scripts")) / "oxigraph")
    targets = {
        OURS: Target(ours, "/sparql"),
        BARE: Target(bare, "/query"),
        RDFLIB: Target(rdflib, "/"),
    }
    with (
        serving.serving(ours, *serving.stancegraph(data, ours)),
        serving.serving(
            bare,
            *(oxigraph, "serve-read-only", "--union-default-graph"),
            *("--location", str(store), "--bind", f"127.0.0.1:{bare}"),
        ),
        serving.serving(rdflib, *uvicorn, "--port", str(rdflib), "--log-level", "warning"),
    ):
        check(targets, things)
        # The answers that were compared are known from then on.
        return compare(targets | {OURS_REST: Target(ours, "")}, things[CHECKED:], keys, options)


def main() -> None:
    """Measure the servers in turn, and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--clients", type=int, default=8, help="connections at once")
    parser.add_argument("--seconds", type=int, default=3, help="of one measurement, at most")
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        parser.error("this needs wrk, which is not installed (Debian: apt install wrk)")
    with tempfile.TemporaryDirectory() as folder:
        found = run(Path(folder), options)
    sys.stdout.write(f"{'look-ups per second':<20} {'cold':>8} {'warm':>8}\n")
    for name, (cold, warm) in found.items():
        sys.stdout.write(f"{name:<20} {cold:8,.0f} {warm:8,.0f}\n")
    ours = found[OURS]
    for name in (BARE, RDFLIB):
        ratios = (ours[each] / found[name][each] for each in range(2))
        sys.stdout.write(f"{'times ' + name:<20} ")
        sys.stdout.write(" ".join(f"{each:8.2f}" for each in ratios) + "\n")
    sys.stdout.write(
        f"{options.clients} connections, {options.seconds} s, median of {ROUNDS} rounds\n"
    )
    missed = shortfalls(found)
    for sentence in missed:
        sys.stdout.write(f"NOT AS IT HAS TO BE: {sentence}\n")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
