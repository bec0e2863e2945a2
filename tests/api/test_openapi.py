"""The OpenAPI document, and the page made of it."""

from __future__ import annotations

import json
import os
import re
import shutil
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

from api import errors
from api.app import create_app
from api.errors import PROBLEMS
from api.problems import KINDS, Problem
from api.state import KEY
from kg.access import Access
from kg.credentials import Role
from kg.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def document(app: Flask) -> dict[str, Any]:
    """The document."""
    content: dict[str, Any] = json.loads(app.test_client().get("/api/openapi.json").data)
    return content


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; a test that needs it skips without it, but fails where CI is set."""
    place = shutil.which("chromium")
    if place is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI needs Chromium: apt-get install chromium")
        pytest.skip("Chromium is not here: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=place, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    """Where the application is served, for the browser."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the operations, by path; each is a GET."""
    assert all(set(path) == {"get"} for path in document["paths"].values())
    return {path: item["get"] for path, item in document["paths"].items()}


def test_every_look_up_is_described(app: Flask, document: dict[str, Any]) -> None:
    """Each route under /api is in the document, but for the ones that are about it."""
    rules = {
        re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("rest.")
    }
    assert len(rules) > 12
    assert rules - {"/api/", "/api/context.jsonld"} == set(operations(document))


def test_every_operation_is_described_in_words(document: dict[str, Any]) -> None:
    """Operations, parameters and answers are described, and no name is used twice."""
    found = operations(document)
    names = [operation["operationId"] for operation in found.values()]
    assert len(set(names)) == len(names) == len(found)
    for path, operation in found.items():
        assert operation["summary"].endswith("."), path
        assert operation["description"], path
        assert operation["tags"], path
        for parameter in operation["parameters"]:
            assert parameter["description"], (path, parameter["name"])
            assert "null" not in json.dumps(parameter["schema"]), (path, parameter["name"])
        for answer in operation["responses"].values():
            assert answer["description"]


def test_every_error_is_listed(document: dict[str, Any]) -> None:
    """Each operation lists every kind of problem it can end in, under its status and type."""
    expected = {(str(kind.status), PROBLEMS + kind.name) for kind in KINDS}
    for path, operation in operations(document).items():
        listed = {
            (status, example["value"]["type"])
            for status, answer in operation["responses"].items()
            for content in answer.get("content", {}).values()
            for example in content.get("examples", {}).values()
        }
        assert listed == expected, path
    assert "308" in document["paths"]["/api/entities/{kind}/{slug}"]["get"]["responses"]


def test_members_of_problems(document: dict[str, Any]) -> None:
    """The schema of a problem has every member that an error can have, and no other."""
    always = {"type", "title", "status", "detail"}
    schema = document["components"]["schemas"]["Problem"]
    assert set(schema["required"]) == always
    assert {"limit", "limit_value"} <= set(errors._MEMBERS)
    assert set(schema["properties"]) == always | {"request_id", "report", *errors._MEMBERS}


def test_token_is_described(document: dict[str, Any]) -> None:
    """A token is sent as a Bearer token, and every operation may do without one."""
    (name,) = document["components"]["securitySchemes"]
    scheme = document["components"]["securitySchemes"][name]
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    assert document["security"] == [{}, {name: []}]
    assert [path for path, found in operations(document).items() if "security" in found] == []


@pytest.mark.parametrize(
    ("attempts", "status", "header"), [(0, "401", "WWW-Authenticate"), (10, "429", "Retry-After")]
)
def test_refusals_are_described(
    document: dict[str, Any], tmp_path: Path, attempts: int, status: str, header: str
) -> None:
    """Where reading is private each refusal has the header and the shape that are described."""
    Access(tmp_path).create(Role.WRITER)
    private = create_app(Settings(data=tmp_path, private=True))
    client = private.test_client()
    for number in range(attempts):
        client.get("/api/stances", headers={"Authorization": f"Bearer unknown{number}"})
    answer = client.get("/api/stances", headers={"Authorization": "Bearer unknown"})
    private.extensions[KEY].close()
    described = document["paths"]["/api/stances"]["get"]["responses"][status]
    assert answer.status_code == int(status)
    assert answer.headers[header]
    assert header in described["headers"]
    problem = Problem.model_validate(answer.get_json())
    assert problem.type in {
        PROBLEMS + name for name in described["content"][errors.MEDIA_TYPE]["examples"]
    }
    assert problem.request_id == answer.headers["X-Request-ID"]
    assert not problem.model_extra


