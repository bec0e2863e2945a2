from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.cli import main
from kg.errors import InputError
from kg.settings import Settings, toml

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
IN_WORDS = {
    "data": "the user's data directory",
    "workers": "one a processor, at least 2",
    "services": "none",
}
"""Defaults that the README describes."""
ALL = {
    "data": "/srv/graph",
    "lock_seconds": 7.5,
    "keep_revisions": 7,
    "query_seconds": 7,
    "query_mebibytes": 7,
    "answer_mebibytes": 7,
    "workers": 7,
    "waiting": 0,
    "client_queries": 7,
    "services": ["a.example", "b.example:8080"],
    "upload_mebibytes": 7,
    "default_graph": "unnamed",
    "cache_mebibytes": 7,
    "private": True,
    "log_format": "json",
    "cors_origins": ["https://a.example", "https://b.example"],
    "proxies": 2,
}
"""A value for each setting, as a file has it, and none of them the default."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of settings to be written."""
    return tmp_path / "stancegraph.toml"


def test_defaults() -> None:
    """Without anything set, data lie in the user's own folder and a query may take 30 seconds."""
    settings = Settings.read({})
    assert settings.data.name == "stancegraph"
    assert settings.query_seconds == 30


def test_every_setting_can_be_set(file: Path) -> None:
    """Each setting is read from the environment variable of its name, and alike from a file."""
    assert set(ALL) == {item.name for item in fields(Settings)}
    environment = {
        f"STANCEGRAPH_{name.upper()}": ",".join(value) if isinstance(value, list) else str(value)
        for name, value in ALL.items()
    }
    read = Settings.read(environment | {"STANCEGRAPH_PRIVATE": "true"})
    assert [name for name in ALL if getattr(read, name) == getattr(Settings(), name)] == []
    file.write_text("".join(f"{name} = {toml(value)}\n" for name, value in ALL.items()))
    assert Settings.read({}, file) == read


@pytest.mark.parametrize("value", ["many", "-1", "0", "1.5", "1025", "9" * 5000])
def test_bad_value(value: str) -> None:
    """A value that cannot be is refused with the variable's name."""
    with pytest.raises(InputError, match=f'STANCEGRAPH_WORKERS is "{value[:50]}'):
        Settings.read({"STANCEGRAPH_WORKERS": value})


@pytest.mark.parametrize(
    ("value", "read"), [("true", True), ("1", True), ("false", False), ("0", False)]
)
def test_yes_or_no(value: str, read: bool) -> None:
    """A setting that is on or off takes the two usual ways of writing that."""
    assert Settings.read({"STANCEGRAPH_PRIVATE": value}).private is read


@pytest.mark.parametrize("value", ["yes", "True", "2", "-1", " true", "off"])
def test_neither_yes_nor_no(value: str) -> None:
    """Any other way is refused, so that nothing private is open by a slip."""
    with pytest.raises(InputError, match=f'STANCEGRAPH_PRIVATE is "{value}".*=true'):
        Settings.read({"STANCEGRAPH_PRIVATE": value})


@pytest.mark.parametrize("value", ["xml", "JSON", "0"])
def test_no_form_of_the_log(value: str) -> None:
    """A log is text, JSON or none."""
    with pytest.raises(InputError, match=f'LOG_FORMAT is "{value}".*text, json and none'):
        Settings.read({"STANCEGRAPH_LOG_FORMAT": value})


def test_empty_is_unset() -> None:
    """An empty variable counts as not set."""
    assert Settings.read({"STANCEGRAPH_WORKERS": ""}).workers >= 2


@pytest.mark.parametrize("value", ["-1", "one", "1.5", "1025"])
def test_no_count(value: str) -> None:
    """There may be no proxy, which is the default, but not fewer."""
    assert Settings.read({"STANCEGRAPH_PROXIES": "0"}).proxies == 0
    with pytest.raises(InputError, match=f'STANCEGRAPH_PROXIES is "{value}".*from 0 to'):
        Settings.read({"STANCEGRAPH_PROXIES": value})


