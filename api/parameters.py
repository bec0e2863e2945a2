"""What a request asks for, read strictly: text that is not UTF-8 is refused, not mended."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from flask import request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FORM = "application/x-www-form-urlencoded"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*")
_NO_IRI = re.compile(r'[\x00-\x20<>"{}|^`\\]')


DIGITS = 18
"""Digits that the number of a revision has at most."""


REMEMBERED = 100
"""Addresses that are remembered as IRIs."""
_ADDRESSES: dict[tuple[str, ...], str] = {}


class Refused(BadRequest):
    """A parameter that cannot be used as it is, or several together (None).

    ``nearest``: what was probably meant; ``allowed``: what there is.
    """

    def __init__(
        self,
        parameter: str | None,
        problem: str,
        nearest: str | None = None,
        allowed: Sequence[str] = (),
    ) -> None:
        super().__init__(problem)
        self.parameter, self.nearest, self.allowed = parameter, nearest, tuple(allowed)


def of_url() -> Mapping[str, list[str]]:
    """Return the parameters in the address, each with all its values."""
    return _parsed(request.query_string, "the address")


def of_form() -> Mapping[str, list[str]]:
    """Return the parameters in a URL-encoded body."""
    return _parsed(body_text().encode(), "the body")


def body() -> bytes:
    """Return the whole body, which is as long as is allowed at most.

    :raises BadRequest: it broke off before the length that its header says
    """
    data = request.get_data()
    length = request.content_length
    if length is not None and len(data) < length:  # a server may take that for the end
        raise BadRequest(f"the body broke off after {len(data)} of {length} bytes: send it again")
    if length is None:
        # werkzeug cuts such a body at the limit without a word; asked for more, it raises
        request.stream.read(1)
    return data


def body_text() -> str:
    """Return the body as text, which has to be UTF-8."""
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if charset not in {"utf-8", "utf8"}:
        raise UnsupportedMediaType(f"the body is {charset}; send it as UTF-8")
    return _text(body(), "the body")


def address() -> str:
    """Return this request's own address, without its query, as an IRI."""
    named = ("wsgi.url_scheme", "HTTP_HOST", "SCRIPT_NAME", "PATH_INFO")
    known = tuple([request.environ.get(name, "") for name in named])
    found = _ADDRESSES.get(known)  # werkzeug takes its time, and most ask at the same few
    if found is None:
        found = request.base_url
        if not is_iri(found):
            raise BadRequest("the address of this request is no IRI: see its Host header")
        if len(_ADDRESSES) >= REMEMBERED:
            _ADDRESSES.clear()
        _ADDRESSES[known] = found
    return found


def is_iri(text: str) -> bool:
    """Tell whether a text can be an absolute IRI."""
    scheme, colon, rest = text.partition(":")
    return bool(_SCHEME.fullmatch(scheme) and colon and rest and not _NO_IRI.search(rest))


def single(values: Mapping[str, list[str]], name: str) -> str | None:
    """Return a parameter that may be given once; None where it is not."""
    given = values.get(name, [])
    if len(given) > 1:
        raise Refused(name, f"{name} is given {len(given)} times; once is right")
    return given[0] if given else None


def names(values: Mapping[str, list[str]], name: str) -> list[str]:
    """Return every value of a parameter that may be a list, too, the first choice first."""
    return [part for value in values.get(name, ()) for part in value.split(",") if part]


def revision(values: Mapping[str, list[str]]) -> int | None:
    """Return the revision that is asked for; None is the current one."""
    given = single(values, "revision")
    if given is None:
        return None
    if not (given.isascii() and given.isdigit()):
        raise Refused("revision", f"revision is {given!r}; a revision is a number")
    if len(given) > DIGITS:
        raise Refused("revision", "revision has more digits than there will ever be revisions")
    return int(given)


def _parsed(raw: bytes, where: str) -> Mapping[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    try:
        pairs = parse_qsl(_text(raw, where), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        raise BadRequest(f"{where} holds text that is not UTF-8") from None
    for name, value in pairs:
        found[name].append(value)
    return found


def _text(raw: bytes, where: str) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest(f"{where} is not UTF-8 at byte {error.start}") from None
