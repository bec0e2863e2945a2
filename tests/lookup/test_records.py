from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from kg import iris
from kg.lookup import records
from kg.terms import OA, SG

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.lookup.results import Claim, Stance
    from kg.store.projection import Projection
    from kg.store.snapshot import RevisionSnapshot

LETTER = "article/2026-01-joint-letter"
HERON = "article/2025-04-heron-3"


def all_keys(union: RevisionSnapshot) -> list[str]:
    """Return the keys of all records, by SPARQL."""
    found = union.select(
        f"SELECT ?s {{ VALUES ?c {{ <{SG.Stance}> <{SG.Claim}> <{SG.Estimate}> }} ?s a ?c }}"
    )
    return sorted(iris.key(str(row["s"])) for row in found)


def test_a_stance_is_whole(lists: Projection) -> None:
    """Holders by key, source, evidence, conditions and findings are all there, in their order."""
    stance = records.stances(lists, [f"{LETTER}#s1"], "de")[f"{LETTER}#s1"]
    assert stance.gloss == "Lindqvist und Adeyemi bitten gemeinsam um die Gewichte von Heron 3."
    assert [holder.label for holder in stance.holder] == ["Mara Lindqvist", "Tomas Adeyemi"]
    assert (stance.polarity, stance.commitment, stance.unconditional) == (
        "Favour",
        "Preference",
        None,
    )
    assert stance.target.label == "Veröffentlichen der Gewichte von Heron 3"
    assert stance.said_on is not None
    assert (stance.said_on.value, stance.said_on.type) == ("2026", "xsd:gYear")
    source = stance.reported_in
    assert source.headline == "A joint letter {draft} on 100 % open weights"
    assert source.publisher is not None
    assert source.publisher.label == "Quay Weekly"
    assert source.date_published is not None
    assert source.date_published.type == "xsd:gYearMonth"
    (evidence,) = stance.evidence
    assert (evidence.start, evidence.end, evidence.speech_form) == (900, 990, "Indirect")
    assert evidence.span_hash == "1" + "0" * 62 + "1"
    assert evidence.source == source.id


def test_findings_come_newest_first(lists: Projection) -> None:
    """Each finding says whose it is, when, and where; two that differ stand side by side."""
    (condition,) = records.stances(lists, [f"{LETTER}#s1"], "en")[f"{LETTER}#s1"].condition
    assert condition.kind == "Legal"
    assert [(found.finding, found.holder[0].label) for found in condition.findings] == [
        ("Met", "Ilse Korhonen"),
        ("NotMet", "Tomas Adeyemi"),
    ]
    first = condition.findings[0]
    assert first.said_on is not None
    assert first.said_on.value == "2025-12-30"
    assert first.reported_in.publisher is not None
    assert first.id == iris.iri(f"{LETTER}#k1")


def test_conditions_come_by_key(lists: Projection) -> None:
    """Several conditions of a record are in the order of their keys, met or not."""
    stance = records.stances(lists, [f"{HERON}#s1"], "en")[f"{HERON}#s1"]
    assert [iris.key(item.id) for item in stance.condition] == [f"{HERON}#c1", f"{HERON}#c2"]
    assert [len(item.findings) for item in stance.condition] == [1, 1]
    assert [span.start for span in stance.evidence] == [120, 1430]


def test_a_claim_is_whole(lists: Projection) -> None:
    """Subject, predicate, object, modality and denial are there, and nothing that is not."""
    key = "article/2025-11-misuse#k1"
    claim = records.claims(lists, [key], "en")[key]
    assert claim.type == "Claim"
    assert claim.subject is not None
    assert claim.object is not None
    assert (claim.subject.label, claim.predicate, claim.object.label) == (
        "publishing model weights",
        "leadsTo",
        "more misuse of models",
    )
    assert (claim.modality, claim.negated, claim.quantity) == ("Asserted", True, None)
    assert claim.said_at is not None
    assert claim.said_at.type == "Occasion"


