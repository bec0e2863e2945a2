"""The look-ups over HTTP: ``/api/…``, JSON that is JSON-LD."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

from flask import Blueprint, Response, url_for

from api.rest import articles, entities, records, trends
from kg import resources

blueprint = Blueprint("rest", __name__, url_prefix="/api")
for part in (records, entities, articles, trends):
    blueprint.register_blueprint(part.blueprint)

WAYS = {
    "stances": "rest.records.stances",
    "claims": "rest.records.claims",
    "estimates": "rest.records.estimates",
    "conditions": "rest.records.conditions",
    "entities": "rest.entities.entities",
    "search": "rest.entities.search",
    "articles": "rest.articles.articles",
    "timeline": "rest.trends.timeline",
    "changes": "rest.trends.changes",
    "compare": "rest.trends.compare",
    "context": "rest.context",
    "openapi": "openapi.document",
    "docs": "docs.page",
}


@blueprint.get("/")
def index() -> dict[str, dict[str, str]]:
    """Say where the look-ups are."""
    return {"links": {name: url_for(way, _external=True) for name, way in WAYS.items()}}


@blueprint.get("/context.jsonld")
def context() -> Response:
    """Send the JSON-LD context of the answers: the ontology's, and what answers add."""
    response = Response(joined_context(), content_type="application/ld+json")
    response.cache_control.max_age = 24 * 60 * 60
    return response


@cache
def joined_context() -> str:
    """Join the two contexts."""
    texts = (
        (resources.folder("ontology") / "context.jsonld").read_text(encoding="utf-8"),
        (files("api") / "rest" / "context.jsonld").read_text(encoding="utf-8"),
    )
    return json.dumps({"@context": [json.loads(text)["@context"] for text in texts]})
