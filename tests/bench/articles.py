"""Articles about the invented world: each is made by its number alone, whatever the others are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg import iris
from tests.bench import claims, glosses, nquads, stances
from tests.bench.nquads import iri, typed
from tests.bench.outlines import outline
from tests.bench.sheets import INTEGER, TERMS, Sheet

if TYPE_CHECKING:
    from tests.bench.world import World

LINKS = iri(iris.LINKS_GRAPH)

_GERMAN = {"Kurier", "Bote", "Zeitung", "Post", "Rundschau", "Anzeiger", "Merkur"}


def article(world: World, number: int) -> list[str]:
    """Return an article's graph, and what editors link from it, as lines of N-Quads.

    About six stances and two claims or estimates, a hundred quads. What it refers to of other
    articles is in articles of lower numbers.

    :param number: counts from 0 and can go beyond the world's articles
    """
    sheet = Sheet(world, number)
    chance = sheet.chance
    _describe(sheet)
    sheet.made["k"] = chance.choice(claims.COUNTS)
    grounds = [sheet.part(f"k{k}") for k in range(1, sheet.made["k"] + 1)]
    stances.take(sheet, grounds)
    for k, name in enumerate(grounds, 1):
        claims.claim(sheet, name, grounds[k:])
    if chance.random() < 0.2:
        claims.estimate(sheet)
    claims.assess(sheet)
    if number and chance.random() < 0.02:
        _link(sheet)
    return sheet.lines


def _describe(sheet: Sheet) -> None:
    chance, publisher = sheet.chance, sheet.world.publishers.pick(sheet.chance)
    language = "de" if publisher.english.rpartition(" ")[2] in _GERMAN else "en"
    headline = glosses.headline(chance, sheet.cast[0], sheet.outline.topic)
    about = [
        (TERMS["type"], TERMS["Article"]),
        (TERMS["headline"], nquads.text(headline[language == "de"], language)),
        (TERMS["inLanguage"], f'"{language}"'),
        (TERMS["publisher"], publisher.iri),
        (TERMS["datePublished"], nquads.date(sheet.published)),
        (TERMS["textHash"], sheet.hash()),
        (TERMS["textLength"], typed(chance.randrange(2_000, 9_000), INTEGER)),
        (TERMS["textNorm"], '"norm/1"'),
    ]
    if chance.random() < 0.3:
        slug = sheet.outline.iri.rpartition("/")[2]
        about.append((TERMS["url"], iri(f"https://{language}.example.org/{slug}")))
    sheet.say(sheet.graph, about)


def _link(sheet: Sheet) -> None:
    """Link the first stance to that of an earlier article, as an editor would."""
    there = outline(sheet.world, claims.earlier(sheet))
    predicate = TERMS[sheet.chance.choice(("repeats", "contradicts", "revises"))]
    sheet.lines += nquads.lines(sheet.part("s1"), [(predicate, iri(f"{there.iri}#s1"))], LINKS)
