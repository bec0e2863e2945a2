"""What each kind of page shows."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING

import pytest

from api.pages import COUNTED, examples
from kg import formats

if TYPE_CHECKING:
    from flask.testing import FlaskClient

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "en-GB"}
GERMAN = {**BROWSER, "Accept-Language": "de"}
SEED = "2024-04-zuckerberg-open-source"


def test_counts(reader: FlaskClient) -> None:
    """The front page counts what is in the graph, in figures that a query agrees with."""
    page = reader.get("/").text
    shown = re.findall(r"<dt><a [^>]*>[^<]+</a></dt><dd>([\d,]+)</dd>", page)
    assert len(shown) == len(COUNTED)
    for name, number in zip(COUNTED, shown, strict=True):
        text = (
            "PREFIX sg: <https://w3id.org/stancegraph/ns#> PREFIX dcterms: "
            "<http://purl.org/dc/terms/> SELECT (COUNT(DISTINCT ?x) AS ?n) "
            f"{{ ?x a sg:{name} FILTER NOT EXISTS {{ ?x dcterms:isReplacedBy ?y }} }}"
        )
        found = json.loads(reader.get("/sparql", query_string={"query": text}).data)
        assert number == f"{int(found['results']['bindings'][0]['n']['value']):,}" != "0"


def test_queries_to_copy(reader: FlaskClient) -> None:
    """The three queries on the front page run as they stand there, and find something."""
    page = reader.get("/").text
    blocks = re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", page, re.DOTALL)
    queries = [text for block in blocks if "SELECT" in (text := html.unescape(block))]
    assert len(queries) == len(examples()) == 3
    for text in queries:
        found = reader.get("/sparql", query_string={"query": text}).get_json(force=True)
        assert found["results"]["bindings"]


def test_dumps_are_offered(reader: FlaskClient) -> None:
    """The front page leads to each dump, plain and packed."""
    page = reader.get("/").text
    for format_ in formats.DUMPS:
        assert f'href="/dump.{format_.endings[0]}"' in page
        assert f'href="/dump.{format_.endings[0]}.gz"' in page


@pytest.mark.parametrize("accept", ["*/*", "text/html", "application/json"])
def test_front_page_is_a_page(reader: FlaskClient, accept: str) -> None:
    """The front page is HTML for everybody."""
    response = reader.get("/", headers={"Accept": accept})
    assert response.content_type == "text/html; charset=utf-8"


def test_a_stance_shows_everything(reader: FlaskClient) -> None:
    """Who, for whom, on what, how firmly, on which conditions, why, where, how to cite."""
    page = html.unescape(reader.get(f"/record/{SEED}/s1", headers=BROWSER).text)
    for part in (
        "in favour",
        "Mark Zuckerberg",
        'for <a href="/doc/company/meta">Meta</a>',
        "willingness",
        "18 April 2024",
        "April 2024",
        "The model is safe.",
        "Everyone involved gains by it.",
        "Nobody on record says whether it is met.",
        "Zuckerberg names PyTorch as something that Meta has opened.",
        "Opening the hardware designs brought prices down.",
        "reported act",
        "0\u2013185",
        "310\u2013473",
        f"stancegraph verify https://w3id.org/stancegraph/id/article/{SEED} copy.txt",
        "stancegraph, revision 2",
        "@misc{",
    ):
        assert part in page, part


def test_findings(reader: FlaskClient) -> None:
    """A condition shows what was found of it, by whom and when."""
    page = html.unescape(reader.get(f"/record/{SEED}/s4", headers=BROWSER).text)
    findings = page.partition('class="findings"')[2].partition("</ul>")[0]
    assert "not met" in findings
    assert "Mark Zuckerberg" in findings
    assert "18 April 2024" in findings


def test_article_in_reading_order(reader: FlaskClient) -> None:
    """An article has all its records, found by their fragments, as they stand in the text."""
    page = reader.get(f"/doc/article/{SEED}", headers=BROWSER).text
    ids = re.findall(r'<article class="entry [a-z]+" id="([skq]\d+)"', page)
    assert sorted(ids)[:1] == ["k1"]
    assert {"s1", "s2", "s3", "s4", "q1", "q2"} <= set(ids)
    starts = [
        int(start.replace(",", "")) for start in re.findall("characters ([0-9,]+)\u2013", page)
    ]
    assert starts[0] == 0
    assert ids.index("s1") < ids.index("s2") < ids.index("s3") < ids.index("s4")


def test_entity(reader: FlaskClient) -> None:
    """A person's page has roles, stances, claims, articles, and Wikidata."""
    page = html.unescape(reader.get("/doc/person/mark-zuckerberg", headers=BROWSER).text)
    for part in (
        '<b><a href="/doc/company/meta">Meta</a></b>',
        "Stances of Mark Zuckerberg",
        "Claims of Mark Zuckerberg",
        "http://www.wikidata.org/entity/Q",
    ):
        assert part in page, part


def test_years_of_a_person(reader: FlaskClient) -> None:
    """Stances of more than one year are drawn, with a way to the timeline."""
    page = reader.get("/doc/person/mara-lindqvist", headers=BROWSER).text
    bars = re.findall(r'class="([a-z]+)"><title>(20\d\d): (\d+) ', page)
    assert ("against", "2023", "1") in bars
    assert sum(int(number) for _, year, number in bars if year == "2025") == 8
    assert '<a href="/timeline?holder=person/mara-lindqvist">' in page


def test_numbers_of_a_timeline(reader: FlaskClient) -> None:
    """The table of a timeline says what its bars say."""
    page = reader.get("/timeline?unit=quarter&holder=person/mark-zuckerberg", headers=BROWSER).text
    bars = re.findall(r"<title>Q2 2024: (\d+) ([a-z ]+)</title>", page)
    row = re.search(r'<th scope="row">Q2 2024</th>(.*?)</tr>', page)
    assert row is not None
    cells = re.findall(r"<td[^>]*>(\d+)</td>", row[1])
    assert {side: number for number, side in bars} == {
        "in favour": cells[0],
        "undecided": cells[2],
        "against": cells[3],
    }
    assert int(cells[4]) == sum(map(int, cells[:4]))


def test_markup_in_names(reader: FlaskClient) -> None:
    """Markup in names is shown, not followed; an address that is a script is no link."""
    for address in ("/doc/person/odd", "/doc/article/2026-03-odd", "/record/2026-03-odd/s1", "/"):
        text = reader.get(address, headers=BROWSER).text
        assert "&lt;script&gt;" in text or "&lt;i&gt;" in text
        assert "<script" not in text
        assert "<i>for" not in text
        assert "49" not in re.findall(r"<h1[^>]*>(.*?)</h1>", text, re.DOTALL)[0]
        assert 'href="javascript:' not in text
    assert "Odd ist &lt;i&gt;für&lt;/i&gt;" in reader.get("/", headers=GERMAN).text
