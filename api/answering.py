"""Work that is done by the worker processes for the client of the request at work."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, TypeVar

from flask import Response, request

from api import validators
from api.clients import client, until_sent
from api.negotiate import content_type
from api.request_log import NO_SURFACE, SURFACE
from api.state import state

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.query import Request

T = TypeVar("T")


def of_query(asked: Request) -> Response:
    """Answer with what comes of a query; a long answer counts as a transfer until it is sent."""
    here, who = state(), client()
    answer = here.pool.query(asked, who)
    if not here.settings.services or "service" not in asked.text.lower():  # else others decide, too
        validators.decides(answer.revision)
    response = Response(answer.body, content_type=content_type(answer.media_type))
    if answer.file is not None:
        with ExitStack() as opened:
            opened.callback(answer.close)
            opened.enter_context(here.transfers.begin(who.name))
            held = opened.pop_all()
        response.response = until_sent(answer.chunks(), held)
        response.call_on_close(held.close)
    response.content_length = answer.size
    response.vary.add("Accept")
    return response


def run(function: Callable[..., T], *args: object, text: str = "") -> T:
    """Call ``function(store, *args)`` in a worker; it is listed under the surface's name."""
    kind = request.environ.get(SURFACE, NO_SURFACE).partition(".")[0]
    return state().pool.run(function, *args, client=client(), kind=kind, text=text)
