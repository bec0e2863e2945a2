"""Stores to write to, each test's own, with an application over it and a token for it."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from api.app import create_app
from api.cli import main
from api.state import KEY
from kg import pipeline
from kg.settings import Settings
from kg.store.revisions import Revisions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with what ships, and a token; nothing writes to it."""
    data = tmp_path_factory.mktemp("writing") / "data"
    pipeline.initialise(Revisions(Settings(data=data)))
    return data


@pytest.fixture(scope="session")
def token(shipped: Path) -> str:
    """A token for it that may write, made as the README says."""
    words = ["--data", str(shipped), "token", "create", "--role", "writer", "--name", "ada"]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output
    return result.stdout.strip()


@dataclass(frozen=True)
class Writer:
    """An application over a store of its own, and somebody who may write to it."""

    app: Flask
    client: FlaskClient
    token: str

    def send(self, method: str, address: str, **options: Any) -> TestResponse:
        """Send a request with the token."""
        headers = {"Authorization": f"Bearer {self.token}"} | options.pop("headers", {})
        return self.client.open(address, method=method, headers=headers, **options)

    def update(self, text: str, **options: Any) -> TestResponse:
        """Send an update."""
        kind = {"content_type": "application/sparql-update"}
        return self.send("POST", "/update", data=text.encode(), **kind, **options)

    def ask(self, pattern: str) -> bool:
        """Ask whether there is something."""
        answer = self.client.get("/sparql", query_string={"query": f"ASK {{ {pattern} }}"})
        assert answer.status_code == 200, answer.text
        found: bool = answer.get_json(force=True)["boolean"]
        return found

    @property
    def store(self) -> Revisions:
        """The store that is written to."""
        found: Revisions = self.app.extensions[KEY].store
        return found


@pytest.fixture(scope="session")
def base(shipped: Path, token: str) -> tuple[Path, str]:
    """The data directory with its token made."""
    return shipped, token


@pytest.fixture(params=["union"])
def writer(
    base: tuple[Path, str], tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Writer]:
    """A store with what ships; the parameter says what its default graph is."""
    shipped, token = base
    shutil.copytree(shipped, tmp_path / "data", copy_function=os.link)
    settings = replace(
        Settings(data=tmp_path / "data", workers=2, query_seconds=5, upload_mebibytes=1),
        default_graph=request.param,
    )
    app = create_app(settings)
    yield Writer(app, app.test_client(), token)
    app.extensions[KEY].close()
