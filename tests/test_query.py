"""Requests and answers are values; what an answer holds open, it closes."""

from __future__ import annotations

import tempfile

import pytest

from kg import formats
from kg.query import CHUNK, Answer, Request, disguised


def test_request_defaults() -> None:
    """A request asks the current revision for JSON or Turtle, over the union of all graphs."""
    request = Request("ASK {}")
    assert (request.bindings_format, request.graph_format) == (formats.JSON, formats.TURTLE)
    assert request.revision is None
    assert not request.default_graphs
    assert not request.named_graphs


def test_answer_in_memory() -> None:
    """A small answer is one chunk."""
    answer = Answer("text/csv", 1, 3, body=b"a\r\n")
    assert list(answer.chunks()) == [b"a\r\n"]
    answer.close()


def test_answer_in_file() -> None:
    """A big answer is read in pieces, and its file is closed behind them."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  # the answer closes it: that is the fact
    file.write(b"x" * (CHUNK + 1))
    file.seek(0)
    answer = Answer("text/csv", 1, CHUNK + 1, file=file)
    assert [len(chunk) for chunk in answer.chunks()] == [CHUNK, 1]
    assert file.closed


def test_answer_unread() -> None:
    """An answer that nobody reads is closed by hand."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  # the answer closes it: that is the fact
    Answer("text/csv", 1, 0, file=file).close()
    assert file.closed


@pytest.mark.parametrize("text", ["ASK {}", "SELECT ?server {}", ""])
def test_disguised_unmentioned(text: str) -> None:
    """A text without the word stays as it is."""
    assert disguised(text, "SERVICE") == text


def test_disguised() -> None:
    """The word goes in every spelling and place, and no length changes."""
    text = 'SELECT ?service { service ?x {} } # SerVice "SERVICE"'
    hidden = disguised(text, "SERVICE")
    assert "service" not in hidden.lower()
    assert len(hidden) == len(text)
