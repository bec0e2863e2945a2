"""What holds of every page: its structure, its language, its links, its data."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "en-GB"}
GERMAN = {**BROWSER, "Accept-Language": "de"}
SEED = "2024-04-zuckerberg-open-source"
PAGES = (
    "/",
    "/search",
    "/search?q=zuck",
    "/stances",
    "/stances?holder=person/odd&polarity=Favour",
    "/claims",
    "/estimates",
    "/articles",
    "/articles?mentions=person/odd",
    "/entities",
    "/entities?kind=topic",
    "/timeline",
    "/timeline?holder=person/mark-zuckerberg&unit=month",
    "/changes",
    "/compare",
    "/compare?holder=person/mara-lindqvist&holder=person/tomas-adeyemi",
    "/doc/person/mark-zuckerberg",
    "/doc/topic/opening-ai-models",
    "/doc/model/llama-3",
    "/doc/person/odd",
    f"/doc/article/{SEED}",
    "/doc/article/2026-03-odd",
    f"/record/{SEED}/s1",
    f"/record/{SEED}/k20",
    f"/record/{SEED}/q1",
    "/record/2026-03-odd/s1",
    "/record/2026-03-odd/s2",
    "/record/2026-03-odd/q1",
    "/ns",
    "/shapes",
)
"""At least one page of each kind."""
VOID = {"br", "circle", "hr", "img", "input", "line", "link", "meta", "path", "rect"}


class Outline(HTMLParser):
    """What a page is made of: its tags with their attributes; unclosed elements raise."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag."""
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag that closes itself."""
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Close what was opened last."""
        if tag not in VOID:
            assert self._open.pop() == tag

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """Return the attributes of all elements of a name."""
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def led() -> set[str]:
    """The addresses that have been tried."""
    return set()


@pytest.mark.parametrize("address", PAGES)
def test_every_page(reader: FlaskClient, address: str) -> None:
    """A page has a language, one heading of the first rank, landmarks, and whatever they name."""
    for headers, language in ((BROWSER, "en"), (GERMAN, "de")):
        response = reader.get(address, headers=headers)
        assert response.status_code == 200
        assert response.content_type == "text/html; charset=utf-8"
        assert list(response.content_language) == [language]
        assert "Accept-Language" in response.vary
        assert response.headers["Content-Security-Policy"].startswith("default-src 'none';")
        page = Outline(response.text)
        assert page.all("html")[0]["lang"] == language
        assert [len(page.all(tag)) for tag in ("h1", "main", "footer")] == [1, 1, 1]
        assert page.all("a")[0]["href"] == "#main"
        ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
        assert len(ids) == len(set(ids))
        named = " ".join(each.get("aria-labelledby") or "" for _, each in page.tags).split()
        assert set(named) <= set(ids)
        assert not page.all("script")
        assert not [name for name, each in page.tags if "style" in each]
        assert not [name for _, each in page.tags for name in each if name.startswith("on")]
        assert re.search(r"[^\n]*(%\(|\bNone\b|Undefined)[^\n]*", response.text) is None


@pytest.mark.parametrize("address", PAGES)
def test_links(reader: FlaskClient, led: set[str], address: str) -> None:
    """Every link of a page to this server leads somewhere, and so does every one to its data."""
    for headers in (BROWSER, GERMAN):
        page = Outline(reader.get(address, headers=headers).text)
        links = {
            link.partition("#")[0]
            for tag in ("a", "link", "img")
            for each in page.all(tag)
            if (link := each.get("href") or each.get("src") or "").startswith("/")
        }
        assert len(links) > 8
        for link in sorted(links - led):
            led.add(link)
            with reader.get(link, headers=headers) as response:
                assert response.status_code == 200, link


@pytest.mark.parametrize(
    ("address", "endings"),
    [
        ("/doc/person/odd", [".ttl", ".jsonld", "/api/entities/person/odd"]),
        (f"/doc/article/{SEED}", [".ttl", ".jsonld", f"/api/articles/{SEED}"]),
        (f"/record/{SEED}/s1", [".ttl", ".jsonld", f"/api/records/{SEED}/s1"]),
        ("/stances?polarity=Favour", ["/api/stances?polarity=Favour"]),
        ("/search?q=zuck", ["/api/search?q=zuck"]),
        ("/timeline?unit=month", ["/api/timeline?unit=month"]),
    ],
)
def test_twins(reader: FlaskClient, address: str, endings: list[str]) -> None:
    """A page names its data in its head, and shows the same links; each is of the type it says."""
    page = Outline(reader.get(address, headers=BROWSER).text)
    twins = [each for each in page.all("link") if each.get("rel") == "alternate" and "type" in each]
    assert [each["href"] for each in page.all("a") if "type" in each] == [
        each["href"] for each in twins
    ]
    for twin, ending in zip(twins, endings, strict=True):
        assert (twin["href"] or "").endswith(ending)
        assert reader.get(twin["href"] or "").mimetype == twin["type"]


def test_switch_keeps_the_address(reader: FlaskClient) -> None:
    """The switch leads to the same page in the other language, and from there links keep it."""
    page = Outline(reader.get("/stances?polarity=Favour&limit=3", headers=BROWSER).text)
    (switch,) = [each for each in page.all("a") if each.get("class") == "switch"]
    assert switch["href"] == "/stances?polarity=Favour&limit=3&language=de"
    german = reader.get(switch["href"] or "", headers=BROWSER).text
    own = [
        link
        for link in re.findall(r'<a href="(/(?:stances|doc|record)[^"#]*)', german)
        if "language=en" not in link
    ]
    assert len(own) > 10
    assert [link for link in own if "language=de" not in link] == []
    assert '<input type="hidden" name="language" value="de">' in german


def test_old_revision(reader: FlaskClient) -> None:
    """Who looks at an older revision stays in it, and is told which it is."""
    text = reader.get("/stances?revision=1", headers=BROWSER).text
    assert "Revision 1" in text
    assert "revision=1" in re.findall(r'<a href="(/record/[^"]*)', text)[0]
    assert 'href="/api/stances?revision=1"' in text
    assert reader.get("/doc/person/odd?revision=1", headers=BROWSER).status_code == 404


def test_under_a_prefix(site: Flask) -> None:
    """Behind a proxy's path prefix all links keep the prefix."""
    for address in ("/", "/doc/person/odd", f"/record/{SEED}/s1", "/stances?polarity=Favour"):
        page = site.test_client().get(address, base_url="http://127.0.0.1/graph/", headers=BROWSER)
        links = re.findall(r'(?:href|src|action)="(/[^"]*)"', page.text)
        assert len(links) > 10
        assert [link for link in links if not link.startswith("/graph/")] == []
