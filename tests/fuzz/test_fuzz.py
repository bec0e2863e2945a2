from __future__ import annotations

import time
from random import Random
from typing import TYPE_CHECKING

import pytest

from tests.fuzz import judging, run, seeds, wires
from tests.fuzz.calls import Answer, Call
from tests.fuzz.mutations import LONGEST, MUTATIONS, mutated

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.soak.server import Server

OK = Answer(200, {"x-request-id": "1"}, b"", 0.1)
EVERY = [text for texts in seeds.RDF.values() for text in texts]


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Server, str]]:
    """A server over a fresh store, and a writer's token."""
    with run.prepared() as found:
        yield found


def test_surfaces(served: tuple[Server, str]) -> None:
    """Broken requests to every surface get errors in their one shape, and none of 5xx unmeant."""
    server, token = served
    outcome = run.Outcome()
    run.attack(server, run.calls(Random(7), token, 10, most=400), outcome)
    assert outcome.findings == []
    assert outcome.answers.total() > 50
    assert any(what.startswith("400 ill-formed-rdf") for what in outcome.answers)


def test_wires(served: tuple[Server, str]) -> None:
    """Connections that are slow, half closed, broken off or no HTTP hurt nobody else."""
    server, token = served
    started = time.monotonic()
    assert list(wires.tried(server, token)) == []
    assert time.monotonic() - started > 5


@pytest.mark.parametrize("way", [way for way, _ in MUTATIONS])
def test_mutations(way: object) -> None:
    """Each way to break a document changes one, at the latest in fifty tries."""
    assert callable(way)
    assert any(way(text, Random(n)) != text for n in range(50) for text in EVERY[:1])


def test_same_seed() -> None:
    """The same seed breaks the same way, within bounds."""
    for number in range(50):
        first, second = (mutated(seeds.TURTLE, EVERY, Random(number)) for _ in range(2))
        assert first == second
        assert len(first) <= LONGEST


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (OK, None),
        ("no answer within 40 seconds", "no answer"),
        (Answer(500, {"x-request-id": "1"}, b"Internal", 0.1), "500"),
        (Answer(200, {}, b"", 0.1), "without X-Request-ID"),
        (
            Answer(404, {"x-request-id": "1", "content-type": "text/plain"}, b"no", 0.1),
            "text/plain",
        ),
        (Answer(200, {"x-request-id": "1"}, b"Traceback (most recent call last)", 0.1), "trace"),
    ],
)
def test_judging(answer: Answer | str, said: str | None) -> None:
    """What an answer may not be is told."""
    found = judging.fault(Call("GET", b"/sparql"), answer)
    assert found is None if said is None else said in str(found)


def test_replay(tmp_path: Path) -> None:
    """A finding is kept so that it can be sent again, byte by byte."""
    call = Call("PUT", b"/graphs?\xff", (("A", b"\xfe"),), b"\0\xff")
    run.keep(tmp_path / "found", [call])
    (again,) = run.replayed(tmp_path / "found", "sg_token")
    assert (again.method, again.target, again.body) == (call.method, call.target, call.body)
    assert again.headers == (("A", b"\xfe"), ("Authorization", b"Bearer sg_token"))
