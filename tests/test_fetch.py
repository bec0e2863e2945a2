"""Other hosts are asked within limits, at public addresses, and nobody else is."""

from __future__ import annotations

import gzip
import socket
import ssl
import time
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

import pytest
import trustme

from kg import __version__
from kg.errors import InputError, LimitError, QueryRefused
from kg.fetch import Fetcher, Origin, is_public
from tests.servers import response, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

MOST = 100_000


def anywhere(_: object) -> bool:
    """Let servers of these tests be asked, which are on the loopback."""
    return True


OPEN = Fetcher(public=anywhere)
HASTY = Fetcher(public=anywhere, connect_seconds=0.5, read_seconds=0.4, whole_seconds=0.8)


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"],
)
def test_public(address: str) -> None:
    """An address of the Internet is public, also where IPv6 has an IPv4 address in it."""
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1"),  # noqa: S104
        *("169.254.169.254", "100.64.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
        *("192.0.2.1", "198.18.0.1", "::", "::1", "fe80::1", "fe80::1%eth0", "fd00::1", "fec0::1"),
        *("ff02::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1"),
        *("64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1", "2002:7f00:1::", "2002:808:808::1"),
        *("2001:0:4136:e378:8000:63bf:3fff:fdd2", "100::1"),
    ],
)
def test_not_public(address: str) -> None:
    """Private, local, shared, reserved and group addresses are not, in whatever form they come."""
    assert not is_public(ip_address(address))


