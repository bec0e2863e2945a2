"""Names as search compares them: what people type differently and mean alike is written alike.

1. Unicode's compatibility forms, without case and without marks: ﬁ and fi, É and e.
2. Letters that Unicode does not take apart go to those that people type for them: ø to o, ł to l.
3. What is neither letter nor digit ends a word; words stand one space apart. Format characters
   (a soft hyphen, a direction mark) vanish.
4. An e that may be the second half of an umlaut falls away: Müller, Mueller and Muller are all
   ``muller``. The rule is that of Lucene's GermanNormalizationFilter: after a and o, and after a u
   that follows neither a vowel nor q (so Bauer and Queen keep theirs).

Both a name and what is looked for go through this, so Manuel is found as Manuel, though both are
``manul`` here. A folded text is for comparing only and is never shown. The beginning of a text
folds to the beginning of the folded text, so that prefixes can be compared too.
"""

from __future__ import annotations

import re
import unicodedata

_WHOLE = str.maketrans(
    {
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ħ": "h",
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
        "ŧ": "t",
        "ŋ": "n",
        "ĸ": "k",
    }
)
_UMLAUT = re.compile("([ao]|(?<![aeiouq])u)e+")


def folded(text: str) -> str:
    """Fold a text: words of lower-case letters and digits, one space apart; maybe nothing at all.

    Folding again changes nothing. Any text folds, ill-formed ones (lone surrogates) too.
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    spelt = plain.casefold().translate(_WHOLE)
    kept = "".join(map(_kept, spelt))
    return " ".join(_UMLAUT.sub(r"\1", kept).split())


def words(text: str) -> tuple[str, ...]:
    """List the words of a folded text, each once, in their order."""
    return tuple(dict.fromkeys(text.split()))


def _kept(character: str) -> str:
    """Keep a letter or a digit, drop a mark or a format character, make the rest a space."""
    if character.isalnum():
        return character
    return "" if unicodedata.category(character) in {"Mn", "Mc", "Me", "Cf"} else " "
