"""What all clients of the soak share: the time they have, what they saw, and how they ask."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.fuzz.calls import Answer, Call, send
from tests.fuzz.judging import MEANT, kind
from tests.soak.server import HOST

if TYPE_CHECKING:
    from tests.soak.ledger import Ledger
    from tests.soak.server import Server

PROBLEMS_KEPT = 50
PAUSE = 0.3
"""Seconds that a client waits after no answer: the server is about to be started again."""


@dataclass
class Field:
    """Where it all happens: the server, the ledger, and what was seen, shared by all threads.

    ``answers`` counts those to writes that leave open what became of them.
    """

    server: Server
    ledger: Ledger
    token: str
    deadline: float
    answers: Counter[str] = field(default_factory=Counter)
    reads: Counter[str] = field(default_factory=Counter)
    nuisances: Counter[str] = field(default_factory=Counter)
    kills: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def going(self) -> bool:
        """Tell whether there is time left."""
        return time.monotonic() < self.deadline

    def problem(self, what: str) -> None:
        """Keep what should not have been."""
        with self.lock:
            if what not in self.problems and len(self.problems) < PROBLEMS_KEPT:
                self.problems.append(what)

    def count(self, where: Counter[str], answer: Answer | str) -> None:
        """Count an answer by its status; one of 5xx that is not meant is a problem."""
        if not isinstance(answer, Answer):
            if answer.startswith("no answer within"):
                self.problem(answer)
            name = answer.partition("(")[0][:60]
            time.sleep(PAUSE)
        else:
            name = str(answer.status)
            if answer.status >= 500:
                name += f" {kind(answer)}"
                if kind(answer) not in MEANT:
                    self.problem(f"{answer.status} {answer.body[:300]!r}")
        with self.lock:
            where[name] += 1

    def ask(self, target: str, accept: str = "*/*") -> Answer | str:
        """Read something, and count what came."""
        call = Call("GET", target.encode(), (("Accept", accept.encode()),))
        answer = send(call, HOST, self.server.port)
        self.count(self.reads, answer)
        return answer

    def send(
        self, method: str, target: str, kind_: str, body: bytes | None, match: int
    ) -> Answer | str:
        """Write something; ``match`` is the revision that If-Match names, 0 for none."""
        headers = [("Authorization", b"Bearer " + self.token.encode())]
        if body is not None:
            headers.append(("Content-Type", kind_.encode()))
        if match:
            headers.append(("If-Match", b'"%d"' % match))
        return send(Call(method, target.encode(), tuple(headers), body), HOST, self.server.port)
