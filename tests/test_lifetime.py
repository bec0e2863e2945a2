"""Processes that end with their parent; that they do is seen in the tests of the server."""

from __future__ import annotations

import pytest

from kg.lifetime import end_with_parent


def test_without_a_parent() -> None:
    """A process that nobody here started has no parent to end with."""
    with pytest.raises(RuntimeError, match="not started by multiprocessing"):
        end_with_parent()
