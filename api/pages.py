"""``/``: what this is, for people; ``/health``: that it is there, for machines."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Blueprint, render_template

from api.state import state
from kg import formats, lookup

if TYPE_CHECKING:
    from kg.store.revisions import Revisions

blueprint = Blueprint("pages", __name__)

SHOWN = {
    "Article": ("article", "articles"),
    "Stance": ("stance", "stances"),
    "Claim": ("claim", "claims"),
    "Estimate": ("estimate", "estimates"),
    "Condition": ("condition", "conditions"),
    "Person": ("person", "people"),
    "Company": ("company", "companies"),
    "Model": ("model", "models"),
}
"""Classes that the front page counts, with the nouns for one member and for several."""


@dataclass(frozen=True)
class Example:
    """A query to copy; the first line of its file is a comment that asks it in words."""

    question: str
    text: str


@cache
def examples() -> tuple[Example, ...]:
    """Read the queries of the front page."""
    paths = sorted(Path(str(files("api") / "examples")).glob("*.rq"))
    texts = (path.read_text(encoding="utf-8").partition("\n") for path in paths)
    return tuple(Example(first.removeprefix("# "), rest.strip()) for first, _, rest in texts)


@blueprint.get("/")
def home() -> str:
    """Show what there is, and how to ask it."""
    with state().store.snapshot() as snapshot:
        revision, quads = snapshot.revision, len(snapshot)
    found = _counts(state().store, revision)
    return render_template(
        "home.html",
        revision=revision,
        quads=quads,
        counts=[(found[name], nouns[found[name] != 1]) for name, nouns in SHOWN.items()],
        dumps=[item.endings[0] for item in formats.DUMPS],
        examples=examples(),
    )


@blueprint.get("/health")
def health() -> dict[str, str | int]:
    """Say that the store can be read, and which revision is current."""
    with state().store.snapshot() as snapshot:
        return {"status": "ok", "revision": snapshot.revision}


@lru_cache(maxsize=4)
def _counts(store: Revisions, revision: int) -> dict[str, int]:
    """Count once per revision: that reads every thing there is."""
    with store.snapshot(revision) as snapshot:
        return lookup.counts(snapshot)
