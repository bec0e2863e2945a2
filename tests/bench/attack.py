"""How long look-ups take while eight clients send the worst queries there are, and what is left.

    python -m tests.bench.attack [DIR]

A server of its own gets look-ups, pages and linked data at a fixed rate, first while nothing else
happens, then while it is attacked (attackers.py), some rounds. Afterwards its processes, files and
memory are what they were before, or it is said what is not, and this ends with 1.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench import attackers, family, serving
from tests.bench.family import Holdings, holdings
from tests.bench.probe import Latencies, metric, places, probe, revision
from tests.bench.queries import WORST

if TYPE_CHECKING:
    from collections.abc import Iterator

RATIO = 3.0
"""How many times as long the slowest hundredth of look-ups may take under attack."""
ARTICLES = 2000
"""Of the store that is made where none is named."""
SPARE_MEBIBYTES = 64 + 32
"""What may stay in memory: what the response cache keeps by default, and what heaps do not give."""
SPARE_FILES = 8
"""Open files that come and go by themselves: connections, tables that look-ups opened."""
SETTLING_SECONDS = 60
"""Time for the last query to end and for memory to go back, beyond the limit of a query."""


@dataclass(frozen=True)
class Round:
    """The look-ups of one round, and what the attackers got in it."""

    idle: Latencies
    attacked: Latencies
    outcomes: Counter[str]
    reached: frozenset[str]


@dataclass(frozen=True)
class Remains:
    """What a server held before and after, and what was left when it had ended.

    ``files`` lie in its temporary folder, ``processes`` did not end, and ``revisions`` are those
    that it said it was at.
    """

    before: Holdings
    after: Holdings
    files: list[str]
    processes: list[int]
    revisions: set[int]


def ratio(rounds: list[Round]) -> float:
    """Compare the medians of the rounds' 99th percentiles."""
    idle = statistics.median(each.idle.p99 for each in rounds)
    return statistics.median(each.attacked.p99 for each in rounds) / idle


def complaints(rounds: list[Round], remains: Remains) -> list[str]:
    """Say what does not hold, a sentence each; what was not tried does not hold."""
    before, after = remains.before, remains.after
    outcomes = sum((each.outcomes for each in rounds), Counter[str]())
    surprises = attackers.surprises(outcomes)
    allowed = before.family_mebibytes + SPARE_MEBIBYTES
    allowed_server = before.server_mebibytes + SPARE_MEBIBYTES
    found = {
        "nobody attacked: no query was looked at": not any(each.reached for each in rounds),
        f"answers that none expected: {_listed(surprises)}": bool(surprises),
        f"the p99 of look-ups is {ratio(rounds):.1f} times the idle one, above {RATIO:g}": (
            ratio(rounds) > RATIO
        ),
        f"{after.processes} processes, {before.processes} before": (
            after.processes > before.processes
        ),
        f"{after.server_files} open files, {before.server_files} before": (
            after.server_files > before.server_files + SPARE_FILES
        ),
        f"{after.nameless_files} files without a name are held, {before.nameless_files} before": (
            after.nameless_files > before.nameless_files
        ),
        f"the server holds {after.server_mebibytes:.0f} MiB, above {allowed_server:.0f}": (
            after.server_mebibytes > allowed_server
        ),
        f"all processes hold {after.family_mebibytes:.0f} MiB, above {allowed:.0f}": (
            after.family_mebibytes > allowed
        ),
        f"left in the temporary folder: {', '.join(remains.files)}": bool(remains.files),
        f"not ended by SIGTERM: {remains.processes}": bool(remains.processes),
        f"/health named other revisions meanwhile: {remains.revisions}": (
            len(remains.revisions) != 1
        ),
    }
    return [sentence for sentence, wrong in found.items() if wrong]


def one_round(
    port: int, some: Iterator[tuple[str, str]], turn: int, options: argparse.Namespace
) -> Round:
    """Measure while nothing happens, then under attack; wait until no query runs."""
    idle = probe(port, some, options.seconds, options.rate)
    with attackers.attack(port, options.attack_seconds, turn) as counted:
        time.sleep(1)  # until both workers are at it
        attacked = probe(port, some, options.attack_seconds - 2, options.rate)
        got = counted.get(options.query_seconds + 120)
    quiet(port, options.query_seconds)
    outcomes = sum((each for each, _ in got), Counter[str]())
    return Round(idle, attacked, outcomes, frozenset().union(*(names for _, names in got)))


