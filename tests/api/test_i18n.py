"""Languages: which one a page is in, that all of it is said in it, and dates and numbers."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask import Flask

from api import i18n
from api.pages import examples

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog
    from flask.testing import FlaskClient

    Message = str | tuple[str, ...]

PACKAGE = Path(str(files("api")))
METHODS = [("templates/**.html", "jinja2.ext:babel_extract"), ("**.py", "python")]
OPTIONS = {"templates/**.html": {"newstyle_gettext": "true", "silent": "false"}}
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "marked": None, "plural": (1, 2)}
EN, DE = {"Accept-Language": "en-GB,en;q=0.9"}, {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}


@pytest.fixture(scope="module")
def said() -> set[Message]:
    """Every message of the templates and of the code, and the questions that examples ask."""
    found = {
        message
        for _, _, message, _, _ in extract_from_dir(
            PACKAGE, method_map=METHODS, options_map=OPTIONS, keywords=KEYWORDS
        )
    }
    assert len(found) > 200
    return found | {example.question for example in examples()}


@pytest.fixture(scope="module")
def german() -> Catalog:
    """The German messages."""
    with (PACKAGE / "messages" / "de.po").open("rb") as source:
        return read_po(source, locale="de", abort_invalid=True)


@pytest.fixture
def within() -> Flask:
    """An application whose pages know languages."""
    app = Flask("within")
    i18n.register(app)
    return app


def test_all_is_said_in_german(said: set[Message], german: Catalog) -> None:
    """Every message has a German one, in each of its forms, that nobody has doubts about."""
    for message in said:
        found = german.get(message[0] if isinstance(message, tuple) else message)
        assert found is not None, message
        assert not found.fuzzy, message
        forms = found.string if isinstance(found.string, tuple | list) else (found.string,)
        assert len(forms) == (2 if isinstance(message, tuple) else 1), message
        assert all(forms), message


def test_nothing_is_left_over(said: set[Message], german: Catalog) -> None:
    """Every German message is one that something says."""
    ids = {message[0] if isinstance(message, tuple) else message for message in said}
    kept = [found.id[0] if isinstance(found.id, tuple | list) else found.id for found in german]
    assert [message for message in kept if message and message not in ids] == []


def test_placeholders(german: Catalog) -> None:
    """A German message has the same places to fill in as the English one."""
    checked = [error for message in german for error in message.check(german)]
    assert checked == []
    assert sum(message.python_format for message in german) > 10


@pytest.mark.parametrize(
    ("address", "headers", "language"),
    [
        ("/", {}, "en"),
        ("/", EN, "en"),
        ("/", DE, "de"),
        ("/", {"Accept-Language": "fr, de;q=0.2"}, "de"),
        ("/", {"Accept-Language": "fr"}, "en"),
        ("/?language=de", EN, "de"),
        ("/?language=en", DE, "en"),
        ("/nowhere?language=de", EN, "de"),
    ],
)
def test_choice(client: FlaskClient, address: str, headers: dict[str, str], language: str) -> None:
    """The address decides, else Accept-Language, else it is English; the answer says which."""
    response = client.get(address, headers={"Accept": "text/html", **headers})
    assert f'<html lang="{language}">' in response.text
    assert list(response.content_language) == [language]
    assert "Accept-Language" in response.vary


def test_unknown_language(client: FlaskClient) -> None:
    """A language that is not there is refused, in one that is."""
    response = client.get("/?language=fr", headers={"Accept": "text/html", **DE})
    assert response.status_code == 400
    assert "Das ist so nicht brauchbar" in response.text
    assert "there are en, de" in response.text


@pytest.mark.parametrize(
    ("value", "english", "german"),
    [
        ("2024-04-18", "18 April 2024", "18. April 2024"),
        ("2024-03", "March 2024", "März 2024"),
        ("2024", "2024", "2024"),
        ("0987", "0987", "0987"),
        ("2024-Q2", "Q2 2024", "Q2 2024"),
        ("2024-04-18Z", "2024-04-18Z", "2024-04-18Z"),
        ("-0044-03-15", "-0044-03-15", "-0044-03-15"),
        ("2024-13", "2024-13", "2024-13"),
    ],
)
def test_dates(within: Flask, value: str, english: str, german: str) -> None:
    """Days, months, years and quarters are written out; what is none of them stands as it is."""
    for language, written in (("en", english), ("de", german)):
        with within.test_request_context(f"/?language={language}"):
            assert i18n.date(value) == written


@pytest.mark.parametrize(
    ("value", "currency", "english", "german"),
    [
        ("10000000000", "USD", "10 billion US dollars", "10 Milliarden US-Dollar"),
        ("1500000", "EUR", "1.5 million euros", "1,5 Millionen Euro"),
        ("1234567.5", None, "1,234,567.5", "1.234.567,5"),
        ("1000000", None, "1 million", "1 Million"),
        ("0.125", None, "0.125", "0,125"),
        ("-20", "QQQ", "-20 QQQ", "-20 QQQ"),
    ],
)
def test_amounts(
    within: Flask, value: str, currency: str | None, english: str, german: str
) -> None:
    """Large numbers are put in words where that loses no digit; currencies have their names."""
    for language, written in (("en", english), ("de", german)):
        with within.test_request_context(f"/?language={language}"):
            assert i18n.amount(value, currency) == written


def test_whole_numbers(within: Flask) -> None:
    """Thousands are set off as each language does it."""
    for language, written in (("en", "1,234,567"), ("de", "1.234.567")):
        with within.test_request_context(f"/?language={language}"):
            assert i18n.number(1234567) == written