def test_an_estimate_is_whole(lists: Projection) -> None:
    """Bounds are plain decimals, horizons years, and the words are in the language asked for."""
    keys = ["article/2025-06-costs#q1", "article/2025-06-costs#q2", f"{LETTER}#q1"]
    first, second, third = records.claims(lists, keys, "de").values()
    assert first.type == "Estimate"
    assert (first.min_value, first.max_value, first.currency) == (
        "2000000000",
        "3000000000",
        "EUR",
    )
    assert (first.horizon_from, first.horizon_to, first.horizon_text) == ("2027", "2030", None)
    assert (second.max_value, second.unit_code) == (None, "GWH")
    assert second.horizon_text == "in absehbarer Zeit"
    assert (third.min_value, third.max_value) == ("12.5", "20")


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("0E-18", "0"),
        ("-0.000", "0"),
        ("10000000000.000000000000000000", "10000000000"),
        ("1E+10", "10000000000"),
        ("-0.500000", "-0.5"),
        ("12345678901234567890.123456789012345678", "12345678901234567890.123456789012345678"),
    ],
)
def test_a_decimal_is_plain(number: str, text: str) -> None:
    """No exponent, no zeros and no sign that say nothing, no digit lost."""
    assert records.plain(number) == text


def test_no_number_is_none() -> None:
    """A bound that is not given is left out."""
    assert records.plain(None) is None


def test_records_come_as_asked(lists: Projection, union: RevisionSnapshot) -> None:
    """All of them come, each once, in the order of the question; unknown ones are left out."""
    keys = all_keys(union)
    assert len(keys) > 50
    asked = [*reversed(keys), "article/none#s1", keys[0], "person/mara-lindqvist"]
    found = records.records(lists, asked, "en")
    assert list(found) == list(reversed(keys))
    assert [record.id for record in found.values()] == [iris.iri(key) for key in found]
    assert records.records(lists, [], "en") == {}


@pytest.mark.parametrize(
    ("one", "other"), [(records.stances, records.claims), (records.claims, records.stances)]
)
def test_stances_are_no_claims(
    lists: Projection,
    union: RevisionSnapshot,
    one: Callable[..., dict[str, Stance | Claim]],
    other: Callable[..., dict[str, Stance | Claim]],
) -> None:
    """Asked for one kind, the records of the other are not there."""
    keys = all_keys(union)
    assert set(one(lists, keys, "en")) == set(keys) - set(other(lists, keys, "en")) != set()


def test_evidence_is_that_of_the_graph(lists: Projection, union: RevisionSnapshot) -> None:
    """Every span of every record is there, with offsets, hash and form, by where it begins."""
    rows = union.select(
        f"SELECT ?r ?e ?a ?s ?t ?h ?f {{ ?r <{SG.evidence}> ?e . ?e <{OA.hasSource}> ?a ; "
        f"<{OA.start}> ?s ; <{OA.end}> ?t ; <{SG.spanHash}> ?h ; <{SG.speechForm}> ?f }}"
    )
    expected: dict[str, list[tuple[int, str, str, int, str, str]]] = {}
    for row in rows:
        expected.setdefault(iris.key(str(row["r"])), []).append(
            (
                int(row["s"]),
                str(row["e"]),
                str(row["a"]),
                int(row["t"]),
                str(row["h"]),
                str(row["f"]).rpartition("#")[2],
            )
        )
    found = {
        key: [
            (span.start, span.id, span.source, span.end, span.span_hash, span.speech_form)
            for span in record.evidence
        ]
        for key, record in records.records(lists, all_keys(union), "en").items()
    }
    assert found == {key: sorted(spans) for key, spans in expected.items()}


def test_roles_are_those_of_the_graph(lists: Projection, union: RevisionSnapshot) -> None:
    """Holders, speaker, principal, occasion, reporting article and conditions agree with SPARQL."""
    found = records.records(lists, all_keys(union), "en")
    for field, predicate in {
        "holder": SG.holder,
        "speaker": SG.speaker,
        "on_behalf_of": SG.onBehalfOf,
        "said_at": SG.saidAt,
        "reported_in": SG.reportedIn,
        "condition": SG.condition,
        "target": SG.target,
        "assesses": SG.assesses,
        "quantity": SG.quantity,
    }.items():
        expected = sorted(
            (iris.key(str(subject)), str(other))
            for subject, _, other, _ in union.quads(None, predicate)
            if iris.key(str(subject)) in found
        )
        assert expected
        told = [
            (key, one.id)
            for key, record in found.items()
            for one in _several(getattr(record, field, None))
        ]
        assert sorted(told) == expected


def _several(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, tuple) else [value]
