"""How long look-ups take that come at a fixed rate, whether the last one was answered or not.

A look-up is timed from when it was to be sent, so that one that has to wait for another counts in
full. No address comes twice: the cache answers none of them.
"""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from tests.bench.serving import fetched

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

THREADS = 64
"""Look-ups that may be under way at the same time."""


@dataclass(frozen=True)
class Latencies:
    """Milliseconds of some look-ups."""

    p50: float
    p99: float
    most: float
    count: int


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the smallest value that so many percent of all are not above."""
    if not values:
        raise ValueError("of no values there is no percentile")
    ordered = sorted(values)
    rank = -(-len(ordered) * percent // 100)
    return ordered[max(int(rank), 1) - 1]


def latencies(seconds: Sequence[float]) -> Latencies:
    """Sum up how long look-ups took."""
    took = [each * 1000 for each in seconds]
    return Latencies(percentile(took, 50), percentile(took, 99), max(took, default=0), len(took))


def places(keys: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Give addresses of look-ups, pages and linked data in turn, each with what it accepts."""
    for form, key in enumerate(list(keys) * 3):
        name = quote(key)
        # The three forms of a thing lie a whole list apart.
        yield (
            (f"/api/entities/{name}", "application/json"),
            (f"/doc/{name}", "text/html"),
            (f"/doc/{name}.ttl", "text/turtle"),
        )[(form + form // max(len(keys), 1)) % 3]


def probe(port: int, some: Iterator[tuple[str, str]], seconds: float, rate: float) -> Latencies:
    """Look up ``rate`` things a second; any answer but 200 is a RuntimeError."""
    started = time.perf_counter()

    def ask(number: int, place: tuple[str, str]) -> float:
        due = started + number / rate
        time.sleep(max(due - time.perf_counter(), 0))
        fetched(port, *place)
        return time.perf_counter() - due

    with ThreadPoolExecutor(THREADS) as threads:
        under_way = []
        for number in range(int(seconds * rate)):
            time.sleep(max(started + (number - 1) / rate - time.perf_counter(), 0))
            under_way.append(threads.submit(ask, number, next(some)))
        return latencies([each.result() for each in under_way])


def revision(port: int) -> int:
    """Return the revision that the server says it is at."""
    found: int = json.loads(fetched(port, "/health"))["revision"]
    return found


def metric(port: int, name: str) -> float:
    """Return the sum of a metric over its labels, if any; KeyError where there is none."""
    lines = fetched(port, "/metrics", "text/plain").decode().splitlines()
    found = [line for line in lines if line.startswith((f"{name} ", f"{name}{{"))]
    if not found:
        raise KeyError(name)
    return sum(float(line.rpartition(" ")[2]) for line in found)
