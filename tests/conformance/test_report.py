from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rdflib import URIRef

from tests.conformance.report import (
    EARL,
    Known,
    ListError,
    Outcome,
    earl,
    faults,
    read_known,
    table,
)

if TYPE_CHECKING:
    from pathlib import Path

GOOD = Outcome("urn:good", "first")
BAD = Outcome("urn:bad", "first", "another answer")
OUT = Outcome("urn:out", "second", excluded="out of scope")
KNOWN = {"urn:bad": Known("engine", "it cannot count")}


def test_green() -> None:
    """A run whose failures are all known is green."""
    assert faults([GOOD, BAD, OUT], KNOWN, {"first"}) == []


@pytest.mark.parametrize(
    ("outcomes", "known", "expected", "said"),
    [
        ([GOOD, BAD], {}, {"first"}, "failed: <urn:bad>: another answer"),
        ([Outcome("urn:bad", "first")], KNOWN, {"first"}, "passed, though listed"),
        ([GOOD], {}, {"first", "empty"}, "the suite is empty: empty"),
        ([GOOD, OUT], {}, {"first", "second"}, "the suite is empty: second"),
        ([], {}, {"first"}, "the suite is empty: first"),
        ([GOOD], KNOWN, {"first"}, "but no test: <urn:bad>"),
    ],
)
def test_red(
    outcomes: list[Outcome], known: dict[str, Known], expected: set[str], said: str
) -> None:
    """A new failure, a known one that passes, an empty suite and a stale entry are red."""
    (line,) = faults(outcomes, known, expected)
    assert said in line


def test_table() -> None:
    """The table counts each suite's tests by what became of them, and all together."""
    first, second, both = table([GOOD, BAD, OUT], KNOWN).splitlines()[2:]
    assert first.split() == ["first", "1", "1", "0", "0"]
    assert second.split(maxsplit=5) == ["second", "0", "0", "0", "1", "out of scope"]
    assert both.split() == ["all", "1", "1", "0", "1"]


def test_earl() -> None:
    """The EARL report says of each test what came of it, known failures or not."""
    graph = earl([GOOD, BAD, OUT], "1.0")
    found = {
        str(graph.value(assertion, EARL.test)): graph.value(result, EARL.outcome)
        for assertion, result in graph.subject_objects(EARL.result)
    }
    assert found == {
        "urn:good": EARL.passed,
        "urn:bad": EARL.failed,
        "urn:out": EARL.untested,
    }
    assert (None, EARL.test, URIRef("urn:good")) in graph


@pytest.mark.parametrize(
    "entry",
    [
        'test = "urn:a"\nwhose = "engine"',
        'test = "urn:a"\nwhose = "nobody"\nreason = "x"',
        'test = "urn:a"\nwhose = "ours"\nreason = " "',
        "\n[[failure]]\n".join(['test = "urn:a"\nwhose = "ours"\nreason = "x"'] * 2),
    ],
)
def test_known_failures(tmp_path: Path, entry: str) -> None:
    """An entry without its parts, or one that is there twice, is refused."""
    path = tmp_path / "known.toml"
    path.write_text(f"[[failure]]\n{entry}\n", encoding="utf-8")
    with pytest.raises(ListError):
        read_known(path)
