"""The application: wires settings, state, surfaces and errors together, and does nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask

from api import (
    addresses,
    docs,
    dumps,
    errors,
    i18n,
    linked_data,
    listings,
    openapi,
    pages,
    rest,
    sparql,
    validate,
    vocabulary,
    wording,
)
from api.state import KEY, State
from kg import noise
from kg.store.readings import Readings
from kg.store.revisions import Revisions
from kg.store.workers import QueryPool

if TYPE_CHECKING:
    from flask import Response

    from kg.settings import Settings


def create_app(settings: Settings) -> Flask:
    """Make the application over the store in ``settings.data``.

    Its state is ``app.extensions["stancegraph"]``; close that when the application is done with.
    """
    noise.quieten()
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = settings.upload_mebibytes << 20
    store = Revisions(settings)
    app.extensions[KEY] = State(settings, store, QueryPool(store, settings), Readings(store))
    for surface in (
        sparql,
        dumps,
        validate,
        pages,
        listings,
        linked_data,
        vocabulary,
        rest,
        openapi,
        docs,
    ):
        app.register_blueprint(surface.blueprint)
    for part in (i18n, addresses, wording, errors):
        part.register(app)
    app.after_request(_open_to_all)
    return app


def _open_to_all(response: Response) -> Response:
    """Let pages from anywhere read; nothing here is private, and nothing can be changed."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "Content-Language, Content-Location, Link"
    if response.allow:
        response.headers["Access-Control-Allow-Methods"] = response.allow.to_header()
        response.headers["Access-Control-Allow-Headers"] = "Accept, Content-Type"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