def test_origins() -> None:
    """Origins are a list with commas, and all of them if nothing is said."""
    assert Settings.read({}).cors_origins == ("*",)
    said = {"STANCEGRAPH_CORS_ORIGINS": "https://a.example, HTTP://B.example:8080"}
    read = Settings.read(said).cors_origins
    assert read == ("https://a.example", "http://b.example:8080")


@pytest.mark.parametrize(
    "value",
    ["a.example", "https://a.example/", "https://*.example", "*,https://a.example", "null", ","],
)
def test_no_origin(value: str) -> None:
    """What no browser sends as an origin is refused, so that nobody waits for it to match."""
    with pytest.raises(InputError, match=r"STANCEGRAPH_CORS_ORIGINS is .*list of origins"):
        Settings.read({"STANCEGRAPH_CORS_ORIGINS": value})


@pytest.mark.parametrize("value", ["0", "-1", "nan", "inf", "1e400", "1000001", "soon"])
def test_no_time(value: str) -> None:
    """A time is a number that a clock can have, so nothing waits for ever by a slip."""
    with pytest.raises(InputError, match=f'STANCEGRAPH_QUERY_SECONDS is "{value}".*above 0'):
        Settings.read({"STANCEGRAPH_QUERY_SECONDS": value})


@pytest.mark.parametrize("value", ["~", "~/graph", "a\0b", "a\udcffb"])
def test_no_path(value: str) -> None:
    """A path that only a shell could read is refused, and what is no text."""
    with pytest.raises(InputError, match=r"STANCEGRAPH_DATA is .* no path"):
        Settings.read({"STANCEGRAPH_DATA": value})


@pytest.mark.parametrize("value", ["http://a.example", "a.example/x", "*", "-a", ",", "a b"])
def test_no_host(value: str) -> None:
    """Hosts are named without scheme, path or pattern, and with a port at most."""
    with pytest.raises(InputError, match=r"STANCEGRAPH_SERVICES is .*list of hosts"):
        Settings.read({"STANCEGRAPH_SERVICES": value})


def test_environment_wins(file: Path) -> None:
    """What the environment says counts before what the file says, setting by setting."""
    file.write_text("workers = 3\nwaiting = 4\n")
    read = Settings.read({"STANCEGRAPH_WORKERS": "5"}, file)
    assert (read.workers, read.waiting, read.proxies) == (5, 4, 0)


def test_path_begins_at_the_file(file: Path) -> None:
    """A relative path in a file is one from the file's folder, wherever the command runs."""
    file.write_text('data = "data"\n')
    assert Settings.read({}, file).data == file.parent / "data"


WRONG = [
    ("querry_seconds = 1", 'there is no setting "querry_seconds": did you mean query_seconds?'),
    ("STANCEGRAPH_WORKERS = 1", "did you mean workers?"),
    ("zzz = 1", "there are data, lock_seconds, "),
    ("[server]\nworkers = 1", "[server] is a table: settings stand at the top"),
    ('query_seconds = "10"', 'query_seconds is "10", which is no number of seconds'),
    ("query_seconds = true", "query_seconds is true, "),
    ("query_seconds = inf", "query_seconds is Infinity, "),
    ("query_seconds = nan", "write, say, query_seconds = 30.0"),
    ("workers = 1.0", "workers is 1.0, which is no whole number from 1 to 1,024"),
    ("workers = 1_000_000_000_000", "workers is 1000000000000, "),
    ("workers = 0x" + "f" * 5000, "workers is a number of thousands of digits, "),
    ("workers = " + "9" * 5000, "settings are TOML"),
    ("private = 1", "write, say, private = true"),
    ('private = "true"', 'private is "true", which is no truth value'),
    ("log_format = 2020-01-01", 'log_format is "2020-01-01", '),
    ('default_graph = "all"', "there are union and unnamed"),
    ('cors_origins = "*"', 'write, say, cors_origins = ["https://example.org"]'),
    ('cors_origins = ["https://a.example", 1]', "no list of origins"),
    ('services = ["a.example,b.example"]', "no list of hosts"),
    ('services = ["' + "a" * 100 + '/"]', "a\u2026, which is no list of hosts"),
    ('data = ""', 'data is "", which is no path'),
    ("default_graph = union", "Invalid value (at line 1, column 17): settings are TOML"),
    ("workers = 1\nworkers = 2\n", "(at line 2, column 12)"),
]


