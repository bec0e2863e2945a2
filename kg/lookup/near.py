"""Keys near one that is not there, for whoever mistyped it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg import iris
from kg.folding import folded, words
from kg.lookup.vocabulary import vocabulary
from kg.store.derivation import ENTITIES

if TYPE_CHECKING:
    from typing import Final

    from kg.store.projection import Projection

NEAR: Final = 3
"""How many are offered."""
LONGEST: Final = 8
"""So many words of a slug are looked for."""
ALIKE: Final = 0.85
"""The least likeness of a slug that is offered (Jaro and Winkler's; 1 is the same)."""

_BY_WORDS = """
    SELECT entity FROM words WHERE word IN (SELECT unnest($words::VARCHAR[])) AND {kind}
    GROUP BY entity
    ORDER BY count(DISTINCT word) DESC, jaro_winkler_similarity(entity, $key) DESC, entity
    LIMIT $limit"""
_ALIKE = """
    SELECT id FROM {table}
    WHERE starts_with(id, $kind) AND jaro_winkler_similarity(substr(id, $start), $slug) >= $alike
    ORDER BY jaro_winkler_similarity(substr(id, $start), $slug) DESC, id LIMIT $limit"""


def near(projection: Projection, kind: str, slug: str) -> list[str]:
    """Return up to ``NEAR`` keys near ``<kind>/<slug>``, which is not there.

    Those of the same slug and another kind come first; then those that share most words with it,
    typing errors included; then, where these are none, those whose slugs are spelt alike. All but
    the first are of the same kind, or of any where there is no such kind.
    """
    key = f"{kind}/{slug}"
    others = [f"{other}/{slug}" for other in iris.KINDS if other != kind]
    things = projection.things.get(others)
    found = sorted(other for other, thing in things.items() if thing["class"] in ENTITIES)
    known = kind in iris.KINDS
    if wanted := _words(projection, slug):
        query = _BY_WORDS.format(kind="class = $class" if known else "true")
        asked: dict[str, object] = {"words": wanted, "key": key, "limit": NEAR + 1}
        asked |= {"class": kind.capitalize()} if known else {}
        found += [found for (found,) in projection.rows(query, asked)]
    if not found and known:
        query = _ALIKE.format(table="articles" if kind == "article" else "entities")
        asked = {"kind": f"{kind}/", "start": len(kind) + 2, "slug": slug, "alike": ALIKE}
        found += [found for (found,) in projection.rows(query, asked | {"limit": NEAR})]
    return [other for other in dict.fromkeys(found) if other != key][:NEAR]


def _words(projection: Projection, slug: str) -> list[str]:
    """List the words of names that the words of a slug may mean; numbers alone say too little."""
    known = vocabulary(projection)
    wanted = [word for word in words(folded(slug)) if not word.isdigit()][:LONGEST]
    return [meant for word in wanted for meant in (word, *known.near(word))]
