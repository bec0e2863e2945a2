"""What a page does with names, and with what it cannot use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from flask.testing import FlaskClient

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "en-GB"}
GERMAN = {**BROWSER, "Accept-Language": "de"}
SEED = "2024-04-zuckerberg-open-source"

LISTS = (
    "/",
    "/search",
    "/stances",
    "/claims",
    "/estimates",
    "/articles",
    "/entities",
    "/timeline",
    "/changes",
    "/compare",
    "/doc/person/odd",
)


@pytest.mark.parametrize(
    ("address", "location"),
    [
        ("/stances?holder=zuckerberg&target=", "/stances?holder=person/mark-zuckerberg"),
        ("/search?q=", "/search"),
        (
            "/compare?holder=lindqvist&holder=tomas+adeyemi&holder=",
            "/compare?holder=person/mara-lindqvist&holder=person/tomas-adeyemi",
        ),
    ],
)
def test_strict_addresses(reader: FlaskClient, address: str, location: str) -> None:
    """What a form sends leads to the address that says it strictly."""
    response = reader.get(address, headers=BROWSER)
    assert response.status_code == 302
    assert response.location == location
    assert reader.get(location, headers=BROWSER).status_code == 200


def test_filters_outside_the_form(reader: FlaskClient) -> None:
    """What is chosen by a link stays when the form is sent, and so does the language."""
    page = reader.get("/stances?publisher=hafenbote&polarity=Favour&language=de", headers=BROWSER)
    form = page.text.partition('<form class="filters"')[2].partition("</form>")[0]
    assert '<input type="hidden" name="publisher" value="hafenbote">' in form
    assert '<input type="hidden" name="language" value="de">' in form
    assert 'type="hidden" name="polarity"' not in form
    assert 'value="Favour" checked' in form
    assert '<option value="">beliebig</option>' in form


def test_choice_between_names(reader: FlaskClient) -> None:
    """A name that fits several is put to the reader; one that fits none is said to."""
    several = reader.get("/stances?holder=ann&polarity=Favour", headers=BROWSER)
    assert several.status_code == 300
    assert 'href="/stances?holder=person/other&amp;polarity=Favour"' in several.text
    none = reader.get("/stances?holder=qqqqqq", headers=GERMAN)
    assert none.status_code == 404
    assert "Nichts heißt „qqqqqq“" in none.text


@pytest.mark.parametrize(
    ("address", "headers", "words"),
    [
        ("/doc/person/mark-zuckerburg", BROWSER, "Was it one of these?"),
        ("/doc/person/mark-zuckerburg", GERMAN, "War eines davon gemeint?"),
        ("/stances?holder=person/mark-zuckerburg", GERMAN, "War eines davon gemeint?"),
    ],
)
def test_near_names(reader: FlaskClient, address: str, headers: dict[str, str], words: str) -> None:
    """Where there is nothing of a name, the page leads to what there is near it."""
    response = reader.get(address, headers=headers)
    assert response.status_code == 404
    assert words in response.text
    link = address.replace("zuckerburg", "zuckerberg")
    assert f'<a href="{link}">person/mark-zuckerberg</a>' in response.text
    assert reader.get(link, headers=headers).status_code == 200


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(
    "query",
    [
        "holder=%00",
        "holder=%FF",
        "holder=' OR 1=1; DROP TABLE stances; --",
        'target="><script>alert(1)</script>',
        "after=AAAA",
        "limit=-1",
        "limit=999999999999999999999",
        "revision=99",
        "revision=x",
        "language=xx",
        "polarity=Favor",
        "unit=decade",
        "said_from=2024-99",
        "q=" + "a" * 5000,
        "holder=" + "a" * 20000,
        "holder=person/a&holder=person/b&holder=person/c/../../d",
        "kind=nothing&q=%F0%9F%92%A9%E2%80%AE",
        "unknown=1",
        "mentions=person/" + "%E2%80%AE" * 40,
    ],
)
def test_bad_parameters(reader: FlaskClient, path: str, query: str) -> None:
    """Whatever is asked, the answer is a page, no error of ours, and holds none of its markup."""
    response = reader.get(f"{path}?{query}", headers=BROWSER)
    assert response.status_code in {200, 300, 302, 400, 404, 414}
    assert response.mimetype == "text/html"
    assert "<script" not in response.text


@pytest.mark.parametrize(
    "path",
    [
        "/record/nothing/s1",
        f"/record/{SEED}/s99",
        f"/record/{SEED}/c1",
        f"/record/{SEED}/%00",
        "/record/" + "a" * 3000 + "/s1",
        "/doc/article/nothing",
        "/doc/nothing/x",
        "/doc/person/%F0%9F%92%A9",
    ],
)
def test_bad_paths(reader: FlaskClient, path: str) -> None:
    """A path that names nothing is a page that says so."""
    response = reader.get(path, headers=GERMAN)
    assert response.status_code == 404
    assert "Hier ist nichts" in response.text
