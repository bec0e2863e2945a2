"""Where a record was reported: articles, as records and lists show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg import iris
from kg.lookup.results import PartialDate, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kg.lookup.results import Named
    from kg.store.projection import Projection
    from kg.store.things import Thing

_DATES = ("xsd:gYear", "xsd:gYearMonth", "xsd:date")
"""By how many hyphens are written."""


def read(projection: Projection, keys: Iterable[str]) -> dict[str, Thing]:
    """Read articles by their keys; what is not there, or is none, is left out."""
    found = projection.things.get(keys)
    return {key: thing for key, thing in found.items() if thing["class"] == "Article"}


def publishers(articles: Mapping[str, Thing]) -> set[str]:
    """Return the keys of those who published articles."""
    return {article["publisher"] for article in articles.values() if "publisher" in article}


def source(key: str, articles: Mapping[str, Thing], names: Mapping[str, Named]) -> Source:
    """Show an article as the source of a record."""
    article = articles.get(key, {})
    return Source(
        id=iris.iri(key),
        headline=article.get("headline"),
        in_language=article.get("language"),
        publisher=names.get(article.get("publisher", "")),
        date_published=partial(article.get("published")),
    )


def partial(value: str | None) -> PartialDate | None:
    """Type a date by how much of it is written."""
    if value is None:
        return None
    return PartialDate.model_validate({"value": value, "type": _DATES[value.count("-")]})
