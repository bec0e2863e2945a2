"""Who may do what: a few marked views on the real application, and the marks of its own."""

from __future__ import annotations

import functools
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from flask import Blueprint
from hypothesis import given
from hypothesis import strategies as st

from api import access
from api.access import author, needs, open_to_all, role_needed
from api.app import create_app
from api.errors import PROBLEMS
from api.state import KEY
from kg.access import Access
from kg.credentials import FILE, Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from kg.settings import Settings

REALM = 'Bearer realm="stancegraph"'
UNKNOWN = f"sg_00000000_{'0' * 64}"
READERS = {"sparql.post", "validate.validate"}
"""Views that take a POST and change nothing."""

marked = Blueprint("marked", __name__)


def wrapped(view: Callable[..., str]) -> Callable[..., str]:
    """Wrap a view as decorators do."""

    @functools.wraps(view)
    def call() -> str:
        return view()

    return call


@marked.post("/write")
@wrapped
@needs("writer")
def write() -> str:
    """Change something."""
    return author()


@marked.post("/govern")
@needs("admin")
def govern() -> str:
    """Do what only admins do."""
    return author()


@marked.get("/read")
def read() -> str:
    """Read something."""
    return author() or "nobody"


@marked.get("/open")
@open_to_all
def open_() -> str:
    """Be open to all."""
    return author() or "nobody"


@pytest.fixture
def tokens(tmp_path: Any) -> Access:
    """The tokens of a data directory that holds nothing else."""
    return Access(tmp_path / "data")


def made(settings: Settings) -> Iterator[Flask]:
    """Make the application with the marked views, and close it after."""
    app = create_app(settings)
    app.register_blueprint(marked)
    yield app
    app.extensions[KEY].close()


@pytest.fixture
def app(settings: Settings, tmp_path: Any) -> Iterator[Flask]:
    """An application whose reading is open."""
    yield from made(replace(settings, data=tmp_path / "data"))


@pytest.fixture
def private(settings: Settings, tmp_path: Any) -> Iterator[FlaskClient]:
    """A client of an application whose reading asks for a token."""
    for app in made(replace(settings, data=tmp_path / "data", private=True)):
        yield app.test_client()


def bearer(text: str) -> dict[str, Any]:
    """Return what a request with a token is made of."""
    return {"headers": {"Authorization": f"Bearer {text}"}}


def refused(response: TestResponse, status: int, kind: str, challenge: str | None) -> str:
    """Check how a request was refused, and return the sentence."""
    content = json.loads(response.data)
    assert (response.status_code, content["type"]) == (status, PROBLEMS + kind)
    assert response.headers.get("WWW-Authenticate") == challenge
    return str(content["detail"])


def test_off_until_a_token_exists(client: FlaskClient, tokens: Access) -> None:
    """Without any token a write is refused, by a sentence that says how to make one."""
    said = refused(client.post("/write"), 401, "unauthenticated", REALM)
    assert "`stancegraph token create`" in said
    text, _ = tokens.create(Role.WRITER)
    assert client.post("/write", **bearer(text)).status_code == 200


def test_no_token_sent(client: FlaskClient, tokens: Access) -> None:
    """A write without a token is a 401 that names no error, since none was made with a token."""
    tokens.create(Role.WRITER)
    assert "this needs a token" in refused(client.post("/write"), 401, "unauthenticated", REALM)


def test_unknown_token(client: FlaskClient, tokens: Access) -> None:
    """An unknown token is a 401 that says so in the header, too."""
    tokens.create(Role.WRITER)
    response = client.post("/write", **bearer(UNKNOWN))
    refused(response, 401, "unauthenticated", f'{REALM}, error="invalid_token"')


def test_expired_token(client: FlaskClient, tokens: Access) -> None:
    """An expired token is a 401 that says since when."""
    text, _ = tokens.create(Role.ADMIN, expires=datetime(2026, 1, 31, tzinfo=UTC))
    response = client.post("/write", **bearer(text))
    said = refused(response, 401, "unauthenticated", f'{REALM}, error="invalid_token"')
    assert "expired on 2026-01-31" in said


def test_roles(client: FlaskClient, tokens: Access) -> None:
    """A writer may write, an admin may govern as well; the revision's author is the token."""
    writer, token = tokens.create(Role.WRITER, "Ada")
    admin, _ = tokens.create(Role.ADMIN, "Bo")
    assert client.post("/write", **bearer(writer)).text == "Ada"
    assert client.post("/write", **bearer(admin)).text == "Bo"
    assert client.post("/govern", **bearer(admin)).text == "Bo"
    response = client.post("/govern", **bearer(writer))
    said = refused(response, 403, "forbidden", f'{REALM}, error="insufficient_scope"')
    assert f"a token of the role admin, and {token.id} (Ada) is of the role writer" in said


