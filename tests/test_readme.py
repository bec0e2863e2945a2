from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from api.app import create_app
from api.cli import main
from api.state import KEY
from kg.settings import PREFIX, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
CONSOLE = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
STEP = re.compile(r"^\$ (.*(?:\n(?!\$ ).*)*)", re.MULTILINE)
ORDER = [0, 1, 7, 2, 5, 6, 3, 4, 8, 9]
"""Blocks in the order they are run: checking citations and dumping use the article added last."""

UNLISTED = {"static", "context.jsonld"}
"""What pages and documents refer to, and nobody has to ask for."""


def steps() -> Iterator[tuple[str, str]]:
    """Yield each command of the README with the output it shows."""
    blocks = CONSOLE.findall(README)
    assert len(blocks) == len(ORDER)
    for number in ORDER:
        for step in STEP.findall(blocks[number]):
            lines = step.splitlines()
            end = lines.index("END") + 1 if "<< 'END'" in lines[0] else 1
            yield "\n".join(lines[:end]), "\n".join(lines[end:])


def pattern(shown: str) -> str:
    """Make a pattern of a shown output, in which ``...`` stands for anything."""
    return re.escape(shown.strip()).replace(re.escape("..."), ".*")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An environment with an empty home, a data directory of its own, and our command."""
    return {
        "HOME": str(tmp_path),
        "LANG": "C.UTF-8",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "STANCEGRAPH_DATA": str(tmp_path / "data"),
    }


@pytest.fixture
def port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def server(environment: dict[str, str], port: int) -> Iterator[None]:
    """Serve the README's data directory."""
    command = [str(Path(sys.executable).parent / "stancegraph"), "serve", "--port", str(port)]
    process = subprocess.Popen(command, env={**os.environ, **environment})
    try:
        for _ in range(200):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5).close()
                break
            except OSError:
                time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(20)


def test_examples(
    tmp_path: Path, environment: dict[str, str], port: int, request: pytest.FixtureRequest
) -> None:
    """Every command in the README prints what the README shows."""
    ran = 0
    for command, shown in steps():
        if command.startswith("curl"):
            request.getfixturevalue("server")
        done = subprocess.run(
            ["/bin/bash", "-c", command.replace("127.0.0.1:8000", f"127.0.0.1:{port}")],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert re.fullmatch(pattern(shown), done.stdout.strip(), re.DOTALL), (command, done.stdout)
        ran += 1
    assert ran > 10


def test_commands_are_listed() -> None:
    """Every command stands in the README, and the README lists no other."""
    assert isinstance(main, click.Group)
    listed = set(re.findall(r"^\| `([a-z]+)[ `]", README, re.MULTILINE))
    assert listed == set(main.commands)


def test_settings_are_listed() -> None:
    """Every setting stands in the README with its variable, and no other."""
    listed = set(re.findall(r"^\| `([A-Z_]+)` \|", README, re.MULTILINE))
    assert listed == {item.name.upper() for item in fields(Settings)}
    assert PREFIX in README


def test_paths_are_listed(tmp_path: Path) -> None:
    """Every address that the server answers begins as one that stands in the README."""
    app = create_app(Settings(data=tmp_path))
    first = {
        rule.rule.split("/")[1].partition("<")[0].rstrip(".") for rule in app.url_map.iter_rules()
    }
    app.extensions[KEY].close()
    assert {"sparql", "doc", "stances"} <= first
    assert {name for name in first - UNLISTED if f"`/{name}" not in README} == set()
