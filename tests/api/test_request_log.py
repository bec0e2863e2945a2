"""Ids of requests, and the line of each in the log."""

from __future__ import annotations

import json
import re
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.test import Client

from api.app import create_app
from api.request_log import Exchange, RequestLog, Told, as_json, as_text
from api.state import KEY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask.testing import FlaskClient

    from kg.settings import LogFormat, Settings

PERSON = "/api/entities/person/mark-zuckerberg"
TOKEN = "sg_01234567_" + 64 * "a"
NASTY = "a\n2026 forged\r\x1b[31m\x00\x7f\u2028"
"""A new line, a carriage return, a colour, a zero, DEL, a line separator of Unicode."""
PLAIN = re.compile(r"[ -~]*")


def test_id_is_made(client: FlaskClient) -> None:
    """Each answer has an id of its own, the one that the cache gives, too."""
    ids = {client.get(PERSON).headers["X-Request-ID"] for _ in range(3)}
    assert len(ids) == 3
    assert all(re.fullmatch("[0-9a-f]{16}", id_) for id_ in ids)


@pytest.mark.parametrize("sent", ["a", "7f-2.B_c", "x" * 64])
def test_id_is_taken_over(client: FlaskClient, sent: str) -> None:
    """A short and plain id that came with a request goes back with its answer, and no further."""
    asked = {"X-Request-ID": sent}
    for _ in range(2):
        assert client.get(PERSON, headers=asked).headers.getlist("X-Request-ID") == [sent]
    assert client.get(PERSON).headers["X-Request-ID"] != sent


@pytest.mark.parametrize("sent", ["", "x" * 65, "a b", "a;b", "<b>", "\x1b[31m", "é", TOKEN])
def test_odd_id(client: FlaskClient, sent: str) -> None:
    """Any other id is not taken over."""
    found = client.get("/health", environ_overrides={"HTTP_X_REQUEST_ID": sent})
    assert re.fullmatch("[0-9a-f]{16}", found.headers["X-Request-ID"])


@pytest.mark.parametrize("path", ["/nothing", "/sparql?query=x", "/api/entities?kind=x", "/update"])
def test_errors_say_it(client: FlaskClient, path: str) -> None:
    """Problem details name the id, and so does the page for people, in each language."""
    asked = {"X-Request-ID": "here-7"}
    assert client.get(path, headers=asked).get_json()["request_id"] == "here-7"
    for language in ("en", "de"):
        page = client.get(
            path, headers={**asked, "Accept": "text/html", "Accept-Language": language}
        )
        assert "<code>here-7</code>" in page.text


def line(client: FlaskClient, capsys: pytest.CaptureFixture[str], **asked: Any) -> str:
    """Ask, and return the one line that the log got."""
    capsys.readouterr()
    client.open(**asked, buffered=True).close()
    found = capsys.readouterr().err
    assert found.endswith("\n")
    assert PLAIN.fullmatch(found[:-1])
    return found[:-1]


def test_line(client: FlaskClient, capsys: pytest.CaptureFixture[str]) -> None:
    """A line has time, id, address, method, path with query, status, bytes, time taken, client."""
    asked = {"X-Request-ID": "here", "User-Agent": 'curl "8"'}
    pattern = (
        r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z here 127\.0\.0\.1 GET /health\?a=b%20c 200 "
        r'(\d+) \d+\.\d "curl \\"8\\""'
    )
    found = re.fullmatch(pattern, line(client, capsys, path="/health?a=b%20c", headers=asked))
    assert found
    assert int(found[1]) == len(client.get("/health").data)


def test_kept_answers_are_logged(client: FlaskClient, capsys: pytest.CaptureFixture[str]) -> None:
    """What the cache answers is logged like the rest; 304 and HEAD have no bytes."""
    first = client.get(PERSON)
    assert f" 200 {len(first.data)} " in line(client, capsys, path=PERSON)
    asked = {"If-None-Match": first.headers["ETag"]}
    assert " 304 0 " in line(client, capsys, path=PERSON, headers=asked)
    assert f"HEAD {PERSON} 200 0 " in line(client, capsys, path=PERSON, method="HEAD")


def test_streams(client: FlaskClient, capsys: pytest.CaptureFixture[str]) -> None:
    """The line of a dump comes after its last byte, and counts them all."""
    size = len(client.get("/dump.nq").data)
    assert f" 200 {size} " in line(client, capsys, path="/dump.nq")


