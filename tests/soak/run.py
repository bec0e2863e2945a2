"""Readers, writers, bad clients and SIGKILLs: python -m tests.soak.run --minutes 2.

Then every acknowledged write is there, no other is half there, and the store verifies. Ends with
code 1 where that is not so, where an answer of 5xx was not meant, or where nothing was done.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tests.soak import killers, nuisances, readers, verification, writers
from tests.soak.clients import Field
from tests.soak.ledger import Ledger
from tests.soak.server import Server, ServerError

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable

SETTINGS = {
    "QUERY_SECONDS": "5",
    "QUERY_MEBIBYTES": "400",
    "UPLOAD_MEBIBYTES": "4",
    "WORKERS": "2",
    "KEEP_REVISIONS": "30",
}
WRITERS, READERS = 3, 3


def soak(seconds: float, folder: Path) -> Field:
    """Run everything for so many seconds, verify, and return what was seen."""
    server = Server(folder / "data", folder / "log", SETTINGS)
    field = Field(server, Ledger(folder / "ledger.jsonl"), "", 0.0)
    try:
        server.start()
        field.token = server.token()
        field.deadline = time.monotonic() + seconds
        _run(field, seconds, folder)
        if not server.healthy(10):
            field.problem("/health does not answer at the end")
        server.stop()
    except ServerError as error:
        field.problem(str(error))
    finally:
        for pid in server.family():
            field.problem(f"process {pid} is left over")
    for problem in verification.verified(field, folder):
        field.problem(problem)
    return field


def _run(field: Field, seconds: float, folder: Path) -> None:
    parts: list[Callable[[], None]] = [
        *(partial(writers.over_http, field, n + 1) for n in range(WRITERS)),
        partial(writers.by_command, field, WRITERS + 1, folder),
        *(partial(readers.reader, field, n) for n in range(READERS)),
        partial(nuisances.garbage, field, 1),
        partial(nuisances.broken_off, field),
        partial(nuisances.slow, field),
        partial(killers.killer, field, seconds),
    ]
    threads = [threading.Thread(target=_watched, args=(field, part)) for part in parts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _watched(field: Field, part: Callable[[], None]) -> None:
    """Run a part; that it ends before its time is a problem, too."""
    ended = False
    try:
        part()
        ended = True
    finally:
        if not ended:
            field.problem(f"{part} broke off")


def idle(field: Field) -> list[str]:
    """Name what did not happen at all: a soak without it proves nothing."""
    fates = field.ledger.fates()
    done = {
        "acknowledged writes": fates["acknowledged"],
        "refused writes": fates["refused"],
        "reads": field.reads["200"],
        "kills of workers": field.kills["worker"],
        "kills of the server": field.kills["server"],
        "bad clients": field.nuisances.total(),
    }
    return [f"there were no {what}" for what, count in done.items() if not count]


def table(field: Field, minutes: float) -> str:
    """Show what happened."""

    def counts(of: Counter[str]) -> str:
        return ", ".join(f"{name}: {count}" for name, count in sorted(of.items())) or "none"

    lines = [
        f"{'minutes':<12} {minutes:g}",
        f"{'writes':<12} sent: {len(field.ledger.entries)}, {counts(field.ledger.fates())}",
        f"{'left open':<12} {counts(field.answers)}",
        f"{'reads':<12} {counts(field.reads)}",
        f"{'bad clients':<12} {counts(field.nuisances)}",
        f"{'kills':<12} {counts(field.kills)}; the server was started {field.server.starts} times",
        f"{'problems':<12} {len(field.problems)}",
    ]
    return "\n".join([*lines, *(f"PROBLEM {problem}" for problem in field.problems)])


def main(arguments: list[str] | None = None) -> int:
    """Run, show what came of it, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--minutes", type=float, default=2)
    parser.add_argument("--keep", type=Path, help="a new folder for data, ledger and log, kept")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        field = soak(options.minutes * 60, folder)
    field.problems += idle(field)
    sys.stdout.write(table(field, options.minutes) + "\n")
    return int(bool(field.problems))


if __name__ == "__main__":
    sys.exit(main())
