"""``/update``: the update operation of the SPARQL 1.1 Protocol. A request is one revision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from api import answering, parameters, validators, writing
from api.access import author, needs
from api.state import state
from kg.query import Update
from kg.store import updates

if TYPE_CHECKING:
    from collections.abc import Mapping

DIRECT = "application/sparql-update"

blueprint = Blueprint("update", __name__)


@blueprint.post("/update")
@needs("writer")
def post() -> Response:
    """Make the update in a form, or the body that is one itself."""
    if request.mimetype == DIRECT:
        return made(_update(parameters.body_text(), parameters.of_url()))
    if request.mimetype != parameters.FORM:
        sent = f"the body is {request.mimetype}" if request.mimetype else "the body has no type"
        raise UnsupportedMediaType(f"{sent}; send an update as {DIRECT} or as {parameters.FORM}")
    values = {**parameters.of_url(), **parameters.of_form()}
    text = parameters.single(values, "update")
    if text is None:
        raise BadRequest("the parameter update is missing; it holds the SPARQL text")
    return made(_update(text, values))


def made(update: Update) -> Response:
    """Evaluate an update in a worker process, and publish what it comes to."""
    here = state()
    with here.writing():
        outcome = updates.publish(
            here.store,
            update,
            author(),
            union=here.settings.default_graph == "union",
            base=validators.expected(here.store.current()),
            prepare=lambda *asked: answering.run(updates.prepared, *asked, text=update.text),
        )
    return writing.answered(outcome)


def _update(text: str, values: Mapping[str, list[str]]) -> Update:
    return Update(
        text,
        default_graphs=tuple(values.get("using-graph-uri", ())),
        named_graphs=tuple(values.get("using-named-graph-uri", ())),
        base=parameters.address(),
    )
