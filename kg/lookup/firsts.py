"""The first pages of an entity's lists, with the records in them read all at once.

An entity has four lists of records and its roles; to ask for each by itself takes twice as many
queries. Totals come from ``counts`` where they can.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

from kg.lookup import articles, paging, records
from kg.lookup.filters import ArticleFilter, ClaimFilter, StanceFilter
from kg.lookup.paging import Keys, Page
from kg.lookup.results import Article, Claim, Listing, Stance
from kg.lookup.where import Where

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Final

    from kg.lookup.merged import Merged
    from kg.lookup.results import Counts, Language
    from kg.store.projection import Projection

FIRST: Final = 10
"""Items of each list."""
ROLES: Final = ("headOf", "developedBy", "openSourced")
"""What a claim says of somebody's or something's place."""
NAMED: Final = ("holder", "about", "mentions")
"""The parameters by which its lists name an entity."""
FEW: Final = 100
"""Items of a list that hardly has a page of them in half a year."""
MOST_ROLES: Final = 20
"""Roles shown, each with the newest claim that asserts it."""

_SHOWS = f"predicate IN {ROLES} AND NOT negated AND modality = 'Asserted'"
# Claims about it are read once: for their newest, for their number and for the roles they show.
_SAID = f"""
    WITH said AS MATERIALIZED (
        SELECT rowid AS place, id, day, predicate, subject, object,
            coalesce({_SHOWS}, false) AS role
        FROM claims WHERE lead AND {{subject}}
        UNION ALL
        SELECT rowid, id, day, predicate, subject, object,
            coalesce({_SHOWS}, false)
        FROM claims WHERE lead AND {{object}} AND NOT coalesce({{subject}}, false)
    ),
    roles AS (
        SELECT DISTINCT ON (predicate, subject, object) place, id, day FROM said WHERE role
        ORDER BY predicate, subject, object, day DESC NULLS LAST, id
    )
    (SELECT true, place, id, day, 0 FROM roles
     ORDER BY day DESC NULLS LAST, id LIMIT {MOST_ROLES})
    UNION ALL
    (SELECT false, place, id, day, (SELECT count(*) FROM said) FROM said
     ORDER BY day DESC NULLS LAST, id LIMIT {FIRST + 1})"""  # noqa: S608 - our own names
_TARGETED = """
    SELECT coalesce(sum(targeted), 0)::INTEGER FROM counts
    WHERE entity IN (SELECT unnest($about::VARCHAR[]))"""
_ITS_OWN = """
    SELECT count(DISTINCT id) FROM stances
    WHERE holder IN (SELECT unnest($itself::VARCHAR[]))
    AND target IN (SELECT unnest($about::VARCHAR[]))"""

_WITHOUT_ROLES = ("topic/", "occasion/")
_NONE = Keys((), (), None)
Record = TypeVar("Record", Stance, Claim)


@dataclass(frozen=True)
class Firsts:
    """The first page of each list, and the newest claim on each role."""

    articles: Listing[Article]
    roles: tuple[Claim, ...]
    held: Listing[Stance]
    about: Listing[Stance]
    claimed: Listing[Claim]
    said_of: Listing[Claim]


def firsts(
    projection: Projection,
    merged: Merged,
    keys: Sequence[str],
    counts: Counts,
    language: Language,
) -> Firsts:
    """Read them for an entity.

    :param merged: which entities it is, by each of ``NAMED``
    :param keys: the entity's, then those that were merged into it
    :param counts: of all of them together
    """
    key = keys[0]
    if key.startswith(_WITHOUT_ROLES):
        roles = _NONE
        said_of = _first(projection, ClaimFilter(about=key), merged, _in_claims(counts), sure=False)
    else:
        roles, said_of = _said(projection, keys) if _in_claims(counts) else (_NONE, (_NONE, 0))
    # One record may name its holder by two keys, and counts for both.
    sure = len(keys) == 1
    held = _first(projection, StanceFilter(holder=key), merged, counts.held, sure=sure)
    about = _about(projection, StanceFilter(about=key), merged, counts)
    claimed = _first(projection, ClaimFilter(holder=key), merged, counts.claimed, sure=sure)
    places = {
        "stances": [*held[0].places, *about[0].places],
        "claims": [*roles.places, *claimed[0].places, *said_of[0].places],
    }
    found = records.together(projection, places, language)
    return Firsts(
        _articles(projection, ArticleFilter(mentions=key), merged, counts.articles, language),
        cast("tuple[Claim, ...]", tuple(found[key] for key in roles.ids)),
        _listing(Stance, held, found),
        _listing(Stance, about, found),
        _listing(Claim, claimed, found),
        _listing(Claim, said_of, found),
    )


def _in_claims(counts: Counts) -> int:
    """Return of how many claims at most it is the subject or the object: what is no other role."""
    others = (counts.held, counts.targeted, counts.claimed, counts.spoken, counts.published)
    return counts.mentions - sum(others)


def _said(projection: Projection, keys: Sequence[str]) -> tuple[Keys, tuple[Keys, int]]:
    """Find the claims that show roles, and the first page of all claims about it."""
    subject, thing = Where(), Where()
    subject.among("subject", keys, "keys")
    thing.among("object", keys, "keys")
    query = _SAID.format(subject=subject.text(), object=thing.text())
    rows = projection.rows(query, subject.parameters)
    roles = [row for row in rows if row[0]]
    said = [row for row in rows if not row[0]]
    shown = said[:FIRST]
    after = None
    if len(said) > FIRST:
        of = paging.scope("claims", ClaimFilter(about=keys[0]))
        _, _, last, day, _ = shown[-1]
        after = paging.cursor(of, None if day is None else day.isoformat(), last)
    return _keys(roles, None), (_keys(shown, after), said[0][4] if said else 0)


def _keys(rows: Sequence[tuple[Any, ...]], after: str | None) -> Keys:
    return Keys(tuple(row[1] for row in rows), tuple(row[2] for row in rows), after)


def _first(
    projection: Projection,
    asked: StanceFilter | ClaimFilter,
    merged: Merged,
    most: int,
    *,
    sure: bool,
) -> tuple[Keys, int]:
    """Find the first page of a list and its total: at most so many, or exactly, where ``sure``."""
    if not most:
        return _NONE, 0
    table = "stances" if isinstance(asked, StanceFilter) else "claims"
    where = asked.where(projection, merged)
    of = paging.scope(table, asked)
    found = paging.keys(projection, table, where, Page(FIRST), of, few=most <= FEW)
    if found.next is None:
        return found, len(found.ids)
    return found, most if sure else paging.total(projection, table, where)


def _articles(
    projection: Projection, asked: ArticleFilter, merged: Merged, most: int, language: Language
) -> Listing[Article]:
    if not most:
        return Listing[Article](items=(), total=0)
    where = asked.where(projection, merged)
    of = paging.scope("articles", asked)
    found = paging.keys(projection, "articles", where, Page(FIRST), of, few=most <= FEW)
    sure = len(merged.keys("mentions")) == 1
    return Listing[Article](
        items=articles.shown(projection, found.ids, language),
        next=found.next,
        total=most if sure else paging.total(projection, "articles", where),
    )


def _about(
    projection: Projection, asked: StanceFilter, merged: Merged, counts: Counts
) -> tuple[Keys, int]:
    """Find the first page of what others hold: all stances on it, but for its own."""
    where = asked.where(projection, merged)
    given = where.parameters["about"]
    about = given if isinstance(given, list) else [given]
    total = counts.targeted
    if sorted(about) != sorted(merged.keys("about")):
        ((total,),) = projection.rows(_TARGETED, {"about": about})
    if not total:
        return _NONE, 0
    of = paging.scope("stances", asked)
    found = paging.keys(projection, "stances", where, Page(FIRST), of, few=total <= FEW)
    if counts.held:
        own = {"itself": where.parameters["itself"], "about": about}
        total -= projection.rows(_ITS_OWN, own)[0][0]
    return found, total


def _listing(
    kind: type[Record], page: tuple[Keys, int], found: Mapping[str, Stance | Claim]
) -> Listing[Record]:
    keys, total = page
    items = tuple(record for key in keys.ids if isinstance(record := found[key], kind))
    return Listing[kind](items=items, next=keys.next, total=total)  # type: ignore[valid-type]
