"""A question read from the address, strictly: what is not understood is refused by its name."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import cache
from types import UnionType
from typing import TYPE_CHECKING, Any, Literal, TypeVar, Union, get_args, get_origin

from flask import request
from pydantic import ValidationError
from werkzeug.exceptions import BadRequest, RequestURITooLarge

from api import parameters
from api.parameters import Refused
from api.rest.asked import Question

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic_core import ErrorDetails

LONGEST = 8 << 10
"""Bytes of a query string."""
SHOWN = 80
"""Characters of a value that a refusal repeats."""
_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

Asked = TypeVar("Asked", bound=Question)


def read(model: type[Asked]) -> Asked:
    """Read the question that the address asks.

    :raises Refused: a parameter is not known, is given twice, or has a value that it cannot have
    """
    if len(request.query_string) > LONGEST:
        raise RequestURITooLarge(f"the query in the address is longer than {LONGEST} bytes")
    if _ESCAPE.search(request.query_string):
        raise BadRequest("the address has a % that is no escape: write it as %25")
    values = parameters.of_url()
    given: dict[str, object] = {}
    for name, found in values.items():
        if name not in model.model_fields:
            raise Refused(
                name,
                f"there is no parameter {shown(name)} here",
                nearest(name, tuple(model.model_fields)),
                sorted(model.model_fields),
            )
        for value in found:
            _check(name, value)
        several = name in _several(model)
        given[name] = _parts(name, found) if several else parameters.single(values, name)
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise _refusal(model, error.errors(include_url=False)[0], values) from None


def nearest(value: str, among: Sequence[str]) -> str | None:
    """Return what was probably meant, or None."""
    folded = {name.casefold(): name for name in among}
    close = get_close_matches(value[:SHOWN].casefold(), folded, n=1)
    return folded[close[0]] if close else None


def shown(value: str) -> str:
    """Quote a value for a refusal, at some length."""
    return repr(value if len(value) <= SHOWN else value[:SHOWN] + "…")


def _check(name: str, value: str) -> None:
    if not value.strip():
        raise Refused(name, f"{name} is empty; leave it out, or give it a value")
    if _CONTROL.search(value):
        raise Refused(name, f"{name} holds a control character")


def _parts(name: str, values: list[str]) -> list[str]:
    """Take lists apart; a value that stands there twice counts once."""
    parts = [part for value in values for part in value.split(",")]
    for part in parts:
        _check(name, part)
    return list(dict.fromkeys(parts))


@cache
def _several(model: type[Question]) -> frozenset[str]:
    """Name the parameters that take several values."""
    fields = model.model_fields.items()
    return frozenset(name for name, field in fields if get_origin(field.annotation) is tuple)


def _refusal(model: type[Question], error: ErrorDetails, values: Any) -> BadRequest:
    """Say of the first wrong parameter what would be right."""
    problem = _sentence(error)
    if not error["loc"]:
        return Refused(None, problem)
    name = str(error["loc"][0])
    if error["type"] == "missing":
        meaning = model.model_fields[name].description
        return Refused(name, f"the parameter {name} is missing. {meaning}")
    given = error["input"] if isinstance(error["input"], str) else ",".join(values[name])
    if error["type"] == "literal_error":
        allowed = _literals(model.model_fields[name].annotation)
        there = f"there are {', '.join(allowed)}"
        return Refused(name, f"{name} is {shown(given)}; {there}", nearest(given, allowed), allowed)
    return Refused(name, f"{name} is {shown(given)}; {problem}")


def _sentence(error: ErrorDetails) -> str:
    """Say a problem in the voice of the project."""
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    message = error["msg"].partition(" after validation")[0]
    return re.sub(r"^(Input|Value|Tuple|String) should", "it should", message)


def _literals(annotation: Any) -> tuple[str, ...]:
    """Return the values that a type allows."""
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    if get_origin(annotation) in {tuple, Union, UnionType}:
        return next((found for arg in get_args(annotation) if (found := _literals(arg))), ())
    return ()
