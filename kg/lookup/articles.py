"""Lists of articles, and one article with all its records."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from kg.errors import NotFound
from kg.lookup import citing, paging, records, sources
from kg.lookup.labels import marks, named
from kg.lookup.results import Article, ArticleInFull, Listing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kg.lookup.filters import ArticleFilter
    from kg.lookup.paging import Page
    from kg.lookup.results import Language
    from kg.store.projection import Projection

_COLUMNS = (*sources.COLUMNS, "url", "text_hash", "text_length", "text_norm")
_BY_MARK = f"""
    SELECT {", ".join(_COLUMNS)} FROM articles
    WHERE mark IN (SELECT unnest($marks::UINTEGER[]))"""  # noqa: S608 - our own names
COUNTS = """
    SELECT article, 'Stance' AS class, count(*) FROM stances
    WHERE lead AND mark IN (SELECT unnest($marks::UINTEGER[])) GROUP BY ALL
    UNION ALL
    SELECT article, class, count(*) FROM claims
    WHERE lead AND mark IN (SELECT unnest($marks::UINTEGER[])) GROUP BY ALL
    ORDER BY article, class"""


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
        records=tuple(records.of_articles(projection, [key], language).values()),
        citation=citing.article(article, projection.revision, language),
    )


def _read(projection: Projection, keys: Sequence[str], language: Language) -> dict[str, Article]:
    asked = {"marks": marks(keys)}
    rows: dict[str, dict[str, Any]] = {
        values[0]: dict(zip(_COLUMNS, values, strict=True))
        for values in (projection.rows(_BY_MARK, asked) if keys else [])
        if values[0] in keys
    }
    if not rows:
        return {}
    counts: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for key, kind, count in projection.rows(COUNTS, asked):
        counts[key][kind] = count
    names = named(projection, sources.publishers(rows), language)
    return {
        key: Article(
            **sources.source(key, rows, names).model_dump(),
            url=row["url"],
            text_hash=row["text_hash"],
            text_length=row["text_length"],
            text_norm=row["text_norm"],
            counts=counts[key],
        )
        for key, row in rows.items()
    }
