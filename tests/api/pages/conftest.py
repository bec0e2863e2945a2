"""An application over the shipped graphs, the worked examples and something odd."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from api.app import create_app
from api.state import KEY
from kg import pipeline, resources
from kg.settings import Settings
from kg.store.reading import read
from kg.store.revisions import Revisions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from flask.testing import FlaskClient

ODD = Path(__file__).parents[2] / "browser" / "odd.ttl"


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application over the shipped graphs, the worked examples and something odd."""
    settings = Settings(data=tmp_path_factory.mktemp("pages") / "data", workers=1)
    store = Revisions(settings)
    pipeline.initialise(store)
    paths = sorted((resources.folder("ontology") / "examples").glob("*.ttl"))
    assert paths
    store.commit(pipeline.change([read(path) for path in (*paths, ODD)]))
    app = create_app(settings)
    yield app
    app.extensions[KEY].close()


@pytest.fixture
def reader(site: Flask) -> FlaskClient:
    """Flask's client for it."""
    return site.test_client()
