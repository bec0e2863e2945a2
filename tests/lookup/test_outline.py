from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from kg import iris
from kg.errors import NotFound
from kg.lookup import outline
from kg.lookup.outline import DEEPEST
from kg.lookup.results import Claim, Named, Stance
from kg.terms import RDF, SG
from tests.lookup.made import claim

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kg.store.projection import Projection
    from kg.store.snapshot import RevisionSnapshot

SEED = "article/2024-04-zuckerberg-open-source"
LETTER = "article/2026-01-joint-letter"
MISUSE = "article/2025-11-misuse"
PANEL = "article/2025-10-panel"


def walk(record: Stance | Claim) -> Iterator[Stance | Claim | Named]:
    """Go through an outline, each record before its reasons."""
    yield record
    for reason in record.reason:
        if isinstance(reason, Named):
            yield reason
        else:
            yield from walk(reason)


def shape(record: Stance | Claim | Named) -> object:
    """Return an outline as nested lists of fragments; a reason that is only named has a dot."""
    name = record.id.rpartition("#")[2]
    if isinstance(record, Named):
        return f".{name}"
    return [name, *map(shape, record.reason)]


def reasons(given: dict[str, list[str]]) -> dict[str, dict[str, Any]]:
    """Make claims that rest on one another."""

    def key(name: str) -> str:
        return f"article/{name[0]}#{name}"

    names = sorted({*given, *(name for some in given.values() for name in some)})
    return {
        key(name): claim(
            f"article/{name[0]}",
            said="2024-01-01",
            gloss_en=name,
            reasons=[key(reason) for reason in given.get(name, ())] or None,
        )
        for name in names
    }


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_outline_is_what_sparql_finds(
    lists: Projection, union: RevisionSnapshot, language: str
) -> None:
    """For every record, the outline has each of its sg:reason+ in full, exactly once."""
    records = [str(subject) for subject, *_ in union.quads(None, SG.reportedIn)]
    assert len(records) > 50
    for record in records:
        found = outline.in_full(lists, iris.key(record), "de" if language == "de" else "en")
        rows = union.select(f"SELECT DISTINCT ?r {{ <{record}> <{SG.reason}>+ ?r }}")
        whole = [item.id for item in walk(found.record) if not isinstance(item, Named)]
        assert whole[0] == record
        assert sorted(whole[1:]) == sorted(str(row["r"]) for row in rows)
        assert {item.id for item in walk(found.record)} == set(whole)


def test_reasons_nest_as_they_are_given(lists: Projection, union: RevisionSnapshot) -> None:
    """Under each record shown in full stand the reasons that it gives itself, and no other."""
    found = outline.in_full(lists, f"{SEED}#s1", "en").record
    whole = [item for item in walk(found) if not isinstance(item, Named)]
    assert len(whole) > 10
    for record in whole:
        rows = union.select(f"SELECT ?r {{ <{record.id}> <{SG.reason}> ?r }}")
        assert sorted(item.id for item in record.reason) == sorted(str(row["r"]) for row in rows)
        starts = [item.evidence[0].start for item in record.reason if not isinstance(item, Named)]
        assert starts == sorted(starts)


def test_reasons_can_lie_in_other_articles(lists: Projection) -> None:
    """A letter of one article rests on what others report, and so on; shown again, it is named."""
    found = outline.in_full(lists, f"{LETTER}#s1", "en").record
    assert shape(found) == ["s1", ["k1", ["k1", ["k2"]]], ["s1", ".k1"]] or shape(found) == [
        "s1",
        ["s1", ["k1", ["k2"]]],
        ["k1", ".k1"],
    ]
    assert {item.id.partition("#")[0] for item in walk(found)} == {
        iris.iri(LETTER),
        iris.iri(MISUSE),
    }


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"a1": []}, ["a1"]),
        ({"a1": ["a2", "a3"], "a2": ["a3"]}, ["a1", ["a2", ["a3"]], ".a3"]),
        ({"a1": ["a2", "a3"], "a3": ["a2"]}, ["a1", ["a2"], ["a3", ".a2"]]),
        ({"a1": ["b1"], "b1": ["a2"], "a2": ["c1"]}, ["a1", ["b1", ["a2", ["c1"]]]]),
        ({"a1": ["a1"]}, ["a1", ".a1"]),
        ({"a1": ["a2"], "a2": ["a1"]}, ["a1", ["a2", ".a1"]]),
        (
            {"a1": ["b1"], "b1": ["c1"], "c1": ["a1", "b1"]},
            ["a1", ["b1", ["c1", ".a1", ".b1"]]],
        ),
    ],
    ids=["none", "again", "earlier", "articles", "itself", "circle", "circle-of-three"],
)
def test_what_comes_again_is_named(
    handmade: Callable[..., Projection], given: dict[str, list[str]], expected: object
) -> None:
    """In depth-first order the first place of a reason has it in full; circles end in a name."""
    found = outline.in_full(handmade(reasons(given)), "article/a#a1", "en").record
    assert shape(found) == expected


