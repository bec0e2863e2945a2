"""An application over the shipped graphs and every worked example, and what can be asked of it.

``ADDRESSES`` names, for each kind of answer, addresses that find something there, with the model
that the answer has to fit. Tests that take ``address`` and ``model`` run for each of them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from api.app import create_app
from api.rest import answers
from api.state import KEY
from kg import pipeline, resources
from kg.settings import Settings
from kg.store.reading import read
from kg.store.revisions import Revisions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from flask.testing import FlaskClient
    from pydantic import BaseModel

    from kg.store.snapshot import RevisionSnapshot

SEED = "2024-04-zuckerberg-open-source"
ADDRESSES: list[tuple[str, type[BaseModel]]] = [
    ("stances?facets=true", answers.StancesAnswer),
    ("stances?holder=person/mark-zuckerberg&limit=2", answers.StancesAnswer),
    ("stances?target=topic/publishing-weights&conditional=true", answers.StancesAnswer),
    ("claims?limit=100", answers.ClaimsAnswer),
    ("estimates?includes=10000000000&currency=USD", answers.ClaimsAnswer),
    ("estimates?limit=50", answers.ClaimsAnswer),
    ("conditions?limit=100", answers.ConditionsAnswer),
    ("entities?limit=100", answers.EntitiesAnswer),
    ("entities?kind=occasion", answers.EntitiesAnswer),
    ("articles?limit=100", answers.ArticlesAnswer),
    ("search?q=zuckerberg", answers.HitsAnswer),
    ("search?q=open&facets=true", answers.HitsAnswer),
    ("timeline?unit=quarter", answers.TimelineAnswer),
    (
        "timeline?holder=person/mark-zuckerberg&target=topic/opening-ai-models",
        answers.TimelineAnswer,
    ),
    ("changes", answers.ShiftsAnswer),
    ("compare?holder=person/ilse-korhonen&holder=person/mara-lindqvist", answers.ComparisonAnswer),
    (f"records/{SEED}/s1", answers.RecordAnswer),
    (f"records/{SEED}/k15", answers.RecordAnswer),
    (f"records/{SEED}/q1", answers.RecordAnswer),
    ("records/2025-09-panel/s1", answers.RecordAnswer),
    ("entities/person/mark-zuckerberg", answers.EntityAnswer),
    ("entities/company/brackwater-labs", answers.EntityAnswer),
    ("entities/occasion/2024-04-18-dwarkesh-podcast", answers.EntityAnswer),
    ("entities/topic/opening-ai-models", answers.EntityAnswer),
    ("entities/model/llama-3", answers.EntityAnswer),
    (f"articles/{SEED}", answers.ArticleAnswer),
    ("articles/2025-11-misuse", answers.ArticleAnswer),
]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that takes an address for each of them."""
    if {"address", "model"} <= set(metafunc.fixturenames):
        names = [address for address, _ in ADDRESSES]
        metafunc.parametrize(("address", "model"), ADDRESSES, ids=names)


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings for a store in a folder of its own."""
    return Settings(data=tmp_path_factory.mktemp("rest") / "data", workers=1)


@pytest.fixture(scope="session")
def store(settings: Settings) -> Revisions:
    """A store that holds what the package ships, and in revision 2 the examples' articles, too."""
    store = Revisions(settings)
    examples = sorted((resources.folder("ontology") / "examples").glob("*.ttl"))
    assert examples, "there is no example"
    assert pipeline.initialise(store).changed
    assert store.commit(pipeline.change([read(path) for path in examples])).changed
    return store


@pytest.fixture(scope="session")
def app(settings: Settings, store: Revisions) -> Iterator[Flask]:
    """The application over that store."""
    assert store.current() == 2
    app = create_app(settings)
    yield app
    app.extensions[KEY].close()


@pytest.fixture(scope="session")
def graph(store: Revisions) -> Iterator[RevisionSnapshot]:
    """The graph that is looked up."""
    with store.snapshot() as snapshot:
        yield snapshot


@pytest.fixture
def looked_up(client: FlaskClient) -> Callable[..., dict[str, Any]]:
    """Look something up, and return the content, which fits its model."""

    def content(address: str, model: type[BaseModel], **headers: str) -> dict[str, Any]:
        response = client.get(f"/api/{address}", headers=headers)
        assert response.status_code == 200, response.text
        assert response.content_type == "application/json"
        assert next(iter(json.loads(response.data))) == "@context"
        model.model_validate_json(response.data)
        found: dict[str, Any] = json.loads(response.data)
        return found

    return content
