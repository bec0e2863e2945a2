"""Whatever is wrong with a question is said, by the name of the parameter, and nothing breaks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from api.errors import MEDIA_TYPE, PROBLEMS
from api.problems import KINDS, Problem

if TYPE_CHECKING:
    from flask.testing import FlaskClient

PERSON = "person/mark-zuckerberg"
SLUG = "2024-04-zuckerberg-open-source"


def asked(client: FlaskClient, address: str, status: int) -> dict[str, Any]:
    """Ask, and return the problem that has to come of it."""
    response = client.get(f"/api/{address}")
    assert response.status_code == status, response.text
    assert response.content_type == MEDIA_TYPE
    Problem.model_validate_json(response.data)
    content: dict[str, Any] = json.loads(response.data)
    assert content["status"] == status
    assert content["type"].removeprefix(PROBLEMS) in {kind.name for kind in KINDS}
    for secret in ("Traceback", "SELECT", "duckdb", ".py", "/tmp"):  # noqa: S108  # absent
        assert secret not in content["detail"].replace(quote(address), "")
    return content


# address, the parameter that is wrong, part of the detail
REFUSED = [
    ("stances?limit=0", "limit", "greater than or equal to 1"),
    ("stances?limit=101", "limit", "less than or equal to 100"),
    ("stances?limit=-1", "limit", "a whole number"),
    ("stances?limit=ten", "limit", "a whole number"),
    ("stances?limit=1e1", "limit", "a whole number"),
    ("stances?limit=%D9%A1", "limit", "a whole number"),
    ("stances?limit=+5", "limit", "a whole number"),
    ("stances?limit=" + "9" * 5000, "limit", "a whole number"),
    ("stances?limit=", "limit", "limit is empty"),
    ("stances?limit=5&limit=5", "limit", "given 2 times"),
    ("stances?facets=yes", "facets", "true or false"),
    ("stances?narrower=1", "narrower", "true or false"),
    ("stances?conditional=True", "conditional", "true or false"),
    ("stances?language=fr", "language", "there are en, de"),
    ("stances?language=en&language=de", "language", "given 2 times"),
    ("stances?revision=-1", "revision", "a whole number"),
    ("stances?revision=one", "revision", "a whole number"),
    ("stances?revision=1&revision=2", "revision", "given 2 times"),
    ("stances?after=nonsense", "after", "cursor"),
    ("stances?after=%F0%9F%98%80", "after", "cursor"),
    ("stances?after=WzFd", "after", "cursor"),
    ("stances?polarity=", "polarity", "polarity is empty"),
    ("stances?polarity=Favour,", "polarity", "polarity is empty"),
    ("stances?polarity=Favour,Agains", "polarity", "there are Favour, Against"),
    ("stances?polarity=favour", "polarity", "there are Favour, Against"),
    ("stances?commitment=Vow", "commitment", "there are Promise"),
    ("stances?holder=mark-zuckerberg", "holder", "person/…"),
    ("stances?holder=topic/opening-ai-models", "holder", "person/…"),
    ("stances?holder=person/", "holder", "person/…"),
    ("stances?holder=person/a%20b", "holder", "no IRI has such characters"),
    ("stances?holder=%00", "holder", "control character"),
    ("stances?holder=person/" + "x" * 600, "holder", "at most 512 characters"),
    ("stances?speaker=company", "speaker", "person/…"),
    ("stances?target=opening-ai-models", "target", "topic/…"),
    ("stances?on_behalf_of=person/mark-zuckerberg", "on_behalf_of", "company/…"),
    ("stances?article=company/meta", "article", "article/…"),
    ("stances?publisher=topic/x", "publisher", "company/…"),
    ("stances?said_from=April", "said_from", "2024-04-18"),
    ("stances?said_from=2024-13", "said_from", "no such day"),
    ("stances?said_to=2023-02-29", "said_to", "no such day"),
    ("stances?published_from=20240418", "published_from", "2024-04-18"),
    ("stances?published_to=0000", "published_to", "no such day"),
    ("claims?predicate=headof", "predicate", "headOf"),
    ("claims?modality=asserted", "modality", "Asserted"),
    ("claims?negated=no", "negated", "true or false"),
    ("claims?finding=met", "finding", "Met"),
    ("claims?assesses=c4", "assesses", "article/…"),
    ("claims?subject=%3Chttp://x%3E", "subject", "no IRI has such characters"),
    ("estimates?currency=usd", "currency", "ISO 4217"),
    ("estimates?includes=much", "includes", "10000000000"),
    ("estimates?includes=1e400", "includes", "10000000000"),
    ("estimates?includes=NaN", "includes", "10000000000"),
    ("estimates?includes=" + "9" * 21, "includes", "10000000000"),
    ("estimates?quantity=cost", "quantity", "topic/…"),
    ("entities?kind=persons", "kind", "person"),
    ("articles?mentions=meta", "mentions", "company/…"),
    ("articles?in_language=" + "x" * 36, "in_language", "at most 35 characters"),
    ("conditions?kind=Safty", "kind", "Safety"),
    ("search", "q", "q is missing"),
    ("search?q=", "q", "q is empty"),
    ("search?q=%20%20", "q", "q is empty"),
    ("search?q=" + "x" * 201, "q", "at most 200 characters"),
    ("search?q=a&kind=Person", "kind", "person"),
    ("timeline?unit=week", "unit", "year, quarter, month"),
    ("changes?limit=1000", "limit", "less than or equal to 100"),
    ("compare", "holder", "holder is missing"),
    (f"compare?holder={PERSON}", "holder", "at least 2 items"),
    (f"compare?holder={PERSON},{PERSON}", "holder", "at least 2 items"),
    (f"compare?holder={','.join(f'person/p{n}' for n in range(6))}", "holder", "at most 5 items"),
    (f"compare?holder={PERSON},nobody", "holder", "person/…"),
]


@pytest.mark.parametrize(("address", "parameter", "detail"), REFUSED)
def test_a_wrong_value_is_refused(
    client: FlaskClient, address: str, parameter: str, detail: str
) -> None:
    """A value that a parameter cannot have is refused by its name, with what is right."""
    content = asked(client, address, 400)
    assert content["parameter"] == parameter
    assert detail in content["detail"]
    assert len(content["detail"]) < 400


def test_every_parameter_is_tried(client: FlaskClient) -> None:
    """There is a wrong value of every parameter of every look-up."""
    paths = client.get("/api/openapi.json").get_json()["paths"].values()
    known = {item["name"] for path in paths for item in path["get"]["parameters"]}
    parts = {"kind", "slug", "article", "fragment", "label", "unit"}
    assert len(known) > 30
    tried = {parameter for _, parameter, _ in REFUSED}
    assert known - tried - parts - {"object", "about"} == set()


@pytest.mark.parametrize(
    ("address", "nearest"),
    [
        ("stances?holdr=person/mark-zuckerberg", "holder"),
        ("stances?from=2024", "said_from"),
        ("claims?subjct=company/meta", "subject"),
        ("estimates?narower=true", "narrower"),
        ("entities?Kind=person", "kind"),
        ("search?query=x&q=x", None),
        ("timeline?units=year", "unit"),
        ("compare?holders=a,b", "holder"),
        (f"records/{SLUG}/s1?limit=5", None),
        ("entities/person/mark-zuckerberg?facet=true", None),
    ],
)
def test_an_unknown_parameter_is_refused(
    client: FlaskClient, address: str, nearest: str | None
) -> None:
    """A parameter that is not known is refused, with the nearest one and all there are."""
    content = asked(client, address, 400)
    assert content["parameter"] in address
    assert content.get("nearest") == nearest
    assert "language" in content["allowed"]
    assert nearest is None or nearest in content["allowed"]


@pytest.mark.parametrize(
    ("address", "nearest"),
    [("stances?polarity=favor", "Favour"), ("estimates?language=DE", "de")],
)
def test_the_nearest_value_is_named(client: FlaskClient, address: str, nearest: str) -> None:
    """Of a value that is nearly right the right one is named."""
    content = asked(client, address, 400)
    assert content["nearest"] == nearest
    assert nearest in content["allowed"]


# address, the parameter (None: the path), a thing that is near
UNKNOWN: list[tuple[str, str | None, str | None]] = [
    ("entities/person/mark-zuckerburg", None, "person/mark-zuckerberg"),
    ("entities/person/%E2%9C%93", None, None),
    ("entities/person/a%2Fb", None, None),
    ("entities/person/%00", None, None),
    ("entities/person/%FF", None, None),
    ("entities/person/%zz", None, None),
    ("entities/person/'%20OR%201=1%20--", None, None),
    ("entities/persons/mark-zuckerberg", None, "person"),
    ("entities/article/" + SLUG, None, None),
    ("articles/2024-04-zuckerberg-open-sauce", None, f"article/{SLUG}"),
    ("articles/" + "x" * 3000, None, None),
    (f"records/{SLUG}/s99", None, None),
    (f"records/{SLUG}/c1", None, None),
    ("records/nothing/s1", None, None),
    ("stances?holder=person/mark-zuckerburg", "holder", "person/mark-zuckerberg"),
    ("stances?target=topic/opening-ai-model", "target", "topic/opening-ai-models"),
    ("stances?article=2024-04-zuckerberg", "article", None),
    ("stances?publisher=the-decodr", "publisher", "company/the-decoder"),
    ("stances?holder=https://example.org/nobody", "holder", None),
    ("claims?about=company/m%D0%B5ta", "about", None),
    ("claims?object=project/pytorc", "object", "project/pytorch"),
    ("claims?speaker=person/nobody-at-all", "speaker", None),
    ("estimates?quantity=topic/nothing-like-it", "quantity", None),
    ("articles?mentions=model/llama-33", "mentions", "model/llama-3"),
    ("conditions?holder=person/mark-zuckerbergg", "holder", "person/mark-zuckerberg"),
    ("timeline?target=topic/opening-ai-modells", "target", "topic/opening-ai-models"),
    ("changes?holder=person/nobody-at-all", "holder", None),
    (f"compare?holder={PERSON},person/mark-zuckerburg", "holder", "person/mark-zuckerberg"),
]


@pytest.mark.parametrize(("address", "parameter", "near"), UNKNOWN)
def test_what_is_not_there_is_not_found(
    client: FlaskClient, address: str, parameter: str | None, near: str | None
) -> None:
    """A name that names nothing is 404, and not an empty list; what is near it is named."""
    content = asked(client, address, 404)
    assert content.get("parameter") == parameter
    if near is not None:
        assert near in content["near"]
        assert near in content["detail"]


INJECTIONS = [
    "person/x' OR '1'='1",
    "person/x'; DROP TABLE stances; --",
    'person/x" UNION SELECT * FROM stances --',
    "person/x> } INSERT DATA { <a:a> <a:b> <a:c> } #",
    "person/x' || (SELECT count(*) FROM stances) || '",
    "person/$holder",
    "person/%s%n",
    "person/../../etc/passwd",
    "person/\u202egnp",
    "person/" + "é" * 150,
    "person/{{7*7}}",
    "person/\udcff".encode("utf-8", "surrogatepass").decode("latin-1"),
]


@pytest.mark.parametrize("text", INJECTIONS)
@pytest.mark.parametrize(
    "address",
    ["stances?holder=", "claims?about=", "timeline?target=", "compare?holder=person/a,"],
)
def test_what_is_injected_is_a_value(client: FlaskClient, address: str, text: str) -> None:
    """Pieces of SQL and of SPARQL are names of things that are not there."""
    response = client.get(f"/api/{address}{quote(text)}")
    assert response.status_code in {400, 404}
    assert response.content_type == MEDIA_TYPE


@pytest.mark.parametrize("text", [*INJECTIONS, "漢字", "ß", "a" * 200, "a_b", "50% off", "C\\"])
def test_search_takes_any_text(client: FlaskClient, text: str) -> None:
    """What people type into a search is text, whatever it looks like."""
    for path, name in (("search", "q"), ("entities", "label")):
        response = client.get(f"/api/{path}", query_string={name: text})
        assert response.status_code == 200, response.text


@pytest.mark.parametrize("text", ["%", "_", "*", "\\", "'", '"', "🦙", "…"])
def test_search_needs_a_letter(client: FlaskClient, text: str) -> None:
    """Signs alone are no name to search for."""
    assert asked(client, f"search?q={quote(text)}", 400)["parameter"] == "q"


@pytest.mark.parametrize(
    ("query", "status", "detail"),
    [
        ("q=%FF", 400, "UTF-8"),
        ("q=%C0%80", 400, "UTF-8"),
        ("q=%ED%A0%80", 400, "UTF-8"),
        ("q=%zz", 400, "no escape"),
        ("q=100%", 400, "no escape"),
        ("q=%0", 400, "no escape"),
        ("q=a%00b", 400, "control character"),
        ("q=" + "x" * 9000, 414, "longer than 8192 bytes"),
        ("&".join(f"a{n}=1" for n in range(900)), 400, "there is no parameter 'a0'"),
        ("=x", 400, "there is no parameter ''"),
        ("q[]=x", 400, "there is no parameter 'q[]'"),
        ("%F0%9F%98%80=x", 400, "there is no parameter"),
    ],
)
def test_an_ill_formed_address_is_refused(
    client: FlaskClient, query: str, status: int, detail: str
) -> None:
    """An address that is not well formed, or too long, is refused as a whole."""
    assert detail in asked(client, f"search?{query}", status)["detail"]


@pytest.mark.parametrize(
    "times",
    [
        "said_from=2024-05&said_to=2024-04",
        "published_from=2025&published_to=2024-12-31",
        "said_from=2024-04-19&said_to=2024-04-18",
    ],
)
def test_a_time_does_not_end_before_it_begins(client: FlaskClient, times: str) -> None:
    """An interval that ends before it begins is refused, since nothing can be in it."""
    assert "is after" in asked(client, f"stances?{times}", 400)["detail"]


def test_an_unknown_revision(client: FlaskClient) -> None:
    """A revision that is not there is not found."""
    content = asked(client, "stances?revision=77", 404)
    assert content["type"] == PROBLEMS + "no-revision"
    asked(client, "stances?revision=" + "9" * 18, 404)


@pytest.mark.parametrize("accept", ["text/turtle", "image/png", "application/json;q=0"])
def test_other_formats_are_not_here(client: FlaskClient, accept: str) -> None:
    """Who takes no JSON is told that there is nothing else."""
    response = client.get("/api/stances", headers={"Accept": accept})
    assert response.status_code == 406
    assert "application/ld+json" in json.loads(response.data)["detail"]


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("stances?polarity=%3Cb%3E", 400, "there are Favour"),
        ("stances?language=fr", 400, "there are en, de"),
        ("entities/person/mark-zuckerburg", 404, "person/mark-zuckerberg"),
        ("search?q=" + "x" * 9000, 414, "longer than"),
    ],
)
def test_a_page_for_people(client: FlaskClient, address: str, status: int, said: str) -> None:
    """A browser gets the problem as a page."""
    accept = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    response = client.get(f"/api/{address}", headers=accept)
    assert response.status_code == status
    assert response.mimetype == "text/html"
    assert said in response.text
    assert "<b>" not in response.text


def test_a_strange_host_breaks_nothing(client: FlaskClient) -> None:
    """Whatever a client calls this server, the answer is JSON, or the call is refused."""
    for host in ('a"b', "a,b", "ä", "<x>", "a b"):
        response = client.get("/api/stances", headers={"Host": host})
        assert response.status_code in {200, 400}
        assert json.loads(response.data)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_can_be_changed(client: FlaskClient, method: str) -> None:
    """Look-ups are read only."""
    response = client.open("/api/stances", method=method)
    assert response.status_code == 405
    assert set(response.allow) == {"GET", "HEAD", "OPTIONS"}
