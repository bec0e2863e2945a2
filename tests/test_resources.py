from __future__ import annotations

import pytest

from kg import resources


@pytest.mark.parametrize("name", ["ontology", "shapes", "graphs"])
def test_folders_ship(name: str) -> None:
    """Each folder of data ships with the package and holds Turtle."""
    assert all(path.stat().st_size for path in resources.turtle(name))


def test_missing_folder() -> None:
    """A folder that is not there is a broken installation, and the error says so."""
    with pytest.raises(FileNotFoundError, match="install it again"):
        resources.folder("nowhere")
    with pytest.raises(FileNotFoundError, match="no Turtle file in queries"):
        resources.turtle("queries")
