from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import RDFS, SKOS, Graph

from kg import iris
from kg.errors import InputError
from kg.folding import folded
from kg.lookup.paging import Page
from kg.lookup.search import ENOUGH, HOW, search
from kg.lookup.wording import Wording
from kg.settings import Settings
from kg.store.base import Change
from kg.store.revisions import Revisions
from kg.terms import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.lookup.results import Hit
    from kg.store.projection import Projection
    from kg.store.snapshot import RevisionSnapshot

ENTITIES = """
    person:joerg-mueller a sg:Person ; rdfs:label "Jörg Müller"@en , "Jörg Müller"@de .
    person:anna-moeller a sg:Person ; rdfs:label "Anna Moeller"@en , "Anna Möller"@de .
    person:lukasz a sg:Person ; rdfs:label "Łukasz Wójcik"@en , "Łukasz Wójcik"@de ;
        skos:altLabel "L. Wójcik" .
    person:manuel a sg:Person ; rdfs:label "Manuel Israel"@en , "Manuel Israel"@de .
    company:heron a sg:Company ; rdfs:label "Heron"@en , "Heron"@de .
    company:heron-house a sg:Company ; rdfs:label "Heron House"@en , "Reiherhaus"@de .
    company:old-heron a sg:Company ; rdfs:label "Grey Wader"@en , "Grauer Watvogel"@de ;
        dcterms:isReplacedBy company:heron .
    company:tidemark a sg:Company ; rdfs:label "TideMark"@en , "TideMark"@de .
    model:heron-2 a sg:Model ; rdfs:label "Heron 2"@en , "Heron 2"@de ; sg:existence sg:Released .
    topic:open a sg:Topic ; rdfs:label "opening heron weights"@en , "Offenlegen von Gewichten"@de .
    topic:percent a sg:Topic ; rdfs:label "a share of 100 %"@en , "ein Anteil von 100 %"@de .
"""


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Projection]:
    """A projection of things with names that are hard to find."""
    graph = Graph()
    prefixes = "".join(f"@prefix {kind}: <{iris.ID}{kind}/> . " for kind in iris.KINDS)
    prefixes += f"@prefix sg: <{iris.BASE}ns#> . @prefix rdfs: <{RDFS}> . @prefix skos: <{SKOS}> . "
    prefixes += "@prefix dcterms: <http://purl.org/dc/terms/> . "
    graph.parse(data=prefixes + ENTITIES, format="turtle")
    store = Revisions(Settings(data=tmp_path_factory.mktemp("names") / "data"))
    assert store.commit(Change({iris.ENTITIES_GRAPH: graph})).changed
    found = store.projection()
    yield found
    found.close()


def _hits(projection: Projection, text: str, *classes: str) -> list[Hit]:
    return list(search(projection, text, classes, Page(100), "en").items)


def _found(projection: Projection, text: str, *classes: str) -> list[tuple[str, str]]:
    return [(iris.key(hit.id), hit.how) for hit in _hits(projection, text, *classes)]


@pytest.mark.parametrize(
    ("text", "key", "how"),
    [
        ("Jörg Müller", "person/joerg-mueller", "exact"),
        ("JOERG MUELLER", "person/joerg-mueller", "exact"),
        ("jorg muller", "person/joerg-mueller", "exact"),
        ("Jörg Mü", "person/joerg-mueller", "prefix"),
        ("Müller, J.", "person/joerg-mueller", "words"),
        ("mull", "person/joerg-mueller", "words"),
        ("Jörg Mülller", "person/joerg-mueller", "similar"),
        ("Jrög Müller", "person/joerg-mueller", "similar"),
        ("Moeller", "person/anna-moeller", "words"),
        ("lukasz wojcik", "person/lukasz", "exact"),
        ("L Wojcik", "person/lukasz", "exact"),
        ("Manuel Israel", "person/manuel", "exact"),
        ("Manue", "person/manuel", "prefix"),
        ("tide mark", "company/tidemark", "similar"),
        ("Tidmark", "company/tidemark", "similar"),
        ("Reiherhaus", "company/heron-house", "exact"),
        ("100", "topic/percent", "words"),
    ],
)
def test_a_name_is_found(names: Projection, text: str, key: str, how: str) -> None:
    """Umlauts in three ways, other letters, any order, beginnings, typing errors, two languages."""
    assert _found(names, text)[0] == (key, how)


def test_the_best_comes_first(names: Projection) -> None:
    """Exact before prefix before words before similar; of those alike the shorter name first."""
    assert _found(names, "heron") == [
        ("company/heron", "exact"),
        ("model/heron-2", "prefix"),
        ("company/heron-house", "prefix"),
        ("topic/open", "words"),
    ]


