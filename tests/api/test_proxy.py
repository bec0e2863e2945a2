"""Behind proxies: whose headers are believed, and where links lead through nginx, under a path.

Nginx is Debian's; where there is none its test skips and says so, but fails where CI is set. What
it is told is the README's own block.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
import requests
from requests.utils import parse_header_links

from api.app import create_app
from api.state import KEY
from kg.access import Access
from kg.credentials import Role
from tests.api.conftest import free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from flask.testing import FlaskClient

    from kg.settings import Settings

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
UNKNOWN = {"Authorization": f"Bearer sg_00000000_{'0' * 64}"}
FORWARDED = {
    "X-Forwarded-For": "192.0.2.1",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "kg.example",
    "X-Forwarded-Prefix": "/kg",
}
CONFIGURATION = """\
daemon off;
master_process off;
pid %(folder)s/pid;
error_log %(folder)s/error.log;
events {}
http {
    access_log off;
    client_body_temp_path %(folder)s/body;
    proxy_temp_path %(folder)s/proxied;
    fastcgi_temp_path %(folder)s/fastcgi;
    uwsgi_temp_path %(folder)s/uwsgi;
    scgi_temp_path %(folder)s/scgi;
    server {
        listen 127.0.0.1:%(port)s;
        proxy_redirect off;
        location / { return 404; }
        %(location)s
    }
}
"""
"""Everything in one folder; no Location is put right on the way."""
FIRST = (
    *("", "api/", "api/openapi.json", "sparql", "ns.ttl", "shapes", "dump.ttl", "health"),
    *("id/person/mark-zuckerberg", "doc/person/mark-zuckerberg.ttl", "api/stances?limit=2"),
)
INCOMPLETE = {"api/search": 400, "api/compare": 400, "update": 405}
"""Addresses that are named for what has to be sent there, and what they say without it."""
ENOUGH = 300
"""Addresses that are looked at in each language; of each shape of address about as many."""
ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.fixture
def behind(settings: Settings, tmp_path: Path) -> Iterator[Callable[[int], FlaskClient]]:
    """Make a client of an application behind some proxies, with tokens of its own."""
    apps = []

    def made(proxies: int) -> FlaskClient:
        app = create_app(replace(settings, proxies=proxies))
        apps.append(app)
        app.extensions[KEY] = replace(app.extensions[KEY], access=Access(tmp_path))
        return app.test_client()

    yield made
    for app in apps:
        app.extensions[KEY].close()


def links(client: FlaskClient, headers: dict[str, str]) -> set[str]:
    """Return the addresses that the look-ups' index names."""
    return set(client.get("/api/", headers=headers).get_json()["links"].values())


def test_not_believed(behind: Callable[[int], FlaskClient]) -> None:
    """Where no proxy is said to be in front nobody is believed to be one."""
    found = links(behind(0), FORWARDED)
    assert found == links(behind(0), {})
    assert all(address.startswith("http://localhost/api/") for address in found)


def test_believed(behind: Callable[[int], FlaskClient]) -> None:
    """A proxy in front says which address was asked for, and all links go there."""
    client = behind(1)
    found = links(client, FORWARDED)
    assert all(address.startswith("https://kg.example/kg/api/") for address in found)
    document = client.get("/api/openapi.json", headers=FORWARDED).get_json()
    assert document["servers"] == [{"url": "/kg"}]


def test_kept_apart(behind: Callable[[int], FlaskClient]) -> None:
    """What is kept for one prefix, host or scheme is not answered to another."""
    client = behind(1)
    changes = {"Proto": "http", "Host": "b.example", "Prefix": "/other"}
    changed = [{**FORWARDED, f"X-Forwarded-{name}": value} for name, value in changes.items()]
    asked = [FORWARDED, *changed, {}]
    address = "/api/entities/person/mark-zuckerberg"
    said = {client.get(address, headers=headers).headers["Link"] for headers in (*asked, *asked)}
    assert len(said) == len(asked)


