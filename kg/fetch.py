"""What other hosts are asked for over HTTP: the only place that does so.

An address that somebody sent in may name any host, the machine's own network included. So a host's
addresses are looked up once, each of them has to be public, and the connection goes to one that was
looked at, whatever the name leads to a moment later. TLS still checks the certificate by the name.
"""

from __future__ import annotations

import os
import socket
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from kg import __version__
from kg.errors import InputError, LimitError, QueryRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from requests import PreparedRequest, Response

USER_AGENT = f"stancegraph/{__version__}"
PORTS = {"http": 80, "https": 443}
CHUNK = 1 << 16
_NAT64 = IPv6Network("64:ff9b::/96")
"""Behind it stands the IPv4 address that is meant (RFC 6052)."""
_SIX_TO_FOUR = IPv6Network("2002::/16")


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Tell whether an address is one of the Internet's, in IPv6 also the one that it stands for."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address in _NAT64:
            return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
        if address in _SIX_TO_FOUR or address.is_site_local:
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


@dataclass(frozen=True)
class Origin:
    """Whom a URL asks: scheme, host in lower case (IPv6 without brackets), port."""

    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, url: str) -> Origin:
        """Read it from a URL, as requests understands that.

        :raises QueryRefused: it is no URL of HTTP, or holds a name or a password
        """
        return cls._of(_prepared(url))

    @classmethod
    def _of(cls, prepared: PreparedRequest) -> Origin:
        parts = urlsplit(prepared.url or "")
        host = (parts.hostname or "").lower()
        if "@" in parts.netloc:
            raise QueryRefused(f"the address at {host} holds a name or a password: leave them out")
        return cls(parts.scheme, host, parts.port or PORTS[parts.scheme])

    @property
    def name(self) -> str:
        """Host and port as an address has them; the port of the scheme is left out."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


@dataclass(frozen=True)
class Fetched:
    """What came: its media type in lower case, without parameters, and its bytes, unpacked."""

    media_type: str
    body: bytes


@dataclass(frozen=True)
class Fetcher:
    """Fetches within limits.

    :param connect_seconds: for connecting to a host, TLS included
    :param read_seconds: for which it may say nothing
    :param whole_seconds: for all of it, after the look-up of the name
    :param public: which addresses may be connected to; tests have servers on the loopback
    :param authorities: a file of certificates to trust; None: those that requests comes with
    """

    connect_seconds: float = 5.0
    read_seconds: float = 10.0
    whole_seconds: float = 20.0
    public: Callable[[IPv4Address | IPv6Address], bool] = is_public
    authorities: str | None = None

    def fetch(
        self, url: str, most: int, accept: str = "*/*", form: Mapping[str, str] | None = None
    ) -> Fetched:
        """GET ``url``, or POST it a form.

        :param most: bytes that the answer may have, unpacked
        :raises QueryRefused: the URL, or where it leads, is nothing to connect to
        :raises LimitError: the answer is longer than ``most``
        :raises InputError: there is no answer, or one that is no success; redirects are none
        """
        request = _prepared(url, accept, form)
        origin = Origin._of(request)
        failure = InputError(f"{origin.name} has no address")
        with _deadline(self.whole_seconds) as deadline:
            for address in self._addresses(origin):
                try:
                    return self._sent(request, origin, _Pinned(origin, address, deadline), most)
                except requests.RequestException as error:
                    failure = InputError(_sentence(origin, error, late=deadline.passed))
                if deadline.passed:
                    break
        raise failure

    def _addresses(self, origin: Origin) -> list[str]:
        """Look up a host; one address that is not public, and none of them is used."""
        try:
            found = socket.getaddrinfo(origin.host, origin.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return []
        addresses = list(dict.fromkeys(str(info[4][0]) for info in found))
        if not all(self.public(ip_address(address)) for address in addresses):
            raise QueryRefused(f"{origin.name} has an address that is not public; it is not asked")
        return addresses

    def _sent(
        self, request: PreparedRequest, origin: Origin, adapter: _Pinned, most: int
    ) -> Fetched:
        with requests.Session() as session:
            session.trust_env = False  # no proxy, no .netrc, no certificates of the environment
            session.mount(f"{origin.scheme}://", adapter)
            with session.send(
                request,
                stream=True,
                timeout=(self.connect_seconds, self.read_seconds),
                verify=self.authorities or True,
                allow_redirects=False,
            ) as response:
                _check(response, origin)
                body = _read(response, origin, most)
        if adapter.deadline.passed:  # a body that ends with its connection looks whole
            raise requests.Timeout
        media_type = response.headers.get("Content-Type", "").partition(";")[0]
        return Fetched(media_type.strip().lower(), body)


class _Deadline:
    """A time at which a connection is cut, whatever goes over it just then.

    The limits of sockets begin anew with each byte, so that a host could send one now and then.
    """

    def __init__(self) -> None:
        self.passed = False
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()

    def watch(self, connection: socket.socket) -> None:
        """Cut this connection, too, by a handle of its own: TLS will take over the first one."""
        with self._lock:
            self._sockets.append(socket.socket(fileno=os.dup(connection.fileno())))
        if self.passed:
            self.pass_()

    def pass_(self) -> None:
        """Cut the connections."""
        with self._lock:
            self.passed = True
            for one in self._sockets:
                with suppress(OSError):  # the other side may have gone already
                    one.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let go of the handles."""
        with self._lock:
            while self._sockets:
                self._sockets.pop().close()


