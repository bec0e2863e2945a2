"""Changes of stance: two stances of one holder on one target, one after the other, that differ.

Nothing is judged: that two stances differ in polarity is in the records; whether the later one
takes an earlier one back is what claims and editors' links say, where they do (``reported``).

Stances are in the order of their days; those of one day in that of their articles' marks, and those
of one article in that of their keys, which is fixed but says nothing. Undated ones are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from kg import iris
from kg.errors import InputError
from kg.lookup import labels, paging, records
from kg.lookup.positions import Positions
from kg.lookup.results import Listing, Named, Shift

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.lookup.paging import Page
    from kg.lookup.results import Language
    from kg.store.projection import Projection
    from kg.store.things import Thing

# Numbers alone are joined, grouped and sorted, and only the rows of pairs that hold two sides: with
# the keys, and with all rows, it takes three times as long.
_CHANGES = """
    WITH merged AS MATERIALIZED (
        SELECT hash(id) AS old, hash(replaced_by) AS new
        FROM entities WHERE replaced_by IS NOT NULL
    ),
    asked AS MATERIALIZED (
        SELECT
            hash(coalesce(held.new, holding), coalesce(meant.new, meaning)) AS pair,
            day, mark, place, side
        FROM (
            SELECT
                hash(holder) AS holding, hash(target) AS meaning,
                day, mark, rowid AS place, ascii(polarity) AS side
            FROM stances
            WHERE day IS NOT NULL AND holder IS NOT NULL AND target IS NOT NULL AND {rows}
        )
        LEFT JOIN merged AS held ON held.old = holding
        LEFT JOIN merged AS meant ON meant.old = meaning
    ),
    divided AS (SELECT pair FROM asked GROUP BY pair HAVING min(side) <> max(side))
    SELECT day, mark, place, earlier FROM (
        SELECT
            day, mark, place, side,
            lag(side) OVER one AS was,
            lag(place) OVER one AS earlier
        FROM asked WHERE pair IN (FROM divided)
        WINDOW one AS (PARTITION BY pair ORDER BY day, mark, place)
    )
    WHERE side <> was AND {behind}
    ORDER BY day DESC, mark, place LIMIT $limit"""
_BEHIND = "day <= $day AND (day < $day OR mark > $mark OR (mark = $mark AND place > $place))"
_ROWS = """
    WITH asked AS MATERIALIZED (
        SELECT rowid AS place, id, holder, target FROM stances
        WHERE rowid IN (SELECT unnest($places::BIGINT[]))
    )
    SELECT place, stances.id, {held}, {meant} FROM asked AS stances {current}"""
_PLACE = """
    SELECT coalesce(max(rowid) FILTER (id = $id AND holder = $holder), max(rowid), 0)
    FROM stances WHERE mark = $mark"""


@dataclass(frozen=True)
class _Row:
    place: int
    id: str
    holder: str
    target: str


def listing(
    projection: Projection,
    holder: str | None,
    target: str | None,
    narrower: bool,
    page: Page,
    language: Language,
) -> Listing[Shift]:
    """List changes, the newest first: those of a holder, on a target, both, or all.

    :param narrower: on the topics narrower than the target, too; a change is on one topic
    :raises NotFound: the holder or the target names nothing
    :raises InputError: the cursor is none of this list
    """
    asked = Positions(projection, holder, target, narrower=narrower)
    of = paging.scope("changes", asked.holder, asked.target, narrower)
    behind = _behind(projection, page.after, of) if page.after else {}
    query = _CHANGES.format(rows=asked.where.text(), behind=_BEHIND if behind else "true")
    parameters = asked.where.parameters | behind | {"limit": page.limit + 1}
    found = projection.rows(query, parameters)
    shown = found[: page.limit]
    rows = _rows(projection, asked, [place for row in shown for place in row[2:]])
    pairs = [(rows[earlier], rows[later]) for _, _, later, earlier in shown]
    after = None
    if len(found) > page.limit:
        day, mark, place, _ = shown[-1]
        after = paging.cursor(of, day.isoformat(), mark, rows[place].id, rows[place].holder)
    return Listing[Shift](items=_shifts(projection, pairs, language), next=after)


def _behind(projection: Projection, after: str, of: str) -> dict[str, object]:
    """Read the cursor, and find the row that it names, else the last of that article."""
    day, mark, key, holder = paging.place(after, of, str, int, str, str)
    try:
        asked = {"mark": int(str(mark)), "id": key, "holder": holder}
        ((place,),) = projection.rows(_PLACE, asked)
        return {"day": date.fromisoformat(str(day)), "mark": asked["mark"], "place": place}
    except ValueError:
        raise InputError("after: this is no cursor that a list here gave") from None


def _rows(projection: Projection, asked: Positions, places: list[int]) -> dict[int, _Row]:
    query = _ROWS.format(held=asked.held, meant=asked.meant, current=asked.current)
    read = projection.rows(query, {"places": places}) if places else []
    return {row[0]: _Row(*row) for row in read}


def _shifts(
    projection: Projection, pairs: Sequence[tuple[_Row, _Row]], language: Language
) -> tuple[Shift, ...]:
    stances = records.stances(projection, [row.id for pair in pairs for row in pair], language)
    reported = _reported(projection, {later.id for _, later in pairs}, language)
    keys = {key for _, later in pairs for key in (later.holder, later.target)}
    names = labels.named(projection, keys, language)
    return tuple(
        Shift(
            holder=names[later.holder],
            target=names[later.target],
            before=stances[earlier.id],
            after=stances[later.id],
            reported=reported[later.id],
        )
        for earlier, later in pairs
    )


def _reported(
    projection: Projection, later: set[str], language: Language
) -> dict[str, tuple[Named, ...]]:
    """Find the claims, and after them the editors' links, that say that a stance revises one.

    Which one it revises need not be the last before it: others may repeat what it was.
    """
    things = projection.things
    about = {key: [reference.other for reference in things.naming(key, "about")] for key in later}
    claims = things.get(claim for some in about.values() for claim in some)
    stances = things.get(later)
    link = Named(id=str(iris.LINKS_GRAPH), type="Link", label=labels.term("revises", language))

    def revises(claim: Thing, stance: str) -> bool:
        revising = claim.get("predicate") == "revises" and "negated" not in claim
        return revising and claim.get("subject") == stance

    return {
        key: (
            *(
                labels.name(claim, claims[claim], language)
                for claim in sorted(some)
                if revises(claims[claim], key)
            ),
            *([link] if "revises" in stances[key] else []),
        )
        for key, some in about.items()
    }
