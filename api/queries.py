"""``/api/queries``: what the workers have in hand, and how to stop it; for administrators."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response

from api.access import needs
from api.state import state

if TYPE_CHECKING:
    from kg.store.jobs import Job

LONGEST = 10_000
"""Characters that are shown of a query."""

blueprint = Blueprint("queries", __name__)


@blueprint.get("/api/queries")
@needs("admin")
def listed() -> Response:
    """List all that runs or waits, the oldest first: queries, updates, and what is parsed."""
    items = [_item(job) for job in state().pool.jobs.all()]
    response = Response(
        json.dumps({"items": items}, ensure_ascii=False), content_type="application/json"
    )
    response.cache_control.no_store = True
    return response


@blueprint.delete("/api/queries/<int:number>")
@needs("admin")
def kill(number: int) -> Response:
    """Stop one; whoever asked for it gets an error that says so."""
    state().pool.jobs.kill(number)
    return Response(status=204)


def _item(job: Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "client": job.client.name,
        "kind": job.kind,
        "state": "running" if job.running else "waiting",
        "seconds": round(job.seconds, 3),
        "text": job.text[:LONGEST],
    }
