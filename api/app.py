"""The application: wires settings, state, surfaces and errors together, and does nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask
from flask_compress import Compress
from werkzeug.middleware.proxy_fix import ProxyFix

from api import (
    access,
    addresses,
    bodies,
    docs,
    dumps,
    errors,
    graph_store,
    headers,
    i18n,
    linked_data,
    listings,
    metrics,
    openapi,
    pages,
    queries,
    request_log,
    rest,
    sparql,
    update,
    validate,
    validators,
    vocabulary,
    wording,
)
from api.cache import KEY as KEPT
from api.cache import ResponseCache
from api.clients import Transfers
from api.headers import CrossOrigin
from api.state import KEY, State
from kg import formats, noise
from kg.access import Access
from kg.store.readings import Readings
from kg.store.revisions import Revisions
from kg.store.workers import QueryPool

if TYPE_CHECKING:
    from kg.settings import Settings


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
        Transfers(settings),
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
        metrics,
        queries,
    ):
        app.register_blueprint(surface.blueprint)
    for part in (bodies, access, validators, i18n, addresses, wording, errors, headers):
        part.register(app)
    cache = None
    if not settings.private:  # who may read is asked behind it
        limit = settings.cache_mebibytes << 20
        cache = ResponseCache(app.wsgi_app, store.current, limit)
        app.wsgi_app = cache  # type: ignore[assignment,method-assign]
    app.extensions[KEPT] = cache
    app.wsgi_app = CrossOrigin(app.wsgi_app, settings.cors_origins)  # type: ignore[assignment,method-assign]
    _watched(app, settings, cache)
    if count := settings.proxies:  # outermost: all else goes by the address that was asked for
        app.wsgi_app = ProxyFix(app.wsgi_app, count, count, count, x_prefix=count)  # type: ignore[method-assign]
    return app


def _watched(app: Flask, settings: Settings, cache: ResponseCache | None) -> None:
    """Give each request an id, count it, and log it, whoever answers."""
    log = request_log.RequestLog(settings.log_format)
    counted = metrics.Metrics(app.extensions[KEY], cache)
    app.extensions[metrics.KEY] = counted
    app.extensions[request_log.KEY] = log
    request_log.register(app, log)
    app.wsgi_app = request_log.Told(app.wsgi_app, counted.observe, log.exchange)  # type: ignore[assignment,method-assign]


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
