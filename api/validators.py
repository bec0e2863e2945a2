"""Entity tags: each answer that a revision decides says which, and 304 is said where it is known.

A tag begins with the revision's number. The rest tells apart what else decides the bytes: the
address, the format, the language, the code. So a tag is strong, and a change of any is a new one.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from http import HTTPStatus
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from flask import current_app, g, request
from werkzeug.exceptions import PreconditionFailed

from api.parameters import DIGITS
from kg.errors import Conflict

if TYPE_CHECKING:
    from flask import Flask, Response

_OURS = re.compile(r"([0-9]+)(?:-[0-9a-f]+(?::[a-z]+)?)?")
"""As flask-compress writes the tag of a compressed answer, with the encoding behind a colon."""

_ADDRESS = ("wsgi.url_scheme", "HTTP_HOST", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING")
_CONDITIONS = {"HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE"}


def register(app: Flask) -> None:
    """Tag the answers of ``app``."""
    app.after_request(_tagged)


def decides(revision: int) -> None:
    """Say that a revision decides this answer; if two do, none does."""
    g.revision = revision if g.get("revision", revision) == revision else None


def tag(revision: int) -> str:
    """Write the tag of a revision itself, as writing answers."""
    return str(revision)


def expected(current: int) -> int | None:
    """Return the revision that If-Match insists on; None where it does not.

    :raises Conflict: none of its tags is of the current revision
    :raises PreconditionFailed: none of its tags is one of ours
    """
    if not request.if_match or request.if_match.star_tag:
        return None
    found = map(_OURS.fullmatch, request.if_match.as_set(include_weak=False))
    revisions = {int(match[1]) for match in found if match and len(match[1]) <= DIGITS}
    if not revisions:
        raise PreconditionFailed("If-Match has no entity tag that was given here")
    if current not in revisions:
        raise Conflict(max(revisions), current)
    return current


def _tagged(response: Response) -> Response:
    revision = g.get("revision")
    if (
        revision is None
        or request.method not in {"GET", "HEAD"}
        or response.status_code != HTTPStatus.OK
    ):
        return response
    asked = [request.environ.get(name, "") for name in _ADDRESS]
    variant = (*asked, response.content_type, response.headers.get("Content-Language"), built())
    digest = hashlib.sha256(repr(variant).encode()).hexdigest()
    response.set_etag(f"{revision}-{digest[:16]}")
    response.headers["Cache-Control"] = "public, no-cache"
    if response.is_streamed:
        response.automatically_set_content_length = False  # it would be read whole to be measured
    if not _CONDITIONS & request.environ.keys():
        return response
    if _matches(f"{revision}-{digest[:16]}"):
        # whoever compresses asks once more, of a tag with the encoding, and knows no star
        request.environ.pop("HTTP_IF_MATCH", None)
        response.make_conditional(request.environ)
        return response
    response.close()
    failed = PreconditionFailed("what is here is not what If-Match names")
    return current_app.make_response(current_app.handle_user_exception(failed))


def _matches(tag: str) -> bool:
    """Tell whether If-Match, where there is one, names this tag, in whatever encoding it came."""
    wanted = request.if_match
    named = (each.partition(":")[0] for each in wanted.as_set(include_weak=False))
    return not wanted or wanted.star_tag or tag in named


@cache
def built() -> str:
    """Name the code that is running: a digest over the sizes and times of its files."""
    places = sorted(
        path
        for package in ("api", "kg")
        for path in Path(str(files(package))).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    )
    stats = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in places]
    return hashlib.sha256(repr(stats).encode()).hexdigest()
