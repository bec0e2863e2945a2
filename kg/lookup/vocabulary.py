"""The words of all names, in memory, to find the ones that a word with typing errors may mean."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from rapidfuzz import process
from rapidfuzz.distance import OSA

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.store.projection import Projection

MOST = 40
"""How many words at most one mistyped word may mean; the nearest come first."""
_ONE, _TWO = 4, 8
"""Letters from which on a word may have one typing error, and two."""


class Vocabulary:
    """Words in order. Eighty thousand take a tenth of a second to read, and 4 ms to search."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = words

    def near(self, word: str) -> list[str]:
        """List the words that differ from one by a typing error or two, the nearest first.

        An error is a letter too many, too few, another one, or two neighbours swapped. Words of
        less than four letters have none, those of eight and more up to two.
        """
        errors = (len(word) >= _ONE) + (len(word) >= _TWO)
        if not errors:
            return []
        found = process.extract(
            word, self._words, scorer=OSA.distance, score_cutoff=errors, limit=MOST
        )
        return [near for near, distance, _ in found if distance]

    def begun(self, start: str) -> bool:
        """Tell whether any word begins so."""
        place = bisect_left(self._words, start)
        return place < len(self._words) and self._words[place].startswith(start)


_READ: WeakKeyDictionary[Projection, Vocabulary] = WeakKeyDictionary()


def vocabulary(projection: Projection) -> Vocabulary:
    """Return the words of a projection, read once and kept as long as it is in use."""
    found = _READ.get(projection)
    if found is None:
        rows = projection.rows("SELECT DISTINCT word FROM words")
        found = _READ[projection] = Vocabulary(sorted(word for (word,) in rows))
    return found
