"""What several holders hold on the same targets, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg import iris
from kg.errors import InputError
from kg.lookup import labels, paging, records
from kg.lookup.merged import Merged
from kg.lookup.positions import Positions
from kg.lookup.results import Compared, Comparison, Listing, Side

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Final

    from kg.lookup.paging import Page
    from kg.lookup.results import Language, Stance
    from kg.store.projection import Projection

MOST: Final = 5
"""Holders that are compared."""

# The newest of a holder is the last in the order of changes (kg.lookup.changes), undated first; all
# in one number, since that is far quicker than to sort by three columns.
_SIDES = """
    WITH asked AS MATERIALIZED (
        SELECT id, holder, target, polarity, day, mark, rowid AS place FROM stances
        WHERE target IS NOT NULL AND polarity IS NOT NULL
        AND holder IN (SELECT unnest($holders::VARCHAR[])) AND {rows}
    ),
    sides AS (
        SELECT
            {meant} AS target,
            {held} AS holder,
            {stances} AS stances,
            max(day) AS day,
            max(
                ((coalesce(day - DATE '0001-01-01' + 1, 0)::HUGEINT * 4294967296 + mark)
                * 4294967296 + place) * 256 + ascii(polarity)
            ) AS newest
        FROM asked AS stances {current}
        GROUP BY 1, 2
    ),
    compared AS (
        SELECT
            target,
            min(newest % 256) = max(newest % 256) AS agree,
            coalesce(DATE '9999-12-31' - max(day), 9999999) AS age,
            list((holder, stances, (newest // 256 % 4294967296)::BIGINT)) AS sides
        FROM sides GROUP BY target HAVING count(*) > 1
    )
    SELECT agree, age, target, sides, (SELECT count(*) FROM compared)
    FROM compared WHERE {behind}
    ORDER BY agree, age, target LIMIT $limit"""
_IDS = "SELECT rowid, id FROM stances WHERE rowid IN (SELECT unnest($places::BIGINT[]))"
_BEHIND = "(agree, age, target) > ($agree, $age, $target)"


def compare(
    projection: Projection,
    holders: tuple[str, ...],
    target: str | None,
    page: Page,
    language: Language,
) -> Compared:
    """Compare two to five holders on each target on which at least two of them take a side.

    Their newest stances count. Targets on which they do not all take the same side come first, and
    among them those with the newest stance. With ``target``, it and narrower topics alone.

    :raises InputError: these are not two to five holders, or the cursor is none of this list
    :raises NotFound: a holder or the target names nothing
    """
    given = {f"holder {place}": key for place, key in enumerate(holders, 1)}
    if len(given) > MOST:
        raise InputError(f"holder: {len(given)} are too many to compare; {MOST} at most")
    merged = Merged(projection, given)
    keys = tuple(dict.fromkeys(merged.current(iris.key(key)) for key in holders))
    if len(keys) == len(keys[:1]):
        raise InputError("holder: give two to five different holders to compare")
    asked = Positions(projection, target=target)
    of = paging.scope("compare", keys, asked.target)
    behind = paging.place(page.after, of, bool, int, str) if page.after else []
    names_of = sorted({old for name in given for old in merged.keys(name)})
    query = _SIDES.format(
        held=asked.held,
        meant=asked.meant,
        # One that names its holder by two keys has two rows; to look for such takes half the time.
        stances="count(*)" if len(names_of) == len(keys) else asked.stances,
        current=asked.current,
        rows=asked.where.text(),
        behind=_BEHIND if behind else "true",
    )
    parameters = asked.where.parameters | {
        "holders": names_of,
        "limit": page.limit + 1,
    }
    parameters |= dict(zip(("agree", "age", "target"), behind, strict=False))
    rows = projection.rows(query, parameters)
    shown = rows[: page.limit]
    names = labels.named(projection, [*keys, *(row[2] for row in shown)], language)
    newest = _newest(projection, [place for row in shown for _, _, place in row[3]], language)
    return Compared(
        holders=tuple(names[key] for key in keys),
        targets=Listing[Comparison](
            items=tuple(
                Comparison(target=names[key], sides=_sides(keys, sides, newest), agree=agree)
                for agree, _, key, sides, _ in shown
            ),
            next=paging.cursor(of, *shown[-1][:3]) if len(rows) > page.limit else None,
            total=rows[0][4] if rows else 0,
        ),
    )


def _newest(projection: Projection, places: list[int], language: Language) -> dict[int, Stance]:
    """Return the stances in some rows, by their places."""
    read = projection.rows(_IDS, {"places": places}) if places else []
    stances = records.stances(projection, [key for _, key in read], language)
    return {place: stances[key] for place, key in read}


def _sides(
    keys: Sequence[str], sides: Sequence[tuple[str, int, int]], newest: Mapping[int, Stance]
) -> tuple[Side | None, ...]:
    """Put the sides that are taken in the order of the holders."""
    found = {holder: Side(stance=newest[place], stances=count) for holder, count, place in sides}
    return tuple(found.get(key) for key in keys)
