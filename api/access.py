"""Who may do what: the one place where a request's token and its role are looked at.

A view that changes something is marked with ``needs``; one that stays open even where reading asks
for a token is marked with ``open_to_all``; everything else is reading. Marks lie on the functions,
and go along where ``functools.wraps`` wraps them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from flask import current_app, g, request

from api.state import state
from kg.credentials import Role
from kg.errors import AccessError, Forbidden, TooManyAttempts, Unauthenticated

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Literal

    from flask import Flask, Response

    from kg.credentials import Token

    View = TypeVar("View", bound=Callable[..., Any])

_NEEDS = "stancegraph_needs"
_OPEN = "stancegraph_open"


def needs(role: Literal["writer", "admin"]) -> Callable[[View], View]:
    """Mark a view that only tokens of this role, or a higher one, may call."""

    def mark(view: View) -> View:
        vars(view)[_NEEDS] = Role(role)
        return view

    return mark


def open_to_all(view: View) -> View:
    """Mark a view that nobody needs a token for, whatever the settings say."""
    vars(view)[_OPEN] = True
    return view


def role_needed(view: Callable[..., object]) -> Role | None:
    """Return the role that a view is marked with; None: it only reads."""
    found: Role | None = vars(view).get(_NEEDS)
    return found


def is_open(view: Callable[..., object]) -> bool:
    """Tell whether a view is marked as open to all."""
    return _OPEN in vars(view)


def register(app: Flask) -> None:
    """Ask every request of ``app`` for what its view needs, before anything else."""
    app.before_request(check)
    app.after_request(_kept_apart)
    open_to_all(app.view_functions["static"])  # style sheets and icons, which ship with the package


def check() -> None:
    """Refuse the request that comes without the token it needs.

    :raises Unauthenticated: it has none that is known and valid
    :raises Forbidden: the token's role is not enough
    :raises TooManyAttempts: too many unknown tokens came from the same address
    """
    view = current_app.view_functions.get(request.endpoint or "")
    if view is not None and (is_open(view) or _preflight()):
        return
    role = role_needed(view) if view is not None else None
    if role is None and not state().settings.private:
        return
    token = state().access.verify(_sent() or "", request.remote_addr or "")
    if role is not None and not token.role.includes(role):
        raise Forbidden(
            f"this takes a token of the role {role}, and {token.id} ({token.name}) is "
            f"of the role {token.role}"
        )
    g.token = token


def _kept_apart(response: Response) -> Response:
    """Where reading is private, have no cache on the way give what one may read to another."""
    if state().settings.private:
        response.cache_control.public = False
        response.cache_control.private = True
        response.vary.add("Authorization")
    return response


def author() -> str:
    """Name who sent the request at work, for the log: its token's name, or nobody."""
    token: Token | None = g.get("token")
    return token.name if token is not None else ""


def challenge(error: AccessError) -> dict[str, str]:
    """Return the headers that an error asks for (RFC 6750, section 3; RFC 6585, section 4)."""
    if isinstance(error, TooManyAttempts):
        return {"Retry-After": f"{error.seconds:.0f}"}
    said = 'Bearer realm="stancegraph"'
    if isinstance(error, Forbidden):
        said += ', error="insufficient_scope"'
    elif isinstance(error, Unauthenticated) and _sent() is not None:
        said += ', error="invalid_token"'
    return {"WWW-Authenticate": said}


def _sent() -> str | None:
    """Return what came as a Bearer token, however odd; None where nothing came as one.

    The address and forms are not looked at: what is in them ends up in logs and histories.
    """
    scheme, _, rest = request.headers.get("Authorization", "").partition(" ")
    return rest.strip(" \t") if scheme.lower() == "bearer" else None


def _preflight() -> bool:
    """Tell whether Flask itself answers, with the methods there are: browsers ask so first."""
    return request.method == "OPTIONS" and getattr(
        request.url_rule, "provide_automatic_options", False
    )
