from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from rdflib import RDF

from kg import iris
from kg.errors import InputError, NotFound, Replaced
from kg.folding import folded
from kg.lookup.entities import in_full, listing
from kg.lookup.filters import EntityFilter
from kg.lookup.firsts import FIRST
from kg.lookup.paging import Page
from kg.store.derivation import ROLES
from kg.terms import DCTERMS, ORG, RDFS, SG, SKOS

if TYPE_CHECKING:
    from kg.lookup.results import Entity, EntityInFull
    from kg.store.projection import Projection
    from kg.store.snapshot import RevisionSnapshot

_OLD = f"<{DCTERMS.isReplacedBy}>?"


@pytest.fixture(scope="module")
def full(lists: Projection) -> dict[str, EntityInFull]:
    """All entities that are not merged, in full, by key."""
    rows = lists.rows("SELECT id FROM entities WHERE replaced_by IS NULL ORDER BY id")
    assert len(rows) > 50
    return {key: in_full(lists, key, "en") for (key,) in rows}


def _records(union: RevisionSnapshot, pattern: str) -> set[str]:
    """Find the records ?s of a pattern."""
    return {str(row["s"]) for row in union.select(f"SELECT DISTINCT ?s {{ {pattern} }}")}


def test_an_entity_has_what_sparql_finds(
    union: RevisionSnapshot, full: dict[str, EntityInFull]
) -> None:
    """What it holds, claims and is said of, under its own key and those merged into it."""
    seen = 0
    for key, found in full.items():
        own = f"<{iris.iri(key)}>"
        held = _records(union, f"?s a <{SG.Stance}> ; <{SG.holder}>/{_OLD} {own}")
        claimed = _records(
            union,
            f"?s a ?c ; <{SG.holder}>/{_OLD} {own} FILTER(?c IN (<{SG.Claim}>, <{SG.Estimate}>))",
        )
        said = _records(union, f"?s (<{RDF.subject}>|<{RDF.object}>)/{_OLD} {own}")
        totals = (found.held.total, found.claimed.total, found.said_of.total)
        assert totals == (len(held), len(claimed), len(said))
        assert {item.id for item in found.held.items} <= held
        assert len(found.held.items) == min(len(held), FIRST)
        assert {item.id for item in found.said_of.items} <= said
        seen += len(held) + len(claimed) + len(said)
    assert seen > len(full)


def test_about_is_what_others_hold(union: RevisionSnapshot, full: dict[str, EntityInFull]) -> None:
    """On it, on topics that concern it and on what is narrower, but not its own stances."""
    seen = 0
    for key, found in full.items():
        own = f"<{iris.iri(key)}>"
        narrower = f"(<{SKOS.broader}>|<{DCTERMS.isReplacedBy}>)*"
        expected = _records(
            union,
            f"?s <{SG.target}>/{narrower}/<{SG.concerns}>?/{narrower} {own} "
            f"FILTER NOT EXISTS {{ ?s <{SG.holder}>/{_OLD} {own} }}",
        )
        assert found.about.total == len(expected)
        assert {item.id for item in found.about.items} <= expected
        seen += len(expected)
    assert seen > 10


def test_roles_are_what_claims_assert(
    union: RevisionSnapshot, full: dict[str, EntityInFull]
) -> None:
    """Each role stands once, with the newest claim that asserts it, from both ends."""
    iri = {"headOf": ORG.headOf, "developedBy": SG.developedBy, "openSourced": SG.openSourced}
    assert set(iri) == set(ROLES)
    rows = union.select(
        f"SELECT DISTINCT ?subject ?predicate ?object {{ ?s <{SG.modality}> <{SG.Asserted}> ; "
        f"<{RDF.subject}>/{_OLD} ?subject ; <{RDF.predicate}> ?predicate ; "
        f"<{RDF.object}>/{_OLD} ?object FILTER NOT EXISTS {{ ?s <{SG.negated}> true }} "
        f"FILTER NOT EXISTS {{ ?subject <{DCTERMS.isReplacedBy}> ?n1 }} "
        f"FILTER NOT EXISTS {{ ?object <{DCTERMS.isReplacedBy}> ?n2 }} }}"
    )
    names = {str(value): name for name, value in iri.items()}
    triples = [
        (str(row["subject"]), names[str(row["predicate"])], str(row["object"]))
        for row in rows
        if str(row["predicate"]) in names
    ]
    assert len(triples) > 5
    for key, found in full.items():
        own = iris.iri(key)
        expected = {(name, False, o) for s, name, o in triples if s == own}
        expected |= {(name, True, s) for s, name, o in triples if o == own and s != own}
        assert {(r.predicate, r.inverse, r.other.id) for r in found.roles} == expected
        assert len(found.roles) == len(expected)
        assert all(role.claim.evidence for role in found.roles)


