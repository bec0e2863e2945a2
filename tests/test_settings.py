from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from kg.errors import InputError
from kg.settings import Settings


def test_defaults() -> None:
    """Without anything set, data lie in the user's own folder and a query may take 30 seconds."""
    settings = Settings.from_environment({})
    assert settings.data.name == "stancegraph"
    assert settings.query_seconds == 30


def test_every_setting_can_be_set() -> None:
    """Each setting is read from the environment variable of its name."""
    names = {item.name for item in fields(Settings)}
    assert names
    words = {"default_graph": "unnamed", "private": "true", "cors_origins": "https://a.example"}
    words["log_format"] = "json"
    environment = {f"STANCEGRAPH_{name.upper()}": words.get(name, "7") for name in names}
    settings = Settings.from_environment(environment)
    read = {getattr(settings, name) for name in names}
    assert read == {7, Path("7"), "unnamed", True, ("https://a.example",), "json"}


@pytest.mark.parametrize("value", ["many", "-1", "0", "1.5"])
def test_bad_value(value: str) -> None:
    """A value that cannot be is refused with the variable's name."""
    with pytest.raises(InputError, match=f"STANCEGRAPH_WORKERS is '{value}'"):
        Settings.from_environment({"STANCEGRAPH_WORKERS": value})


@pytest.mark.parametrize(
    ("value", "read"), [("true", True), ("1", True), ("false", False), ("0", False)]
)
def test_yes_or_no(value: str, read: bool) -> None:
    """A setting that is on or off takes the two usual ways of writing that."""
    assert Settings.from_environment({"STANCEGRAPH_PRIVATE": value}).private is read


@pytest.mark.parametrize("value", ["yes", "True", "2", "-1", " true", "off"])
def test_neither_yes_nor_no(value: str) -> None:
    """Any other way is refused, so that nothing private is open by a slip."""
    with pytest.raises(InputError, match=f"STANCEGRAPH_PRIVATE is '{value}'.*true or false"):
        Settings.from_environment({"STANCEGRAPH_PRIVATE": value})


@pytest.mark.parametrize("value", ["xml", "JSON", "0"])
def test_no_form_of_the_log(value: str) -> None:
    """A log is text, JSON or none."""
    with pytest.raises(InputError, match=f"LOG_FORMAT is '{value}'.*text, json or none"):
        Settings.from_environment({"STANCEGRAPH_LOG_FORMAT": value})


def test_empty_is_unset() -> None:
    """An empty variable counts as not set."""
    assert Settings.from_environment({"STANCEGRAPH_WORKERS": ""}).workers >= 2


@pytest.mark.parametrize("value", ["-1", "one", "1.5"])
def test_no_count(value: str) -> None:
    """There may be no proxy, which is the default, but not fewer."""
    assert Settings.from_environment({"STANCEGRAPH_PROXIES": "0"}).proxies == 0
    with pytest.raises(InputError, match=f"STANCEGRAPH_PROXIES is '{value}'.*0 or more"):
        Settings.from_environment({"STANCEGRAPH_PROXIES": value})


def test_origins() -> None:
    """Origins are a list with commas, and all of them if nothing is said."""
    assert Settings.from_environment({}).cors_origins == ("*",)
    said = {"STANCEGRAPH_CORS_ORIGINS": "https://a.example, HTTP://B.example:8080"}
    read = Settings.from_environment(said).cors_origins
    assert read == ("https://a.example", "http://b.example:8080")


@pytest.mark.parametrize(
    "value",
    ["a.example", "https://a.example/", "https://*.example", "*,https://a.example", "null", ","],
)
def test_no_origin(value: str) -> None:
    """What no browser sends as an origin is refused, so that nobody waits for it to match."""
    with pytest.raises(InputError, match=r"STANCEGRAPH_CORS_ORIGINS is .*list of origins"):
        Settings.from_environment({"STANCEGRAPH_CORS_ORIGINS": value})
