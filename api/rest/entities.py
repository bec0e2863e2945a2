"""``/api/entities``: who and what there is; ``/api/search``: the same by what it is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, redirect, request, url_for

from api.openapi import ENTITIES, documented
from api.rest import answers, asked
from api.rest.reading import nearest, read
from kg import iris
from kg.errors import Replaced
from kg.lookup import entities as entity_lookup
from kg.lookup.filters import EntityFilter
from kg.lookup.search import search as find

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as Redirect

blueprint = Blueprint("entities", __name__)

KINDS = iris.KINDS[:-1]
"""All but articles."""


@blueprint.get("/entities")
@documented(asked.EntityQuestion, answers.EntitiesAnswer, ENTITIES)
def entities() -> Response:
    """List people, companies, groups, models, projects, topics and occasions.

    Those that most records mention come first.
    """
    question = read(asked.EntityQuestion)
    wanted = question.picked(EntityFilter)
    with answers.looking(question) as (projection, language):
        found = entity_lookup.listing(projection, wanted, question.page(), language)
    return answers.listed(found, language)


@blueprint.get("/entities/<kind>/<slug>")
@documented(asked.Question, answers.EntityAnswer, ENTITIES, 308)
def entity_in_full(kind: str, slug: str) -> Response | Redirect:
    """Show one entity: who or what it is, and what is on record.

    Its roles, the newest stances and claims it holds, those of others about it, and the articles
    that mention it. An entity that was merged into another one leads to that one.
    """
    if kind not in KINDS:
        near = (meant,) if (meant := nearest(kind, KINDS)) else ()
        raise answers.Unknown(f"there are entities of {', '.join(KINDS)}", None, near)
    question = read(asked.Question)
    key = f"{kind}/{slug}"
    with answers.looking(question, key) as (projection, language):
        try:
            found = entity_lookup.in_full(projection, key, language)
        except Replaced as merged:
            return _moved(merged.by)
    return answers.answered(found, language)


@blueprint.get("/search")
@documented(asked.SearchQuestion, answers.HitsAnswer, ENTITIES)
def search() -> Response:
    """Find entities and articles by label, alias or headline.

    By the beginnings of words, in German and English, with umlauts or without; typing errors are
    forgiven. `how` says how a name fitted, `matched` which one it was.
    """
    question = read(asked.SearchQuestion)
    classes = tuple(kind.capitalize() for kind in question.kind)
    with answers.looking(question) as (projection, language):
        found = find(projection, question.q, classes, question.page(), language)
    return answers.listed(found, language)


def _moved(key: str) -> Redirect:
    """Lead to what an entity was merged into."""
    kind, _, slug = key.partition("/")
    address = url_for("rest.entities.entity_in_full", kind=kind, slug=slug)
    query = request.query_string.decode("ascii")
    return redirect(f"{address}?{query}" if query else address, 308)
