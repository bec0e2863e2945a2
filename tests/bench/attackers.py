"""Eight clients that mean harm, each a process with a loopback address of its own.

Four wait for every answer; one asks a dozen things at once; one goes away before the answer; one
reads it a little at a time; one sends its body a byte a second. They count what they get, by what
it is: a status, or how the connection ended.
"""

from __future__ import annotations

import http.client
import multiprocessing
import os
import random
import re
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING

from tests.bench.queries import WORST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.pool import AsyncResult

    from tests.bench.queries import Worst

TURNED_AWAY = frozenset({"429 too-many-queries", "503 busy", "503 service-unavailable"})
"""What is said without a look at the query."""
EXPECTED = TURNED_AWAY | {
    *("200", "400 query", "400 query-syntax", "400 bad-request", "403 query-refused"),
    *("408 request-timeout", "413 request-entity-too-large", "500 worker-lost"),
    *("503 query-timeout", "503 query-memory", "503 answer-too-large"),
}
"""Answers that are right: a status, and the kind of problem."""
PROBLEM = re.compile(rb'"type": "[^"]*/problem/([a-z-]+)"')
GONE = "left"
"""We went away before there was an answer."""
CUT = "cut while sending"
"""The server did not read on; its answer, a 413, was lost with the connection."""
LARGE = 1_000_000
"""Bytes of a body that a server may well cut."""
CONTENT = "application/sparql-query"
AT_ONCE = 12
"""Requests of the one that asks many things at once: more than a client may."""
SLOW = 16
"""Bodies that come a byte a second at the same time."""
NICE = 10
"""Attackers would be other machines: they make way for the server on the cores that they share."""


def outcome(status: int, body: bytes) -> str:
    """Name an answer: its status, and the kind of problem that it is."""
    kind = PROBLEM.search(body) if status != HTTPStatus.OK else None
    return f"{status} {kind[1].decode()}" if kind else str(status)


def surprises(counted: Counter[str]) -> Counter[str]:
    """Return what none of the worst queries may lead to."""
    fine = EXPECTED | {GONE, CUT}
    return Counter({what: times for what, times in counted.items() if what not in fine})


@contextmanager
def attack(port: int, seconds: float, turn: int) -> Iterator[AsyncResult[list[Got]]]:
    """Attack for some seconds; ``turn`` makes it begin with other queries each time."""
    asked = [(port, number, turn, seconds) for number in range(len(HABITS))]
    with multiprocessing.get_context("spawn").Pool(len(HABITS)) as pool:
        pool.starmap(time.sleep, [(0.2,)] * len(HABITS), chunksize=1)
        yield pool.starmap_async(_attack, asked, chunksize=1)


def _attack(port: int, number: int, turn: int, seconds: float) -> Got:
    os.nice(NICE)
    order = list(WORST)
    random.Random(f"{number} {turn}").shuffle(order)  # noqa: S311  # the same in every run
    attacker = _Attacker(port, f"127.0.0.{number + 2}", time.monotonic() + seconds)
    HABITS[number](attacker, order)
    return attacker.counted, attacker.reached


Got = tuple[Counter[str], set[str]]
"""What a client got, and the names of the queries that were looked at."""


class _Attacker:
    """A client at ``host`` that stops at ``ends``, and what it got."""

    def __init__(self, port: int, host: str, ends: float) -> None:
        self._port, self._host, self._ends = port, host, ends
        self.counted: Counter[str] = Counter()
        self.reached: set[str] = set()

    def left(self) -> float:
        """Return the seconds that are left, a little above 0 at the least."""
        return max(self._ends - time.monotonic(), 0.01)

    def going(self) -> bool:
        return time.monotonic() < self._ends

    def connect(self, patience: float) -> http.client.HTTPConnection:
        seconds = min(self.left(), patience)
        place = (self._host, 0)
        return http.client.HTTPConnection(
            "127.0.0.1", self._port, timeout=seconds, source_address=place
        )

    def ask(self, worst: Worst, patience: float, pause: float = 0) -> None:
        """Send a query and read all of the answer, with a pause after each bit of it."""
        connection = self.connect(patience)
        try:
            what = self._asked(connection, worst, pause)
            self.counted[what] += 1
            if what not in TURNED_AWAY | {GONE, CUT}:
                self.reached.add(worst.name)
        finally:
            connection.close()

    def _asked(self, connection: http.client.HTTPConnection, worst: Worst, pause: float) -> str:
        sent = False
        try:
            connection.connect()
            try:
                connection.request("POST", "/sparql", worst.text, {"Content-Type": CONTENT})
                sent = True
            except (BrokenPipeError, ConnectionResetError):
                if len(worst.text) < LARGE:
                    raise
            response = connection.getresponse()
            first = response.read(2000)
            while response.read(2000 if pause else 1 << 20):
                if not self.going():
                    return GONE
                time.sleep(pause)
        except TimeoutError:
            return GONE
        except (OSError, http.client.HTTPException) as error:
            if not sent and len(worst.text) >= LARGE:
                return CUT
            return f"{type(error).__name__} of {worst.name}"
        what = outcome(response.status, first)
        return what if what in EXPECTED else f"{what} of {worst.name}"

    def dribble(self, worst: Worst) -> None:
        """Promise a body and send a byte of it a second, on many connections at once."""
        connections = [self.connect(self.left()) for _ in range(SLOW)]
        try:
            for connection in connections:
                connection.putrequest("POST", "/sparql")
                connection.putheader("Content-Type", CONTENT)
                connection.putheader("Content-Length", str(len(worst.text)))
                connection.endheaders()
            for byte in worst.text:
                if not self.going() or not connections:
                    break
                connections = [each for each in connections if self._sent(each, byte)]
                time.sleep(min(1.0, self.left()))
            self.counted[GONE] += len(connections)
        finally:
            for connection in connections:
                connection.close()

    def _sent(self, connection: http.client.HTTPConnection, byte: int) -> bool:
        """Send a byte; where the server has had enough, count what it said."""
        try:
            connection.send(bytes([byte]))
        except (BrokenPipeError, ConnectionResetError):
            self.counted[CUT] += 1
            connection.close()
            return False
        return True


def _patient(attacker: _Attacker, order: list[Worst]) -> None:
    while attacker.going():
        for worst in order:
            if not attacker.going():
                break
            attacker.ask(worst, attacker.left())


def _greedy(attacker: _Attacker, order: list[Worst]) -> None:
    with ThreadPoolExecutor(AT_ONCE) as threads:
        while attacker.going():
            for worst in order:
                if not attacker.going():
                    break
                list(threads.map(attacker.ask, [worst] * AT_ONCE, [attacker.left()] * AT_ONCE))
                time.sleep(0.1)  # a dozen refusals a time are enough: this is no flood


def _fickle(attacker: _Attacker, order: list[Worst]) -> None:
    while attacker.going():
        for worst in order:
            if not attacker.going():
                break
            attacker.ask(worst, 0.3)


def _sluggish(attacker: _Attacker, order: list[Worst]) -> None:
    while attacker.going():
        for worst in order:
            if not attacker.going():
                break
            attacker.ask(worst, attacker.left(), pause=0.05)


def _dribbling(attacker: _Attacker, order: list[Worst]) -> None:
    while attacker.going():
        attacker.dribble(order[0])


HABITS: tuple[Callable[[_Attacker, list[Worst]], None], ...] = (
    *(_patient, _patient, _patient, _patient),
    *(_greedy, _fickle, _sluggish, _dribbling),
)