@contextmanager
def _deadline(seconds: float) -> Iterator[_Deadline]:
    deadline = _Deadline()
    timer = threading.Timer(seconds, deadline.pass_)
    timer.daemon = True
    timer.start()
    try:
        yield deadline
    finally:
        timer.cancel()
        timer.join()
        deadline.close()


class _Watched:
    """What a connection of urllib3 becomes one that has a deadline with."""

    deadline: _Deadline

    def _new_conn(self) -> socket.socket:
        made: socket.socket = super()._new_conn()  # type: ignore[misc]  # of urllib3's connections
        self.deadline.watch(made)
        return made


class _Pinned(HTTPAdapter):
    """Connects to one address, and speaks there to the host that was asked for."""

    def __init__(self, origin: Origin, address: str, deadline: _Deadline) -> None:
        super().__init__(max_retries=0)
        self._origin, self._address = origin, address
        self.deadline = deadline

    def add_headers(self, request: PreparedRequest, **_: Any) -> None:
        """Name the host, which is not what is connected to."""
        request.headers["Host"] = self._origin.name

    def build_connection_pool_key_attributes(self, *request: Any, **options: Any) -> Any:
        """Say where to connect, and whose certificate to expect there."""
        host: Any
        pool: Any
        host, pool = super().build_connection_pool_key_attributes(*request, **options)
        host |= {"host": self._address, "port": self._origin.port}
        if self._origin.scheme == "https":
            pool["server_hostname"] = self._origin.host
        return host, pool

    def get_connection_with_tls_context(self, *request: Any, **options: Any) -> Any:
        """Make the connections, which are cut at the deadline."""
        pool: Any = super().get_connection_with_tls_context(*request, **options)
        parts = {"deadline": self.deadline}
        pool.ConnectionCls = type("Connection", (_Watched, pool.ConnectionCls), parts)
        return pool


def _prepared(
    url: str, accept: str = "*/*", form: Mapping[str, str] | None = None
) -> PreparedRequest:
    method = "GET" if form is None else "POST"
    headers = {"User-Agent": USER_AGENT, "Accept": accept, "Accept-Encoding": "gzip, deflate"}
    try:
        if urlsplit(url).scheme.lower() not in PORTS:
            raise QueryRefused(f"{url[:100]} is no address of HTTP; nothing else is asked")
        # An authentication that does nothing: else a password in the URL becomes a header.
        return requests.Request(method, url, headers, data=form, auth=lambda r: r).prepare()
    except (requests.RequestException, ValueError):
        raise QueryRefused(f"{url[:100]} is no address that can be asked") from None


def _check(response: Response, origin: Origin) -> None:
    """Make sure that it is a success."""
    if response.is_redirect or HTTPStatus(300) <= response.status_code < HTTPStatus(400):
        raise InputError(f"{origin.name} sends on to another address, and that is not followed")
    if not response.ok:
        raise InputError(f"{origin.name} answered with status {response.status_code}")


def _read(response: Response, origin: Origin, most: int) -> bytes:
    body = bytearray()
    for chunk in response.iter_content(CHUNK):
        body += chunk
        if len(body) > most:
            raise LimitError(f"the answer of {origin.name} is longer than {most:,} bytes")
    return bytes(body)


def _sentence(origin: Origin, error: requests.RequestException, *, late: bool) -> str:
    if late or isinstance(error, requests.Timeout):
        return f"{origin.name} took too long to answer"
    if isinstance(error, requests.exceptions.SSLError):
        return f"{origin.name} cannot be trusted: its certificate is not good for that name"
    if isinstance(error, requests.exceptions.ContentDecodingError):
        return f"{origin.name} answered with what cannot be unpacked"
    return f"{origin.name} cannot be reached, or broke off its answer"
