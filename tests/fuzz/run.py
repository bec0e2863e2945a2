"""Fuzz the parsers' surfaces of a served store: python -m tests.fuzz.run --seconds 60 --seed 1.

Broken documents, queries, parameters and headers go to every surface over real sockets, then wires
that do not keep to the protocol. Each finding is shown, and its request is written to a file that
``--replay`` sends again. Ends with code 1 where there is a finding, or where nothing was sent.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from tests.fuzz import judging, wires
from tests.fuzz.calls import Answer, Call, send
from tests.fuzz.surfaces import Surfaces
from tests.soak.server import HOST, Server, ServerError, serving

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SETTINGS = {
    "QUERY_SECONDS": "2",
    "QUERY_MEBIBYTES": "300",
    "UPLOAD_MEBIBYTES": "2",
    "WORKERS": "2",
    "KEEP_REVISIONS": "3",
}
_MOST_SHOWN = 40


@dataclass
class Outcome:
    """What a run came to: answers by status and kind, and findings with their requests.

    ``meant`` are the requests that were answered with a problem of the server's that is meant.
    """

    answers: Counter[str] = field(default_factory=Counter)
    findings: list[tuple[str, Call | None]] = field(default_factory=list)
    meant: list[tuple[str, Call]] = field(default_factory=list)

    def add(self, call: Call, answer: Answer | str) -> None:
        """Judge an answer, and count it."""
        if isinstance(answer, Answer):
            self.answers[f"{answer.status} {judging.kind(answer)}".rstrip()] += 1
        if (found := judging.fault(call, answer)) is not None:
            self.findings.append((found, call))
        elif isinstance(answer, Answer) and answer.status >= 500:
            self.meant.append((f"{answer.status} {answer.problem().get('detail', '')}", call))

    def table(self) -> str:
        """Show answers by status and kind, then findings."""
        lines = [f"{count:7}  {what}" for what, count in sorted(self.answers.items())]
        lines.append(f"{self.answers.total():7}  answers, {len(self.findings)} findings")
        for found, call in self.findings[:_MOST_SHOWN]:
            lines.append(f"FINDING {found}" + (f"\n    {call}" if call else ""))
        return "\n".join(lines)


@contextmanager
def prepared() -> Iterator[tuple[Server, str]]:
    """Serve a fresh store with what ships; give the server and a writer's token."""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder) / "data", Path(folder) / "log", SETTINGS)
        with serving(server):
            yield server, server.token()


def attack(server: Server, calls: Iterable[Call], outcome: Outcome) -> None:
    """Send calls one after the other, and look whether the server lives after each that failed."""
    for call in calls:
        outcome.add(call, send(call, HOST, server.port))
    if not server.healthy():
        outcome.findings.append(("/health does not answer at the end", None))
    traces = re.findall(r"(?m)^.*(?:Traceback|panicked).*$", server.log.read_text(errors="replace"))
    outcome.findings += [(f"in the log: {trace[:300]}", None) for trace in traces[:5]]


def calls(chance: Random, token: str, seconds: float, most: int = sys.maxsize) -> Iterator[Call]:
    """Make calls for so many seconds, and so many of them at most."""
    surfaces, deadline = Surfaces(chance, token), time.monotonic() + seconds
    for _ in range(most):
        if time.monotonic() > deadline:
            return
        yield surfaces.call()


def replayed(file: Path, token: str) -> Iterator[Call]:
    """Read calls from a file of findings; they get the token of this run."""
    for line in file.read_text(encoding="ascii").splitlines():
        call = Call.from_json(line)
        kept = tuple((n, v) for n, v in call.headers if not v.startswith(b"Bearer sg_"))
        bearer = ("Authorization", b"Bearer " + token.encode())
        yield Call(call.method, call.target, (*kept, bearer), call.body)


def keep(file: Path, found: list[Call]) -> None:
    """Write calls to a file that can be replayed, if there are any."""
    if found:
        file.parent.mkdir(parents=True, exist_ok=True)
        text = "".join(f"{call.to_json()}\n" for call in found)
        file.write_text(text, encoding="ascii")
        sys.stdout.write(f"{len(found)} requests are in {file}: send them again with --replay\n")


def main(arguments: list[str] | None = None) -> int:
    """Run, show what came of it, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--replay", type=Path, metavar="FILE", help="send these calls, no others")
    parser.add_argument("--findings", type=Path, default=Path("build/fuzz-findings.jsonl"))
    options = parser.parse_args(arguments)
    outcome = Outcome()
    try:
        with prepared() as (server, token):
            if options.replay:
                attack(server, replayed(options.replay, token), outcome)
            else:
                made = calls(Random(options.seed), token, options.seconds)
                attack(server, made, outcome)
                for found in wires.tried(server, token):
                    outcome.findings.append((found, None))
    except ServerError as error:
        outcome.findings.append((str(error), None))
    sys.stdout.write(outcome.table() + "\n")
    keep(options.findings, [call for _, call in outcome.findings if call is not None])
    keep(options.findings.with_suffix(".meant.jsonl"), [call for _, call in outcome.meant])
    return int(bool(outcome.findings) or not outcome.answers)


if __name__ == "__main__":
    sys.exit(main())
