from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg.lookup.vocabulary import MOST, Vocabulary, vocabulary

if TYPE_CHECKING:
    from kg.store.projection import Projection

WORDS = sorted(["heron", "herons", "meta", "data", "anthropic", "zuckerberg", "gpt"])


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("heorn", ["heron"]),
        ("hern", ["heron"]),
        ("heronn", ["heron", "herons"]),
        ("heran", ["heron"]),
        ("heran5", []),
        ("zukerburg", ["zuckerberg"]),
        ("antropik", ["anthropic"]),
        ("gtp", []),
        ("heron", ["herons"]),
    ],
)
def test_near_words(word: str, near: list[str]) -> None:
    """One error in four letters and more, two in eight and more, none in less; never itself."""
    assert Vocabulary(WORDS).near(word) == near


def test_near_words_are_bounded() -> None:
    """However many words are near, a mistyped one means only so many, the nearest first."""
    words = sorted([f"abcdefg{n:02}" for n in range(90)] + ["abcdefgh"])
    found = Vocabulary(words).near("abcdefgx")
    assert len(found) == MOST
    assert found[0] == "abcdefgh"


@pytest.mark.parametrize(
    ("start", "begun"), [("her", True), ("herons", True), ("herx", False), ("zz", False)]
)
def test_whether_a_word_begins_so(start: str, begun: bool) -> None:
    """A beginning is found among all words, the last one included."""
    assert Vocabulary(WORDS).begun(start) is begun


def test_a_projection_is_read_once(lists: Projection) -> None:
    """As long as it is in use, its words are kept."""
    assert vocabulary(lists) is vocabulary(lists)
    assert vocabulary(lists).begun("zuckerberg")
