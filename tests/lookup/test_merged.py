from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pytest

from kg.errors import NotFound
from kg.lookup.merged import Merged
from tests.lookup.made import entity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kg.store.projection import Projection


def topics(
    *pairs: tuple[str, str | None], broader: Mapping[str, str] = MappingProxyType({})
) -> dict[str, Any]:
    """Make topics, each with what took its place, and some with what is broader."""
    return {
        f"topic/{key}": entity(
            "Topic",
            key,
            replaced_by=by and f"topic/{by}",
            broader=[f"topic/{broader[key]}"] if key in broader else None,
        )
        for key, by in pairs
    }


@pytest.mark.parametrize("asked", ["a", "b", "c"])
def test_old_and_new_mean_the_same(handmade: Callable[..., Projection], asked: str) -> None:
    """Whichever name along a chain of mergers is asked for, all of them are meant."""
    made = handmade(topics(("a", "b"), ("b", "c"), ("c", None), ("d", None)))
    merged = Merged(made, {"x": f"topic/{asked}"})
    assert merged.keys("x") == ("topic/a", "topic/b", "topic/c")
    assert merged.current("topic/a") == "topic/c"


def test_narrower_topics_are_met_through_mergers(handmade: Callable[..., Projection]) -> None:
    """What is narrower than a topic, than one merged into it, or than one merged into those."""
    pairs = (("top", None), ("old", "top"), ("low", None), ("under", "low"), ("end", None))
    made = handmade(topics(*pairs, broader={"low": "old", "end": "under"}))
    assert Merged(made, {"x": "topic/top"}).narrower("x") == tuple(
        f"topic/{key}" for key in ("end", "low", "old", "top", "under")
    )


def test_a_circle_of_mergers_ends(handmade: Callable[..., Projection]) -> None:
    """Entities that replace one another are found, and nothing hangs."""
    merged = Merged(handmade(topics(("a", "b"), ("b", "a"))), {"x": "topic/a"})
    assert "topic/a" in merged.narrower("x") or "topic/b" in merged.narrower("x")


def test_a_circle_of_broader_topics_ends(handmade: Callable[..., Projection]) -> None:
    """Topics that are broader than one another are each found once."""
    made = handmade(topics(("a", None), ("b", None), broader={"a": "b", "b": "a"}))
    assert Merged(made, {"x": "topic/a"}).narrower("x") == ("topic/a", "topic/b")


def test_what_concerns_something_narrower_is_met(handmade: Callable[..., Projection]) -> None:
    """Topics that concern a thing, or what is narrower, and what is narrower than those."""
    pairs = (("top", None), ("low", None), ("news", None), ("more", None), ("other", None))
    made = topics(*pairs, broader={"low": "top", "more": "news"})
    made["topic/news"]["concerns"] = ["topic/low"]
    merged = Merged(handmade(made), {"x": "topic/top"})
    assert merged.concerning("x") == ("topic/low", "topic/more", "topic/news", "topic/top")
    assert merged.narrower("x") == ("topic/low", "topic/top")


def test_what_is_not_there_is_named(handmade: Callable[..., Projection]) -> None:
    """The refusal tells which parameter names nothing."""
    with pytest.raises(NotFound, match=r"^y: there is no topic/b$"):
        Merged(handmade(topics(("a", None))), {"x": "topic/a", "y": "topic/b"})


def test_nothing_asked_asks_nothing(lists: Projection) -> None:
    """Without parameters there is nothing to resolve."""
    assert Merged(lists, {}).current("topic/releasing-weights") == "topic/releasing-weights"