def quiet(port: int, query_seconds: float) -> float:
    """Wait until no query runs and none waits; return the seconds that took."""
    started = time.monotonic()
    while metric(port, "stancegraph_queries_running") + metric(port, "stancegraph_queries_waiting"):
        if time.monotonic() > started + query_seconds + SETTLING_SECONDS:
            raise RuntimeError("queries still run that nobody waits for")
        time.sleep(0.2)
    return time.monotonic() - started


def settled(root: int, before: Holdings) -> Holdings:
    """Give memory time to go back, and return what is held then."""
    for _ in range(SETTLING_SECONDS):
        found = holdings(root)
        if found.family_mebibytes <= before.family_mebibytes + SPARE_MEBIBYTES:
            break
        time.sleep(1)
    return holdings(root)


def run(data: Path, options: argparse.Namespace) -> list[str]:
    """Serve, attack, and print; return what does not hold."""
    port = serving.free_port()
    some = places(serving.entities(data))
    rounds: list[Round] = []
    revisions = set()
    with tempfile.TemporaryDirectory() as folder:
        seconds = f"{options.query_seconds:g}"
        environment = os.environ | {"TMPDIR": folder, "STANCEGRAPH_QUERY_SECONDS": seconds}
        command = serving.stancegraph(data, port)
        with serving.serving(port, *command, environment=environment) as process:
            probe(port, some, 5, options.rate)  # templates and tables are opened by then
            before = holdings(process.pid)
            workers = metric(port, "stancegraph_workers_started_total")
            revisions.add(revision(port))
            for turn in range(options.rounds):
                rounds.append(one_round(port, some, turn, options))
                revisions.add(revision(port))
                write(f"{turn + 1}, idle", rounds[-1].idle)
                write(f"{turn + 1}, attacked", rounds[-1].attacked)
            after = settled(process.pid, before)
            replaced = metric(port, "stancegraph_workers_started_total") - workers
            known = family.members(process.pid)
        files = sorted(path.name for path in Path(folder).iterdir())
    remains = Remains(before, after, files, family.alive(known), revisions)
    outcomes = sum((each.outcomes for each in rounds), Counter[str]())
    sys.stdout.write(f"p99 under attack, of the idle one: {ratio(rounds):.2f}\n")
    reached = frozenset[str]().union(*(each.reached for each in rounds))
    sys.stdout.write(f"{len(reached)} of {len(WORST)} worst queries were looked at\n")
    sys.stdout.write(f"they led to: {_listed(outcomes)}\n")
    sys.stdout.write(f"workers replaced: {replaced:.0f}\n")
    for field, first, last in zip(fields(Holdings), astuple(before), astuple(after), strict=True):
        sys.stdout.write(f"{field.name.replace('_', ' ')}: {first:.0f} before, {last:.0f} after\n")
    return complaints(rounds, remains)


def write(name: str, found: Latencies) -> None:
    """Print how long the look-ups of a phase took."""
    sys.stdout.write(
        f"round {name:<12} {found.count:5} look-ups, p50 {found.p50:7.1f} ms, "
        f"p99 {found.p99:7.1f} ms, most {found.most:7.1f} ms\n"
    )
    sys.stdout.flush()


def _listed(counted: Counter[str]) -> str:
    return ", ".join(f"{times} x {what}" for what, times in counted.most_common())


def main() -> None:
    """Run the attack on the store that is named, or on one that is made for it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("data", type=Path, nargs="?", help="a data directory, as made by data.py")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=10, help="of a phase without attack")
    parser.add_argument("--attack-seconds", type=float, default=30, help="of one under attack")
    parser.add_argument("--rate", type=float, default=20, help="look-ups a second")
    parser.add_argument("--query-seconds", type=float, default=30, help="the server's setting")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if options.data is None:
            options.data = Path(folder)
            serving.made(options.data, ARTICLES)
        wrong = run(options.data, options)
    for sentence in wrong:
        sys.stdout.write(f"NOT AS IT HAS TO BE: {sentence}\n")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
