from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rdflib import URIRef

from kg import iris
from kg.errors import NotFound
from kg.lookup import articles
from kg.lookup.filters import ArticleFilter
from kg.lookup.paging import Page
from kg.terms import DCTERMS, RDF, SCHEMA, SG

if TYPE_CHECKING:
    from kg.store.projection import Projection
    from kg.store.snapshot import RevisionSnapshot

LETTER = "article/2026-01-joint-letter"
SEED = "article/2024-04-zuckerberg-open-source"
ROLES = (
    SG.holder,
    SG.speaker,
    SG.onBehalfOf,
    SG.saidAt,
    SG.target,
    RDF.subject,
    RDF.object,
    SG.quantity,
)


def expected(union: RevisionSnapshot, said: str = "") -> list[str]:
    """Find articles by SPARQL, the newest first, then by key."""
    article = f"?a a <{SG.Article}> ; <{SCHEMA.datePublished}> ?day ."
    rows = union.select(f"SELECT DISTINCT ?a ?day {{ {article} {said} }}")
    found = sorted((iris.key(str(row["a"])), str(row["day"])) for row in rows)
    found.sort(key=lambda row: (row[1] + "-01-01")[:10], reverse=True)
    return [key for key, _ in found]


def walk(projection: Projection, asked: ArticleFilter, size: int) -> list[str]:
    """Read a list to its end; the keys."""
    found: list[str] = []
    after = None
    while True:
        some = articles.listing(projection, asked, Page(size, after), "en")
        found += [iris.key(item.id) for item in some.items]
        after = some.next
        if after is None:
            assert some.total == len(found)
            return found


@pytest.mark.parametrize("size", [1, 2, 5, 100])
def test_all_articles_come_newest_first(
    lists: Projection, union: RevisionSnapshot, size: int
) -> None:
    """Whatever the size of the pages, each article comes once."""
    assert walk(lists, ArticleFilter(), size) == expected(union) != []


@pytest.mark.parametrize(
    "key", ["person/mara-lindqvist", "company/brackwater-labs", "topic/publishing-weights"]
)
def test_articles_that_mention_an_entity(
    lists: Projection, union: RevisionSnapshot, key: str
) -> None:
    """Those with a record that names it, or an entity merged into it, in whatever role."""
    path = "|".join(f"<{role}>" for role in ROLES)
    merged = f"(<{DCTERMS.isReplacedBy}>|^<{DCTERMS.isReplacedBy}>)*"
    said = f"?r <{SG.reportedIn}> ?a ; ({path})/{merged} <{iris.iri(key)}> ."
    assert walk(lists, ArticleFilter(mentions=key), 3) == expected(union, said) != []


def test_articles_by_publisher_language_and_date(
    lists: Projection, union: RevisionSnapshot
) -> None:
    """Filters add up, and partial dates match where they can mean the same day."""
    publisher = iris.iri("company/quay-weekly")
    said = f'?a <{SCHEMA.publisher}> <{publisher}> ; <{SCHEMA.inLanguage}> "en" .'
    asked = ArticleFilter(publisher="company/quay-weekly", language="en", published_from="2025-10")
    in_time = [key for key in expected(union, said) if key > "article/2025-10"]
    assert walk(lists, asked, 2) == in_time != []
    assert walk(lists, ArticleFilter(published_from="2025", published_to="2025-01"), 9) == [
        "article/2025-audit-office"
    ]


def test_an_article_says_what_it_has(lists: Projection) -> None:
    """Source, hash and length of the text, and how many records of each class."""
    (first, *_) = articles.listing(lists, ArticleFilter(), Page(1), "en").items
    assert iris.key(first.id) == LETTER
    assert first.counts == {"Stance": 3, "Claim": 2, "Estimate": 1}
    assert (first.text_length, first.text_norm) == (3000, "norm/1")
    assert first.text_hash is not None
    assert first.text_hash.startswith("0a0b0c")
    assert first.url == "https://quay-weekly.example/2026/01/letter"


def test_records_come_in_reading_order(lists: Projection) -> None:
    """All records of an article, by where their first evidence begins."""
    found = articles.in_full(lists, LETTER, "en")
    assert [iris.key(record.id).partition("#")[2] for record in found.records] == [
        "k1",
        "s2",
        "s1",
        "s3",
        "k2",
        "q1",
    ]
    starts = [record.evidence[0].start for record in articles.in_full(lists, SEED, "de").records]
    assert len(starts) == 28
    assert starts == sorted(starts)


def test_the_numbers_of_an_article_add_up(lists: Projection, union: RevisionSnapshot) -> None:
    """An article in full has every record that the graph reports in it."""
    for key in expected(union):
        found = articles.in_full(lists, key, "en")
        quads = union.quads(None, SG.reportedIn, URIRef(iris.iri(key)))
        reported = {str(subject) for subject, *_ in quads}
        assert {record.id for record in found.records} == reported
        assert sum(found.article.counts.values()) == len(reported) > 0


def test_an_unknown_article_is_not_found(lists: Projection) -> None:
    """Neither a slug that nobody minted nor a record is an article."""
    for key in ("article/none", f"{LETTER}#s1", "person/mara-lindqvist", "'; --"):
        with pytest.raises(NotFound, match="there is no article"):
            articles.in_full(lists, key, "en")
