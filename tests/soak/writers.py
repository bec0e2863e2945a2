"""Writers: over HTTP in each way there is, and by the command line beside it."""

from __future__ import annotations

import json
import re
import time
from random import Random
from typing import TYPE_CHECKING
from urllib.parse import quote

from tests.fuzz.calls import Answer
from tests.soak.writes import ARTICLES, EX, Write, is_article

if TYPE_CHECKING:
    from pathlib import Path

    from tests.soak.clients import Field

GRAPHS = (*(f"{EX}soak/{i}" for i in range(5)), *(f"{ARTICLES}2025-03-soak-{i}" for i in range(3)))
"""Graphs that all writers write to."""
PAUSE = 0.1
REFUSALS = {400, 401, 403, 404, 412, 413, 415, 422, 429, 503}
"""Answers after which nothing is stored."""


def over_http(field: Field, number: int) -> None:
    """Write by PUT, POST, DELETE and updates until the time is over."""
    chance = Random(number)
    count = 0
    while field.going():
        count += 1
        write, way = _chosen(chance, f"w{number}-{count}")
        field.ledger.sends(write)
        match = _revision(field) if chance.random() < 0.2 else 0
        method, target, kind, body = _request(write, way)
        _told(field, write, field.send(method, target, kind, body, match))
        time.sleep(PAUSE)


def by_command(field: Field, number: int, folder: Path) -> None:
    """Load files by the command line until the time is over."""
    chance = Random(number)
    count = 0
    file = folder / "load.nt"
    while field.going():
        count += 1
        write = Write(f"w{number}-{count}", chance.choice(GRAPHS), "replace")
        file.write_text(write.ntriples(), encoding="utf-8")
        field.ledger.sends(write)
        done = field.server.run("load", "--graph", write.graph, str(file))
        if (said := re.search(r"published revision ([0-9]+)", done.stdout)) is not None:
            field.ledger.knows(write, "acknowledged", int(said[1]), changed=True)
        else:
            field.ledger.knows(write, "refused")
            field.problem(f"load ended with {done.returncode}: {done.stderr[-300:]}")
        time.sleep(1)


def _chosen(chance: Random, mark: str) -> tuple[Write, str]:
    """Choose a graph, and a way to write to it."""
    graph = chance.choice(GRAPHS)
    way = chance.choice(("PUT", "PUT", "POST", "DELETE", "replace", "insert"))
    if is_article(graph):  # whole or not at all: an article twice has two headlines
        bad = chance.random() < 0.3
        return Write(mark, graph, "replace", bad), "PUT" if bad else chance.choice(
            ("PUT", "replace")
        )
    deed = {"POST": "add", "insert": "add", "DELETE": "clear"}.get(way, "replace")
    return Write(mark, graph, deed), way  # type: ignore[arg-type]  # one of the three


def _request(write: Write, way: str) -> tuple[str, str, str, bytes | None]:
    target = f"/graphs?graph={quote(write.graph, safe='')}"
    if way == "DELETE":
        return "DELETE", target, "", None
    said = write.ntriples()
    if way in {"PUT", "POST"}:
        return way, target, "application/n-triples", said.encode()
    insert = f"INSERT DATA {{ GRAPH <{write.graph}> {{ {said} }} }}"
    clear = f"CLEAR SILENT GRAPH <{write.graph}> ; " if way == "replace" else ""
    return "POST", "/update", "application/sparql-update", (clear + insert).encode()


def _revision(field: Field) -> int:
    answer = field.ask("/health")
    if isinstance(answer, Answer) and answer.status == 200:
        return int(json.loads(answer.body)["revision"])
    return 0


def _told(field: Field, write: Write, answer: Answer | str) -> None:
    """Write down what came of a write."""
    if not isinstance(answer, Answer) or (answer.status >= 500 and answer.status != 503):
        field.ledger.knows(write, "unknown")
        field.count(field.answers, answer)
    elif answer.status in {200, 201}:
        said = json.loads(answer.body)
        field.ledger.knows(write, "acknowledged", said["revision"], changed=said["changed"])
        if write.bad:
            field.problem(f"{write.id} breaks the shapes and was taken")
    elif answer.status in REFUSALS:
        field.ledger.knows(write, "refused")
        if answer.status in {400, 401, 403, 413, 415} or (answer.status == 422 and not write.bad):
            field.problem(f"{write.id} was refused: {answer.status} {answer.body[:200]!r}")
    else:
        field.problem(f"{write.id} was answered {answer.status} {answer.body[:200]!r}")