@pytest.mark.parametrize("address", ["/stances", "/timeline", "/ns"])
def test_where_one_is(behind: Callable[[int], FlaskClient], address: str) -> None:
    """Under a prefix, too, the menu marks the page that is open."""
    headers = {**FORWARDED, "Accept": "text/html"}
    page = behind(1).get(address, headers=headers).text
    assert f'<a href="/kg{address}" aria-current="page">' in page


def test_each_says_its_own(behind: Callable[[int], FlaskClient]) -> None:
    """Of two proxies the outer one's word counts, and nothing that stands before it."""
    outer = {name: f"{value}, inner" for name, value in FORWARDED.items()}
    client = behind(2)
    assert links(client, outer) == links(behind(1), FORWARDED)
    forged = {name: f"forged, {value}" for name, value in outer.items()}
    assert links(client, forged) == links(client, outer)


@pytest.mark.parametrize("proxies", [0, 1])
def test_attempts(behind: Callable[[int], FlaskClient], tmp_path: Path, proxies: int) -> None:
    """Attempts count for the client's own address, which it cannot choose."""
    Access(tmp_path).create(Role.WRITER)
    client = behind(proxies)

    def asked(origin: str) -> int:
        headers = {**UNKNOWN, "X-Forwarded-For": origin}
        return client.post("/update", data={"update": "CLEAR ALL"}, headers=headers).status_code

    for number in range(10):
        assert asked(f"198.51.100.{number}, 192.0.2.1") == 401
    assert asked("198.51.100.77, 192.0.2.1") == 429
    assert asked("192.0.2.2") == (401 if proxies else 429)


class References(HTMLParser):
    """Collects what a page refers to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at the attributes that hold addresses."""
        del tag
        names = {"href", "src", "action", "data-document"}
        self.found += [value for name, value in attrs if name in names and value]


@dataclass
class Crawl:
    """A walk from link to link below an address, with what is wrong on the way."""

    root: str
    language: str
    inner: int
    wrong: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    kinds: Counter[str] = field(default_factory=Counter)
    session: requests.Session = field(default_factory=requests.Session)

    def run(self) -> None:
        """Walk, so that each shape of address gets its turn, until there is enough."""
        waiting = {self.root + path: shape(self.root + path) for path in FIRST}
        turns: Counter[str] = Counter()
        while waiting and len(self.seen) < ENOUGH:
            address = min(waiting, key=lambda found: turns[waiting[found]])
            turns[waiting.pop(address)] += 1
            self.seen.add(address)
            for found in self.ask(address) - self.seen:
                waiting.setdefault(found, shape(found))

    def ask(self, address: str) -> set[str]:
        """Ask for one address, and return those of this service that its answer names."""
        headers = {"Accept": ACCEPT, "Accept-Language": self.language}
        response = self.session.get(address, headers=headers, allow_redirects=False, timeout=30)
        if response.status_code == INCOMPLETE.get(address.removeprefix(self.root)):
            return set()
        if response.status_code >= HTTPStatus.BAD_REQUEST:
            self.wrong.append(f"{address} answers {response.status_code}")
        self.kinds[response.headers.get("Content-Type", "").partition(";")[0]] += 1
        whole = response.text + "\n".join(response.headers.values())
        if f":{self.inner}" in whole:
            self.wrong.append(f"{address} names the inner port")
        here, found = urlsplit(self.root), set()
        for reference in named(response, here.netloc):
            place = urljoin(address, reference).partition("#")[0]
            parts = urlsplit(place)
            if parts.hostname != here.hostname:
                continue
            if place.startswith(self.root):
                found.add(place)
            elif place != self.root.rstrip("/"):
                self.wrong.append(f"{address} leads out of {self.root}: {reference}")
        return found


def shape(address: str) -> str:
    """Return what addresses of a kind have in common: where they begin, their end, their names."""
    parts = urlsplit(address)
    start = "/".join(parts.path.split("/")[:4])
    return f"{start} {Path(parts.path).suffix} {sorted(parse_qs(parts.query))}"