def test_waiting_is_described(document: dict[str, Any]) -> None:
    """Where it is known when to come again, the header that says so is described."""
    waits = {str(kind.status) for kind in KINDS if kind.retry_after is not None}
    assert waits == {"429", "503"}
    for path, operation in operations(document).items():
        for status in waits:
            assert "Retry-After" in operation["responses"][status]["headers"], (path, status)


def test_examples_work(client: FlaskClient, document: dict[str, Any]) -> None:
    """Each example of each parameter is answered on what the package ships."""
    tried = 0
    for path, operation in operations(document).items():
        values = {item["name"]: item for item in operation["parameters"] if item["in"] == "path"}
        filled = path
        for name, item in values.items():
            filled = filled.replace(f"{{{name}}}", item["schema"]["examples"][0])
        needed = {
            item["name"]: item["schema"]["examples"][0]
            for item in operation["parameters"]
            if item["required"] and item["in"] == "query"
        }
        for item in operation["parameters"]:
            for example in item["schema"].get("examples", []) if item["in"] == "query" else [""]:
                query = needed | ({item["name"]: example} if example else {})
                response = client.get(filled, query_string=query)
                assert response.status_code == 200, (filled, query, response.text)
                tried += 1
    assert tried > 60


def test_references_lead_somewhere(document: dict[str, Any]) -> None:
    """Every reference of the document is to a schema of it, and every schema is referred to."""
    text = json.dumps(document)
    used = set(re.findall(r'"#/components/schemas/([^"]+)"', text))
    assert used == set(document["components"]["schemas"])
    assert all(name.isalpha() for name in used)
    assert document["openapi"] == "3.1.0"


def test_the_document_knows_its_place(app: Flask) -> None:
    """Behind a proxy's path prefix the document names the prefix as the server."""
    client = app.test_client()
    plain = client.get("/api/openapi.json").get_json()
    below = client.get("/api/openapi.json", base_url="http://127.0.0.1/graph/").get_json()
    assert plain.pop("servers") == [{"url": "/"}]
    assert below.pop("servers") == [{"url": "/graph"}]
    assert plain == below


@pytest.mark.parametrize("name", ["swagger-ui.js.map", "..%2f..%2f__init__.py", "plugins.py"])
def test_only_the_page_s_files_are_sent(client: FlaskClient, name: str) -> None:
    """Of the package that ships Swagger UI only the two files that the page needs can be had."""
    assert client.get(f"/api/docs/{name}").status_code == 404


def test_the_page_has_no_code_of_its_own(client: FlaskClient) -> None:
    """Scripts and styles are files of this server: none stands in the page."""
    page = client.get("/api/docs").text
    assert re.findall(r"<script(?![^>]*src=)", page) == []
    assert "<style" not in page
    for link in re.findall(r'(?:src|href)="([^"]+)"', page):
        assert link.startswith("/"), link
        with client.get(link) as response:
            assert response.status_code == 200, link


def test_the_page_shows_every_operation(
    browser: Browser, address: str, document: dict[str, Any]
) -> None:
    """Chromium renders all operations, asks no other host for anything, and has no complaint."""
    page = browser.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{address}/api/docs")
    page.wait_for_selector(".opblock")
    shown = {
        found.get_attribute("data-path") for found in page.locator(".opblock-summary-path").all()
    }
    assert shown == set(document["paths"])
    page.locator("#operations-Records-stances .opblock-summary-control").click()
    page.wait_for_selector(".parameters-container tr[data-param-name=polarity]")
    assert len(asked) >= 5
    hosts = {urlsplit(url).netloc for url in asked if not url.startswith("data:")}
    assert hosts == {urlsplit(address).netloc}
    assert complaints == []
    page.close()


def test_the_page_tries_a_look_up_out(browser: Browser, address: str) -> None:
    """On the page a look-up can be made, and its answer is shown."""
    page = browser.new_page()
    page.goto(f"{address}/api/docs#/Records/stances")
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    page.wait_for_selector(".live-responses-table")
    assert (
        "200" in page.locator(".live-responses-table tbody .response-col_status").first.inner_text()
    )
    page.close()
