"""What WSGI says of a request (PEP 3333), from what ASGI says of it."""

from __future__ import annotations

import sys
from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes

_NAMES: dict[bytes, str] = {b"content-type": "CONTENT_TYPE", b"content-length": "CONTENT_LENGTH"}
"""Names of headers as WSGI has them; those met are kept, up to a number."""
_KEPT_NAMES = 500
_ALWAYS = {
    "SCRIPT_NAME": "",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "wsgi.errors": sys.stderr,
    "wsgi.input_terminated": True,
    "wsgi.multiprocess": False,
    "wsgi.multithread": True,
    "wsgi.run_once": False,
    "wsgi.version": (1, 0),
}


def environ_of(scope: dict[str, Any]) -> dict[str, Any]:
    """Return the environment of a request, so far without a body."""
    host, port = scope["client"] or ("", 0)
    server, listens = scope["server"]
    raw = scope["raw_path"]
    path = unquote_to_bytes(raw) if b"%" in raw else raw
    environ = {
        **_ALWAYS,
        "REQUEST_METHOD": scope["method"],
        "PATH_INFO": path.decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "REMOTE_ADDR": host,
        "REMOTE_PORT": port,
        "SERVER_NAME": server,
        "SERVER_PORT": str(listens),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": BytesIO(),
    }
    for name, value in scope["headers"]:
        key = _NAMES.get(name) or _name(name)
        text = value.decode("latin-1")
        if key not in environ:
            environ[key] = text
        elif key == "HTTP_COOKIE":
            environ[key] += f"; {text}"
        else:
            environ[key] += f",{text}"
    environ.pop("", None)
    return environ


def _name(name: bytes) -> str:
    """Name a header; nothing where it would pass for another one, as a_b would for a-b."""
    if b"_" in name:
        return ""
    key = "HTTP_" + name.decode("latin-1").upper().replace("-", "_")
    if len(_NAMES) < _KEPT_NAMES:
        _NAMES[name] = key
    return key
