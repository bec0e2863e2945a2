"""Errors cross process borders whole."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import pytest

from kg import errors
from kg.report import Report

if TYPE_CHECKING:
    from collections.abc import Iterator

MADE: dict[type[errors.StancegraphError], errors.StancegraphError] = {
    errors.ParseError: errors.ParseError("a full stop is missing", "own.ttl", 3, 7),
    errors.QuerySyntaxError: errors.QuerySyntaxError("the query is empty", 1, 1),
    errors.NonConforming: errors.NonConforming(Report()),
    errors.QueryTimeout: errors.QueryTimeout(30.0),
    errors.QueryMemory: errors.QueryMemory(1024),
    errors.AnswerTooLarge: errors.AnswerTooLarge(256),
    errors.Busy: errors.Busy(2.0),
    errors.TooManyQueries: errors.TooManyQueries(8),
    errors.QueryKilled: errors.QueryKilled(),
    errors.QueryAbandoned: errors.QueryAbandoned(),
    errors.Locked: errors.Locked("process 7", 1.5),
    errors.Replaced: errors.Replaced("company/a", "company/b"),
    errors.TooManyAttempts: errors.TooManyAttempts(7),
    errors.Conflict: errors.Conflict(1, 2),
}


def every(root: type[errors.StancegraphError]) -> Iterator[type[errors.StancegraphError]]:
    """Iterate over a class of errors and all below it."""
    yield root
    for kind in root.__subclasses__():
        yield from every(kind)


@pytest.mark.parametrize("kind", sorted(set(every(errors.StancegraphError)), key=str))
def test_pickling(kind: type[errors.StancegraphError]) -> None:
    """An error comes out of a pickle with its class, its sentence and its parts."""
    error = MADE[kind] if kind in MADE else kind("a sentence")
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301  # made in this line
    assert type(copy) is kind
    assert str(copy) == str(error)
    assert vars(copy) == vars(error)


def test_tree() -> None:
    """The docstring of the module draws every error there is."""
    kinds = {kind.__name__ for kind in every(errors.StancegraphError)}
    assert len(kinds) > 15
    assert {name for name in kinds if name not in str(errors.__doc__)} == set()
