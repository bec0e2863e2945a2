"""Lists of stances."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.lookup import facets, paging, records
from kg.lookup.filters import StanceFilter
from kg.lookup.paging import Page
from kg.lookup.results import Listing, Stance

if TYPE_CHECKING:
    from kg.lookup.results import Language
    from kg.store.projection import Projection


def listing(
    projection: Projection, asked: StanceFilter, page: Page, language: Language
) -> Listing[Stance]:
    """List stances, the newest first, with their total and, where asked for, facets.

    :raises NotFound: the filter names something that is not there
    :raises InputError: the filter or the cursor cannot be read
    """
    where = asked.where(projection)
    keys = paging.keys(projection, "stances", where, page, paging.scope("stances", asked))
    found = records.stances(projection, keys.ids, language)
    counted = facets.of_stances(projection, where, language) if page.facets else {}
    return Listing[Stance](
        items=tuple(found.values()),
        next=keys.next,
        total=(
            sum(facet.count for facet in counted["conditional"])  # each has conditions or not
            if counted
            else paging.total(projection, "stances", where)
        ),
        facets=counted,
    )


def newest(projection: Projection, language: Language, limit: int = 5) -> tuple[Stance, ...]:
    """Return the newest stances of all."""
    return listing(projection, StanceFilter(), Page(limit), language).items