def test_a_deep_chain_is_cut_and_can_be_written(handmade: Callable[..., Projection]) -> None:
    """What lies deeper than the outline goes is named, from where one can go on."""
    names = [f"a{n:04}" for n in range(500)]
    chain = dict(zip(names, ([name] for name in names[1:]), strict=False))
    made = handmade(reasons(chain))
    found = outline.in_full(made, "article/a#a0000", "en")
    items = list(walk(found.record))
    assert len(items) == DEEPEST + 1
    assert isinstance(items[-1], Named)
    assert json.loads(found.model_dump_json(by_alias=True))["record"]["reason"]
    on = outline.in_full(made, iris.key(items[-1].id), "en")
    assert len(list(walk(on.record))) == DEEPEST + 1


def test_a_chain_through_many_articles_ends(handmade: Callable[..., Projection]) -> None:
    """Where each reason lies in yet another article, no more is read than is shown."""
    names = [chr(0x4E00 + n) + "1" for n in range(200)]
    chain = dict(zip(names, ([name] for name in names[1:]), strict=False))
    found = outline.in_full(handmade(reasons(chain)), f"article/{names[0][0]}#{names[0]}", "en")
    assert len(list(walk(found.record))) == DEEPEST + 1


def test_a_wide_outline_is_whole(handmade: Callable[..., Projection]) -> None:
    """A hundred reasons that all rest on the same one: each is shown, that one in full once."""
    names = [f"a{n:03}" for n in range(1, 101)]
    given = {"a000": names, **{name: ["b1"] for name in names}}
    found = outline.in_full(handmade(reasons(given)), "article/a#a000", "en").record
    items = list(walk(found))
    assert len(items) == 201
    assert sum(isinstance(item, Named) for item in items) == 99


def test_what_rests_on_a_record_is_named(lists: Projection, union: RevisionSnapshot) -> None:
    """Records that give it as a reason, claims about it and stances on it, each once, by key."""
    some = 0
    for record in {str(subject) for subject, *_ in union.quads(None, SG.reportedIn)}:
        rows = union.select(
            f"SELECT DISTINCT ?r {{ ?r <{SG.reason}>|<{RDF.subject}>|<{RDF.object}>|<{SG.target}> "
            f"<{record}> }}"
        )
        found = outline.in_full(lists, iris.key(record), "en").supports
        assert [item.id for item in found] == sorted(str(row["r"]) for row in rows)
        some += len(found)
    assert some > 20
    found = outline.in_full(lists, "article/2025-08-turnaround#s1", "de").supports
    assert [item.label for item in found] == [
        "Der Artikel sieht in Lindqvists jetziger Äußerung einen Kurswechsel.",
        "Lindqvist bestreitet einen Kurswechsel.",
    ]


def test_links_go_both_ways(lists: Projection) -> None:
    """What editors say of a record and of others about it; the latter is marked as inverse."""
    found = outline.in_full(lists, f"{PANEL}#s1", "en").links
    assert [(link.predicate, link.inverse, iris.key(link.record.id)) for link in found] == [
        ("repeats", False, "article/2025-09-panel#s1"),
        ("revises", True, f"{PANEL}#s2"),
    ]
    assert found[0].record.label == "Lindqvist is for publishing model weights."
    assert outline.in_full(lists, f"{SEED}#s1", "en").links == ()


def test_a_link_to_itself_comes_once(handmade: Callable[..., Projection]) -> None:
    """It is one link, however both of its ends are the record."""
    one, other = "article/a#k1", "article/a#k2"
    found = handmade(
        {
            one: claim("article/a", revises=[one, other]),
            other: claim("article/a", revises=[one]),
        }
    )
    assert [
        (link.inverse, iris.key(link.record.id)) for link in outline.in_full(found, one, "en").links
    ] == [(False, one), (False, other), (True, other)]


def test_an_unknown_record_is_not_found(lists: Projection) -> None:
    """Neither an article nor a condition nor a made-up key is a record."""
    for key in (SEED, f"{SEED}#c1", f"{SEED}#s99", "person/mara-lindqvist", "'; --", ""):
        with pytest.raises(NotFound, match="there is no record"):
            outline.in_full(lists, key, "en")
