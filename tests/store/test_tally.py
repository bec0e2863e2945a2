"""What became of requests to workers, counted."""

from __future__ import annotations

import pytest

from kg.errors import (
    AnswerTooLarge,
    Busy,
    LimitError,
    QueryAbandoned,
    QueryKilled,
    QueryMemory,
    QuerySyntaxError,
    QueryTimeout,
    StancegraphError,
    TooManyQueries,
    WorkerLost,
)
from kg.store.tally import Tally


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (QueryTimeout(1), "time"),
        (QueryMemory(1), "memory"),
        (AnswerTooLarge(1), "size"),
        (QueryKilled(), "killed"),
        (QueryAbandoned(), "abandoned"),
        (WorkerLost("it died"), "died"),
        (TooManyQueries(1), "client"),
        (Busy(), "busy"),
        (QuerySyntaxError("no query"), "answered"),
        (LimitError("the answer is too big"), "answered"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_outcomes(error: StancegraphError, outcome: str) -> None:
    """A request counts by what stopped it; with an error of its own it is answered."""
    tally = Tally()
    with pytest.raises(type(error)), tally.request():
        raise error
    assert {name for name, count in tally.ended.items() if count} == {outcome}


def test_answered() -> None:
    """A request counts when it ends, not before."""
    tally = Tally()
    with tally.request(), tally.request():
        assert sum(tally.ended.values()) == 0
    assert tally.ended["answered"] == 2


def test_what_nobody_foresaw() -> None:
    """An error that is none of ours is not counted as an answer that was given."""
    tally = Tally()
    with pytest.raises(ZeroDivisionError), tally.request():
        raise ZeroDivisionError
    assert tally.ended["died"] == 1
