"""``/api/docs``: the OpenAPI document as a page, by Swagger UI, with nothing from elsewhere."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Blueprint, render_template, send_from_directory
from werkzeug.exceptions import NotFound

from api.headers import scripted

if TYPE_CHECKING:
    from flask import Response

blueprint = Blueprint("docs", __name__, url_prefix="/api/docs")

UI = "flask_openapi3_swagger"
"""The package that ships Swagger UI. It is never imported: only its files are sent."""
ASSETS = {
    "swagger-ui.css": "css/swagger-ui.css",
    "swagger-ui-bundle.js": "js/swagger-ui-bundle.js",
}
DAY = 24 * 60 * 60


@blueprint.get("")
def page() -> Response:
    """Show the document as a page to read and to try out."""
    return scripted(render_template("docs.html"))


@blueprint.get("/<name>")
def asset(name: str) -> Response:
    """Send a file of Swagger UI."""
    if name not in ASSETS:
        raise NotFound(f"the page is made of {', '.join(ASSETS)}; there is no other file")
    return send_from_directory(_folder(), ASSETS[name], max_age=DAY)


@cache
def _folder() -> Path:
    found = find_spec(UI)
    if found is None or found.origin is None:  # pragma: no cover  # a broken installation
        raise RuntimeError(f"{UI} is not installed, though it is a dependency")
    return Path(found.origin).parent / "templates" / "swagger"