def test_an_entity_says_who_or_what_it_is(lists: Projection, union: RevisionSnapshot) -> None:
    """Relations, existence and date are those of the graph, related things by their labels."""
    fields = {
        "developed_by": SG.developedBy,
        "concerns": SG.concerns,
        "broader": SKOS.broader,
        "contributor": DCTERMS.contributor,
        "about": DCTERMS.subject,
        "exact_match": SKOS.exactMatch,
        "existence": SG.existence,
        "date": DCTERMS.date,
    }
    entities: list[Entity] = []
    after = None
    while after is not None or not entities:
        page = listing(lists, EntityFilter(), Page(100, after), "de")
        entities += page.items
        after = page.next
    for field, predicate in fields.items():
        pairs = {
            (str(row["s"]), str(row["o"]).removeprefix(str(SG)))
            for row in union.select(
                f"SELECT ?s ?o {{ ?s <{predicate}> ?o ; <{RDFS.label}> ?l "
                f"FILTER NOT EXISTS {{ ?s <{DCTERMS.isReplacedBy}> ?new }} "
                f"FILTER(STRSTARTS(STR(?s), '{iris.ID}')) }}"
            )
        }
        assert pairs, field
        assert {
            (entity.id, value) for entity in entities for value in _values(entity, field)
        } == pairs
    narrower = {(o.id, entity.id) for entity in entities for o in entity.narrower}
    broader = {(entity.id, o.id) for entity in entities for o in entity.broader}
    assert narrower == broader


def _values(entity: Entity, field: str) -> list[str]:
    value: Any = getattr(entity, field)
    if value is None:
        return []
    if isinstance(value, tuple):
        return [str(getattr(item, "id", item)) for item in value]
    return [str(getattr(value, "value", value))]


def test_entities_come_by_mentions(lists: Projection) -> None:
    """What is mentioned most comes first; of those alike the smaller key."""
    items = listing(lists, EntityFilter(), Page(100), "en").items
    places = [(-item.counts.mentions, item.id) for item in items]
    assert places == sorted(places)
    assert len({place for place, _ in places}) > 3


def test_pages_are_the_list(lists: Projection) -> None:
    """Going from page to page shows each entity once, in order, with the same total."""
    whole = listing(lists, EntityFilter(kind="topic"), Page(100), "en")
    shown: list[Entity] = []
    after = None
    while after is not None or not shown:
        page = listing(lists, EntityFilter(kind="topic"), Page(7, after), "en")
        assert page.total == whole.total
        shown += page.items
        after = page.next
    assert shown == list(whole.items)
    assert {item.type for item in shown} == {"Topic"}


def test_entities_by_label(lists: Projection) -> None:
    """A label is the beginning of a name, folded, in either language."""
    found = listing(lists, EntityFilter(label="veroeffentlichen"), Page(100), "en")
    assert "https://w3id.org/stancegraph/id/topic/publishing-weights" in {
        item.id for item in found.items
    }
    assert found.total == len(found.items) < 20


@pytest.mark.parametrize("label", ["publishing", "Mara L", "Ö", "?!"])
def test_a_label_begins_where_a_name_does(lists: Projection, label: str) -> None:
    """Those found are all that have such a name; what folds to nothing begins every name."""
    begins = lists.rows(
        "SELECT count(DISTINCT id) FROM entities JOIN words ON words.entity = entities.id "
        "WHERE replaced_by IS NULL AND starts_with(folded, $label)",
        {"label": folded(label)},
    )
    found = listing(lists, EntityFilter(label=label), Page(1), "en")
    assert found.total == begins[0][0] > 0


def test_labels_and_aliases_are_in_the_language(lists: Projection) -> None:
    """Aliases of the language or of none are shown."""
    key = "topic/opening-ai-models"
    english, german = in_full(lists, key, "en").entity, in_full(lists, key, "de").entity
    assert german.label == "Offenlegen von KI-Modellen"
    assert german.alt_label == ("Open-Sourcing von KI-Modellen",)
    assert english.label == "opening AI models"
    assert set(english.alt_label).isdisjoint(german.alt_label)


def test_a_merged_entity_names_the_one_that_took_its_place(lists: Projection) -> None:
    """Looked up, it is replaced, by key; lists leave it out."""
    with pytest.raises(Replaced) as refused:
        in_full(lists, "company/brackwater-research", "en")
    assert refused.value.by == "company/brackwater-labs"
    items = listing(lists, EntityFilter(kind="company"), Page(100), "en").items
    assert iris.iri("company/brackwater-research") not in {item.id for item in items}


@pytest.mark.parametrize(
    "key", ["person/nobody", "article/2024-04-zuckerberg-open-source", "", "%"]
)
def test_what_is_no_entity_is_not_found(lists: Projection, key: str) -> None:
    """The refusal names the key."""
    with pytest.raises(NotFound, match=f"there is no {key}"):
        in_full(lists, key, "en")


def test_a_cursor_is_of_its_list(lists: Projection) -> None:
    """The cursor of the entities of one kind is none of those of another."""
    after = listing(lists, EntityFilter(kind="topic"), Page(1), "en").next
    with pytest.raises(InputError, match=r"^after: "):
        listing(lists, EntityFilter(kind="person"), Page(1, after), "en")