@pytest.mark.parametrize(("text", "said"), WRONG, ids=[said for _, said in WRONG])
def test_wrong_file(file: Path, text: str, said: str) -> None:
    """What a file has wrong is said in a line, with the file, the name and what to write."""
    file.write_text(text)
    with pytest.raises(InputError) as caught:
        Settings.read({}, file)
    assert str(caught.value).startswith(f"{file}: ")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_file_that_is_no_text(file: Path) -> None:
    """A file has to be UTF-8, with or without a mark that it is."""
    file.write_bytes(b"\xef\xbb\xbfworkers = 3")
    assert Settings.read({}, file).workers == 3
    file.write_bytes(b"# \xff")
    with pytest.raises(InputError, match=r"byte 3 is not UTF-8"):
        Settings.read({}, file)


def test_no_file(tmp_path: Path) -> None:
    """A file that is not there, or that is a folder, is an error that says how to name one."""
    for place in (tmp_path, tmp_path / "none.toml"):
        with pytest.raises(InputError, match=r": name a file of settings, by --config or STANCE"):
            Settings.read({}, place)


def run(*words: str, **environment: str) -> str:
    """Return what the command prints in an environment where nothing else is set."""
    bare = dict.fromkeys((f"STANCEGRAPH_{name.upper()}" for name in ALL), None)
    done = CliRunner().invoke(main, words, env={**bare, "STANCEGRAPH_CONFIG": None, **environment})
    assert done.exit_code == 0, done.output
    return done.stdout


def test_settings_are_printed(file: Path) -> None:
    """The command prints each setting with where it comes from, as a file that says the same."""
    file.write_text('data = "a\\u007f\\" b"\nprivate = true\nwaiting = 3\n')
    shown = run("--config", str(file), "settings", STANCEGRAPH_WAITING="4")
    read = tomllib.loads(shown)
    assert list(read) == [item.name for item in fields(Settings)]
    assert read["data"] == str(file.parent / 'a\x7f" b')
    lines = {line.partition(" ")[0]: line.rpartition("  # ")[2] for line in shown.splitlines()}
    assert (lines["private"], lines["waiting"]) == (str(file), "STANCEGRAPH_WAITING")
    assert (lines["proxies"], read["waiting"]) == ("default", 4)
    file.write_text(shown)
    again = tomllib.loads(run("settings", STANCEGRAPH_CONFIG=str(file)))
    assert again == read


def test_data_directory_of_the_command_line(file: Path) -> None:
    """--data wins over file and environment."""
    file.write_text('data = "a"\n')
    words = ("--config", str(file), "--data", "/srv/mine", "settings")
    first = run(*words, STANCEGRAPH_DATA="/srv/other").splitlines()[0]
    assert re.fullmatch('data = "/srv/mine" +# --data', first)


def test_readme_has_the_defaults() -> None:
    """The README's table has each setting once, with the default that it has."""
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.*?) \| .+ \|$", README, re.MULTILINE)
    settings = Settings()
    assert [name for name, _ in rows] == [item.name.upper() for item in fields(Settings)]
    for name, shown in rows:
        value = getattr(settings, name.lower())
        text = ",".join(value) if isinstance(value, tuple) else toml(value).strip('"')
        expected = IN_WORDS.get(name.lower(), text.removesuffix(".0"))
        assert shown.strip("`") == expected, name


def test_every_setting_is_described() -> None:
    """The docstring describes each setting, in order."""
    described = re.findall(r":param (\w+):", Settings.__doc__ or "")
    assert described == [item.name for item in fields(Settings)]
