"""The one place where an error gets a status, and the one shape that all errors have (RFC 9457)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Response, render_template, request
from werkzeug.exceptions import HTTPException

from api.access import challenge
from api.negotiate import content_type
from api.request_log import of_request
from kg import errors, formats
from kg.iris import BASE, iri

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.datastructures import Headers

    from kg.formats import Format

MEDIA_TYPE = "application/problem+json"
PROBLEMS = BASE + "problem/"


@dataclass(frozen=True)
class Kind:
    """A kind of problem: the end of its ``type``, its status, its title.

    ``retry_after``: seconds after which the same request may well succeed.
    """

    name: str
    status: int
    title: str
    retry_after: int | None = None


TABLE: dict[type[errors.StancegraphError], Kind] = {
    errors.InputError: Kind("input", 400, "This cannot be used"),
    errors.ParseError: Kind("ill-formed-rdf", 400, "The RDF is not well formed"),
    errors.FormatError: Kind("format", 406, "There is no such format"),
    errors.OwnershipError: Kind("ownership", 400, "The triples belong to no graph"),
    errors.QueryError: Kind("query", 400, "The query cannot be run"),
    errors.QuerySyntaxError: Kind("query-syntax", 400, "The query is not well formed"),
    errors.QueryRefused: Kind("query-refused", 403, "The query is refused"),
    errors.ServiceFailed: Kind("service-failed", 502, "Another endpoint failed"),
    errors.NonConforming: Kind("non-conforming", 422, "The data break the shapes"),
    errors.AccessError: Kind("access", 403, "This may not be done"),
    errors.Unauthenticated: Kind("unauthenticated", 401, "This needs a token"),
    errors.Forbidden: Kind("forbidden", 403, "The token's role is not enough"),
    errors.TooManyAttempts: Kind("too-many-attempts", 429, "Too many unknown tokens", 60),
    errors.Conflict: Kind("conflict", 412, "The store has moved on"),
    errors.Replaced: Kind("replaced", 308, "It was merged into another thing"),
    errors.NotFound: Kind("not-found", 404, "There is no such thing"),
    errors.StoreMissing: Kind("no-data", 503, "There are no data yet", retry_after=30),
    errors.RevisionMissing: Kind("no-revision", 404, "There is no such revision"),
    errors.LimitError: Kind("limit", 503, "It would have taken too much", retry_after=60),
    errors.QueryTimeout: Kind("query-timeout", 503, "The query took too long", retry_after=60),
    errors.QueryMemory: Kind("query-memory", 503, "The query took too much memory", 60),
    errors.AnswerTooLarge: Kind("answer-too-large", 503, "The answer is too large", 60),
    errors.Busy: Kind("busy", 503, "The server is busy", retry_after=5),
    errors.TooManyQueries: Kind("too-many-queries", 429, "Too much at a time", retry_after=5),
    errors.QueryKilled: Kind("query-killed", 503, "The query was stopped", retry_after=60),
    errors.QueryAbandoned: Kind("query-abandoned", 499, "Nobody waits for the answer"),
    errors.StorageError: Kind("storage", 500, "The store is out of order"),
    errors.Damaged: Kind("damaged", 500, "What look-ups read is damaged"),
    errors.Locked: Kind("locked", 503, "Another writer holds the store", retry_after=5),
    errors.WorkerLost: Kind("worker-lost", 500, "The process that worked on it died"),
}
"""An error's kind is that of its nearest ancestor in this table."""

SENTENCES = {
    HTTPStatus.NOT_FOUND: "there is nothing at this address; the front page lists what there is",
    HTTPStatus.METHOD_NOT_ALLOWED: "this address does not take this method; Allow names its own",
    HTTPStatus.REQUEST_URI_TOO_LONG: "the address is longer than is read here",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "the body is longer than is read here",
    HTTPStatus.INTERNAL_SERVER_ERROR: "something went wrong that nobody foresaw; it is in the log",
}
"""What is said where the error itself says nothing in particular."""

_MEMBERS = (
    *("line", "column", "source", "seconds", "limit", "limit_value"),
    *("parameter", "nearest", "allowed", "near"),
)
"""What of an error stands beside its sentence, where it has it."""


def register(app: Flask) -> None:
    """Give every error of ``app`` its shape, the unexpected ones included."""
    app.register_error_handler(errors.StancegraphError, ours)
    app.register_error_handler(HTTPException, protocols)


def kind_of(error: errors.StancegraphError) -> Kind:
    """Look an error up in the table."""
    return next(TABLE[cls] for cls in type(error).__mro__ if cls in TABLE)


def kind_of_protocol(error: HTTPException) -> Kind:
    """Make the kind of an error of HTTP, whose name says it."""
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    return Kind(error.name.lower().replace(" ", "-"), status, error.name)


def ours(error: errors.StancegraphError) -> Response:
    """Answer one of the project's errors."""
    kind = kind_of(error)
    members = _members(error)
    if isinstance(error, errors.NonConforming):
        if (wanted := _report_format()) is not None:
            return Response(
                error.report.to_graph().serialize(format=wanted.name.replace("jsonld", "json-ld")),
                status=kind.status,
                content_type=content_type(wanted.media_type),
            )
        members["report"] = error.report.to_json()
    response = problem(kind, str(error), members)
    if isinstance(error, errors.Replaced):
        response.location = iri(error.by)
    if kind.retry_after is not None:
        response.headers["Retry-After"] = str(kind.retry_after)
    if isinstance(error, errors.AccessError):
        response.headers.update(challenge(error))
    return response


def protocols(error: HTTPException) -> Response:
    """Answer an error of HTTP, or one that nobody foresaw, of which only the log says more."""
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    detail = error.description or error.name
    if error.description == type(error).description:
        detail = SENTENCES.get(status, detail)
    response = problem(kind_of_protocol(error), detail, _members(error))
    _keep(error.get_response().headers, response.headers)
    return response


def problem(kind: Kind, detail: str, members: dict[str, Any]) -> Response:
    """Render a problem: for people who prefer HTML a small page, else problem+json."""
    content = {
        "type": PROBLEMS + kind.name,
        "title": kind.title,
        "status": kind.status,
        "detail": detail,
        **members,
    }
    if (id_ := of_request()) is not None:
        content["request_id"] = id_
    best = request.accept_mimetypes.best_match([MEDIA_TYPE, "application/json", "text/html"])
    if best == "text/html":
        response = Response(render_template("error.html", problem=content), mimetype="text/html")
    else:
        text = json.dumps(content, ensure_ascii=False)
        response = Response(text, content_type=MEDIA_TYPE)
    response.status_code = kind.status
    response.vary.add("Accept")
    return response


def _report_format() -> Format | None:
    """Choose RDF for a validation report where that is asked for before problem+json."""
    reports = {format_.media_type: format_ for format_ in (formats.TURTLE, formats.JSON_LD)}
    best = request.accept_mimetypes.best_match([MEDIA_TYPE, "application/json", *reports])
    return reports.get(best or "")


def _members(error: Exception) -> dict[str, Any]:
    found = ((name, getattr(error, name, None)) for name in _MEMBERS)
    return {name: value for name, value in found if value not in {None, "", ()}}


def _keep(source: Headers, target: Headers) -> None:
    """Take over what a status asks for: Allow, Retry-After, Accept."""
    for name, value in source.items():
        if name not in {"Content-Type", "Content-Length"}:
            target[name] = value
