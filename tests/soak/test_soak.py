from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.soak import run
from tests.soak.clients import Field
from tests.soak.ledger import Ledger, wrong
from tests.soak.server import Server
from tests.soak.writes import Write, halves, marks

if TYPE_CHECKING:
    from pathlib import Path

    from tests.soak.writes import Deed

GRAPH = "https://example.org/soak/0"


@pytest.mark.slow
def test_soak(tmp_path: Path) -> None:
    """After half a minute of force nothing is lost, half there, or answered as it should not be."""
    field = run.soak(30, tmp_path)
    assert [*field.problems, *run.idle(field)] == []


def told(path: Path, *writes: tuple[Deed, int]) -> Ledger:
    """Make a ledger of writes to one graph, each with its deed and revision; 0: not known."""
    ledger = Ledger(path / "ledger")
    for number, (deed, revision) in enumerate(writes, 1):
        write = Write(f"w1-{number}", GRAPH, deed)
        ledger.sends(write)
        ledger.knows(write, "acknowledged" if revision else "unknown", revision, changed=True)
    return ledger


@pytest.mark.parametrize(
    ("writes", "present", "problems"),
    [
        ([("replace", 1), ("replace", 2)], {"w1-2"}, 0),
        ([("replace", 1), ("replace", 2)], {"w1-1"}, 2),
        ([("replace", 2), ("replace", 1)], {"w1-1"}, 0),
        ([("replace", 1), ("add", 2)], {"w1-1", "w1-2"}, 0),
        ([("replace", 1), ("add", 2)], {"w1-1"}, 1),
        ([("replace", 1), ("clear", 2)], {"w1-1"}, 1),
        ([("replace", 1), ("replace", 0)], {"w1-2"}, 0),
        ([("replace", 1), ("replace", 0)], {"w1-1"}, 0),
        ([("replace", 0), ("replace", 1)], {"w1-2"}, 0),
        ([("replace", 0), ("replace", 1)], {"w1-1", "w1-2"}, 1),
        ([("clear", 0), ("add", 1)], set(), 1),
        ([], {"w9-9"}, 1),
    ],
)
def test_ledger(
    tmp_path: Path, writes: list[tuple[Deed, int]], present: set[str], problems: int
) -> None:
    """A lost write is told from one that another followed, and from one of unknown fate."""
    ledger = told(tmp_path, *writes)
    assert len(wrong(ledger.of_graph(GRAPH), present)) == problems


def test_halves() -> None:
    """A write that lacks a statement is told, and so is a statement of nobody."""
    said = set(Write("w1-1", GRAPH, "replace").statements())
    assert halves(GRAPH, said) == []
    assert marks(said) == {"w1-1"}
    assert "by half: 7 of 8" in halves(GRAPH, said - {min(said)})[0]
    assert "of no write" in halves(GRAPH, said | {"<urn:a> <urn:b> <urn:c>"})[0]


def test_nothing_done(tmp_path: Path) -> None:
    """A soak in which nothing was killed, written or read is no proof."""
    field = Field(Server(tmp_path, tmp_path / "log"), Ledger(tmp_path / "l"), "", 0.0)
    assert len(run.idle(field)) == 6