HOSTS = [
    *("127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "127.1"),
    *("017700000001", "0.0.0.0", "[::]", "10.0.0.1", "169.254.169.254"),  # noqa: S104
    *("[fe80::1]", "LOCALHOST", "[64:ff9b::7f00:1]"),
]


@pytest.mark.parametrize("host", HOSTS)
def test_the_own_network_is_not_asked(host: str) -> None:
    """However an address of the machine or of its network is written, nobody is asked."""
    with serving(lambda _: [response(b"secret")]) as canary:
        port = canary.host.partition(":")[2]
        with pytest.raises(QueryRefused, match=r"that is not public; it is not asked"):
            Fetcher().fetch(f"http://{host}:{port}/", MOST)
        assert canary.asked == []


@pytest.mark.parametrize(
    "url",
    [
        *("file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "data:,x", "urn:a:b"),
        *(
            "//127.0.0.1/",
            "127.0.0.1",
            "",
            "http://",
            "http:///x",
            "http://\uff11\uff12\uff17.0.0.1/",
            "http://[::1",
            "http://a:x/",
        ),
        *("http://a:99999/", "http://*.example/", f"http://{'a' * 70}é.example/"),
        *("http://user:secret@{host}/", "http://user@{host}/"),
    ],
)
def test_what_is_no_address(url: str) -> None:
    """Other schemes, names and passwords, and what is no address are refused by name."""
    with serving(lambda _: [response()]) as server:
        with pytest.raises(QueryRefused, match="address"):
            OPEN.fetch(url.format(host=server.host), MOST)
        assert server.asked == []


def test_origin() -> None:
    """Whom a URL asks is told as it is then asked."""
    assert Origin.of("HTTP://Example.ORG") == Origin("http", "example.org", 80)
    assert Origin.of("https://example.org:443/x").name == "example.org"
    assert Origin.of("https://example.org:80/x").name == "example.org:80"
    assert Origin.of("http://example.org#@other.example/").host == "example.org"
    assert Origin.of("http://bücher.example/").host == "xn--bcher-kva.example"
    assert Origin.of("http://[::1]:8080/").name == "[::1]:8080"


def test_get_and_post(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A host hears who asks, and nothing that the machine keeps for others."""
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login ada password secret\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    kind = "Text/Turtle; charset=utf-8"
    with (
        serving(lambda _: [response(b"<a> <b> <c> .", Content_Type=kind, Set_Cookie="a=b")]) as at,
        serving(lambda _: [response(b"of the proxy")]) as proxy,
    ):
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://{proxy.host}")
        fetched = OPEN.fetch(at.url, MOST, "text/turtle")
        assert (fetched.media_type, fetched.body) == ("text/turtle", b"<a> <b> <c> .")
        OPEN.fetch(at.url, MOST, form={"query": "ASK {}"})
    assert proxy.asked == []
    got, posted = at.asked
    assert (got.method, got.path, posted.method) == ("GET", "/here", "POST")
    assert posted.body == b"query=ASK+%7B%7D"
    for asked in at.asked:
        assert asked.headers["Host"] == at.host
        assert asked.headers["User-Agent"] == f"stancegraph/{__version__}"
        assert {"Cookie", "Authorization"} & asked.headers.keys() == set()


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 307, 308])
def test_redirects_are_not_followed(status: int) -> None:
    """A redirect is no answer, wherever it leads."""
    with serving(lambda _: [response(b"secret")]) as canary:
        redirect = response(status=status, Location=canary.url)
        with serving(lambda _: [redirect]) as server:
            with pytest.raises(InputError, match="sends on to another address"):
                OPEN.fetch(server.url, MOST)
            assert len(server.asked) == 1
        assert canary.asked == []


def test_no_success() -> None:
    """Any other status than success is said."""
    with (
        serving(lambda _: [response(b"x", 503)]) as server,
        pytest.raises(InputError, match=rf"{server.host} answered with status 503"),
    ):
        OPEN.fetch(server.url, MOST)


def endless(head: bytes, piece: bytes, seconds: float = 0.0) -> Iterator[bytes]:
    """Send something for as long as it is taken, at most for 5 seconds."""
    yield head
    end = time.monotonic() + 5
    while time.monotonic() < end:
        yield piece
        time.sleep(seconds)


ENDLESS = response(Content_Length="")
BOMB = response(gzip.compress(bytes(50_000_000)), Content_Encoding="gzip")
LONG: list[Callable[[], Iterable[bytes]]] = [
    lambda: [response(bytes(MOST + 1))],
    lambda: endless(ENDLESS, bytes(5_000)),
    lambda: endless(
        response(Content_Length="", Transfer_Encoding="chunked"), b"1000\r\n%b\r\n" % bytes(4096)
    ),
    lambda: [BOMB],
]


@pytest.mark.parametrize("pieces", LONG, ids=["whole", "endless", "chunks", "packed"])
def test_too_long(pieces: Callable[[], Iterable[bytes]]) -> None:
    """An answer longer than wanted is given up, also one that was short while packed."""
    with (
        serving(lambda _: pieces()) as server,
        pytest.raises(LimitError, match="longer than 100,000 bytes"),
    ):
        OPEN.fetch(server.url, MOST)


def test_just_as_long() -> None:
    """An answer as long as wanted is had."""
    with serving(lambda _: [response(bytes(MOST))]) as server:
        assert len(OPEN.fetch(server.url, MOST).body) == MOST


SLOW: list[Callable[[], Iterable[bytes]]] = [
    lambda: endless(b"", b"", 1.5),
    lambda: endless(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n", 0.1),
    lambda: endless(b"HTTP/1.1 200 OK\r\nX-A: ", b"b", 0.1),
    lambda: endless(ENDLESS, b"a", 0.1),
    lambda: endless(response(Content_Length="100"), b"a", 0.1),
]


@pytest.mark.parametrize("pieces", SLOW, ids=["silent", "headers", "header", "body", "long body"])
def test_too_slow(pieces: Callable[[], Iterable[bytes]]) -> None:
    """A host that says nothing, or a byte now and then, is left after a while."""
    with serving(lambda _: pieces()) as server:
        start = time.monotonic()
        with pytest.raises(InputError, match="took too long to answer"):
            HASTY.fetch(server.url, MOST)
        assert time.monotonic() - start < 2


BROKEN = [
    b"",
    b"nonsense\r\n\r\n",
    response(b"short", Content_Length="100"),
    response(b"no gzip", Content_Encoding="gzip"),
    response(b"zz\r\n", Content_Length="", Transfer_Encoding="chunked"),
    b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000 + b"\r\n",
]


@pytest.mark.parametrize("raw", BROKEN)
def test_broken(raw: bytes) -> None:
    """What breaks off, or is no HTTP, is no answer."""
    with (
        serving(lambda _: [raw]) as server,
        pytest.raises(InputError, match=r"broke off its answer|cannot be unpacked"),
    ):
        OPEN.fetch(server.url, MOST)


def test_nobody_there() -> None:
    """A host without an address, or where nobody listens, cannot be reached."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        with pytest.raises(InputError, match="cannot be reached"):
            OPEN.fetch(f"http://127.0.0.1:{bound.getsockname()[1]}/", MOST)
    with pytest.raises(InputError, match=r"nobody\.invalid has no address"):
        OPEN.fetch("http://nobody.invalid/", MOST)


Names = dict[str, list[list[str]]]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    """Names, each with the addresses that it leads to when it is looked up again and again."""
    known: Names = {}
    real = socket.getaddrinfo

    def look_up(host: str, port: int, *rest: Any, **more: Any) -> list[Any]:
        found = known[host].pop(0) if host in known else [host]
        return [info for address in found for info in real(address, port, *rest, **more)]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return known


def test_a_name_is_looked_up_once(names: Names) -> None:
    """The address that was looked at is the one that is asked, and the host hears its name."""
    names["kg.example"] = [["127.0.0.1"], ["127.0.0.2"]]
    with serving(lambda _: [response(b"here")]) as server:
        port = server.host.partition(":")[2]
        assert OPEN.fetch(f"http://kg.example:{port}/", MOST).body == b"here"
    assert server.asked[0].headers["Host"] == f"kg.example:{port}"
    assert names["kg.example"] == [["127.0.0.2"]]


def test_one_private_address_is_enough(names: Names) -> None:
    """A name that leads to a public and to a private address is not asked at either."""
    names["kg.example"] = [["8.8.8.8", "127.0.0.1"]]
    with pytest.raises(QueryRefused, match=r"kg\.example has an address that is not public"):
        Fetcher().fetch("http://kg.example/", MOST)


def test_the_next_address(names: Names) -> None:
    """Where nobody answers at one of a host's addresses, the next one is asked."""
    names["kg.example"] = [["127.0.0.9", "127.0.0.1"]]
    with serving(lambda _: [response(b"here")]) as server:
        port = server.host.partition(":")[2]
        assert OPEN.fetch(f"http://kg.example:{port}/", MOST).body == b"here"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[trustme.CA, Fetcher]:
    """An authority that makes certificates, and a fetcher that trusts it and nobody else."""
    made = trustme.CA()
    file = tmp_path_factory.mktemp("authority") / "own.pem"
    made.cert_pem.write_to_path(str(file))
    return made, Fetcher(public=anywhere, authorities=str(file))


def certified(authority: trustme.CA, name: str) -> ssl.SSLContext:
    """Make what a server with a certificate for ``name`` needs."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def test_tls(authority: tuple[trustme.CA, Fetcher], names: Names) -> None:
    """A certificate counts for the name that was asked for, not for the address."""
    made, fetcher = authority
    context = certified(made, "kg.example")
    asked_for: list[str | None] = []
    context.sni_callback = lambda _socket, name, _context: asked_for.append(name)
    names["kg.example"] = [["127.0.0.1"]]
    names["other.example"] = [["127.0.0.1"]]
    with serving(lambda _: [response(b"here")], context) as server:
        port = server.host.partition(":")[2]
        assert fetcher.fetch(f"https://kg.example:{port}/", MOST).body == b"here"
        for host in ("other.example", "127.0.0.1"):
            with pytest.raises(InputError, match="its certificate is not good for that name"):
                fetcher.fetch(f"https://{host}:{port}/", MOST)
    assert asked_for == ["kg.example", "other.example", None]
    assert server.asked[0].headers["Host"] == f"kg.example:{port}"


def test_unknown_authorities(
    authority: tuple[trustme.CA, Fetcher], names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A certificate of somebody unknown is not good, whatever the environment says of it."""
    made, fetcher = authority
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(fetcher.authorities))
    names["kg.example"] = [["127.0.0.1"]]
    with serving(lambda _: [response()], certified(made, "kg.example")) as server:
        port = server.host.partition(":")[2]
        with pytest.raises(InputError, match="cannot be trusted"):
            OPEN.fetch(f"https://kg.example:{port}/", MOST)
    assert server.asked == []


def test_a_handshake_that_is_slow() -> None:
    """TLS that never comes to an end is left, too."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        start = time.monotonic()
        with pytest.raises(InputError, match=r"took too long|broke off"):
            HASTY.fetch(f"https://127.0.0.1:{silent.getsockname()[1]}/", MOST)
        assert time.monotonic() - start < 2