@pytest.mark.parametrize(
    "where", ["PATH_INFO", "QUERY_STRING", "HTTP_USER_AGENT", "HTTP_X_REQUEST_ID", "REMOTE_ADDR"]
)
@pytest.mark.parametrize("form", ["text", "json"])
def test_nothing_is_slipped_in(
    where: str, form: LogFormat, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever a client sends, and wherever, a request is one line of plain characters."""
    log = RequestLog(form)
    client = Client(Told(fine, log.exchange))
    raw = NASTY.encode().decode("latin-1")
    client.get("/", environ_overrides={where: raw})
    found = capsys.readouterr().err
    assert found.count("\n") == 1
    assert PLAIN.fullmatch(found[:-1])
    assert len(found.split('"')[0].split()) == 8 or form == "json"
    if form == "json":
        assert json.loads(found)["status"] == 200


def fine(_: dict[str, Any], start: Any) -> Iterable[bytes]:
    """Answer."""
    start("200 OK", [])
    return [b"ok"]


@pytest.mark.parametrize("method", ["GET\n", "\x1b", "G T"])
def test_odd_method(method: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A method is one word of the line."""
    Client(Told(fine, RequestLog("text").exchange)).open("/", method=method)
    found = capsys.readouterr().err
    assert PLAIN.fullmatch(found[:-1])
    assert len(found.split('"')[0].split()) == 8


@pytest.mark.parametrize("form", ["text", "json"])
def test_tokens_are_cut(
    client: FlaskClient, form: LogFormat, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of a token nothing but its id is logged, wherever it was sent."""
    asked = {"Authorization": f"Bearer {TOKEN}", "User-Agent": TOKEN, "X-Request-ID": TOKEN}
    odd = TOKEN.replace("_", "%5F")
    found = line(client, capsys, path=f"/{TOKEN}?access_token={TOKEN}&b={odd}", headers=asked)
    assert "aaaa" not in found
    assert "access_token=sg_01234567_..." in found
    exchange = Exchange("7", "none", "::1", "GET", f"/{TOKEN}", odd, 404, 0, 0.1, TOKEN)
    assert "aaaa" not in {"text": as_text, "json": as_json}[form](exchange, "now")


def test_long_ones_are_cut() -> None:
    """A line has an end, whatever the length of an address and of a client's name."""
    exchange = Exchange("7", "none", "::1", "G" * 9999, "/" * 9999, "", 404, 0, 0.1, "x" * 9999)
    assert len(as_text(exchange, "now")) < 6200


def test_json(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """As JSON, a line is an object that says which surface answered, too."""
    app = create_app(replace(settings, log_format="json"))
    with closing(app.extensions[KEY]):
        found = json.loads(line(app.test_client(), capsys, path="/health?a", headers={}))
    assert {key: found[key] for key in ("method", "target", "surface", "status")} == {
        "method": "GET",
        "target": "/health?a",
        "surface": "pages.health",
        "status": 200,
    }
    assert found["milliseconds"] > 0


def test_none(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """The log of requests can be switched off."""
    app = create_app(replace(settings, log_format="none"))
    with closing(app.extensions[KEY]):
        capsys.readouterr()
        assert app.test_client().get("/health").headers["X-Request-ID"]
        assert capsys.readouterr().err == ""


@pytest.mark.parametrize("form", ["text", "json", "none"])
def test_unforeseen(
    settings: Settings, form: LogFormat, capsys: pytest.CaptureFixture[str]
) -> None:
    """What nobody foresaw leaves its traceback, with the id on each line, and forges none."""
    app = create_app(replace(settings, log_format=form))

    @app.get("/failing")
    def fail() -> str:
        raise ZeroDivisionError(f"{NASTY} {TOKEN}")

    with closing(app.extensions[KEY]):
        capsys.readouterr()
        response = app.test_client().get("/failing", headers={"X-Request-ID": "here-9"})
        assert response.get_json()["request_id"] == "here-9"
        response.close()
    lines = capsys.readouterr().err.splitlines()
    assert all(PLAIN.fullmatch(text) and "here-9" in text for text in lines)
    text = "\n".join(lines)
    assert "ZeroDivisionError" in text
    assert "Traceback" in text
    assert "aaaa" not in text
    assert text.count("/failing 500" if form != "json" else '"status": 500') == (form != "none")


def test_failure_without_an_answer(capsys: pytest.CaptureFixture[str]) -> None:
    """An application that fails before it answers is logged as 500, and the server gets to know."""

    def broken(_: dict[str, Any], __: Any) -> Iterable[bytes]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Client(Told(broken, RequestLog("text").exchange)).get("/a")
    assert " GET /a 500 0 " in capsys.readouterr().err
