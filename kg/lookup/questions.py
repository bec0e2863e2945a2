"""Named questions: each is a file in ``queries``, answered in process."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kg.store.base import Binding, Snapshot


def ask(snapshot: Snapshot, question: str) -> Iterable[Binding]:
    """Answer the question in ``queries/<question>.rq``."""
    text = (files("kg") / "queries" / f"{question}.rq").read_text(encoding="utf-8")
    return snapshot.select(text)


def counts(snapshot: Snapshot) -> dict[str, int]:
    """Count the things of each class, by the class's local name, the most first."""
    found = {
        str(row["class"]).rpartition("#")[2]: int(row["count"]) for row in ask(snapshot, "counts")
    }
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))