def test_what_is_mentioned_most_comes_first(lists: Projection) -> None:
    """Of names that fit alike, those of things with more mentions come first."""
    hits = [hit for hit in _hits(lists, "a") if hit.how == "words"]
    mentions = [hit.counts.mentions for hit in hits]
    assert len(set(mentions)) > 1
    assert mentions == sorted(mentions, reverse=True)


def test_classes_are_a_filter(names: Projection) -> None:
    """Only things of the classes wanted are found."""
    assert _found(names, "heron", "Model", "Topic") == [
        ("model/heron-2", "prefix"),
        ("topic/open", "words"),
    ]
    assert not _found(names, "heron", "Person")


def test_a_merged_entity_is_the_one_it_was_merged_into(names: Projection) -> None:
    """Its old name finds the new one, once, and says which name fitted."""
    (hit,) = _hits(names, "Grey Wader")
    assert (iris.key(hit.id), hit.label, hit.matched) == ("company/heron", "Heron", "Grey Wader")


def test_labels_are_in_the_language(names: Projection) -> None:
    """The label is that of the language asked for; what fitted may be of the other."""
    (hit,) = search(names, "heron house", (), Page(), "de").items
    assert (hit.label, hit.matched) == ("Reiherhaus", "Heron House")


@pytest.mark.parametrize("text", ["", "  ", "%", "_", "'\"", "😀", "\u200f", "\x00", "--"])
def test_a_text_without_letters_is_refused(names: Projection, text: str) -> None:
    """There is nothing to search for in it; the refusal names the parameter."""
    with pytest.raises(InputError, match=r"^q: "):
        _hits(names, text)


@pytest.mark.parametrize(
    "text", ["%heron", "heron_", "'heron' OR 1=1 --", "\u202eheron\u202c", "🐦heron"]
)
def test_signs_mean_nothing(names: Projection, text: str) -> None:
    """Wild cards, quotes, directions and pictures are no letters; words are words."""
    assert set(_found(names, text)) <= set(_found(names, "heron"))


@given(st.text(max_size=300))
def test_any_text_is_an_answer(names: Projection, text: str) -> None:
    """Whatever is looked for, there are hits or none; only what has no letter is refused."""
    if folded(text):
        found = search(names, text, (), Page(), "en")
        assert found.total == len(found.items)
    else:
        with pytest.raises(InputError):
            _hits(names, text)


def test_every_name_finds_its_thing(lists: Projection, union: RevisionSnapshot) -> None:
    """Each label, alias and headline that SPARQL knows finds exactly what it names."""
    rows = list(
        union.select(
            f"SELECT ?thing ?name {{ ?thing <{RDFS.label}>|<{SKOS.altLabel}>|<{SCHEMA.headline}> "
            f"?name FILTER(STRSTARTS(STR(?thing), '{iris.ID}')) "
            "FILTER NOT EXISTS { ?thing <http://purl.org/dc/terms/isReplacedBy> ?new } }"
        )
    )
    assert len(rows) > 100
    for row in rows:
        assert (iris.key(str(row["thing"])), "exact") in _found(lists, str(row["name"]))


@pytest.mark.parametrize(
    "text", ["a", "the", "weights publ", "heron", "lindqist", "brackwater lbas"]
)
def test_pages_are_the_list(lists: Projection, text: str) -> None:
    """Going from page to page shows each hit once, in order; total and facets count them."""
    whole = search(lists, text, (), Page(100, facets=True), "en")
    shown: list[Hit] = []
    after = None
    while after is not None or not shown:
        page = search(lists, text, (), Page(1, after), "en")
        assert page.total == whole.total == len(whole.items)
        shown += page.items
        after = page.next
    assert shown == list(whole.items)
    assert sum(facet.count for facet in whole.facets["class"]) == whole.total


def test_a_cursor_is_of_its_search(names: Projection) -> None:
    """The cursor of another search, or none at all, is refused by name."""
    after = search(names, "heron", (), Page(1), "en").next
    assert after is not None
    for text, cursor in (("hero", after), ("heron", "x")):
        with pytest.raises(InputError, match=r"^after: "):
            search(names, text, (), Page(1, cursor), "en")


def test_how_a_name_fits_is_the_same_in_python_and_sql(lists: Projection) -> None:
    """The name that a hit shows fits as well as the hit says."""
    words = {word for (word,) in lists.rows("SELECT DISTINCT word FROM words")}
    seen = set()
    for text in sorted(words | {word[:2] + word[3:] for word in words if len(word) > 4})[::6]:
        for hit in _hits(lists, text):
            if hit.how != "similar":
                assert HOW[Wording(text, ()).rank(folded(hit.matched))] == hit.how
            seen.add(hit.how)
    assert seen == set(HOW)


def test_typing_errors_are_for_those_who_found_little(lists: Projection) -> None:
    """Where enough is found without, nothing is added that is only near."""
    hits = _hits(lists, "of")
    assert len(hits) >= ENOUGH
    assert all(hit.how != "similar" for hit in hits)
