"""``/validate``: what the gate would say of a graph. Nothing is stored."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request
from rdflib import URIRef
from werkzeug.exceptions import BadRequest, NotAcceptable, UnsupportedMediaType

from api import answering, parameters
from api.negotiate import chosen, content_type, listed
from kg import formats, pipeline
from kg.formats import Format
from kg.store.reading import read

if TYPE_CHECKING:
    from kg.report import Report
    from kg.store.base import Store

blueprint = Blueprint("validate", __name__)

JSON = Format("json", ("application/json",), ("json",))
"""The report as plain JSON, as the command line prints it."""
REPORTS = (formats.TURTLE, formats.JSON_LD, JSON)
RDFLIB_NAMES = {formats.TURTLE: "turtle", formats.JSON_LD: "json-ld"}


@blueprint.post("/validate")
def validate() -> Response:
    """Answer 200 with the report, whether the graph conforms or not: sh:conforms says which.

    ``?graph=`` names the graph for triples that name none; without it they go where they belong.
    """
    values = parameters.of_url()
    wanted = chosen(REPORTS, parameters.names(values, "format"))
    if wanted is None:
        raise NotAcceptable(f"a report can be had as {listed(REPORTS)}")
    source = formats.find(request.mimetype, formats.RDF) if request.mimetype else None
    if source is None or request.mimetype not in source.media_types:
        raise UnsupportedMediaType(f"say in Content-Type what the body is: {listed(formats.RDF)}")
    body = parameters.body()
    if not body:
        raise BadRequest("the body is empty; send the graph to validate")
    report = answering.run(check, body, source.name, parameters.single(values, "graph"))
    return Response(_rendered(report, wanted), content_type=content_type(wanted.media_type))


def check(store: Store, body: bytes, source: str, graph: str | None) -> Report:
    """Validate a graph as a load of it would; runs in a worker process."""
    documents = [read(body, formats.named(source, formats.RDF), "the request")]
    change = pipeline.change(documents, None if graph is None else URIRef(graph))
    return pipeline.locate(store.check(change), documents)


def _rendered(report: Report, wanted: Format) -> str:
    if wanted == JSON:
        return json.dumps(report.to_json(), ensure_ascii=False)
    return report.to_graph().serialize(format=RDFLIB_NAMES[wanted])