def test_scheme_in_any_case(client: FlaskClient, tokens: Access) -> None:
    """The scheme's case, and blanks around the token, do not matter (RFC 9110, 11.1)."""
    text, _ = tokens.create(Role.WRITER)
    for header in (f"bearer {text}", f"BEARER   {text} "):
        assert client.post("/write", headers={"Authorization": header}).status_code == 200


def test_revoked_at_once(client: FlaskClient, tokens: Access) -> None:
    """A revoked token is refused from the next request on."""
    tokens.create(Role.WRITER)
    text, token = tokens.create(Role.WRITER)
    assert client.post("/write", **bearer(text)).status_code == 200
    tokens.revoke(token.id)
    assert client.post("/write", **bearer(text)).status_code == 401


def test_reading_is_open(client: FlaskClient, tokens: Access) -> None:
    """Reading asks for nothing, and does not look at what is sent."""
    assert client.get("/read").text == "nobody"
    tokens.create(Role.WRITER)
    assert client.get("/read", **bearer(UNKNOWN)).text == "nobody"


@pytest.mark.parametrize("role", list(Role))
def test_private(private: FlaskClient, tokens: Access, role: Role) -> None:
    """Where reading is private any valid token may read."""
    said = refused(private.get("/read"), 401, "unauthenticated", REALM)
    assert "there is no token yet" in said
    text, _ = tokens.create(role, "Ada")
    assert private.get("/read", **bearer(text)).text == "Ada"
    refused(private.get("/read"), 401, "unauthenticated", REALM)
    invalid = f'{REALM}, error="invalid_token"'
    refused(private.get("/read", **bearer(UNKNOWN)), 401, "unauthenticated", invalid)


@pytest.mark.parametrize(
    "path", ["/", "/sparql?query=ASK{}", "/dump.ttl", "/api/stances", "/ns", "/nothing", "/api/"]
)
def test_private_everywhere(private: FlaskClient, path: str) -> None:
    """Private is private for every surface, and for addresses where there is nothing."""
    refused(private.get(path), 401, "unauthenticated", REALM)
    assert private.head(path).status_code == 401


def test_open_to_all(private: FlaskClient) -> None:
    """What is open to all stays so where reading is private; /health says there are no data."""
    assert private.get("/open").text == "nobody"
    refused(private.get("/health"), 503, "no-data", None)
    with private.get("/static/style.css") as response:
        assert response.status_code == 200


def test_private_page_for_people(private: FlaskClient) -> None:
    """Who prefers HTML gets the refusal as a page."""
    response = private.get("/", headers={"Accept": "text/html"})
    assert (response.status_code, response.mimetype) == (401, "text/html")
    assert response.headers["WWW-Authenticate"] == REALM


def test_private_is_kept_apart(client: FlaskClient, private: FlaskClient, tokens: Access) -> None:
    """What only some may read no cache on the way gives to others; the open may be."""
    text, _ = tokens.create(Role.WRITER)
    for path in ("/ns.ttl", "/nothing"):
        response = private.get(path, **bearer(text))
        assert response.cache_control.private
        assert not response.cache_control.public
        assert "Authorization" in response.vary
        assert not client.get(path).cache_control.private


def test_private_is_read_by_nobody_else(settings: Settings, tokens: Access) -> None:
    """What was just answered to one who may read is answered to nobody who may not."""
    text, _ = tokens.create(Role.WRITER)
    app = create_app(replace(settings, private=True))
    app.extensions[KEY] = replace(app.extensions[KEY], access=tokens)
    client = app.test_client()
    for path in ("/", "/sparql?query=ASK{}", "/dump.ttl", "/api/stances", "/ns.ttl"):
        with client.get(path, **bearer(text)) as answer:
            assert answer.status_code == 200
            tag = {"If-None-Match": answer.headers.get("ETag", "*")}
        assert client.get(path, headers=tag).status_code == 401
    app.extensions[KEY].close()


def test_preflight(client: FlaskClient, private: FlaskClient) -> None:
    """A browser may ask, without a token, whether it may send one."""
    for asked in (client, private):
        response = asked.options("/write")
        assert response.status_code == 204
        assert "POST" in response.headers["Access-Control-Allow-Methods"]
        assert "Authorization" in response.headers["Access-Control-Allow-Headers"]


