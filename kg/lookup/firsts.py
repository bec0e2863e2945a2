"""The first pages of an entity's lists, with the records in them read all at once.

They are read from where they begin, by what names the entity (kg.store.things), and not searched
for; totals come from ``counts`` where they can.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import merge
from itertools import groupby, islice
from operator import attrgetter
from typing import TYPE_CHECKING, TypeVar

from kg.lookup import articles, paging, records
from kg.lookup.filters import ArticleFilter, ClaimFilter, StanceFilter
from kg.lookup.paging import Keys
from kg.lookup.results import Article, Claim, Listing, Stance
from kg.lookup.where import Where

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Final

    from kg.lookup.merged import Merged
    from kg.lookup.results import Counts, Language
    from kg.store.projection import Projection
    from kg.store.things import Reference, Things

FIRST: Final = 10
"""Items of each list."""
NAMED: Final = ("holder", "about", "mentions")
"""The parameters by which its lists name an entity."""
MOST_ROLES: Final = 20
"""Roles shown, each with the newest claim that asserts it: the newest ones."""
WEIGHED: Final = 500
"""Roles looked at for that, by what they are called."""

_TARGETED = "SELECT coalesce(sum(targeted), 0)::INTEGER FROM counts WHERE {rows}"
_ITS_OWN = "SELECT count(DISTINCT id) FROM stances WHERE {rows}"

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
    things, key = projection.things, keys[0]
    sure = len(keys) == 1  # else one record may name its holder by two keys, and count for both
    roles = _roles(things, keys)
    held = _page(StanceFilter(holder=key), _newest(things, keys, "holder"))
    claimed = _page(ClaimFilter(holder=key), _newest(things, keys, "claimant"))
    said_of = _page(ClaimFilter(about=key), _newest(things, keys, "about"))
    targets = merged.concerning("about")
    on_it = _newest(things, targets, "target")
    about = _page(
        StanceFilter(about=key), _of_others(things, on_it, set(keys)) if counts.held else on_it
    )
    lists = (held, about, claimed, said_of)
    found = records.records(
        projection, [*roles, *(record for page in lists for record in page.keys.ids)], language
    )
    return Firsts(
        _articles(projection, merged, keys, counts.articles, language),
        tuple(role for record in roles if isinstance(role := found[record], Claim)),
        _listing(
            Stance, held, found, _total(projection, held, merged, counts.held if sure else None)
        ),
        _listing(Stance, about, found, _on_it(projection, about, targets, keys)),
        _listing(
            Claim,
            claimed,
            found,
            _total(projection, claimed, merged, counts.claimed if sure else None),
        ),
        _listing(Claim, said_of, found, _total(projection, said_of, merged)),
    )


@dataclass(frozen=True)
class _Page:
    """The first page of the list that a filter asks for."""

    asked: StanceFilter | ClaimFilter | ArticleFilter
    keys: Keys


_TABLES = {StanceFilter: "stances", ClaimFilter: "claims", ArticleFilter: "articles"}


def _page(
    asked: StanceFilter | ClaimFilter | ArticleFilter, references: Iterable[Reference]
) -> _Page:
    found = list(islice(references, FIRST + 1))
    shown, after = found[:FIRST], None
    if len(found) > FIRST:
        of = paging.scope(_TABLES[type(asked)], asked)
        after = paging.after_item(of, shown[-1].day, shown[-1].other)
    return _Page(asked, Keys(tuple(reference.other for reference in shown), after))


def _newest(things: Things, keys: Iterable[str], role: str) -> Iterator[Reference]:
    """Iterate over what names any of some things in a role, the newest first, each once."""
    place = attrgetter("age", "other")
    named = merge(*(things.naming(key, role) for key in keys), key=place)
    return (next(same) for _, same in groupby(named, key=place))


def _of_others(
    things: Things, references: Iterator[Reference], itself: set[str]
) -> Iterator[Reference]:
    """Leave out the stances that some hold themselves."""
    while some := list(islice(references, FIRST + 1)):
        found = things.get(reference.other for reference in some)
        for reference in some:
            if itself.isdisjoint(found[reference.other].get("holders", ())):
                yield reference


def _roles(things: Things, keys: Iterable[str]) -> list[str]:
    """Find the newest claim on each role, and of these the newest."""
    found = {
        reference.role: reference
        for key in keys
        for reference in islice(things.first_naming(key, "role "), WEIGHED)
    }
    newest = sorted(found.values(), key=attrgetter("age", "other"))
    return [reference.other for reference in newest[:MOST_ROLES]]


def _total(projection: Projection, page: _Page, merged: Merged, counted: int | None = None) -> int:
    """Return how many items a list has, where it is not counted already."""
    if page.keys.next is None:
        return len(page.keys.ids)
    if counted is not None:
        return counted
    return paging.total(projection, _TABLES[type(page.asked)], page.asked.where(projection, merged))


def _on_it(projection: Projection, page: _Page, targets: Sequence[str], keys: Sequence[str]) -> int:
    """Return how many stances others hold: all on some targets, but for its own."""
    if page.keys.next is None:
        return len(page.keys.ids)
    where, own = Where(), Where()
    where.among("entity", targets, "about")
    own.among("holder", keys, "itself")
    own.among("target", targets, "about")
    ((total,),) = projection.rows(_TARGETED.format(rows=where.text()), where.parameters)
    ((held,),) = projection.rows(_ITS_OWN.format(rows=own.text()), own.parameters)
    return int(total - held)


def _articles(
    projection: Projection,
    merged: Merged,
    keys: Sequence[str],
    counted: int,
    language: Language,
) -> Listing[Article]:
    page = _page(ArticleFilter(mentions=keys[0]), _newest(projection.things, keys, "mentioned"))
    return Listing[Article](
        items=articles.shown(projection, page.keys.ids, language),
        next=page.keys.next,
        total=_total(projection, page, merged, counted if len(keys) == 1 else None),
    )


def _listing(
    kind: type[Record], page: _Page, found: Mapping[str, Stance | Claim], total: int
) -> Listing[Record]:
    items = tuple(record for key in page.keys.ids if isinstance(record := found[key], kind))
    return Listing[kind](items=items, next=page.keys.next, total=total)  # type: ignore[valid-type]
