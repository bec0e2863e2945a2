from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg.errors import NotFound
from kg.lookup.merged import Merged

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.store.projection import Projection


def topics(*pairs: tuple[str, str | None]) -> list[dict[str, object]]:
    """Make rows of topics, each with what took its place."""
    return [
        {"id": f"topic/{key}", "class": "Topic", "replaced_by": by and f"topic/{by}"}
        for key, by in pairs
    ]


def broader(*pairs: tuple[str, str]) -> list[dict[str, object]]:
    """Make rows of what is narrower than what."""
    return [{"topic": f"topic/{low}", "ancestor": f"topic/{high}"} for low, high in pairs]


@pytest.mark.parametrize("asked", ["a", "b", "c"])
def test_old_and_new_mean_the_same(handmade: Callable[..., Projection], asked: str) -> None:
    """Whichever name along a chain of mergers is asked for, all of them are meant."""
    rows = topics(("a", "b"), ("b", "c"), ("c", None), ("d", None))
    merged = Merged(handmade({"entities": rows}), {"x": f"topic/{asked}"})
    assert merged.keys("x") == ("topic/a", "topic/b", "topic/c")
    assert merged.current("topic/a") == "topic/c"


def test_narrower_topics_are_met_through_mergers(handmade: Callable[..., Projection]) -> None:
    """What is narrower than a topic, than one merged into it, or than one merged into those."""
    rows = topics(("top", None), ("old", "top"), ("low", None), ("under", "low"), ("end", None))
    below = broader(("top", "top"), ("low", "low"), ("low", "old"), ("end", "under"))
    merged = Merged(handmade({"entities": rows, "broader": below}), {"x": "topic/top"})
    assert merged.narrower("x") == tuple(
        f"topic/{key}" for key in ("end", "low", "old", "top", "under")
    )


def test_a_circle_of_mergers_ends(handmade: Callable[..., Projection]) -> None:
    """Entities that replace one another are found, and nothing hangs."""
    rows = topics(("a", "b"), ("b", "a"))
    merged = Merged(handmade({"entities": rows}), {"x": "topic/a"})
    assert "topic/a" in merged.narrower("x") or "topic/b" in merged.narrower("x")


def test_what_is_not_there_is_named(handmade: Callable[..., Projection]) -> None:
    """The refusal tells which parameter names nothing."""
    with pytest.raises(NotFound, match=r"^y: there is no topic/b$"):
        Merged(handmade({"entities": topics(("a", None))}), {"x": "topic/a", "y": "topic/b"})


def test_nothing_asked_asks_nothing(lists: Projection) -> None:
    """Without parameters there is nothing to resolve."""
    assert Merged(lists, {}).current("topic/releasing-weights") == "topic/releasing-weights"
