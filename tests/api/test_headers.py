"""What browsers are told: of pages, and of answers that pages of others ask for."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from api.app import create_app
from api.state import KEY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient

    from kg.settings import Settings

TEMPLATES = sorted(Path(str(files("api"))).glob("templates/**/*.html"))
HTML = {"Accept": "text/html"}
PAGES = [
    *("/", "/search?q=zuck", "/stances", "/stances?holder=ann", "/claims", "/estimates"),
    *("/entities", "/articles", "/timeline", "/changes", "/ns", "/shapes", "/api/docs"),
    *("/doc/person/mark-zuckerberg", "/doc/article/2024-04-zuckerberg-open-source"),
    *("/record/2024-04-zuckerberg-open-source/s1", "/nowhere", "/stances?polarity=Favor"),
    "/compare?holder=person/mark-zuckerberg&holder=person/dario-amodei",
]
DATA = ["/api/stances", "/ns.ttl", "/dump.nt", "/health", "/static/style.css", "/static/icon.svg"]
PREFLIGHT = {"Origin": "https://b.example", "Access-Control-Request-Method": "PUT"}


class Inline(HTMLParser):
    """Collects what the policy forbids: what acts or looks, and is written into a page itself."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tags = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at a tag and its attributes."""
        self.tags += 1
        given = dict(attrs)
        if tag in {"style", "base", "iframe", "object"} or (tag == "script" and "src" not in given):
            self.found.append(tag)
        for name, value in attrs:
            loads = name == "src" or (name == "href" and tag in {"link", "use"})
            if name == "style" or name.startswith("on"):
                self.found.append(name)
            elif "javascript:" in (value or "") or (loads and "//" in (value or "")):
                self.found.append(f"{name}={value}")


def inline(text: str) -> list[str]:
    """Return what of a page the policy forbids."""
    parser = Inline()
    parser.feed(text)
    assert parser.tags
    return parser.found


@pytest.mark.parametrize(
    "text",
    [
        "<script>1</script>",
        "<style>a{}</style>",
        "<p style='a'>",
        "<p onclick='a'>",
        "<a href='javascript:1'>",
        "<script src='https://a.example/b.js'></script>",
        "<link href='//a.example/b.css'>",
    ],
)
def test_what_is_forbidden(text: str) -> None:
    """Each thing that the policy forbids is found where it stands."""
    assert len(inline(text)) == 1


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_templates(template: Path) -> None:
    """No template has a script, a style or a handler within it, or loads from another host."""
    assert inline(template.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("address", PAGES)
def test_pages(client: FlaskClient, address: str) -> None:
    """Every page, an error's too, keeps to its policy and says it."""
    response = client.get(address, headers=HTML)
    assert response.mimetype == "text/html"
    assert inline(response.text) == []
    policy = dict(
        part.split(" ", 1) for part in response.headers["Content-Security-Policy"].split("; ")
    )
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["style-src"] == "'self'"
    assert policy.get("script-src") == ("'self'" if address == "/api/docs" else None)
    sources = {source for value in policy.values() for source in value.split()}
    assert sources - {"data:"} == {"'none'", "'self'"}
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in response.headers["Permissions-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("address", DATA)
def test_data(client: FlaskClient, address: str) -> None:
    """What is no page is not told how pages are to behave."""
    with client.get(address) as response:
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "Content-Security-Policy" not in response.headers
        assert "X-Frame-Options" not in response.headers


@pytest.mark.parametrize(
    "address", ["/doc/person/mark-zuckerberg.rdf", "/sparql?query=ASK{}&format=xml"]
)
def test_xml(client: FlaskClient, address: str) -> None:
    """XML, which browsers show, may run and load nothing, whatever is written in it."""
    response = client.get(address)
    assert response.status_code == 200
    assert response.content_type.partition(";")[0].endswith("xml")
    policy = response.headers["Content-Security-Policy"]
    assert policy == "default-src 'none'; frame-ancestors 'none'; sandbox"


@pytest.fixture
def chosen(settings: Settings) -> Iterator[FlaskClient]:
    """A client of an application that two origins may read."""
    app = create_app(replace(settings, cors_origins=("https://a.example", "https://b.example")))
    yield app.test_client()
    app.extensions[KEY].close()


@pytest.mark.parametrize(
    ("address", "methods"),
    [
        ("/sparql", {"GET", "HEAD", "OPTIONS", "POST"}),
        ("/api/stances", {"GET", "HEAD", "OPTIONS"}),
        ("/update", {"OPTIONS", "POST"}),
        ("/graphs", {"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}),
    ],
)
def test_preflight(client: FlaskClient, address: str, methods: set[str]) -> None:
    """A browser that asks is told, with nothing else, what may be sent to an address."""
    response = client.options(address, headers=PREFLIGHT)
    assert (response.status_code, response.data) == (204, b"")
    assert "Content-Type" not in response.headers
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert set(response.access_control_allow_methods or ()) == methods
    assert {name.lower() for name in response.access_control_allow_headers or ()} == {
        *("accept", "authorization", "content-type", "if-match", "if-none-match")
    }
    assert int(response.headers["Access-Control-Max-Age"]) > 0
    assert "Access-Control-Allow-Credentials" not in response.headers


def test_preflight_of_nothing(client: FlaskClient) -> None:
    """An address that is not there is not there for a preflight, either."""
    assert client.options("/nowhere", headers=PREFLIGHT).status_code == 404


def test_all_may_read(client: FlaskClient) -> None:
    """Any page may read an answer, from the cache or not, and that there is nothing new."""
    first = client.get("/api/entities/person/mark-zuckerberg", headers=PREFLIGHT)
    tag = {**PREFLIGHT, "If-None-Match": first.headers["ETag"]}
    again = client.get("/api/entities/person/mark-zuckerberg", headers=tag)
    assert again.status_code == 304
    for response in (first, again, client.get("/nowhere", headers=PREFLIGHT)):
        assert response.headers.getlist("Access-Control-Allow-Origin") == ["*"]
        assert "ETag" in response.headers["Access-Control-Expose-Headers"]
        assert "Origin" not in response.vary


@pytest.mark.parametrize(
    ("origin", "said"),
    [
        ("https://a.example", "https://a.example"),
        ("https://b.example", "https://b.example"),
        ("https://c.example", None),
        ("http://a.example", None),
        ("https://a.example.org", None),
        ("null", None),
        ("", None),
    ],
)
def test_some_may_read(chosen: FlaskClient, origin: str, said: str | None) -> None:
    """Where origins are named each is told of itself alone, and no other anything."""
    address = "/api/entities/person/mark-zuckerberg"
    assert chosen.get(address, headers={"Origin": "https://b.example"}).status_code == 200
    response = chosen.get(address, headers={"Origin": origin})  # what b was told is not kept
    assert response.status_code == 200
    for answer in (response, chosen.options("/sparql", headers={**PREFLIGHT, "Origin": origin})):
        assert answer.headers.get("Access-Control-Allow-Origin") == said
        assert "Origin" in answer.vary
        assert "Access-Control-Allow-Credentials" not in answer.headers


def test_no_origin_sent(chosen: FlaskClient) -> None:
    """Who is no page of another origin reads as ever."""
    response = chosen.get("/api/stances")
    assert response.status_code == 200
    assert "Access-Control-Allow-Origin" not in response.headers
