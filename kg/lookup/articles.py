"""Lists of articles, and one article with all its records."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from kg.errors import NotFound
from kg.lookup import citing, paging, records, sources
from kg.lookup.labels import named
from kg.lookup.results import Article, ArticleInFull, Listing
from kg.store.derivation import RECORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kg.lookup.filters import ArticleFilter
    from kg.lookup.paging import Page
    from kg.lookup.results import Language
    from kg.store.projection import Projection


def listing(
    projection: Projection, asked: ArticleFilter, page: Page, language: Language
) -> Listing[Article]:
    """List articles, the newest first, with their total.

    :raises NotFound: the filter names something that is not there
    :raises InputError: the filter or the cursor cannot be read
    """
    where = asked.where(projection)
    of = paging.scope("articles", asked)
    keys = paging.keys(projection, "articles", where, page, of)
    found = _read(projection, keys.ids, language)
    return Listing[Article](
        items=tuple(found[key] for key in keys.ids),
        next=keys.next,
        total=paging.total(projection, "articles", where),
    )


def shown(projection: Projection, keys: Sequence[str], language: Language) -> tuple[Article, ...]:
    """Show articles by their keys, in the order asked for; one that is not there is left out."""
    found = _read(projection, keys, language)
    return tuple(found[key] for key in keys if key in found)


def in_full(projection: Projection, key: str, language: Language) -> ArticleInFull:
    """Return an article with its records, in the order in which their evidence stands in it.

    :raises NotFound: there is no such article
    """
    found = _read(projection, [key], language)
    if key not in found:
        raise NotFound(f"there is no article {key}")
    article = found[key]
    return ArticleInFull(
        article=article,
        records=tuple(records.of_article(projection, key, language).values()),
        citation=citing.article(article, projection.revision, language),
    )


def _read(projection: Projection, keys: Iterable[str], language: Language) -> dict[str, Article]:
    found = sources.read(projection, keys)
    names = named(projection, sources.publishers(found), language)
    return {
        key: Article(
            **sources.source(key, found, names).model_dump(),
            url=article.get("url"),
            text_hash=article["text_hash"],
            text_length=article["text_length"],
            text_norm=article["text_norm"],
            counts=_counts(projection, key),
        )
        for key, article in found.items()
    }


def _counts(projection: Projection, article: str) -> dict[str, int]:
    """Count the records of an article by class."""
    owned = projection.things.of_article(article).values()
    counted = Counter(thing["class"] for thing in owned if thing.get("article") == article)
    return {kind: counted[kind] for kind in sorted(counted) if kind in RECORDS}
