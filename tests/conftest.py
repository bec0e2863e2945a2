"""Fixtures for everything.

Two kinds of ground: ``shared`` is the folder of reference material that development has beside the
project and users have not; a test that needs it skips and says so, but fails where CI is set.
All else is made by the tests themselves, in temporary folders, from what the package ships.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from kg import pipeline
from kg.settings import Settings
from kg.store.revisions import Revisions

# How long an example takes says nothing on a machine that is busy with other things.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference material, ``../shared`` or STANCEGRAPH_SHARED."""
    place = Path(os.environ.get("STANCEGRAPH_SHARED", ROOT.parent / "shared"))
    if not place.is_dir():
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI needs the reference material in {place}")
        pytest.skip("the reference material (../shared) is not here")
    return place


@pytest.fixture(scope="session")
def seed(shared: Path) -> str:
    """The text of the seed article, as it is in the reference material."""
    return (shared / "seed" / "article-de.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Revisions:
    """A store that holds what the package ships; tests only read it."""
    store = Revisions(Settings(data=tmp_path_factory.mktemp("shipped") / "data"))
    assert pipeline.initialise(store).changed
    return store
