"""What an answer may be, whatever was asked: the rules that a fuzz run holds the service to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.fuzz.calls import Answer

if TYPE_CHECKING:
    from tests.fuzz.calls import Call

MEANT = frozenset(
    {
        *("limit", "query-timeout", "query-memory", "answer-too-large", "busy", "locked"),
        *("too-many-queries", "worker-lost", "query-killed", "stopping"),
    }
)
"""Problems of the server's that may be answered: it kept within its limits."""
PAGES = re.compile(
    rb"/(?:search|stances|claims|estimates|entities|articles|timeline|changes|compare|record/.*"
    rb"|api/docs.*)?(?:\?.*)?"
)
"""Addresses that are pages alone, and so are their errors, whoever asks."""
REPORTS = ("text/turtle", "application/ld+json")
_PLAIN = re.compile(rb"/[A-Za-z0-9/_.~:@!$&'()*+,;=?%-]*")
_LINE_LIMIT = 60_000
"""Bytes of a request line past which the protocol's own layer may refuse it."""


def kind(answer: Answer) -> str:
    """Name the kind of a problem: the end of its type, or empty."""
    return str(answer.problem().get("type", "")).rpartition("/")[2]


def fault(call: Call, answer: Answer | str) -> str | None:
    """Say what is wrong with an answer; None where nothing is."""
    if not isinstance(answer, Answer):
        return answer
    if b"Traceback (most recent call last)" in answer.body:
        return f"{answer.status} shows a traceback"
    if answer.status >= 500 and kind(answer) not in MEANT and call.method != "HEAD":
        return f"{answer.status} {kind(answer)}: {answer.body[:300]!r}"
    if "x-request-id" not in answer.headers:
        return None if _own(call, answer) else f"{answer.status} without X-Request-ID"
    if answer.status >= 400 and call.method != "HEAD":
        return _misshapen(call, answer)
    return None


def _own(call: Call, answer: Answer) -> bool:
    """Tell whether the layer below refused what is no HTTP, before anything could name it."""
    return answer.status in {400, 414, 431} and not (
        _PLAIN.fullmatch(call.target)
        and len(call.target) < _LINE_LIMIT
        and all(value.isascii() and value.isprintable() for value in _decoded(call))
    )


def _decoded(call: Call) -> list[str]:
    return [value.decode("latin-1") for _, value in call.headers]


def _misshapen(call: Call, answer: Answer) -> str | None:
    """Hold an error to its one shape."""
    media = answer.headers.get("content-type", "").partition(";")[0]
    asked = b"html" in call.header("Accept") or PAGES.fullmatch(call.target)
    if media == "text/html" and asked:
        return None
    if answer.status == 422 and media in REPORTS:
        return None
    said = answer.problem()
    if not said:
        return f"{answer.status} is {media or 'of no type'}, not problem details"
    if said.get("status") != answer.status or not said.get("detail") or not said.get("title"):
        return f"{answer.status} says {dict(said)!r:.300}"
    if said.get("request_id") != answer.headers["x-request-id"]:
        return f"{answer.status} names another request's id, or none"
    return None
