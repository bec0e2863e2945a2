from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from kg import cli
from kg.access import LOCK, Access
from kg.credentials import FILE
from kg.store.lock import exclusive

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., Result]


COMMAND = "from kg.cli import main; main()"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data directory that is not there yet."""
    return tmp_path / "data"


@pytest.fixture
def run(data: Path) -> Run:
    """Run a command on it."""
    environment = {"STANCEGRAPH_DATA": str(data), "STANCEGRAPH_LOCK_SECONDS": "0.1"}
    return lambda *words: CliRunner(env=environment).invoke(cli.main, ["token", *words])


def test_create(run: Run, data: Path) -> None:
    """The token alone is on standard output; what is known of it is on stderr."""
    result = run("create", "--role", "writer", "--name", "Ada", "--expires", "30d")
    assert result.exit_code == 0
    (token,) = Access(data).tokens()
    assert re.fullmatch(rf"sg_{token.id}_\w{{64}}\n", result.stdout)
    assert f"made {token.id} (Ada, writer), expires: {token.expires:%Y-%m-%d}" in result.stderr
    assert result.stdout.strip() not in result.stderr
    assert Access(data).verify(result.stdout.strip(), "here") == token


def test_pipe(data: Path) -> None:
    """What a pipe gets is a token that works."""
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, "token", "create", "--role", "admin"],
        env={**os.environ, "STANCEGRAPH_DATA": str(data)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert Access(data).verify(done.stdout.rstrip("\n"), "here").role == "admin"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 2, "Missing option '--role'"),
        (("--role", "reader"), 2, "'reader' is not one of 'writer', 'admin'"),
        (("--role", "writer", "--expires", "soon"), 1, "'soon' is no time to expire: write"),
        (("--role", "writer", "--expires", ""), 1, "'' is no time to expire: write"),
        (("--role", "writer", "--expires", "2001-01-01"), 1, "of no use to anybody"),
        (("--role", "writer", "--name", "a\nb"), 1, "is no name for a token"),
    ],
)
def test_bad_create(run: Run, data: Path, words: tuple[str, ...], code: int, said: str) -> None:
    """What cannot be made is refused in a line, and nothing is made."""
    result = run("create", *words)
    assert result.exit_code == code
    assert said in result.stderr
    assert not result.stdout
    assert not data.exists()


def test_list(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The list has what is known of each token, and neither its secret nor a hash."""
    monkeypatch.setenv("COLUMNS", "200")
    first = run("create", "--role", "writer", "--name", "[b]Ada").stdout.strip()
    run("create", "--role", "admin", "--expires", "2999-01-31")
    shown = run("list").stdout
    assert re.search(rf"{first[3:11]} +\[b\]Ada +writer +\d{{4}}-[-0-9: ]+ never", shown)
    assert re.search(r"token \w{8} +admin +.* 2999-01-31 23:59:59", shown)
    assert first[-64:] not in shown
    assert "argon2" not in shown


def test_revoke(run: Run, data: Path) -> None:
    """A revoked token is gone; revoking it again is an error."""
    id_ = run("create", "--role", "writer", "--name", "Ada").stdout[3:11]
    assert run("revoke", id_).stdout == f"revoked {id_} (Ada, writer)\n"
    assert Access(data).tokens() == []
    again = run("revoke", id_)
    assert again.exit_code == 1
    assert again.stderr == (
        f"stancegraph: there is no token {id_}: `stancegraph token list` shows them all\n"
    )


def test_damaged(run: Run, data: Path) -> None:
    """A damaged file is said to be one by every command."""
    id_ = run("create", "--role", "writer").stdout[3:11]
    (data / FILE).write_text("")
    for words in (("list",), ("create", "--role", "writer"), ("revoke", id_)):
        result = run(*words)
        assert result.exit_code == 1
        assert result.stderr.startswith("stancegraph: tokens.json is damaged (")


def test_locked(run: Run, data: Path) -> None:
    """A command that waits for another one in vain says so."""
    run("create", "--role", "writer")
    with exclusive(data / LOCK, 0):
        result = run("create", "--role", "writer")
    assert result.exit_code == 1
    assert "try again when it has finished" in result.stderr
    assert not result.stdout
