"""The ledger: what writers were about to send, and what came of it, in the order of events."""

from __future__ import annotations

import json
import os
import threading
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tests.soak.writes import Write

Fate = Literal["acknowledged", "refused", "unknown"]


@dataclass
class Entry:
    """A write: when it was sent and when its fate was known, by the count of events.

    ``revision`` is what the server said when it acknowledged the write, ``changed`` whether that
    was a new one.
    """

    write: Write
    sent: int
    known: int = 0
    fate: Fate = "unknown"
    revision: int = 0
    changed: bool = False


@dataclass
class Ledger:
    """A file that only grows, each line on the disk before anything else happens."""

    path: Path
    entries: dict[str, Entry] = field(default_factory=dict)
    _events: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def sends(self, write: Write) -> None:
        """Write down what is about to be sent."""
        with self._lock:
            self._put({"sends": asdict(write)})
            self.entries[write.id] = Entry(write, self._events)

    def knows(self, write: Write, fate: Fate, revision: int = 0, *, changed: bool = False) -> None:
        """Write down what came of it."""
        with self._lock:
            self._put({"id": write.id, "fate": fate, "revision": revision, "changed": changed})
            entry = self.entries[write.id]
            entry.known, entry.fate = self._events, fate
            entry.revision, entry.changed = revision, changed

    def fates(self) -> Counter[str]:
        """Count writes by what became of them."""
        return Counter(entry.fate for entry in self.entries.values())

    def of_graph(self, graph: str) -> list[Entry]:
        """Return the writes to a graph that were not refused."""
        entries = self.entries.values()
        return [e for e in entries if e.write.graph == graph and e.fate != "refused"]

    def _put(self, event: dict[str, object]) -> None:
        self._events += 1
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(event) + "\n")
            file.flush()
            os.fsync(file.fileno())


def wrong(entries: Iterable[Entry], present: set[str]) -> list[str]:
    """Hold the writes that are in a graph against the ledger's; say what is lost or too much.

    Acknowledged writes count in the order of their revisions. A write whose fate is not known may
    have happened at any time until its writer gave it up, or not at all.
    """
    entries = list(entries)
    sure = sorted((e for e in entries if e.fate == "acknowledged"), key=lambda e: e.revision)
    doubtful = [e for e in entries if e.fate == "unknown"]
    last = max((i for i, e in enumerate(sure) if e.write.deed != "add"), default=0)
    since = sure[last:]
    needed = [e for e in since if e.write.deed != "clear"]
    clearing = [e for e in doubtful if e.write.deed != "add"]
    problems = [
        f"{e.write.id}, acknowledged as revision {e.revision}, is lost from <{e.write.graph}>"
        for e in needed
        if e.write.id not in present and not any(_may_follow(d, e) for d in clearing)
    ]
    allowed = {e.write.id for e in needed}
    allowed |= {e.write.id for e in doubtful if not since or _may_follow(e, since[0])}
    extra = present - allowed
    return problems + [f"{mark} is in its graph, and should not be" for mark in sorted(extra)]


def _may_follow(doubtful: Entry, sure: Entry) -> bool:
    """Tell whether a write of unknown fate can have happened after an acknowledged one."""
    return not doubtful.known or doubtful.known > sure.sent
