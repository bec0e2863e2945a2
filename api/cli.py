"""The whole command line: kg's commands, and ``serve``."""

from __future__ import annotations

import getpass
import multiprocessing
import resource
import socket
import sys
import threading
import time
from functools import partial
from typing import TYPE_CHECKING

import click

from kg import terminal
from kg.cli import main, store_of

if TYPE_CHECKING:
    from api.server import Server
    from kg.settings import Settings

__all__ = ["main"]

CONNECTIONS = 8192
"""Connections that may be open at a time; who only holds one open costs next to nothing."""
HEADER_MILLISECONDS = 10_000
"""How long the beginning of a request may take, and how long a connection may rest."""
STOP_SECONDS = 3
"""How long requests under way may take to finish when the server is told to stop."""


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.pass_obj
def serve(settings: Settings, host: str, port: int) -> None:
    """Serve SPARQL, dumps, validation and a page; loads the shipped graphs on the first start."""
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces, TaskImpl
    from granian.http import HTTP1Settings
    from granian.log import LogLevels

    address = _free(host, port)
    _prepare(settings)
    multiprocessing.set_start_method("spawn", force=True)
    Granian(
        "stancegraph",
        address=address,
        port=port,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_MILLISECONDS),
        backpressure=_connections(),
        # Granian's own tasks take a third less time; it has them up to Python 3.12
        task_impl=TaskImpl.rust if sys.version_info < (3, 13) else TaskImpl.asyncio,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
        websockets=False,
        log_level=LogLevels.error,
    ).serve(target_loader=partial(load, settings, host, port), wrap_loader=False)


def load(settings: Settings, host: str, port: int) -> Server:
    """Make what Granian calls, in the process that serves."""
    from api import request_log
    from api.app import create_app
    from api.server import serving
    from api.state import KEY
    from kg.lifetime import end_with_parent

    end_with_parent()
    app = create_app(settings)
    app.extensions[KEY].pool.start()
    app.extensions[request_log.KEY].gather()
    threading.Thread(target=_announce, args=(host, port), daemon=True).start()
    return serving(app, settings)


def _connections() -> int:
    """Return how many connections may be open, as far as the system lets this process go."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if resource.RLIM_INFINITY in {soft, hard}:
        return CONNECTIONS
    files = max(soft, min(2 * CONNECTIONS, hard))
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, hard))
    return min(CONNECTIONS, files // 2)


def _announce(host: str, port: int) -> None:
    """Print the address as soon as it can be used: Granian begins to listen after this."""
    while True:
        try:
            socket.create_connection((host, port), timeout=1).close()
            break
        except OSError:
            time.sleep(0.02)
    shown = f"[{host}]" if ":" in host else host
    click.echo(f"stancegraph is at http://{shown}:{port}/ — Ctrl-C stops it")


def _free(host: str, port: int) -> str:
    """Return the host's numeric address, if its port is free; else end with a line that says so."""
    address: tuple[object, ...] = ()
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        terminal.fail(
            f"cannot listen on {host}:{port} ({error.strerror}); try another one with --port"
        )
    return str(address[0])


def _prepare(settings: Settings) -> None:
    """Load what ships into a store that has nothing, and see that look-ups have their tables."""
    from kg import pipeline

    store = store_of(settings)
    if not store.current():
        with terminal.working("loading the shipped graphs"):
            outcome = pipeline.initialise(store, getpass.getuser())
        terminal.outcome(outcome)
    with terminal.working("looking at the tables for look-ups"):
        store.projection().close()
