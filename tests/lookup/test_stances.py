"""Lists of stances against SPARQL: the same questions, asked of the graph in other words."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from kg import iris
from kg.errors import InputError, NotFound
from kg.lookup import stances
from kg.lookup.filters import StanceFilter
from kg.lookup.paging import Page
from kg.terms import COMMITMENTS, DCTERMS, POLARITIES, SCHEMA, SG, SKOS

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.lookup.results import Stance
    from kg.store.projection import Projection
    from kg.store.snapshot import RevisionSnapshot

    Expected = Callable[..., list[str]]

LETTER = "article/2026-01-joint-letter"
HOLDERS = (
    "person/mara-lindqvist",
    "person/tomas-adeyemi",
    "person/ilse-korhonen",
    "company/brackwater-labs",
    "company/brackwater-research",
    "group/many-teachers",
    "topic/publishing-weights",
)
TARGETS = (
    "topic/publishing-weights",
    "topic/publishing-heron-3",
    "topic/releasing-weights",
    "topic/opening-ai-models",
    "company/model-audit-office",
    "model/heron-3",
    f"{LETTER}#s1",
)
DATES = ("2023", "2024", "2024-04", "2025-04-20", "2025-04", "2025", "2025-12", "2026", "1999")


def local(terms: frozenset[Any]) -> list[str]:
    """Return the local names of terms, in order."""
    return sorted(str(term).rpartition("#")[2] for term in terms)


def pattern(asked: StanceFilter) -> str:
    """Write a filter as a SPARQL pattern on ``?s``, but for the dates."""
    merged = f"(<{DCTERMS.isReplacedBy}>|^<{DCTERMS.isReplacedBy}>)*"
    wider = f"(<{DCTERMS.isReplacedBy}>|^<{DCTERMS.isReplacedBy}>|<{SKOS.broader}>)*"
    said = f"?s a <{SG.Stance}> ."
    for predicate, value, path in (
        (f"<{SG.holder}>", asked.holder, merged),
        (f"<{SG.speaker}>", asked.speaker, merged),
        (f"<{SG.onBehalfOf}>", asked.on_behalf_of, merged),
        (f"<{SG.target}>", asked.target, wider if asked.narrower else merged),
        (f"<{SG.reportedIn}>/<{SCHEMA.publisher}>", asked.publisher, merged),
    ):
        if value is not None:
            said += f" ?s {predicate}/{path} <{iris.iri(value)}> ."
    if asked.article is not None:
        said += f" ?s <{SG.reportedIn}> <{iris.iri(asked.article)}> ."
    for predicate, values in ((SG.polarity, asked.polarity), (SG.commitment, asked.commitment)):
        if values:
            said += f" ?s <{predicate}> ?{predicate.fragment} ."
            terms = ", ".join(f"<{SG[value]}>" for value in values)
            said += f" FILTER(?{predicate.fragment} IN ({terms}))"
    if asked.conditional is not None:
        said += f" FILTER({'' if asked.conditional else 'NOT'} EXISTS {{ ?s <{SG.condition}> ?c }})"
    return said


def walk(projection: Projection, asked: StanceFilter, size: int) -> tuple[list[Stance], set[int]]:
    """Read a list to its end; all items, and all totals that were told on the way."""
    found: list[Stance] = []
    totals: set[int] = set()
    after = None
    while True:
        some = stances.listing(projection, asked, Page(size, after), "en")
        found += some.items
        assert some.total is not None
        totals.add(some.total)
        after = some.next
        if after is None:
            return found, totals


FILTERS = st.builds(
    StanceFilter,
    holder=st.none() | st.sampled_from(HOLDERS),
    speaker=st.sampled_from([None, None, None, "person/ilse-korhonen", "person/mark-zuckerberg"]),
    on_behalf_of=st.sampled_from([None, None, None, "company/brackwater-labs", "company/meta"]),
    target=st.none() | st.sampled_from(TARGETS),
    narrower=st.booleans(),
    polarity=st.lists(st.sampled_from(local(POLARITIES)), max_size=2).map(tuple),
    commitment=st.sampled_from([(), (), ("Promise",), ("Preference", "Willingness")]),
    conditional=st.none() | st.booleans(),
    article=st.sampled_from([None, None, None, LETTER, "article/2025-04-heron-3"]),
    publisher=st.sampled_from([None, None, "company/quay-weekly", "company/hafenbote"]),
    said_from=st.none() | st.sampled_from(DATES),
    said_to=st.none() | st.sampled_from(DATES),
    published_from=st.none() | st.sampled_from(DATES),
    published_to=st.none() | st.sampled_from(DATES),
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=FILTERS, size=st.integers(1, 6))
def test_any_filter_means_what_sparql_says(
    lists: Projection, newest_first: Expected, asked: StanceFilter, size: int
) -> None:
    """Whatever is combined, the pages hold the stances that SPARQL finds, once and in order."""
    said = (asked.said_from, asked.said_to)
    published = (asked.published_from, asked.published_to)
    for since, until in (said, published):
        assume(not (since and until and since > until + "-99-99"))
    found, totals = walk(lists, asked, size)
    expected = newest_first(pattern(asked), said, published)
    assert [iris.key(item.id) for item in found] == expected
    assert totals == {len(expected)}


@pytest.mark.parametrize(
    "asked",
    [
        StanceFilter(),
        *(StanceFilter(holder=holder) for holder in HOLDERS[:-1]),
        *(StanceFilter(target=target) for target in TARGETS if target != "model/heron-3"),
        *(StanceFilter(polarity=(value,)) for value in local(POLARITIES)),
        *(StanceFilter(commitment=(value,)) for value in local(COMMITMENTS)),
        StanceFilter(conditional=True),
        StanceFilter(conditional=False),
        StanceFilter(speaker="person/ilse-korhonen"),
        StanceFilter(on_behalf_of="company/brackwater-labs"),
        StanceFilter(said_from="2025", said_to="2025-04"),
        StanceFilter(published_from="2025-12-02"),
        StanceFilter(target="topic/publishing-weights", narrower=False),
        StanceFilter(holder="person/tomas-adeyemi", target="topic/publishing-weights"),
    ],
    ids=lambda asked: pattern(asked)[-60:],
)
def test_each_filter_finds_something(
    lists: Projection, newest_first: Expected, asked: StanceFilter
) -> None:
    """Every parameter is tried on data where it matters: what it means is there."""
    found, _ = walk(lists, asked, 4)
    expected = newest_first(
        pattern(asked),
        (asked.said_from, asked.said_to),
        (asked.published_from, asked.published_to),
    )
    assert expected
    assert [iris.key(item.id) for item in found] == expected


def test_one_stance_of_two_holders_is_one_item(lists: Projection) -> None:
    """It comes once under each of its holders, with both, and once in the whole list."""
    for holder in ("person/mara-lindqvist", "person/tomas-adeyemi", None):
        found, _ = walk(lists, StanceFilter(holder=holder), 100)
        (joint,) = [item for item in found if item.id == iris.iri(f"{LETTER}#s1")]
        assert len(joint.holder) == 2


def test_an_old_name_means_the_new_one(lists: Projection) -> None:
    """Asked by either name of a merged firm, the answer is the same, stances of both once."""
    old, _ = walk(lists, StanceFilter(holder="company/brackwater-research"), 100)
    new, _ = walk(lists, StanceFilter(holder="company/brackwater-labs"), 100)
    assert old == new
    assert [iris.key(item.id) for item in new] == ["article/2025-12-merger#s1", f"{LETTER}#s2"]


def test_a_cursor_of_another_filter_is_refused(lists: Projection) -> None:
    """The way on through one list leads into no other."""
    first = stances.listing(lists, StanceFilter(), Page(2), "en")
    with pytest.raises(InputError, match="of another list, or of other filters"):
        stances.listing(lists, StanceFilter(conditional=True), Page(2, first.next), "en")
    again = stances.listing(lists, StanceFilter(), Page(2, first.next), "de")
    assert not {item.id for item in first.items} & {item.id for item in again.items}


def test_the_newest_are_the_first_of_the_list(lists: Projection) -> None:
    """The home page shows the first items of the list of all."""
    expected = stances.listing(lists, StanceFilter(), Page(3), "de").items
    assert stances.newest(lists, "de", 3) == expected
    assert len(expected) == 3


@pytest.mark.parametrize(
    "asked",
    [
        StanceFilter(),
        StanceFilter(holder="person/mara-lindqvist"),
        StanceFilter(holder="company/brackwater-labs"),
        StanceFilter(target="topic/publishing-weights"),
        StanceFilter(polarity=("Favour", "Against"), conditional=True),
        StanceFilter(said_from="1999", said_to="1999"),
    ],
    ids=["all", "holder", "merged", "target", "codes", "none"],
)
def test_facets_count_the_filtered_list(lists: Projection, asked: StanceFilter) -> None:
    """Each facet counts the items of the whole filtered list, the most first, ten at most."""
    found, _ = walk(lists, asked, 100)
    facets = stances.listing(lists, asked, Page(1, facets=True), "en").facets

    def key(one: Any) -> str:
        return iris.key(one.id)

    expected: dict[str, Counter[str]] = {
        "polarity": Counter(item.polarity for item in found),
        "commitment": Counter(item.commitment for item in found if item.commitment),
        "conditional": Counter(str(not item.unconditional).lower() for item in found),
        "publisher": Counter(key(item.reported_in.publisher) for item in found),
        "holder": Counter(key(holder) for item in found for holder in item.holder),
        "target": Counter(key(item.target) for item in found),
        "year": Counter(_day(item)[:4] for item in found),
    }
    assert set(facets) == set(expected)
    for name, counted in expected.items():
        ranked = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
        assert [(facet.id, facet.count) for facet in facets[name]] == ranked[:10]


def _day(item: Stance) -> str:
    date = item.said_on or item.reported_in.date_published
    assert date is not None
    return date.value


def test_facets_are_labelled_in_the_language(lists: Projection) -> None:
    """Codes by the ontology's labels, things by their own, and conditions in words."""
    facets = stances.listing(lists, StanceFilter(), Page(1, facets=True), "de").facets
    assert {"Favour": "dafür", "Against": "dagegen"}.items() <= {
        facet.id: facet.label for facet in facets["polarity"]
    }.items()
    assert {facet.label for facet in facets["conditional"]} == {
        "ohne Bedingungen",
        "unter Bedingungen",
    }
    assert "Prüfstelle für Modelle" in {facet.label for facet in facets["target"]}
    assert stances.listing(lists, StanceFilter(), Page(1), "de").facets == {}


def test_an_unknown_holder_is_not_found(lists: Projection) -> None:
    """A typing error is told of, and no empty list."""
    with pytest.raises(NotFound, match="holder: there is no person/mara-lindkvist"):
        stances.listing(lists, StanceFilter(holder="person/mara-lindkvist"), Page(), "en")


def test_the_graph_knows_every_target_and_holder(union: RevisionSnapshot) -> None:
    """The names that these tests ask for are there, so that no test asks for nothing."""
    for key in (*HOLDERS, *TARGETS):
        rows = union.select(f"SELECT ?p {{ <{iris.iri(key)}> ?p ?o }} LIMIT 1")
        assert list(rows), key
