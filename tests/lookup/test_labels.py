from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rdflib import RDFS, Literal

from kg import iris
from kg.lookup import labels
from kg.terms import CODE_LISTS, CONTENT_PREDICATES, SG

if TYPE_CHECKING:
    from kg.lookup.results import Language
    from kg.store.projection import Projection
    from kg.store.snapshot import RevisionSnapshot

LETTER = "article/2026-01-joint-letter"


@pytest.mark.parametrize(
    ("key", "kind", "en", "de"),
    [
        ("company/model-audit-office", "Company", "Model Audit Office", "Prüfstelle für Modelle"),
        (LETTER, "Article", "A joint letter {draft} on 100 % open weights", None),
        (
            f"{LETTER}#s3",
            "Stance",
            "Korhonen is glad of the letter's request.",
            "Korhonen freut sich über die Bitte in dem Brief.",
        ),
        (f"{LETTER}#c1", "Condition", "The regulator has answered.", None),
    ],
)
def test_a_thing_is_named_in_the_language(
    lists: Projection, key: str, kind: str, en: str, de: str | None
) -> None:
    """Entities go by label, articles by headline, records and conditions by gloss."""
    named = labels.named(lists, [key], "en")[key]
    assert (named.id, named.type, named.label) == (iris.iri(key), kind, en)
    if de is not None:
        assert labels.named(lists, [key], "de")[key].label == de


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_entity_bears_its_label(
    lists: Projection, union: RevisionSnapshot, language: Language
) -> None:
    """Asked for all at once, all come with the label that the graph gives in that language."""
    found = union.select(
        f"SELECT DISTINCT ?s ?l {{ ?s <{RDFS.label}> ?l FILTER(lang(?l) = '{language}') "
        f"FILTER(STRSTARTS(STR(?s), '{iris.ID}')) }}"
    )
    expected = {iris.key(str(row["s"])): str(row["l"]) for row in found}
    assert expected
    named = labels.named(lists, expected, language)
    assert {key: name.label for key, name in named.items()} == expected


def test_what_is_only_mentioned_bears_its_key(lists: Projection) -> None:
    """A thing that nothing is known of is a resource, and is named as it was asked for."""
    for key in ("person/nobody", "https://example.org/x", f"{LETTER}#s99", "article/none"):
        named = labels.named(lists, [key], "en")[key]
        assert (named.id, named.type, named.label) == (iris.iri(key), "rdfs:Resource", key)


def test_evidence_bears_its_key(lists: Projection) -> None:
    """A span of a text has no name, so it is shown as what is only mentioned."""
    spans = [key for key, thing in lists.things.all() if thing["class"] == "Evidence"]
    assert len(spans) > 50
    for language in ("en", "de"):
        named = labels.named(lists, spans, "de" if language == "de" else "en")
        assert list(named) == sorted(spans)
        for key, name in named.items():
            assert (name.id, name.type, name.label) == (iris.iri(key), labels.UNKNOWN, key)


def test_the_other_language_stands_in() -> None:
    """A text that is there in one language only is shown in that one; none at all is None."""
    assert labels.spoken("de", "a", None) == "a"
    assert labels.spoken("en", None, "b") == "b"
    assert labels.spoken("en", None, None) is None


def test_every_code_and_predicate_has_a_label() -> None:
    """The values of the code lists and what a claim says are named in both languages."""
    terms = {term for held in CODE_LISTS.values() for term in held} | CONTENT_PREDICATES
    for term in terms:
        name = str(term).replace("#", "/").rpartition("/")[2]
        for language in ("en", "de"):
            label = labels.term(name, language)
            assert label
            assert label[0].islower() or language == "de"
    assert labels.term("Favour", "de") == "dafür"
    assert labels.term("headOf", "de") == "leitet"


def test_terms_are_those_of_the_ontology(union: RevisionSnapshot) -> None:
    """A term's label is the one that the ontology's graph in the store has."""
    rows = [*union.quads(None, RDFS.label, None, iris.ONTOLOGY_GRAPH)]
    assert rows
    for subject, _, label, _ in rows:
        name = str(subject).removeprefix(str(SG))
        assert isinstance(label, Literal)
        assert labels.term(name, "de" if label.language == "de" else "en") == str(label)


def test_a_name_without_a_label_is_taken_apart() -> None:
    """What no vocabulary here labels is shown as words."""
    assert labels.term("someOtherName", "en") == "some other name"
