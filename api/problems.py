"""The problems that look-ups end in, for their description."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field
from werkzeug.exceptions import (
    BadRequest,
    InternalServerError,
    NotAcceptable,
    RequestURITooLarge,
)

from api.errors import PROBLEMS, TABLE, kind_of_protocol
from kg import errors

if TYPE_CHECKING:
    from api.errors import Kind


class Problem(BaseModel):
    """What went wrong (RFC 9457).

    ``parameter`` names the parameter that is wrong; ``nearest`` is what was probably meant,
    ``allowed`` what there is; ``near`` are things whose names are like the one that is not there.
    ``line`` and ``column`` count from 1, in what was sent, or in the ``source`` of that name.
    ``limit`` names the setting that says how much may be, and ``limit_value`` is what it says.
    """

    model_config = ConfigDict(extra="allow")

    type: str = Field(examples=[PROBLEMS + "bad-request"])
    title: str
    status: int
    detail: str
    request_id: str | None = Field(None, description="What the log knows the request by.")
    parameter: str | None = None
    nearest: str | None = None
    allowed: tuple[str, ...] | None = None
    near: tuple[str, ...] | None = None
    line: int | None = Field(None, ge=1)
    column: int | None = Field(None, ge=1)
    source: str | None = None
    seconds: float | None = Field(None, description="How long it was waited, or is to be waited.")
    limit: str | None = Field(None, examples=["query_seconds"])
    limit_value: float | None = None
    report: dict[str, Any] | None = Field(None, description="What SHACL found, where it is asked.")


KINDS = (
    kind_of_protocol(BadRequest()),
    TABLE[errors.InputError],
    TABLE[errors.Unauthenticated],
    TABLE[errors.NotFound],
    TABLE[errors.RevisionMissing],
    kind_of_protocol(NotAcceptable()),
    kind_of_protocol(RequestURITooLarge()),
    TABLE[errors.TooManyAttempts],
    kind_of_protocol(InternalServerError()),
    TABLE[errors.StorageError],
    TABLE[errors.StoreMissing],
    TABLE[errors.Busy],
)
"""The problems that any look-up can end in."""

_RETRY = {
    "Retry-After": {
        "description": "After as many seconds the same request may well succeed (RFC 9110).",
        "schema": {"type": "integer", "minimum": 0},
    },
}
HEADERS = {
    "401": {
        "WWW-Authenticate": {
            "description": "How to send a token, and whether one came that is no good (RFC 6750).",
            "schema": {"type": "string"},
        }
    },
    "429": _RETRY,
    "503": _RETRY,
}
"""What comes with a problem besides, by its status."""


def example(kind: Kind) -> dict[str, str | int]:
    """Make an example of a problem."""
    return {
        "type": PROBLEMS + kind.name,
        "title": kind.title,
        "status": kind.status,
        "detail": "a sentence that says what, and what to do",
    }
