"""The health of the server."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask.testing import FlaskClient


def test_health(client: FlaskClient) -> None:
    """Health tells the revision."""
    assert client.get("/health").get_json() == {"status": "ok", "revision": 2}
