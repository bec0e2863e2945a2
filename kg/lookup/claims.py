"""Lists of claims, and of the estimates among them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.lookup import paging, records
from kg.lookup.results import Claim, Listing

if TYPE_CHECKING:
    from kg.lookup.filters import ClaimFilter, EstimateFilter
    from kg.lookup.paging import Page
    from kg.lookup.results import Language
    from kg.store.projection import Projection


def listing(
    projection: Projection, asked: ClaimFilter, page: Page, language: Language
) -> Listing[Claim]:
    """List claims, estimates among them, the newest first, with their total.

    :raises NotFound: the filter names something that is not there
    :raises InputError: the filter or the cursor cannot be read
    """
    where = asked.where(projection)
    keys = paging.keys(projection, "claims", where, page, paging.scope("claims", asked))
    found = records.claims(projection, keys.ids, language)
    return Listing[Claim](
        items=tuple(found.values()),
        next=keys.next,
        total=paging.total(projection, "claims", where),
    )


def estimates(
    projection: Projection, asked: EstimateFilter, page: Page, language: Language
) -> Listing[Claim]:
    """List estimates, as ``listing`` does claims."""
    return listing(projection, asked, page, language)
