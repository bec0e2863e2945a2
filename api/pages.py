"""Pages, for people: the front page, and one for each entity, article and record.

``/health`` stands here, too: that the server is there, for machines.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from babel import Locale, UnknownLocaleError
from flask import Blueprint, g, render_template, url_for

from api import addresses, i18n, parameters
from api.access import open_to_all
from api.addresses import Twin
from api.drawing import STACKED, drawing
from api.i18n import LOCALES, language
from api.i18n import gettext as _
from api.rest.answers import looking
from api.rest.asked import Question
from api.state import state
from kg import formats, iris
from kg.lookup import articles, entities, outline, overview, stances, timeline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.drawing import Drawing
    from kg.lookup.results import Entity, Language, Named
    from kg.store.projection import Projection

blueprint = Blueprint("pages", __name__)

COUNTED = {
    "Article": "articles",
    "Stance": "stances",
    "Claim": "claims",
    "Estimate": "estimates",
    "Person": "entities",
    "Company": "entities",
    "Model": "entities",
    "Topic": "entities",
}
"""Classes that the front page counts, and the list that each leads to."""
NEWEST = 5
"""Stances on the front page."""
WIKIDATA = "www.wikidata.org"


@dataclass(frozen=True)
class Example:
    """A query to copy; the first line of its file is a comment that asks it in words."""

    question: str
    text: str


@dataclass(frozen=True)
class Match:
    """The same thing elsewhere."""

    name: str
    text: str
    address: str | None


@cache
def examples() -> tuple[Example, ...]:
    """Read the queries of the front page."""
    paths = sorted(Path(str(files("api") / "examples")).glob("*.rq"))
    texts = (path.read_text(encoding="utf-8").partition("\n") for path in paths)
    return tuple(Example(first.removeprefix("# "), rest.strip()) for first, _, rest in texts)


@contextmanager
def opened(
    asked: Question | None = None, path: str | None = None
) -> Iterator[tuple[Projection, Language]]:
    """Open the revision that a page is about, and say the language of the page.

    :param asked: what is asked for, where that is more than ``revision=``
    :param path: the key of what the path names
    """
    if asked is None:
        i18n.check()
        asked = _at(parameters.revision(parameters.of_url()))
    with looking(asked, path) as (projection, chosen):
        g.revision, g.pinned = projection.revision, asked.revision is not None
        yield projection, chosen


@blueprint.get("/")
def home() -> str:
    """Show what there is, and how to ask it."""
    with opened() as (projection, chosen):
        found = overview.overview(projection)
        newest = stances.newest(projection, chosen, NEWEST)
        return render_template(
            "home.html",
            quads=projection.quads,
            counts=[(name, found.get(name, 0), _list(name)) for name in COUNTED],
            newest=newest,
            questions=_questions([stance.target for stance in newest]),
            dumps=[item.endings[0] for item in formats.DUMPS],
            examples=examples(),
            twins=[
                Twin("JSON", "application/json", addresses.data("/api/stances")),
            ],
        )


def document(kind: str, slug: str, revision: int | None) -> str:
    """Show an entity or an article.

    :raises kg.errors.NotFound: there is none in the revision
    :raises kg.errors.Replaced: it was merged into another one
    """
    i18n.check()
    with opened(_at(revision), f"{kind}/{slug}") as (projection, chosen):
        if kind == "article":
            return _article(projection, chosen, slug)
        return _entity(projection, chosen, f"{kind}/{slug}")


@blueprint.get("/record/<slug>/<fragment>")
def record(slug: str, fragment: str) -> str:
    """Show everything about a stance, a claim or an estimate."""
    key = f"article/{slug}#{fragment}"
    with opened(path=key) as (projection, chosen):
        found = outline.in_full(projection, key, chosen)
        return render_template(
            "record.html",
            record=found.record,
            supports=found.supports,
            editorial=found.links,
            citation=found.citation,
            twins=[
                *addresses.described("article", slug),
                Twin("JSON", "application/json", addresses.data(f"/api/records/{slug}/{fragment}")),
            ],
        )


@blueprint.get("/health")
@open_to_all
def health() -> dict[str, str | int]:
    """Say that the store can be read, and which revision is current."""
    with state().store.snapshot() as snapshot:
        return {"status": "ok", "revision": snapshot.revision}


def _article(projection: Projection, chosen: Language, slug: str) -> str:
    found = articles.in_full(projection, f"article/{slug}", chosen)
    url = found.article.url
    return render_template(
        "article.html",
        found=found,
        slug=slug,
        original=url if url and urlsplit(url).scheme in {"http", "https"} else None,
        tongue=_tongue,
        twins=[
            *addresses.described("article", slug),
            Twin("JSON", "application/json", addresses.data(f"/api/articles/{slug}")),
        ],
    )


def _entity(projection: Projection, chosen: Language, key: str) -> str:
    found = entities.in_full(projection, key, chosen)
    kind, slug = key.split("/", 1)
    return render_template(
        "entity.html",
        found=found,
        entity=found.entity,
        key=key,
        matches=[_match(iri) for iri in found.entity.exact_match],
        empty=not found.entity.counts.mentions,
        twins=[
            *addresses.described(kind, slug),
            Twin("JSON", "application/json", addresses.data(f"/api/entities/{key}")),
        ],
        sides=STACKED,
        **_by_year(projection, chosen, found.entity, key),
    )


def _by_year(
    projection: Projection, chosen: Language, entity: Entity, key: str
) -> dict[str, str | Drawing | None]:
    """Draw the stances of an entity by year or, where it holds none, those on it."""
    counts = entity.counts
    if not counts.held and not counts.targeted:
        return {"drawing": None}
    holder, target = (key, None) if counts.held else (None, key)
    title = _("Stances of %(name)s by year") if holder else _("Stances on %(name)s by year")
    found = timeline.timeline(projection, "year", holder, target, narrower=True, language=chosen)
    return {
        "drawing": drawing(found, height=160) if len(found.periods) > 1 else None,
        "drawn": title % {"name": entity.label},
        "timeline": url_for("listings.timeline", holder=holder, target=target),
    }


def _at(revision: int | None) -> Question:
    """Ask for nothing but a revision."""
    return Question.model_construct(language=None, revision=revision)


def _list(name: str) -> str:
    if COUNTED[name] == "entities":
        return url_for("listings.entities", kind=name.lower())
    return url_for(f"listings.{COUNTED[name]}")


def _questions(targets: list[Named]) -> list[tuple[str, str]]:
    """Return questions in words, each with the page that answers it; one is about a target."""
    stances_with = partial(url_for, "listings.stances")
    return [
        *(
            (
                _("Who takes which side on %(thing)s?") % {"thing": thing.label},
                stances_with(target=iris.key(thing.id)),
            )
            for thing in targets[:1]
        ),
        (_("Who promises something?"), stances_with(commitment="Promise")),
        (
            _("Who is in favour, on a condition?"),
            stances_with(polarity="Favour", conditional="true"),
        ),
        (_("Who is undecided?"), stances_with(polarity="Undecided")),
        (_("Who has changed sides?"), url_for("listings.changes")),
        (_("How have the sides moved over time?"), url_for("listings.timeline", unit="quarter")),
        (_("What do two people agree on?"), url_for("listings.compare")),
        (_("Which costs are estimated?"), url_for("listings.estimates")),
        (_("Which AI models are spoken of?"), url_for("listings.entities", kind="model")),
    ]


def _match(iri: str) -> Match:
    parts = urlsplit(iri)
    name = "Wikidata" if parts.hostname == WIKIDATA else parts.hostname or iri
    return Match(
        name, parts.path.rpartition("/")[2] or iri, iri if parts.scheme in {"http", "https"} else ""
    )


def _tongue(code: str) -> str:
    """Name a language in the language of this answer."""
    try:
        return Locale.parse(code, sep="-").get_display_name(LOCALES[language()]) or code
    except (UnknownLocaleError, ValueError):
        return code
