"""What look-ups answer over HTTP: the shape, the languages, the ways on."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, get_args
from urllib.parse import quote, urlsplit

import pytest

from api.app import create_app
from api.errors import PROBLEMS
from api.rest import answers, values
from api.state import KEY
from kg import iris, terms

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask.testing import FlaskClient
    from pydantic import BaseModel
    from werkzeug.test import TestResponse

    from kg.settings import Settings

    LookUp = Callable[..., dict[str, Any]]

SEED = "2024-04-zuckerberg-open-source"


def links(response: TestResponse) -> dict[str, str]:
    """Return what the header Link says, by relation."""
    text = ",".join(response.headers.getlist("Link"))
    return {name: address for address, name in re.findall(r'<([^>]*)>; rel="(\w+)"', text)}


def test_each_answer_fits_its_model(
    looked_up: LookUp, address: str, model: type[BaseModel]
) -> None:
    """Each kind of answer has the documented members and no others, and finds something."""
    content = looked_up(address, model)
    found = content.get("items") or content.get("periods") or content.get("targets") or content
    assert found
    assert "null" not in re.sub(r'"sides":\[[^\]]*\]', "", json.dumps(content))


def test_the_index_leads_everywhere(client: FlaskClient) -> None:
    """The index names every look-up, and each of the addresses is there."""
    ways = client.get("/api/").get_json()["links"]
    document = client.get("/api/openapi.json").get_json()
    lists = {path for path in document["paths"] if "{" not in path}
    assert {urlsplit(way).path for way in ways.values()} >= lists
    for way in ways.values():
        response = client.get(way)
        missing = response.status_code == 400 and "is missing" in response.text
        assert missing or response.status_code == 200, way


def test_a_stance(looked_up: LookUp) -> None:
    """A stance comes with all that makes it one."""
    content = looked_up(
        "stances?target=topic/opening-a-ten-billion-dollar-model", answers.StancesAnswer
    )
    (stance,) = content["items"]
    assert content["total"] == 1
    assert "next" not in content
    assert stance["id"] == f"{iris.ID}article/{SEED}#s1"
    assert stance["holder"] == [
        {
            "id": iris.ID + "person/mark-zuckerberg",
            "type": "Person",
            "label": "Mark Zuckerberg",
        }
    ]
    assert (stance["polarity"], stance["commitment"]) == ("Favour", "Willingness")
    assert stance["saidOn"] == {"value": "2024-04-18", "type": "xsd:date"}
    assert len(stance["condition"]) == 3
    assert stance["evidence"][0]["spanHash"]
    assert stance["reportedIn"]["publisher"]["label"] == "THE DECODER"
    assert "unconditional" not in stance
    assert "reason" not in stance


def test_a_record_in_full(looked_up: LookUp) -> None:
    """One record comes with its reasons and how to cite it."""
    content = looked_up(f"records/{SEED}/s1", answers.RecordAnswer)
    assert len(content["record"]["reason"]) == 7
    assert content["citation"]["revision"] == 2
    assert content["record"]["id"] in content["citation"]["text"] + content["citation"]["permalink"]


@pytest.mark.parametrize(
    ("header", "parameter", "language"),
    [
        ("", "", "en"),
        ("de", "", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "", "de"),
        ("fr, de;q=0.3, en;q=0.7", "", "en"),
        ("fr", "", "en"),
        ("en", "de", "de"),
        ("de", "en", "en"),
    ],
)
def test_labels_are_in_the_language_asked_for(
    client: FlaskClient, header: str, parameter: str, language: str
) -> None:
    """The parameter decides, else Accept-Language by its weights, else it is English."""
    query = f"&language={parameter}" if parameter else ""
    address = f"/api/entities?kind=group&label=many+dev{query}"
    response = client.get(address, headers={"Accept-Language": header})
    content = json.loads(response.data)
    labels = {"en": "many developers", "de": "viele Entwicklerinnen und Entwickler"}
    assert [item["label"] for item in content["items"]] == [labels[language]]
    assert response.headers["Content-Language"] == language
    assert content["@context"][1] == {"@language": language}
    assert {"Accept", "Accept-Language"} <= set(response.vary)


def test_a_name_can_be_given_in_three_ways(looked_up: LookUp) -> None:
    """An IRI, kind and slug, or the slug alone where one kind is meant, name the same thing."""
    ways = [f"{iris.ID}article/{SEED}", f"article/{SEED}", SEED]
    found = [looked_up(f"stances?article={quote(way)}", answers.StancesAnswer) for way in ways]
    assert [content["items"] for content in found] == [found[0]["items"]] * 3
    assert len(found[0]["items"]) == 4


def test_several_values_are_repeated_or_listed(looked_up: LookUp) -> None:
    """Polarity=A&polarity=B is polarity=A,B, and finds what either finds."""
    totals = [
        looked_up(f"stances?{query}", answers.StancesAnswer)["total"]
        for query in (
            "polarity=Favour",
            "polarity=Against",
            "polarity=Favour&polarity=Against",
            "polarity=Favour,Against",
            "polarity=Against,Favour,Against",
        )
    ]
    assert totals[0]
    assert totals[1]
    assert totals[2:] == [totals[0] + totals[1]] * 3


@pytest.mark.parametrize(
    "path", ["stances", "claims", "conditions", "entities", "articles", "search?q=open"]
)
def test_following_next_shows_each_item_once(client: FlaskClient, path: str) -> None:
    """The header Link leads through the whole list, and to each item once."""
    ask = "&" if "?" in path else "?"
    response = client.get(f"/api/{path}{ask}limit=3&language=de")
    whole: list[str] = []
    for _ in range(100):
        content = json.loads(response.data)
        assert content["items"]
        whole += [item["id"] for item in content["items"]]
        assert ("next" in content) == ("next" in links(response))
        if "next" not in content:
            break
        assert f"after={quote(content['next'])}" in links(response)["next"]
        assert "language=de" in links(response)["next"]
        response = client.get(links(response)["next"])
        assert response.status_code == 200
    else:
        pytest.fail("it does not end")
    assert len(set(whole)) == len(whole) > 3
    assert content.get("total", len(whole)) == len(whole)


def test_self_is_the_address(client: FlaskClient) -> None:
    """The header Link names the address itself, with the path that a proxy puts before it."""
    response = client.get(
        "/api/stances?holder=person/mark-zuckerberg&limit=1", base_url="http://x/p/"
    )
    address = links(response)["self"]
    assert address.startswith("http://x/p/api/stances?")
    again = client.get(address.replace("http://x/p", ""))
    assert json.loads(again.data)["items"] == json.loads(response.data)["items"]


def test_facets_narrow(looked_up: LookUp) -> None:
    """Asking for a value that a facet names leaves as many items as it says."""
    facets = looked_up("stances?facets=true", answers.StancesAnswer)["facets"]
    assert {"polarity", "commitment", "conditional", "publisher", "holder", "target"} <= set(facets)
    for name, found in facets.items():
        assert found, name
        if name == "year":
            continue
        for value in found[:3]:
            query = f"{name}={quote(value['id'])}&narrower=false"
            left = looked_up(f"stances?{query}", answers.StancesAnswer)
            assert left["total"] == value["count"], query


def test_without_asking_there_are_no_facets(looked_up: LookUp) -> None:
    """Facets are counted only where they are asked for."""
    assert looked_up("stances", answers.StancesAnswer)["facets"] == {}


def test_a_merged_entity_leads_to_the_other(client: FlaskClient) -> None:
    """The address of a merged entity is 308 to that of the one it was merged into."""
    response = client.get("/api/entities/company/brackwater-research?language=de")
    assert response.status_code == 308
    assert response.location.endswith("/api/entities/company/brackwater-labs?language=de")
    followed = client.get(response.location)
    assert followed.status_code == 200


def test_a_filter_by_a_merged_entity_means_the_other(looked_up: LookUp) -> None:
    """A filter by the old name of an entity finds what one by its new name finds."""
    old = looked_up("stances?holder=company/brackwater-research", answers.StancesAnswer)
    new = looked_up("stances?holder=company/brackwater-labs", answers.StancesAnswer)
    assert old["items"] == new["items"] != []


def test_an_older_revision(looked_up: LookUp) -> None:
    """Asked for by its number, an older revision answers as it did."""
    then = looked_up("stances?revision=1", answers.StancesAnswer)
    now = looked_up("stances", answers.StancesAnswer)
    assert then["total"] == 4 < now["total"]


def test_json_ld_by_name(client: FlaskClient) -> None:
    """Who asks for JSON-LD gets the same under that name."""
    plain = client.get("/api/stances")
    linked = client.get("/api/stances", headers={"Accept": "application/ld+json"})
    assert linked.content_type == "application/ld+json"
    assert linked.data == plain.data


def test_head(client: FlaskClient) -> None:
    """HEAD has the headers and no body."""
    response = client.head("/api/stances")
    assert (response.status_code, response.data) == (200, b"")
    assert response.headers["Content-Language"] == "en"


def test_predicates_are_those_of_the_ontology() -> None:
    """The predicates that claims can be asked by are the ontology's content predicates."""
    names = {re.split("[#/]", str(term))[-1] for term in terms.CONTENT_PREDICATES}
    assert set(get_args(values.Predicate)) == names


def test_kinds_are_those_of_iris() -> None:
    """The kinds that can be asked for are those that IRIs are made of."""
    assert get_args(values.FoundKind) == iris.KINDS
    assert get_args(values.EntityKind) == iris.KINDS[:-1]


def test_no_data(settings: Settings, tmp_path: Path) -> None:
    """Without data look-ups say so and when to come again; what is about them is there."""
    app = create_app(replace(settings, data=tmp_path / "none"))
    client = app.test_client()
    for name in ("stances", "entities/person/x", "search?q=x", "timeline"):
        response = client.get(f"/api/{name}")
        assert response.status_code == 503
        assert response.headers["Retry-After"] == "30"
        assert json.loads(response.data)["type"] == PROBLEMS + "no-data"
    for name in ("", "context.jsonld", "openapi.json", "docs"):
        assert client.get(f"/api/{name}").status_code == 200
    app.extensions[KEY].close()
