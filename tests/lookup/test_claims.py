"""Lists of claims and estimates against SPARQL."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg import iris
from kg.errors import InputError
from kg.lookup import claims
from kg.lookup.filters import ClaimFilter, EstimateFilter
from kg.lookup.paging import Page
from kg.terms import DCTERMS, MODALITIES, ORG, RDF, SCHEMA, SG, SKOS

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.store.projection import Projection

    Expected = Callable[..., list[str]]

LETTER = "article/2026-01-joint-letter"
MERGED = f"(<{DCTERMS.isReplacedBy}>|^<{DCTERMS.isReplacedBy}>)*"
WIDER = f"(<{DCTERMS.isReplacedBy}>|^<{DCTERMS.isReplacedBy}>|<{SKOS.broader}>)*"
THINGS = (
    "topic/publishing-weights",
    "company/brackwater-labs",
    "company/brackwater-research",
    "person/mara-lindqvist",
    "company/meta",
    "article/2025-08-turnaround#s1",
    "article/2025-08-turnaround#s2",
)
QUANTITIES = (
    "topic/cost-of-training",
    "topic/cost-of-an-ai-model",
    "topic/cost-of-producing-an-ai-model",
    "topic/energy-of-training",
    "topic/price-of-weights",
)


def pattern(asked: ClaimFilter) -> str:
    """Write a filter as a SPARQL pattern on ``?s``, but for the dates."""
    said = f"{{ ?s a <{SG.Claim}> }} UNION {{ ?s a <{SG.Estimate}> }} "
    for predicate, value in (
        (f"<{SG.holder}>", asked.holder),
        (f"<{RDF.subject}>", asked.subject),
        (f"<{RDF.object}>", asked.object),
        (f"(<{RDF.subject}>|<{RDF.object}>)", asked.about),
        (f"<{SG.assesses}>", asked.assesses),
        (f"<{SG.reportedIn}>/<{SCHEMA.publisher}>", asked.publisher),
    ):
        if value is not None:
            said += f" ?s {predicate}/{MERGED} <{iris.iri(value)}> ."
    if asked.predicate is not None:
        term = ORG.headOf if asked.predicate == "headOf" else SG[asked.predicate]
        said += f" ?s <{RDF.predicate}> <{term}> ."
    for predicate, values in ((SG.modality, asked.modality), (SG.finding, asked.finding)):
        if values:
            terms = ", ".join(f"<{SG[value]}>" for value in values)
            said += f" ?s <{predicate}> ?{predicate.fragment} ."
            said += f" FILTER(?{predicate.fragment} IN ({terms}))"
    if asked.negated is not None:
        said += f" FILTER({'' if asked.negated else 'NOT'} EXISTS {{ ?s <{SG.negated}> true }})"
    return said + (_estimated(asked) if isinstance(asked, EstimateFilter) else "")


def _estimated(asked: EstimateFilter) -> str:
    said = f" ?s a <{SG.Estimate}> ."
    if asked.quantity is not None:
        path = WIDER if asked.narrower else MERGED
        said += f" ?s <{SG.quantity}>/{path} <{iris.iri(asked.quantity)}> ."
    if asked.currency is not None:
        said += f' ?s <{SCHEMA.currency}> "{asked.currency}" .'
    if asked.unit is not None:
        said += f' ?s <{SCHEMA.unitCode}> "{asked.unit}" .'
    if asked.includes is not None:
        said += (
            f" OPTIONAL {{ ?s <{SCHEMA.minValue}> ?min }}"
            f" OPTIONAL {{ ?s <{SCHEMA.maxValue}> ?max }}"
            f" FILTER(COALESCE(?min <= {asked.includes:f}, true))"
            f" FILTER(COALESCE(?max >= {asked.includes:f}, true))"
        )
    return said


def walk(projection: Projection, asked: ClaimFilter, size: int) -> list[str]:
    """Read a list to its end; the keys."""
    found: list[str] = []
    after = None
    while True:
        page = Page(size, after)
        if isinstance(asked, EstimateFilter):
            some = claims.estimates(projection, asked, page, "en")
        else:
            some = claims.listing(projection, asked, page, "en")
        found += [iris.key(item.id) for item in some.items]
        after = some.next
        if after is None:
            assert some.total == len(found)
            return found


COMMON = {
    "holder": st.sampled_from(
        [None, None, "person/mara-lindqvist", "person/tomas-adeyemi", "person/ilse-korhonen"]
    ),
    "publisher": st.sampled_from([None, None, "company/quay-weekly", "company/the-decoder"]),
    "modality": st.lists(
        st.sampled_from(sorted(str(term).rpartition("#")[2] for term in MODALITIES)), max_size=2
    ).map(tuple),
    "negated": st.none() | st.booleans(),
    "said_from": st.sampled_from([None, None, "2025", "2024-04"]),
    "published_to": st.sampled_from([None, None, "2025-10", "2024"]),
}
CLAIMS = st.builds(
    ClaimFilter,
    subject=st.none() | st.sampled_from(THINGS),
    predicate=st.sampled_from([None, None, "leadsTo", "headOf", "revises", "openSourced"]),
    object=st.sampled_from([None, None, *THINGS]),
    about=st.none() | st.sampled_from(THINGS),
    assesses=st.sampled_from([None, None, None, f"{LETTER}#c1", "article/2025-04-heron-3#c1"]),
    finding=st.sampled_from([(), (), ("Met",), ("NotMet", "Unclear")]),
    **COMMON,
)
ESTIMATES = st.builds(
    EstimateFilter,
    quantity=st.none() | st.sampled_from(QUANTITIES),
    narrower=st.booleans(),
    currency=st.sampled_from([None, None, "EUR", "USD", "XXX"]),
    unit=st.sampled_from([None, None, None, "GWH"]),
    includes=st.none()
    | st.sampled_from(
        [Decimal(text) for text in ("12.5", "12.4999", "20", "20.01", "1E+10", "2E+9", "40", "39")]
    ),
    **COMMON,
)


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=st.one_of(CLAIMS, ESTIMATES), size=st.integers(1, 6))
def test_any_filter_means_what_sparql_says(
    lists: Projection, newest_first: Expected, asked: ClaimFilter, size: int
) -> None:
    """Whatever is combined, the pages hold the claims that SPARQL finds, once and in order."""
    found = walk(lists, asked, size)
    dates = ((asked.said_from, None), (None, asked.published_to))
    assert found == newest_first(pattern(asked), *dates)


@pytest.mark.parametrize(
    "asked",
    [
        ClaimFilter(),
        ClaimFilter(about="company/brackwater-labs"),
        ClaimFilter(subject="company/brackwater-labs"),
        ClaimFilter(about="article/2025-08-turnaround#s1", predicate="revises"),
        ClaimFilter(predicate="headOf"),
        ClaimFilter(negated=True),
        ClaimFilter(assesses=f"{LETTER}#c1"),
        ClaimFilter(finding=("Met",)),
        EstimateFilter(),
        EstimateFilter(currency="EUR"),
        EstimateFilter(unit="GWH"),
        EstimateFilter(quantity="topic/cost-of-an-ai-model"),
        EstimateFilter(includes=Decimal(10_000_000_000)),
        EstimateFilter(includes=Decimal("12.5")),
    ],
    ids=lambda asked: pattern(asked)[-60:],
)
def test_each_filter_finds_something(
    lists: Projection, newest_first: Expected, asked: ClaimFilter
) -> None:
    """Every parameter is tried on data where it matters: what it means is there."""
    expected = newest_first(pattern(asked))
    assert expected
    assert walk(lists, asked, 3) == expected


def test_estimates_and_claims_are_two_lists(lists: Projection) -> None:
    """A cursor of the one is refused by the other, though an estimate is a claim."""
    first = claims.estimates(lists, EstimateFilter(), Page(1), "en")
    assert first.next is not None
    with pytest.raises(InputError, match="of another list"):
        claims.listing(lists, ClaimFilter(), Page(1, first.next), "en")
