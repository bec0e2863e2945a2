"""How what was written is answered."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flask import Response, url_for

from api.validators import tag

if TYPE_CHECKING:
    from kg.store.base import Outcome


def answered(outcome: Outcome, status: int = 200) -> Response:
    """Say which revision holds what was sent, and what was found worth a warning."""
    said: dict[str, object] = {"revision": outcome.revision, "changed": outcome.changed}
    if outcome.report.results:
        said["report"] = outcome.report.to_json()
    text = json.dumps(said, ensure_ascii=False)
    response = Response(text, status=status, content_type="application/json")
    response.set_etag(tag(outcome.revision))
    response.headers["Link"] = f'<{url_for("sparql.get")}>; rel="service"'
    return response
