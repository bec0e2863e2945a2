"""Lists of conditions, with what is found on them and the records that stand under them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.lookup import findings, paging, sources
from kg.lookup.labels import named
from kg.lookup.results import ConditionInUse, Listing

if TYPE_CHECKING:
    from collections.abc import Collection

    from kg.lookup.filters import ConditionFilter
    from kg.lookup.paging import Page
    from kg.lookup.results import Language
    from kg.store.projection import Projection


def listing(
    projection: Projection, asked: ConditionFilter, page: Page, language: Language
) -> Listing[ConditionInUse]:
    """List conditions, those of the newest articles first.

    Their total is told where they are not asked for by holder or target: to count those of a
    popular topic takes 60 ms.

    :raises NotFound: the filter names something that is not there
    :raises InputError: the filter or the cursor cannot be read
    """
    where = asked.where(projection)
    cheap = asked.holder is None and asked.target is None
    keys = paging.keys(projection, "conditions", where, page, paging.scope("conditions", asked))
    return Listing[ConditionInUse](
        items=_in_use(projection, keys.ids, language),
        next=keys.next,
        total=paging.total(projection, "conditions", where) if cheap else None,
    )


def _in_use(
    projection: Projection, keys: Collection[str], language: Language
) -> tuple[ConditionInUse, ...]:
    conditions = findings.read(projection, keys)
    articles = sources.read(projection, conditions.articles())
    things = projection.things
    under = {
        key: sorted(reference.other for reference in things.naming(key, "conditions"))
        for key in keys
    }
    mentioned = {record for some in under.values() for record in some}
    mentioned |= conditions.holders() | sources.publishers(articles)
    names = named(projection, mentioned, language)
    return tuple(
        ConditionInUse(
            **conditions.fields(key, articles, names, language),
            records=tuple(names[record] for record in under[key]),
        )
        for key in keys
    )
