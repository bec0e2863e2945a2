"""Headers that say to browsers what may be done with an answer: by it, and by pages of others.

A page may use what this server sends and nothing else: no script, no style within it, no other
host, no frame around it; the page that tries look-ups out has scripts, which are files. Any page
may read what is read here, or those of the origins that the settings name; no browser adds a token
to what it sends by itself, so none is let do so.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Response, request
from werkzeug.datastructures import Headers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication
    from flask import Flask

ANY = "*"
"""The origins that may read, where all may."""
_POLICY = {
    "default-src": "'none'",
    "style-src": "'self'",
    "img-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
_SCRIPTED = {
    **_POLICY,
    "script-src": "'self'",
    "connect-src": "'self'",
    "img-src": "'self' data:",  # Swagger UI's style sheet has its icons in itself
}
POLICY = "Content-Security-Policy"
_PAGE = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Frame-Options": "DENY",
}
_DATA = {
    POLICY: "default-src 'none'; frame-ancestors 'none'; sandbox",
    "X-Frame-Options": "DENY",
}
"""Of XML, which browsers show as documents: nothing that is written in the data is ever run."""
_EXPOSED = (
    *("Allow", "Content-Language", "Content-Location", "ETag", "Link", "Location"),
    *("Retry-After", "X-Request-ID"),
)
_TAKEN = ("Accept", "Authorization", "Content-Type", "If-Match", "If-None-Match")
_PREFLIGHT_SECONDS = 7200
"""How long a browser need not ask again; Chromium takes no more."""


def register(app: Flask) -> None:
    """Give the answers of ``app`` their headers, and preflights their answer."""
    app.after_request(_guarded)
    app.after_request(_preflight)


def scripted(page: str) -> Response:
    """Answer with a page that has scripts, each a file, which ask nobody but this server."""
    return Response(page, mimetype="text/html", headers={POLICY: _written(_SCRIPTED)})


class CrossOrigin:
    """Wraps an application, its cache included: who may read depends on who asks.

    :param origins: those whose pages may read, or ``ANY`` alone
    """

    def __init__(self, app: WSGIApplication, origins: tuple[str, ...]) -> None:
        self._app, self._origins = app, frozenset(origins)

    def __call__(self, environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        """Answer as the application does, and say whether the asking page may read that."""
        origin = environ.get("HTTP_ORIGIN", "")

        def begin(
            status: str, headers: list[tuple[str, str]], exc_info: object = None
        ) -> Callable[[bytes], object]:
            said = self._said(headers, origin)
            return start(status, said, exc_info)  # type: ignore[arg-type]  # handed through

        return self._app(environ, begin)

    def _said(self, headers: list[tuple[str, str]], origin: str) -> list[tuple[str, str]]:
        exposed = ("Access-Control-Expose-Headers", ", ".join(_EXPOSED))
        if ANY in self._origins:
            return [*headers, ("Access-Control-Allow-Origin", ANY), exposed]
        said = Headers(headers)
        said["Vary"] = ", ".join((*said.getlist("Vary"), "Origin"))
        if origin in self._origins:
            said.extend([("Access-Control-Allow-Origin", origin), exposed])
        return said.to_wsgi_list()


def _written(policy: dict[str, str]) -> str:
    return "; ".join(f"{name} {value}" for name, value in policy.items())


def _guarded(response: Response) -> Response:
    response.headers["X-Content-Type-Options"] = "nosniff"
    kind = response.mimetype or ""
    if kind == "text/html":
        response.headers.update(_PAGE)
        response.headers.setdefault(POLICY, _written(_POLICY))
    elif kind.endswith(("+xml", "/xml")) and kind != "image/svg+xml":
        response.headers.update(_DATA)
    return response


def _preflight(response: Response) -> Response:
    """Answer OPTIONS with the methods of the address, and with no content."""
    if request.method == "OPTIONS" and response.status_code == HTTPStatus.OK and response.allow:
        response.status_code = HTTPStatus.NO_CONTENT
        del response.headers["Content-Type"]
        response.access_control_allow_methods = response.allow
        response.access_control_allow_headers = _TAKEN  # type: ignore[assignment]  # any iterable
        response.access_control_max_age = _PREFLIGHT_SECONDS
    return response
