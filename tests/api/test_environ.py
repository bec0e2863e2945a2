"""What WSGI is told of a request, from what an ASGI server says of it."""

from __future__ import annotations

import sys
from typing import Any
from wsgiref.validate import validator

import pytest
from werkzeug.test import run_wsgi_app
from werkzeug.wrappers import Request

from api import environ as module
from api.environ import environ_of


def scope(*headers: tuple[bytes, bytes], **said: Any) -> dict[str, Any]:
    """Make a scope as servers do, with names of headers in small letters."""
    return {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "raw_path": b"/",
        "query_string": b"",
        "client": ("192.0.2.7", 4711),
        "server": ("127.0.0.1", 8000),
        "headers": list(headers),
        **said,
    }


def sent(*headers: tuple[bytes, bytes]) -> dict[str, Any]:
    """Return the headers of a request as WSGI has them."""
    found = environ_of(scope(*headers))
    return {name: value for name, value in found.items() if name.startswith(("HTTP_", "CONTENT_"))}


def test_names() -> None:
    """A request's method, address, asker and server are where PEP 3333 says."""
    found = environ_of(
        scope(method="POST", scheme="https", raw_path=b"/sparql", query_string=b"query=%C3%A4&x=")
    )
    assert {name: found[name] for name in found if name.isupper()} == {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/sparql",
        "QUERY_STRING": "query=%C3%A4&x=",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "192.0.2.7",
        "REMOTE_PORT": 4711,
    }
    assert found["wsgi.url_scheme"] == "https"
    assert found["wsgi.version"] == (1, 0)
    assert found["wsgi.errors"] is sys.stderr
    assert found["wsgi.multithread"] is True
    assert (found["wsgi.multiprocess"], found["wsgi.run_once"]) == (False, False)
    assert found["wsgi.input"].read() == b""


def test_specification() -> None:
    """The checker of the standard library has nothing against it."""

    def app(_: Any, start: Any) -> Any:
        start("200 OK", [("Content-Type", "text/plain")])
        return [b"ok"]

    environ = environ_of(scope((b"host", b"x"), (b"content-length", b"0"), (b"accept", b"*/*")))
    del environ["REMOTE_PORT"]  # which PEP 3333 does not know; the checker takes text alone
    chunks, status, _ = run_wsgi_app(validator(app), environ, buffered=True)
    assert (list(chunks), status) == ([b"ok"], "200 OK")


def test_nobody() -> None:
    """A request whose sender is not known, as over a Unix socket, has an empty address."""
    assert environ_of(scope(client=None))["REMOTE_ADDR"] == ""


def test_headers() -> None:
    """Headers get their names from WSGI, and their bytes are read as Latin-1."""
    assert sent(
        (b"content-type", b"text/turtle"),
        (b"content-length", b"12"),
        (b"if-none-match", b'"7-\xe4"'),
        (b"x-request-id", b""),
    ) == {
        "CONTENT_TYPE": "text/turtle",
        "CONTENT_LENGTH": "12",
        "HTTP_IF_NONE_MATCH": '"7-ä"',
        "HTTP_X_REQUEST_ID": "",
    }


def test_duplicates() -> None:
    """Headers that come twice are one list, in their order; cookies are parted by semicolons."""
    assert sent(
        (b"accept", b"text/turtle"),
        (b"cookie", b"a=1"),
        (b"accept", b"*/*;q=0.1"),
        (b"cookie", b"b=2"),
    ) == {"HTTP_ACCEPT": "text/turtle,*/*;q=0.1", "HTTP_COOKIE": "a=1; b=2"}


@pytest.mark.parametrize("name", [b"x_forwarded_for", b"x-forwarded_for", b"content_length", b"_"])
def test_underscores(name: bytes) -> None:
    """A name with an underscore would pass for another one, and is dropped."""
    assert sent((name, b"9"), (name, b"8"), (b"x-forwarded-for", b"1")) == {
        "HTTP_X_FORWARDED_FOR": "1"
    }
    assert "" not in environ_of(scope((name, b"9")))


def test_names_that_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many names clients make up, few are kept, and all are understood."""
    monkeypatch.setattr(module, "_NAMES", kept := dict(module._NAMES))
    for number in range(2000):
        assert sent((b"x-%d" % number, b"1")) == {f"HTTP_X_{number}": "1"}
    assert len(kept) == module._KEPT_NAMES


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        (b"/", b"/"),
        (b"/a%20b", b"/a b"),
        (b"/%C3%A4", "/ä".encode()),
        (b"/\xc3\xa4", "/ä".encode()),
        (b"/%FF%00", b"/\xff\x00"),
        (b"/a%2Fb", b"/a/b"),
        (b"/100%", b"/100%"),
        (b"/%zz", b"/%zz"),
        (b"//evil.example/", b"//evil.example/"),
        (b"*", b"*"),
    ],
)
def test_paths(raw: bytes, path: bytes) -> None:
    """A path is decoded once, to bytes that stand as Latin-1, UTF-8 or not; ``*`` is itself."""
    assert environ_of(scope(raw_path=raw))["PATH_INFO"] == path.decode("latin-1")


def test_query_stays() -> None:
    """The query is not decoded, since what parts it may be encoded in it."""
    found = environ_of(scope(query_string=b"q=%26%3D&\xff"))
    assert found["QUERY_STRING"] == "q=%26%3D&\xff"


def test_requests_share_nothing() -> None:
    """What one request puts into its environment the next does not see."""
    first = environ_of(scope((b"accept", b"a")))
    first["stancegraph.mark"] = first["SCRIPT_NAME"] = "/kg"
    second = environ_of(scope())
    assert "stancegraph.mark" not in second
    assert "HTTP_ACCEPT" not in second
    assert Request(second).script_root == ""
