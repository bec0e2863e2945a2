"""The front page, and the health of the server."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING

import pytest

from api.pages import SHOWN, examples
from kg import formats

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient


def test_health(client: FlaskClient) -> None:
    """Health tells the revision."""
    assert client.get("/health").get_json() == {"status": "ok", "revision": 2}


def test_counts(client: FlaskClient) -> None:
    """The front page counts what is in the graph, in figures that a query agrees with."""
    page = client.get("/").text
    shown = dict(re.findall(r"<dt>([a-z]+)</dt><dd>([\d,]+)</dd>", page))
    assert len(shown) == len(SHOWN)
    for name, nouns in SHOWN.items():
        text = (
            "PREFIX sg: <https://w3id.org/stancegraph/ns#> "
            f"SELECT (COUNT(DISTINCT ?x) AS ?n) {{ ?x a sg:{name} }}"
        )
        found = json.loads(client.get("/sparql", query_string={"query": text}).data)
        number = found["results"]["bindings"][0]["n"]["value"]
        assert int(number) > 0
        assert shown[nouns[int(number) != 1]] == f"{int(number):,}"
    assert "in revision 2" in page


def test_queries_to_copy(client: FlaskClient) -> None:
    """The three queries on the front page run as they stand there, and find something."""
    page = client.get("/").text
    blocks = re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", page, re.DOTALL)
    queries = [text for block in blocks if "SELECT" in (text := html.unescape(block))]
    assert len(queries) == len(examples()) == 3
    for text in queries:
        found = client.get("/sparql", query_string={"query": text}).get_json(force=True)
        assert found["results"]["bindings"]


def test_links(client: FlaskClient) -> None:
    """Every link of the front page to this server leads somewhere."""
    page = client.get("/").text
    links = [html.unescape(link) for link in re.findall(r'(?:href|src)="(/[^"]*)"', page)]
    assert len(links) > 2 * len(formats.DUMPS)
    for link in links:
        with client.get(link) as response:
            assert response.status_code == 200, link


@pytest.mark.parametrize("accept", ["*/*", "text/html", "application/json"])
def test_page_is_a_page(client: FlaskClient, accept: str) -> None:
    """The front page is HTML for everybody, without a script."""
    response = client.get("/", headers={"Accept": accept})
    assert response.content_type == "text/html; charset=utf-8"
    assert "<script" not in response.text


def test_under_a_prefix(app: Flask) -> None:
    """Behind a proxy's path prefix all links keep the prefix."""
    page = app.test_client().get("/", base_url="http://127.0.0.1/graph/").text
    links = re.findall(r'(?:href|src)="(/[^"]*)"', page)
    assert links
    assert all(link.startswith("/graph/") for link in links)
    assert "http://127.0.0.1/graph/sparql" in page
