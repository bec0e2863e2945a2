"""``/search``, ``/stances``, ``/timeline`` and the other lists, for people.

They are asked as the look-ups under ``/api`` are, by the same parameters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

from flask import Blueprint, render_template, request, url_for

from api import parameters
from api.addresses import Twin
from api.drawing import STACKED, drawing
from api.i18n import date, marked, number
from api.i18n import gettext as _
from api.narrowing import TITLES, Choice, chips, filters, options, strictly
from api.narrowing import names as names_of
from api.pages import opened
from api.rest.asked import (
    ArticleQuestion,
    ChangeQuestion,
    ClaimQuestion,
    ComparisonQuestion,
    EntityQuestion,
    EstimateQuestion,
    SearchQuestion,
    StanceQuestion,
    TimelineQuestion,
)
from api.rest.reading import read
from api.wording import counted, word
from kg.lookup import articles as article_lookup
from kg.lookup import changes as change_lookup
from kg.lookup import claims as claim_lookup
from kg.lookup import comparison
from kg.lookup import entities as entity_lookup
from kg.lookup import search as name_lookup
from kg.lookup import stances as stance_lookup
from kg.lookup import timeline as time_lookup
from kg.lookup.filters import ArticleFilter, ClaimFilter, EntityFilter, EstimateFilter, StanceFilter
from kg.lookup.paging import Page
from kg.lookup.results import Commitment, EntityClass, FindingValue, Modality, Polarity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from werkzeug.wrappers import Response

    from kg.lookup.results import Listing, Named, Timeline

    Answer = str | Response | tuple[str, int]

blueprint = Blueprint("listings", __name__)

FIELDS = 3
"""For holders to compare, and one more than are compared."""
UNITS = {"year": marked("year"), "quarter": marked("quarter"), "month": marked("month")}


@dataclass(frozen=True)
class Kind:
    """A kind of record with its list: its question, its filter, its look-up, what can be chosen."""

    noun: str
    question: type[Any]
    filter: type[Any]
    listing: Callable[..., Listing[Any]]
    choices: Mapping[str, Any]


STANCES = Kind(
    "Stance",
    StanceQuestion,
    StanceFilter,
    stance_lookup.listing,
    {"polarity": Polarity, "commitment": Commitment},
)
CLAIMS = Kind(
    "Claim",
    ClaimQuestion,
    ClaimFilter,
    claim_lookup.listing,
    {"modality": Modality, "finding": FindingValue},
)
ESTIMATES = Kind(
    "Estimate", EstimateQuestion, EstimateFilter, claim_lookup.estimates, {"modality": Modality}
)


@blueprint.get("/stances")
def stances() -> Answer:
    """List stances."""
    return _records(STANCES)


@blueprint.get("/claims")
def claims() -> Answer:
    """List claims."""
    return _records(CLAIMS)


@blueprint.get("/estimates")
def estimates() -> Answer:
    """List estimates."""
    return _records(ESTIMATES)


@blueprint.get("/articles")
def articles() -> Answer:
    """List articles."""
    if (elsewhere := strictly()) is not None:
        return elsewhere
    asked = read(ArticleQuestion)
    with opened(asked) as (projection, chosen):
        found = article_lookup.listing(
            projection, asked.picked(ArticleFilter), asked.page(), chosen
        )
        names = names_of(projection, chosen)
    return render_template("articles.html", listing=found, chosen=chips(names), twins=_twins())


@blueprint.get("/entities")
def entities() -> Answer:
    """List people, companies and whatever else stances are about."""
    if (elsewhere := strictly()) is not None:
        return elsewhere
    asked = read(EntityQuestion)
    with opened(asked) as (projection, chosen):
        found = entity_lookup.listing(projection, asked.picked(EntityFilter), asked.page(), chosen)
    return render_template(
        "entities.html",
        listing=found,
        kind=asked.kind,
        heading=counted(asked.kind.capitalize(), 2) if asked.kind else _("Index"),
        classes=get_args(EntityClass),
        twins=_twins(),
    )


@blueprint.get("/search")
def search() -> Answer:
    """Find entities and articles by what they are called."""
    if (elsewhere := strictly()) is not None:
        return elsewhere
    if "q" not in parameters.of_url():
        return render_template("search.html", text="", twins=())
    asked = read(SearchQuestion)
    with opened(asked) as (projection, chosen):
        page = Page(asked.limit, asked.after, facets=True)
        kinds = tuple(kind.capitalize() for kind in asked.kind)
        found = name_lookup.search(projection, asked.q, kinds, page, chosen)
    return render_template(
        "search.html",
        text=asked.q,
        listing=found,
        kinds=asked.kind,
        facets=options(found.facets).get("kind", ()),
        twins=_twins(),
    )


@blueprint.get("/timeline")
def timeline() -> Answer:
    """Draw stances by period."""
    if (elsewhere := strictly()) is not None:
        return elsewhere
    asked = read(TimelineQuestion)
    with opened(asked) as (projection, chosen):
        found = time_lookup.timeline(
            projection, asked.unit, asked.holder, asked.target, asked.narrower, chosen
        )
    names = {"holder": found.holder, "target": found.target}
    return render_template(
        "timeline.html",
        found=found,
        names={role: thing for role, thing in names.items() if thing is not None},
        heading=_about(_("Timeline"), found.holder, found.target),
        units=[(unit, _(name)) for unit, name in UNITS.items()],
        drawing=drawing(found),
        described=_described(found),
        sides=STACKED,
        stances=url_for(".stances", holder=asked.holder, target=asked.target),
        twins=_twins(),
    )


@blueprint.get("/changes")
def changes() -> Answer:
    """List where a holder took another side than before."""
    if (elsewhere := strictly()) is not None:
        return elsewhere
    asked = read(ChangeQuestion)
    with opened(asked) as (projection, chosen):
        found = change_lookup.listing(
            projection, asked.holder, asked.target, asked.narrower, asked.page(), chosen
        )
        names = names_of(projection, chosen)
    return render_template(
        "changes.html",
        listing=found,
        names=names,
        heading=_about(_("Changes of side"), names.get("holder"), names.get("target")),
        twins=_twins(),
    )


@blueprint.get("/compare")
def compare() -> Answer:
    """Set holders side by side."""
    if (elsewhere := strictly()) is not None:
        return elsewhere
    asked_for = parameters.of_url().get("holder", [])
    compared, names = None, []
    if len(asked_for) > 1:
        asked = read(ComparisonQuestion)
        with opened(asked) as (projection, chosen):
            compared = comparison.compare(
                projection, asked.holder, asked.target, asked.page(), chosen
            )
        names = [holder.label for holder in compared.holders]
    return render_template(
        "compare.html",
        compared=compared,
        heading=" · ".join(names) if names else _("Compare"),
        blanks=[*names, "", "", ""][: max(FIELDS, len(names) + 1)],
        twins=_twins() if compared else (),
    )


def _records(kind: Kind) -> Answer:
    if (elsewhere := strictly()) is not None:
        return elsewhere
    asked = read(kind.question)
    with opened(asked) as (projection, chosen):
        page = Page(asked.limit, asked.after, facets=True)
        found = kind.listing(projection, asked.picked(kind.filter), page, chosen)
        names = names_of(projection, chosen)
    holder, other = names.get("holder"), names.get("target") or names.get("about")
    topic = "target" if kind is STANCES else "about"
    offered = {"holder", topic, *kind.choices, "conditional", "said_from", "said_to"}
    return render_template(
        "records.html",
        listing=found,
        noun=kind.noun,
        heading=_about(counted(kind.noun, 2).capitalize(), holder, other),
        names=names,
        asked=parameters.of_url(),
        topic=topic,
        kept={name: some for name, some in filters().items() if name not in offered},
        chosen=chips(names),
        choices=[Choice(name, _(TITLES[name]), get_args(of)) for name, of in kind.choices.items()],
        facets=options(found.facets, without=(*kind.choices, "conditional")),
        counts={
            name: {value.id: value.count for value in values}
            for name, values in found.facets.items()
        },
        titles={name: _(title) for name, title in TITLES.items()},
        twins=_twins(),
    )


def _about(title: str, holder: Named | None, other: Named | None) -> str:
    """Say in a heading whose list it is, and on what."""
    if holder and other:
        return _("%(title)s: %(holder)s on %(thing)s") % {
            "title": title,
            "holder": holder.label,
            "thing": other.label,
        }
    one = holder or other
    return title if one is None else _("%(title)s: %(name)s") % {"title": title, "name": one.label}


def _described(found: Timeline) -> str:
    """Say in a sentence what a drawing shows."""
    sums = [
        f"{number(sum(period.counts.get(side, 0) for period in found.periods))} {word(side)}"
        for side in STACKED
    ]
    if not found.periods:
        return ""
    return _("From %(first)s to %(last)s: %(sums)s.") % {
        "first": date(found.periods[0].period),
        "last": date(found.periods[-1].period),
        "sums": ", ".join(sums),
    }


def _twins() -> tuple[Twin, ...]:
    """Return the same list as JSON: the look-ups have the addresses of the pages, under /api."""
    query = request.query_string.decode()
    address = f"{request.script_root}/api{request.path}" + (f"?{query}" if query else "")
    return (Twin("JSON", "application/json", address),)
