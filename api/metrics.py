"""``/metrics``: what Prometheus reads, for this process of the server.

No client chooses a label: requests are counted by the endpoint that answers, not by address, and by
a method that is known. The registry is the application's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, current_app, request
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from kg import __version__
from kg.errors import StancegraphError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client.metrics_core import Metric

    from api.cache import ResponseCache
    from api.request_log import Exchange
    from api.state import State

KEY = "stancegraph.metrics"
"""Where ``app.extensions`` has them."""
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY"})
OTHER = "other"
"""Stands for any other method."""
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
"""Bounds of the histogram; look-ups take milliseconds, queries up to their time limit."""

blueprint = Blueprint("metrics", __name__)


@blueprint.get("/metrics")
def metrics() -> Response:
    """Write all metrics, in the text format that the client takes."""
    found: Metrics = current_app.extensions[KEY]
    encoder, content_type = choose_encoder(request.headers.get("Accept", ""))
    response = Response(encoder(found.registry), content_type=content_type)
    response.cache_control.no_store = True
    response.vary.add("Accept")
    return response


class Metrics:
    """The metrics of one application.

    :param cache: None where there is none
    """

    def __init__(self, state: State, cache: ResponseCache | None) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "stancegraph_requests",
            "Requests answered, those by the cache included.",
            ("surface", "method", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "stancegraph_request_seconds",
            "Time from a request until the server has the whole answer.",
            ("surface",),
            buckets=SECONDS,
            registry=self.registry,
        )
        self._known: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self.registry.register(_Inside(state, cache))
        ProcessCollector(registry=self.registry)

    def observe(self, exchange: Exchange) -> None:
        """Count an exchange."""
        method = exchange.method if exchange.method in METHODS else OTHER
        key = exchange.surface, method, exchange.status
        found = self._known.get(key)
        if found is None:  # looking them up takes longer than counting
            found = self._requests.labels(*key), self._seconds.labels(exchange.surface)
            self._known[key] = found
        found[0].inc()
        found[1].observe(exchange.seconds)


class _Inside(Collector):
    """Reads, when it is asked, what the parts of the application count by themselves."""

    def __init__(self, state: State, cache: ResponseCache | None) -> None:
        self._state, self._cache = state, cache

    def collect(self) -> Iterator[Metric]:
        """Give each metric with its value now."""
        yield InfoMetricFamily("stancegraph", "What runs here.", {"version": __version__})
        yield from self._workers()
        if self._cache is not None:
            yield from _cached(self._cache)
        yield from self._store()

    def _workers(self) -> Iterator[Metric]:
        pool = self._state.pool
        jobs = pool.jobs.all()
        running = sum(job.running for job in jobs)
        yield _gauge("queries_running", "Queries, and other work, that workers are at.", running)
        yield _gauge("queries_waiting", "Those that wait for a worker.", len(jobs) - running)
        ended = CounterMetricFamily(
            "stancegraph_queries",
            "Those that ended: answered, stopped at the limit of time, memory or size, killed by "
            "an administrator, abandoned by their client, ended by the death of the worker for "
            "another reason, or turned away because all were busy or their client had too many.",
            labels=("outcome",),
        )
        for outcome, count in dict(pool.tally.ended).items():
            ended.add_metric((outcome,), count)
        yield ended
        yield _gauge("workers", "Worker processes.", pool.alive())
        started = "Worker processes started; beyond the first ones, each replaced another."
        yield CounterMetricFamily("stancegraph_workers_started", started, pool.tally.started)

    def _store(self) -> Iterator[Metric]:
        yield _gauge("revision", "The current revision; 0: none.", self._state.store.current())
        try:
            with self._state.readings.open() as reading:
                quads = reading.projection.quads
        except StancegraphError:  # no data, or damaged: /health and the pages say so
            return
        yield _gauge("quads", "Quads of the current revision; absent if it is damaged.", quads)


def _cached(cache: ResponseCache) -> Iterator[Metric]:
    for name, text, value in (
        ("cache_hits", "Requests answered by the cache.", cache.hits),
        ("cache_misses", "Requests that the cache had no answer to.", cache.misses),
    ):
        yield CounterMetricFamily(f"stancegraph_{name}", text, value)
    yield _gauge("cache_bytes", "Bytes that the cache keeps, about.", cache.size)


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(f"stancegraph_{name}", text, value)
