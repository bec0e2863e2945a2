"""The look-up benchmark's own parts: how wrk's words are read, and what counts as too slow."""

from __future__ import annotations

import argparse
import http.server
import json
import shutil
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.bench.lookups import BARE, OURS, RDFLIB, Target, check, measure, rate, shortfalls

if TYPE_CHECKING:
    from collections.abc import Iterator

OPTIONS = argparse.Namespace(clients=2, seconds=1)


@contextmanager
def answering(status: int, bindings: int) -> Iterator[tuple[Target, list[str]]]:
    """A server that answers everything alike; with what it was asked."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked.append(self.path)
            body = json.dumps({"results": {"bindings": [{}] * bindings}}).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield Target(server.server_port, "/sparql"), asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_rate_is_read() -> None:
    """Answers by seconds, from the line that the script writes at the end."""
    assert rate("Running 1s test\nasked 408 seconds 2.000000 wrong 0 answered 400\n") == 200


@pytest.mark.parametrize(
    "told",
    [
        "unable to connect",
        "asked 10 seconds 1.0 wrong 1 answered 10",
        "asked 10 seconds 1.0 wrong 0 answered 0",
        "asked 1 seconds 0.0 wrong 0 answered 1",
    ],
)
def test_what_is_no_measurement_is_none(told: str) -> None:
    """Errors, no answers and no words are no rate."""
    with pytest.raises(RuntimeError):
        rate(told)


def test_both_aims_are_held_against_the_right_server() -> None:
    """Warm is compared with Oxigraph, cold with rdflib-endpoint, and just enough is enough."""
    fine = {OURS: (600.0, 1000.0), BARE: (9000.0, 1000.0), RDFLIB: (100.0, 9000.0)}
    assert shortfalls(fine) == []
    missed = shortfalls(fine | {OURS: (599.0, 999.0)})
    assert ["warm" in each for each in missed] == [True, False]


def test_answers_have_to_be_the_same() -> None:
    """Servers that say different things, or nothing, are not compared."""
    with answering(200, 2) as (one, _), answering(200, 3) as (other, _):
        check({"one": one, "the same": one}, ["urn:a"])
        with pytest.raises(RuntimeError, match="not the same answers about urn:a"):
            check({"one": one, "other": other}, ["urn:a"])
    with answering(200, 0) as (empty, _), pytest.raises(RuntimeError, match="not the same"):
        check({"one": empty, "other": empty}, ["urn:a"])


@pytest.mark.skipif(shutil.which("wrk") is None, reason="wrk is not installed (apt install wrk)")
class TestWrk:
    """With the real client."""

    def test_cold_asks_for_everything_once(self) -> None:
        """No address comes twice, so that nothing is answered from memory."""
        with answering(200, 1) as (target, asked):
            some = target.addresses([f"urn:{number}" for number in range(40)], [])
            assert measure(target, some, OPTIONS, again=False) > 0
        # wrk takes the first to see whether the script can make requests.
        assert len(set(asked)) >= len(some) - 1
        assert len(asked) - len(set(asked)) <= OPTIONS.clients

    def test_warm_asks_again(self) -> None:
        """Addresses come round again until the time is over."""
        with answering(200, 1) as (target, asked):
            assert measure(target, target.addresses(["urn:a"], []), OPTIONS, again=True) > 0
        assert len(asked) > 10

    def test_an_error_is_no_look_up(self) -> None:
        """A server that refuses quickly is not fast."""
        with answering(503, 1) as (target, _), pytest.raises(RuntimeError, match="no look-ups"):
            measure(target, target.addresses(["urn:a"], []), OPTIONS, again=True)
