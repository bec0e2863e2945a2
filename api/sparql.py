"""``/sparql``: the query operation of the SPARQL 1.1 Protocol, and what the service is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, request, url_for
from werkzeug.exceptions import BadRequest, NotAcceptable, UnsupportedMediaType

from api import answering, parameters
from api.negotiate import chosen, content_type, listed
from api.state import state
from kg import documents, formats, service
from kg.query import Request

if TYPE_CHECKING:
    from collections.abc import Mapping


DIRECT = "application/sparql-query"
QUERY_BYTES = 1 << 20
"""The longest query that is read."""

blueprint = Blueprint("sparql", __name__)


@blueprint.get("/sparql")
def get() -> Response:
    """Answer the query in the address; where there is none, describe the service."""
    values = parameters.of_url()
    if values.keys() <= {"format"}:
        return _described(values)
    return _answered(_query(values), values)


@blueprint.post("/sparql")
def post() -> Response:
    """Answer the query in a form, or the body that is a query itself."""
    request.max_content_length = QUERY_BYTES
    if request.mimetype == DIRECT:
        return _answered(parameters.body_text(), parameters.of_url())
    if request.mimetype != parameters.FORM:
        sent = f"the body is {request.mimetype}" if request.mimetype else "the body has no type"
        raise UnsupportedMediaType(f"{sent}; send a query as {DIRECT} or as {parameters.FORM}")
    values = {**parameters.of_url(), **parameters.of_form()}
    return _answered(_query(values), values)


def _described(values: Mapping[str, list[str]]) -> Response:
    wanted = chosen(formats.GRAPHS, parameters.names(values, "format"))
    if wanted is None:
        raise NotAcceptable(f"the service describes itself as {listed(formats.GRAPHS)}")
    endpoint = url_for("sparql.get", _external=True)
    union = state().settings.default_graph == "union"
    said = service.description(endpoint, url_for("update.post", _external=True), union=union)
    body = documents.write(said, endpoint, wanted, url_for("vocabulary.context", _external=True))
    response = Response(body, content_type=content_type(wanted.media_type))
    response.vary.add("Accept")
    return response


def _query(values: Mapping[str, list[str]]) -> str:
    text = parameters.single(values, "query")
    if text is None and "update" in values:
        raise BadRequest("this is an update; those go to /update")
    if text is None:
        raise BadRequest("the parameter query is missing; it holds the SPARQL text")
    return text


def _answered(text: str, values: Mapping[str, list[str]]) -> Response:
    wanted = parameters.names(values, "format")
    bindings, graph = chosen(formats.BINDINGS, wanted), chosen(formats.GRAPHS, wanted)
    if bindings is None and graph is None:
        every = listed((*formats.BINDINGS, *formats.GRAPHS))
        raise NotAcceptable(f"none of the formats that are asked for is here; there are {every}")
    asked = Request(
        text,
        default_graphs=tuple(values.get("default-graph-uri", ())),
        named_graphs=tuple(values.get("named-graph-uri", ())),
        union=state().settings.default_graph == "union",
        base=parameters.address(),
        revision=parameters.revision(values),
        bindings_format=bindings,
        graph_format=graph,
    )
    return answering.of_query(asked)
