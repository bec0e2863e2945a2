"""Whose requests are counted together, and the long answers on their way."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import g

from api.clients import LEFT, Transfers, client, network, until_sent
from kg.access import Access
from kg.credentials import Role
from kg.errors import Busy, TooManyQueries
from kg.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("127.0.0.1", "127.0.0.1"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::1", "::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("fe80::2%25eth1", "fe80::/64"),
    ],
)
def test_network(address: str, counted: str) -> None:
    """An IPv4 address counts whole, an IPv6 one by its first half, however it is written."""
    assert network(address) == counted


@pytest.mark.parametrize("address", ["", "unknown", "_hidden", "1.2.3", "::1::", "a b\n", "%"])
def test_no_address(address: str) -> None:
    """What is no address counts as it stands."""
    assert network(address) == address


def test_client_by_address(app: Flask) -> None:
    """Who sends no token is named by the address, or as unknown where there is none."""
    with app.test_request_context(environ_base={"REMOTE_ADDR": "2001:db8::9"}):
        assert client().name == "2001:db8::/64"
        assert client().left() is False
    with app.test_request_context(environ_base={"REMOTE_ADDR": None}):
        assert client().name == "unknown"


def test_client_by_token(app: Flask, tmp_path: Path) -> None:
    """Who sends a token is named by its id, wherever it is sent from."""
    _, token = Access(tmp_path).create(Role.WRITER)
    for address in ("192.0.2.7", "192.0.2.8"):
        with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
            g.token = token
            assert client().name == f"token {token.id}"


def test_client_goes(app: Flask) -> None:
    """Whether a client has gone is asked where the server says how."""
    gone: list[int] = []
    with app.test_request_context(environ_overrides={LEFT: lambda: bool(gone)}):
        asked = client()
        assert asked.left() is False
        gone.append(1)
        assert asked.left() is True


@pytest.fixture
def transfers() -> Transfers:
    """Room for three transfers, of which a client has two at most."""
    return Transfers(Settings(data=Path("unused"), workers=1, waiting=2, client_queries=2))


def test_transfers_of_a_client(transfers: Transfers) -> None:
    """A client has as many transfers as queries, and the next when one of them has ended."""
    with transfers.begin("anna"):
        with transfers.begin("anna"):
            with pytest.raises(TooManyQueries, match="2 requests of yours") as caught:
                transfers.begin("anna")
            assert caught.value.limit == "client_queries"
            transfers.begin("bert").close()
        transfers.begin("anna").close()


def test_transfers_of_all(transfers: Transfers) -> None:
    """All together have as many as there are workers and waiting places, and then the next."""
    with transfers.begin("anna"), transfers.begin("bert"):
        with transfers.begin("carl"):
            with pytest.raises(Busy) as caught:
                transfers.begin("dora")
            assert (caught.value.limit, caught.value.limit_value) == ("waiting", 2)
        transfers.begin("dora").close()


def test_transfer_ends_once(transfers: Transfers) -> None:
    """A transfer that is closed twice, at its end and by the server, is given back once."""
    with transfers.begin("anna"):
        twice = transfers.begin("anna")
        twice.close()
        twice.close()
        with transfers.begin("anna"), pytest.raises(TooManyQueries):
            transfers.begin("anna")


def test_until_sent() -> None:
    """What is held for an answer is let go behind its last part, or where that breaks off."""
    let_go: list[str] = []

    def parts(*, broken: bool) -> Iterator[bytes]:
        yield b"a"
        if broken:
            raise OSError("gone")
        yield b"b"

    for broken in (False, True):
        held = ExitStack()
        held.callback(let_go.append, f"{broken}")
        sent = until_sent(parts(broken=broken), held)
        assert next(sent) == b"a"
        assert f"{broken}" not in let_go
        if broken:
            with pytest.raises(OSError, match="gone"):
                next(sent)
        else:
            assert list(sent) == [b"b"]
        assert let_go[-1] == f"{broken}"
