"""The application: wires settings, state, surfaces and errors together, and does nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask
from flask_compress import Compress

from api import (
    access,
    addresses,
    docs,
    dumps,
    errors,
    graph_store,
    i18n,
    linked_data,
    listings,
    openapi,
    pages,
    rest,
    sparql,
    update,
    validate,
    validators,
    vocabulary,
    wording,
)
from api.cache import ResponseCache
from api.state import KEY, State
from kg import formats, noise
from kg.access import Access
from kg.store.readings import Readings
from kg.store.revisions import Revisions
from kg.store.workers import QueryPool

if TYPE_CHECKING:
    from flask import Response

    from kg.settings import Settings


_EXPOSED = ("Content-Language", "Content-Location", "ETag", "Link", "Location")
"""Headers that scripts of other pages may read."""


def create_app(settings: Settings) -> Flask:
    """Make the application over the store in ``settings.data``.

    Its state is ``app.extensions["stancegraph"]``; close that when the application is done with.
    """
    noise.quieten()
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = settings.upload_mebibytes << 20
    store = Revisions(settings)
    app.extensions[KEY] = State(
        settings,
        store,
        QueryPool(store, settings),
        Readings(store),
        Access(settings.data, settings.lock_seconds),
    )
    _compressed(app)
    for surface in (
        sparql,
        update,
        graph_store,
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
    for part in (access, validators, i18n, addresses, wording, errors):
        part.register(app)
    app.after_request(_open_to_all)
    if not settings.private:  # who may read is asked behind it
        limit = settings.cache_mebibytes << 20
        app.wsgi_app = ResponseCache(app.wsgi_app, store.current, limit)  # type: ignore[assignment,method-assign]
    return app


def _compressed(app: Flask) -> None:
    """Compress answers; it comes first of all that is done after a request, so it is done last."""
    app.config["COMPRESS_ALGORITHM"] = ["zstd", "br", "gzip"]
    app.config["COMPRESS_MIMETYPES"] = [
        *("text/html", "text/css", "text/javascript", "image/svg+xml", errors.MEDIA_TYPE),
        *(f.media_type for f in (*formats.RDF, *formats.BINDINGS)),
        "application/json",
    ]
    app.config["COMPRESS_MIN_SIZE"] = 1000
    app.config["COMPRESS_STREAMS"] = False  # what is long is sent as it is; dumps are there as .gz
    Compress(app)


def _open_to_all(response: Response) -> Response:
    """Let pages from anywhere ask; no browser adds a token to what it sends by itself."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = ", ".join(_EXPOSED)
    if response.allow:
        response.headers["Access-Control-Allow-Methods"] = response.allow.to_header()
        response.headers["Access-Control-Allow-Headers"] = "Accept, Authorization, Content-Type"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
