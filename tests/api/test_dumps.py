"""``/dump.*`` sends what ``stancegraph export`` writes."""

from __future__ import annotations

import gzip
import os
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from api.app import create_app
from api.state import KEY
from kg import export, formats
from kg.store import snapshot
from kg.store.revisions import Revisions

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient

    from kg.settings import Settings


def exported(settings: Settings, wanted: formats.Format, revision: int | None = None) -> bytes:
    """Return a dump as the package makes it."""
    with Revisions(settings).snapshot(revision) as snapshot:
        return b"".join(export.dump(snapshot, wanted))


@pytest.mark.parametrize("wanted", formats.DUMPS)
def test_dump(client: FlaskClient, settings: Settings, wanted: formats.Format) -> None:
    """A dump is the export of the current revision, under a name that tells it."""
    ending = wanted.endings[0]
    response = client.get(f"/dump.{ending}")
    assert response.status_code == 200
    assert response.mimetype == wanted.media_type
    assert response.headers["Content-Disposition"].endswith(f'"stancegraph-2.{ending}"')
    assert response.data == exported(settings, wanted)


@pytest.mark.parametrize("wanted", formats.DUMPS)
def test_compressed(client: FlaskClient, settings: Settings, wanted: formats.Format) -> None:
    """With .gz the same bytes come compressed, the same every time."""
    path = f"/dump.{wanted.endings[0]}.gz"
    response = client.get(path)
    assert response.mimetype == "application/gzip"
    assert gzip.decompress(response.data) == exported(settings, wanted)
    assert client.get(path).data == response.data


def test_older_revision(client: FlaskClient, settings: Settings) -> None:
    """An older revision can be dumped."""
    response = client.get("/dump.nq?revision=1")
    assert response.headers["Content-Disposition"].endswith('"stancegraph-1.nq"')
    assert response.data == exported(settings, formats.N_QUADS, revision=1)
    assert response.data != exported(settings, formats.N_QUADS)


def test_left_early(settings: Settings, tmp_path: Path) -> None:
    """Who goes before the end leaves nothing open: the revision can be pruned again."""
    shutil.copytree(settings.data, tmp_path / "data", copy_function=os.link)
    app = create_app(replace(settings, data=tmp_path / "data"))
    folder = tmp_path / "data" / "revisions" / "000002"
    (folder / "readers").unlink()  # its own, so that nobody else holds it
    (folder / "readers").touch()
    response = app.test_client().get("/dump.nq", buffered=False)
    next(iter(response.response))
    with snapshot.unread(folder) as free:
        assert not free
    response.close()
    with snapshot.unread(folder) as free:
        assert free
    app.extensions[KEY].close()