def named(response: requests.Response, host: str) -> Iterator[str]:
    """Yield the references of an answer, in its headers and in its body."""
    for header in parse_header_links(response.headers.get("Link", "")):
        yield header["url"]
    for name in ("Location", "Content-Location"):
        if name in response.headers:
            yield response.headers[name]
    kind = response.headers.get("Content-Type", "")
    if kind.startswith("text/html"):
        page = References()
        page.feed(response.text)
        yield from page.found
    else:
        yield from re.findall(rf"https?://{re.escape(host)}[^\s\"'<>\\]*", response.text)
    if response.url.endswith("/openapi.json"):
        yield from documented(response.json())
    elif "json" in kind:
        yield from filter(re.compile(r"/[a-z]").match, texts(json.loads(response.text)))


def documented(document: Any) -> Iterator[str]:
    """Yield the addresses of an OpenAPI document that can be asked as they are."""
    for path, item in document["paths"].items():
        if not any(parameter.get("required") for parameter in item["get"]["parameters"]):
            yield document["servers"][0]["url"] + path


def texts(value: Any) -> Iterator[str]:
    """Yield all text within JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from texts(item)


@pytest.fixture
def nginx(
    settings: Settings, started: Callable[..., AbstractContextManager[Any]], tmp_path: Path
) -> Iterator[tuple[str, int]]:
    """Serve below /kg/ through nginx: the address, and the port of the server behind it."""
    program = shutil.which("nginx", path=f"{os.environ['PATH']}{os.pathsep}/usr/sbin")
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI needs nginx: apt-get install nginx")
        pytest.skip("there is no nginx here (Debian's package is called nginx)")
    (block,) = re.findall(r"^```nginx\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    with started(settings.data, STANCEGRAPH_PROXIES="1") as server:
        inner, outer = urlsplit(server.url).port, free_port()
        location = block.replace("127.0.0.1:8000", f"127.0.0.1:{inner}")
        assert location != block
        file = tmp_path / "nginx.conf"
        told = {"folder": tmp_path, "port": outer, "location": location}
        file.write_text(CONFIGURATION % told, encoding="utf-8")
        command = [program, "-p", str(tmp_path), "-e", str(tmp_path / "error.log"), "-c", str(file)]
        with subprocess.Popen(command) as process:
            try:
                root = f"http://127.0.0.1:{outer}/kg/"
                until_it_answers(root + "health")
                yield root, inner
            finally:
                process.terminate()


def until_it_answers(address: str) -> None:
    """Wait for a server that was just started."""
    for _ in range(100):
        try:
            assert requests.get(address, timeout=5).json()["status"] == "ok"
        except requests.ConnectionError:
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"nothing answers at {address}")


@pytest.mark.slow
def test_crawl(nginx: tuple[str, int]) -> None:
    """Through nginx, under a path, no link is broken, none leads out, none names what is inside."""
    root, inner = nginx
    for language in ("en", "de"):
        crawl = Crawl(root, language, inner)
        crawl.run()
        assert not crawl.wrong, "\n".join(crawl.wrong)
        assert len(crawl.seen) == ENOUGH
        for kind in ("text/html", "text/css", "text/turtle", "application/json", "image/svg+xml"):
            assert crawl.kinds[kind], crawl.kinds


@pytest.mark.slow
def test_writing_through_nginx(nginx: tuple[str, int]) -> None:
    """What is sent comes through whole: a query, a graph, and an address that is encoded."""
    root, _ = nginx
    query = {"query": "ASK { FILTER(CONTAINS('ä b/c%2F', '%2F')) }"}
    for answer in (
        requests.post(root + "sparql", data=query, timeout=30),
        requests.get(root + "sparql", params=query, timeout=30),
    ):
        assert answer.json()["boolean"] is True
    body = "<urn:a> <urn:p> '" + "x" * (2 << 20) + "' ."
    headers = {"Content-Type": "text/turtle"}
    answer = requests.post(root + "validate?graph=urn:g", data=body, headers=headers, timeout=60)
    assert answer.status_code == 200, answer.text
