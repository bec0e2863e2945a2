"""Who sends the request at work: whose requests are counted together, and whether they wait."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from ipaddress import IPv6Address, ip_address
from threading import Lock
from typing import TYPE_CHECKING

from flask import g, request

from kg.errors import Busy, TooManyQueries
from kg.query import Client

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg.credentials import Token
    from kg.settings import Settings

LEFT = "stancegraph.left"
"""Where the environment of a request has the function that tells whether its client went away."""
PREFIX = 64
"""Bits of an IPv6 address that count: who has one address has as many as these leave open."""


def client() -> Client:
    """Name the client by its token, or else by its address."""
    token: Token | None = g.get("token")
    name = f"token {token.id}" if token is not None else network(request.remote_addr or "unknown")
    left = request.environ.get(LEFT)
    return Client(name) if left is None else Client(name, left)


def network(address: str) -> str:
    """Return an address, of IPv6 the part that is given to one customer."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:  # what a proxy says is not always one
        return address
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    host = 128 - PREFIX
    return f"{IPv6Address(int(parsed) >> host << host)}/{PREFIX}"


def until_sent(chunks: Iterable[bytes], held: ExitStack) -> Iterator[bytes]:
    """Iterate over a long answer, and let go behind it of what is held for it."""
    with held:
        yield from chunks


class Transfers:
    """The long answers that are on their way: as many in all, and of one client, as queries."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._of: Counter[str] = Counter()
        self._lock = Lock()

    def begin(self, name: str) -> ExitStack:
        """Count one more of a client; return what is to be closed at its end.

        :raises TooManyQueries: it has as many as it may
        :raises Busy: there are as many as may be in all
        """
        settings = self._settings
        with self._lock:
            if self._of[name] >= settings.client_queries:
                raise TooManyQueries(settings.client_queries)
            if self._of.total() >= settings.workers + settings.waiting:
                raise Busy(waiting=settings.waiting)
            self._of[name] += 1
        held = ExitStack()
        held.callback(self._end, name)
        return held

    def _end(self, name: str) -> None:
        with self._lock:
            self._of[name] -= 1
            self._of += Counter()  # forgets whoever has none