@pytest.mark.parametrize("name", ["access_token", "token", "Authorization"])
def test_only_the_header_counts(client: FlaskClient, tokens: Access, name: str) -> None:
    """A token in the address, a form or a cookie is not taken."""
    text, _ = tokens.create(Role.ADMIN)
    refused(client.post("/write", query_string={name: text}), 401, "unauthenticated", REALM)
    refused(client.post("/write", data={name: text}), 401, "unauthenticated", REALM)
    client.set_cookie(name, text)
    refused(client.post("/write"), 401, "unauthenticated", REALM)


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "bearer a b", "Bearer a=b", "Bearer ,", "Bearer \t"]
)
def test_malformed_bearer(client: FlaskClient, tokens: Access, header: str) -> None:
    """An ill-formed Bearer header is a token that is not known."""
    tokens.create(Role.WRITER)
    response = client.post("/write", headers={"Authorization": header})
    refused(response, 401, "unauthenticated", f'{REALM}, error="invalid_token"')


@pytest.mark.parametrize("header", ["", "Basic YTpi", "Basic %", "Digest a=", "sg_1", "Bearersg_1"])
def test_other_scheme(client: FlaskClient, tokens: Access, header: str) -> None:
    """Another scheme counts as no token; a token sent as a password is none."""
    tokens.create(Role.WRITER)
    response = client.post("/write", headers={"Authorization": header})
    refused(response, 401, "unauthenticated", REALM)


@pytest.fixture(scope="module")
def fuzzed(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application with one token."""
    data = tmp_path_factory.mktemp("fuzzed")
    Access(data).create(Role.WRITER)
    yield from made(replace(settings, data=data))


latin = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"))


@given(
    header=st.one_of(
        latin,
        st.builds("Bearer {}".format, latin),
        st.builds(
            "{} {}".format, st.sampled_from(["Basic", "Digest", "bearer", "Bearer\t"]), latin
        ),
        st.from_regex(r"Bearer sg_[0-9a-f]{8}_[0-9a-f]{64}", fullmatch=True),
    ),
    number=st.integers(1, 2**31),
)
def test_any_header(fuzzed: Flask, header: str, number: int) -> None:
    """Whatever the header holds, it is a 401 and never a failure."""
    origin = {"REMOTE_ADDR": f"2001:db8::{number:x}"}  # each from elsewhere, so that none waits
    environment = {**origin, "HTTP_AUTHORIZATION": header}
    response = fuzzed.test_client().post("/write", environ_overrides=environment)
    assert response.status_code in {401, 429}
    assert response.headers["WWW-Authenticate" if response.status_code == 401 else "Retry-After"]


def test_attempts_are_limited(client: FlaskClient, tokens: Access) -> None:
    """Ten unknown tokens from an address are enough; others are not hindered."""
    text, _ = tokens.create(Role.WRITER)
    here = {"REMOTE_ADDR": "192.0.2.1"}
    for _ in range(10):
        assert client.post("/write", environ_overrides=here, **bearer(UNKNOWN)).status_code == 401
    response = client.post("/write", environ_overrides=here, **bearer(UNKNOWN))
    refused(response, 429, "too-many-attempts", None)
    assert 1 <= int(response.headers["Retry-After"]) <= 60
    elsewhere = {"REMOTE_ADDR": "192.0.2.2"}
    assert client.post("/write", environ_overrides=elsewhere, **bearer(text)).status_code == 200


def test_damaged(client: FlaskClient, tokens: Access, tmp_path: Any) -> None:
    """A damaged file is the server's failure, and lets nobody in; reading goes on."""
    text, _ = tokens.create(Role.ADMIN)
    assert client.post("/write", **bearer(text)).status_code == 200
    (tmp_path / "data" / FILE).write_text("{")
    said = refused(client.post("/write", **bearer(text)), 500, "storage", None)
    assert said.startswith("tokens.json is damaged")
    assert client.get("/read").status_code == 200


def test_author_of_nothing(app: Flask) -> None:
    """Without a token there is no author."""
    with app.test_request_context():
        assert author() == ""


def test_marks(app: Flask) -> None:
    """Every view that takes a method that changes something asks for a token, but known readers."""
    rules = [
        rule for rule in app.url_map.iter_rules() if rule.endpoint.partition(".")[0] != "marked"
    ]
    changing = {
        rule.endpoint
        for rule in rules
        if rule.methods and rule.methods - {"GET", "HEAD", "OPTIONS"}
    }
    unmarked = {name for name in changing if role_needed(app.view_functions[name]) is None}
    assert unmarked == READERS
    assert len(changing) > len(READERS)
    reading = {rule.endpoint for rule in rules} - changing
    marked = {name for name in reading if role_needed(app.view_functions[name]) is not None}
    assert marked == {"queries.listed"}  # it tells what others ask


def test_what_is_open(app: Flask) -> None:
    """Only these stay open where reading is private."""
    found = {name for name, view in app.view_functions.items() if access.is_open(view)}
    assert found == {"static", "pages.health", "marked.open_"}
