"""Entities and articles by what they are called, the best first.

Names and what is looked for are compared folded (kg.folding). A name fits

- exactly, or by its beginning,
- by its words: each word looked for begins one of them, in any order,
- nearly: words looked for may have typing errors, or be written apart (open ai). That counts only
  where less than ``ENOUGH`` things fit without.

Among those that fit alike, what is mentioned most comes first, then the shorter name, then the
smaller key. A merged entity stands as the one that it was merged into.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

from kg.errors import InputError
from kg.folding import folded
from kg.iris import iri
from kg.lookup import labels, paging
from kg.lookup.merged import replaced
from kg.lookup.results import Counts, Facet, Hit, Listing
from kg.lookup.vocabulary import vocabulary
from kg.lookup.wording import SIMILAR, Wording

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any, Final, Literal

    from kg.lookup.paging import Page
    from kg.lookup.results import Language
    from kg.store.projection import Projection
    from kg.store.things import Thing

    How = Literal["exact", "prefix", "words", "similar"]

ENOUGH: Final = 10
"""So many things that fit are enough to leave out those that fit nearly."""
HOW: Final[tuple[How, ...]] = ("exact", "prefix", "words", "similar")

_COUNTS = tuple(Counts.model_fields)

# `fit` is the rank of the name that fits best and, below that, how long it is.
_LIST = """
    WITH merged AS (SELECT id, replaced_by FROM entities WHERE replaced_by IS NOT NULL),
    found AS MATERIALIZED (
        SELECT
            coalesce(replaced_by, entity) AS id,
            any_value(class) AS class,
            min(rank * 1000 + least(length(folded), 999)) AS fit
        FROM ({rows}) LEFT JOIN merged ON merged.id = entity
        GROUP BY 1
    ),
    fitting AS MATERIALIZED (
        FROM found
        WHERE fit < $nearly OR (SELECT count(*) FROM found WHERE fit < $nearly) < $enough
    ),
    weighed AS (
        SELECT fitting.*, fit // 1000 AS rank, coalesce(-mentions, 0) AS weight, {counts}
        FROM counts RIGHT JOIN fitting ON counts.entity = fitting.id
    )
    SELECT
        rank, weight, fit, id, class, [{counts}],
        (SELECT list((class, n) ORDER BY n DESC, class)
         FROM (SELECT class, count(*) AS n FROM fitting GROUP BY class))
    FROM weighed {behind}
    ORDER BY rank, weight, fit, id LIMIT $limit"""
_BEHIND = "WHERE (rank, weight, fit, id) > ($rank, $weight, $fit, $id)"


def search(
    projection: Projection, text: str, classes: tuple[str, ...], page: Page, language: Language
) -> Listing[Hit]:
    """Search what has a name that fits a text; ``classes`` are those wanted, none means all.

    ``total`` is exact; the facet ``class`` counts by class what was found.

    :raises InputError: the text (the parameter q) has neither a letter nor a digit, or the cursor
        is none of a search
    """
    plain = folded(text)
    if not plain:
        raise InputError(f"q: {text!r} has no letter and no digit to search for")
    of = paging.scope("search", plain, classes)
    last = paging.place(page.after, of, int, int, int, str) if page.after else []
    wording = Wording(plain, classes)
    wording.mistyped(vocabulary(projection))
    rows = _rows(projection, wording, last, page.limit + 1)
    facets = {}
    if page.facets:
        facets["class"] = tuple(
            Facet(id=name, label=labels.term(name, language), count=count)
            for name, count in (rows[0][-1] if rows else ())
        )
    shown = rows[: page.limit]
    return Listing[Hit](
        items=_hits(projection, shown, wording, language),
        next=paging.cursor(of, *shown[-1][:4]) if len(rows) > page.limit else None,
        total=_total(rows),
        facets=facets,
    )


def _rows(
    projection: Projection, wording: Wording, last: Sequence[object], limit: int
) -> list[tuple[Any, ...]]:
    query = _LIST.format(
        rows=wording.rows, counts=", ".join(_COUNTS), behind=_BEHIND if last else ""
    )
    behind = dict(zip(("rank", "weight", "fit", "id"), last, strict=True)) if last else {}
    asked = {"limit": limit, "nearly": SIMILAR * 1000, "enough": ENOUGH}
    return projection.rows(query, wording.parameters | behind | asked)


def _total(rows: Sequence[tuple[Any, ...]]) -> int:
    """Add up what is counted by class, in each row alike."""
    return sum(count for _, count in rows[0][-1]) if rows else 0


class _Name(NamedTuple):
    entity: str
    text: str
    language: str | None
    preferred: bool
    folded: str


def _hits(
    projection: Projection, rows: Sequence[tuple[Any, ...]], wording: Wording, language: Language
) -> tuple[Hit, ...]:
    names = _names(projection, [row[3] for row in rows])
    hits = []
    for rank, _, _, key, kind, counts, _ in rows:
        best = min(names[key], key=lambda name: _place(wording, name, language))
        preferred = [name for name in names[key] if name.preferred and name.entity == key]
        label = min(preferred, key=lambda name: name.language != language, default=best)
        hits.append(
            Hit(
                id=iri(key),
                type=kind,
                label=label.text,
                matched=best.text,
                how=HOW[rank],
                counts=Counts(**{n: c or 0 for n, c in zip(_COUNTS, counts, strict=True)}),
            )
        )
    return tuple(hits)


def _names(projection: Projection, keys: list[str]) -> dict[str, list[_Name]]:
    """Read what things are called, and what was merged into them."""
    names: dict[str, list[_Name]] = {key: [] for key in keys}
    current = {key: key for key in keys}
    current |= {old: new for old, new in replaced(projection).items() if new in names}
    for key, thing in projection.things.get(current).items():
        names[current[key]] += [
            _Name(key, text, language, preferred, folded(text))
            for text, language, preferred in _called(thing)
        ]
    return {key: sorted(some, key=_alphabet) for key, some in names.items()}


def _alphabet(name: _Name) -> tuple[str, str, str]:
    return name.entity, name.text, name.language or ""


def _called(thing: Thing) -> Iterable[tuple[str, str | None, bool]]:
    """Return the names of an entity, or the headline of an article."""
    if thing["class"] != "Article":
        return cast("Iterable[tuple[str, str | None, bool]]", thing["names"])
    return ((thing["headline"], thing.get("headline_language"), True),)


def _place(wording: Wording, name: _Name, language: str) -> tuple[int, int, bool]:
    """Return what sorts the names of one thing, the one that fits best first."""
    return wording.rank(name.folded), len(name.folded), name.language != language
