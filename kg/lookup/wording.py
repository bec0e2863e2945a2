"""What is searched for: which names fit it and how well, in SQL over ``words`` and in Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg import folding

if TYPE_CHECKING:
    from typing import Final

    from kg.lookup.vocabulary import Vocabulary

EXACT: Final = 0
PREFIX: Final = 1
WORDS: Final = 2
SIMILAR: Final = 3
NOT: Final = 4

MISTYPED: Final = 8
"""So many words may have typing errors; those behind them have to be right."""

_SHORT = 2
_END = "\U0010ffff"
"""Behind everything that a word can go on with, since it is no letter."""

_RANK = (
    f"CASE WHEN folded = $text THEN {EXACT} WHEN starts_with(folded, $text) THEN {PREFIX} "
    f"WHEN {{}} THEN {WORDS} ELSE {SIMILAR} END"
)
_RANGE = "word >= ${0} AND word < ${0}_end"
_FIRST = " AND (word = $rarest OR starts_with(folded, $rarest))"


class Wording:
    """A folded text that names are to fit; ``classes`` are those of the things, none means all.

    The rows of its longest word are read, as that is the rarest; its other words are then looked
    for in the names that those rows have. A word that is short itself has to begin a name, or to
    be a whole word of it.

    :ivar rows: a query for entity, class, folded name and rank
    :ivar parameters: those of the query
    """

    def __init__(self, text: str, classes: tuple[str, ...]) -> None:
        self._text = text
        self._words = sorted(folding.words(text), key=len, reverse=True)
        self._meant: dict[str, list[str]] = {word: [] for word in self._words}
        self._joined: str | None = None
        self._classes = " AND class = ANY($classes)" if classes else ""
        self.parameters: dict[str, object] = {"text": text, **_range("rarest", self._words[0])}
        if classes:
            self.parameters["classes"] = list(classes)
        self._begun = _RANGE.format("rarest")
        self._begun += _FIRST if len(self._words[0]) <= _SHORT else ""
        self._right = self._others()
        self.rows = self._read(_RANK.format("true"), self._begun, self._right)

    def mistyped(self, vocabulary: Vocabulary) -> None:
        """Let names fit too whose words are near, or the same run together."""
        self._meant |= {word: vocabulary.near(word) for word in self._words[:MISTYPED]}
        similar, near, nearly = str(SIMILAR), self._meant[self._words[0]], self._others()
        rows = [self.rows]
        if nearly != self._right:
            rank = _RANK.format(" AND ".join(self._right))
            rows = [self._read(rank, self._begun, nearly)]
        if near:
            self.parameters["meant"] = near
            rows.append(self._read(similar, "word = ANY($meant)", nearly))
        joined = self._text.replace(" ", "")
        if joined != self._text and vocabulary.begun(joined):
            self._joined = joined
            self.parameters |= _range("joined", joined)
            rows.append(self._read(similar, _RANGE.format("joined"), []))
        self.rows = " UNION ALL ".join(rows)

    def rank(self, name: str) -> int:
        """Tell how well a folded name fits, as the query does."""
        if name.startswith(self._text):
            return PREFIX if name != self._text else EXACT
        if all(_begun(name, [word]) for word in self._words):
            return WORDS
        nearly = all(_begun(name, [word, *meant]) for word, meant in self._meant.items())
        return SIMILAR if nearly or (self._joined and _begun(name, [self._joined])) else NOT

    def _others(self) -> list[str]:
        """Say that a name has all words but the longest, or some that they may mean."""
        others = []
        for place, word in enumerate(self._words[1:]):
            if meant := self._meant[word]:  # as one pattern: forty texts take ten times as long
                self.parameters[f"like_{place}"] = f"(?:^| )(?:{'|'.join([word, *meant])})"
                others.append(f"regexp_matches(folded, $like_{place})")
            else:
                self.parameters[f"word_{place}"] = f" {word}"
                others.append(f"contains(concat(' ', folded), $word_{place})")
        return others

    def _read(self, rank: str, rarest: str, others: list[str]) -> str:
        return (
            f"SELECT entity, class, folded, {rank} AS rank FROM words "  # noqa: S608 - our own text
            f"WHERE {' AND '.join([rarest, *others])}{self._classes}"
        )


def _begun(name: str, starts: list[str]) -> bool:
    """Tell whether one of some words begins a word of a name."""
    return any(f" {start}" in f" {name}" for start in starts)


def _range(name: str, start: str) -> dict[str, str]:
    return {name: start, f"{name}_end": start + _END}
