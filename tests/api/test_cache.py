"""The cache in front of the application, and the tags by which it knows what it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from werkzeug.test import Client

from api.cache import LARGEST, ResponseCache

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from flask.testing import FlaskClient


PERSON = "/api/entities/person/mark-zuckerberg"
ADDRESSES = [
    "/",
    PERSON,
    "/doc/person/mark-zuckerberg",
    "/doc/person/mark-zuckerberg.ttl",
    "/sparql?query=ASK%20%7B%7D",
    "/dump.ttl",
    "/ns",
    "/search?q=meta",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_not_modified(client: FlaskClient, address: str) -> None:
    """Whoever has an answer already is told so, with nothing sent again, by GET and by HEAD."""
    first = client.get(address)
    tag = first.headers["ETag"]
    assert tag.startswith('"2-')
    assert first.headers["Cache-Control"] == "public, no-cache"
    for method in ("GET", "HEAD"):
        again = client.open(address, method=method, headers={"If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == tag
    other = client.get(address, headers={"If-None-Match": '"1-0"'})
    assert (other.status_code, other.data) == (200, first.data)


def test_tags_tell_apart(client: FlaskClient) -> None:
    """Each format, language and address has its own tag."""
    asked = [
        (PERSON, {}),
        (PERSON, {"Accept-Language": "de"}),
        ("/doc/person/mark-zuckerberg", {"Accept": "text/turtle"}),
        ("/doc/person/mark-zuckerberg", {"Accept": "application/ld+json"}),
        ("/doc/person/mark-zuckerberg", {"Accept": "text/html"}),
        ("/doc/company/meta", {"Accept": "text/html"}),
    ]
    tags = {client.get(place, headers=headers).headers["ETag"] for place, headers in asked}
    assert len(tags) == len(asked)


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd"])
def test_compressed(client: FlaskClient, encoding: str) -> None:
    """An answer is compressed for who takes that, with a tag of its own, which is known, too."""
    plain = client.get(PERSON)
    found = client.get(PERSON, headers={"Accept-Encoding": encoding})
    assert found.headers["Content-Encoding"] == encoding
    assert len(found.data) < len(plain.data)
    assert "Accept-Encoding" in found.headers["Vary"]
    tag = found.headers["ETag"]
    assert tag != plain.headers["ETag"]
    headers = {"Accept-Encoding": encoding, "If-None-Match": tag}
    assert client.get(PERSON, headers=headers).status_code == 304


def test_old_revision(client: FlaskClient) -> None:
    """An answer from an older revision has that one's tag."""
    assert client.get(f"{PERSON}?revision=1").headers["ETag"].startswith('"1-')


@pytest.mark.parametrize("address", ["/nowhere", "/api/entities?kind=nothing", "/sparql?query=x"])
def test_errors_have_no_tag(client: FlaskClient, address: str) -> None:
    """What is no answer from a revision has no tag."""
    assert "ETag" not in client.get(address).headers


class Counting:
    """A small application that counts what it is asked."""

    def __init__(self, *, size: int = 10, tag: str = '"1-a"', status: str = "200 OK") -> None:
        self.asked, self.closed = 0, 0
        self._size, self._tag, self._status = size, tag, status

    def __call__(self, _: dict[str, Any], start: Any) -> Iterable[bytes]:
        """Answer as many bytes as it was told."""
        self.asked += 1
        headers = [("Content-Length", str(self._size)), ("Content-Type", "text/plain")]
        start(self._status, [*headers, ("ETag", self._tag)])
        return self

    def __iter__(self) -> Any:
        """Give the bytes in two parts."""
        yield b"x" * (self._size // 2)
        yield b"x" * (self._size - self._size // 2)

    def close(self) -> None:
        """Count that it was closed."""
        self.closed += 1


def test_asked_once() -> None:
    """What is kept is answered without the application; by HEAD without a body."""
    inner = Counting()
    client = Client(ResponseCache(inner, lambda: 1, 10_000))
    answers = [client.get("/a").data for _ in range(3)]
    assert answers == [b"x" * 10] * 3
    assert (inner.asked, inner.closed) == (1, 1)
    head = client.head("/a")
    assert (head.data, head.headers["Content-Length"]) == (b"", "10")
    assert client.get("/a", headers={"If-None-Match": '"1-a"'}).status_code == 304
    assert inner.asked == 1


@pytest.mark.parametrize(
    ("inner", "request_"),
    [
        (Counting(tag='"2-a"'), {}),
        (Counting(status="404 NOT FOUND"), {}),
        (Counting(size=LARGEST + 1), {}),
        (Counting(size=2000), {}),
        (Counting(), {"method": "POST"}),
        (Counting(), {"headers": {"Authorization": "Bearer x"}}),
    ],
    ids=["other revision", "error", "large", "larger than all", "post", "somebody"],
)
def test_not_kept(inner: Counting, request_: dict[str, Any]) -> None:
    """What is of another revision, no success, too large, no GET or somebody's is not kept."""
    client = Client(ResponseCache(inner, lambda: 1, 1500))
    for _ in range(2):
        assert client.open("/a", **request_).data
    assert inner.asked == 2


@pytest.mark.parametrize(
    "header", ["Accept", "Accept-Language", "Accept-Encoding", "Host", "Origin"]
)
def test_what_decides(header: str) -> None:
    """Requests that may be answered otherwise are kept apart."""
    inner = Counting()
    client = Client(ResponseCache(inner, lambda: 1, 10_000))
    client.get("/a", headers={header: "one"})
    client.get("/a", headers={header: "other"})
    client.get("/a?b", headers={header: "one"})
    assert inner.asked == 3


def test_limit() -> None:
    """What was not asked for the longest goes first, and never more is kept than is allowed."""
    inner = Counting(size=100)
    client = Client(ResponseCache(inner, lambda: 1, 2000))
    for place in ("/a", "/b", "/a", "/c", "/d"):
        client.get(place)
    asked = inner.asked
    client.get("/a")
    assert inner.asked == asked
    client.get("/b")
    assert inner.asked == asked + 1
