"""Where things are shown: the addresses of pages, of the same page otherwise, and of its data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote, urlencode, urlsplit

from flask import g, request, url_for
from werkzeug.exceptions import BadRequest

from api import parameters
from api.i18n import gettext as _
from kg import iris

if TYPE_CHECKING:
    from flask import Flask

RECORDS = frozenset({"Stance", "Claim", "Estimate"})


class Thing(Protocol):
    """Anything with an IRI and a class."""

    @property
    def id(self) -> str:
        """Its IRI."""
        ...

    @property
    def type(self) -> str:
        """Its class, by local name."""
        ...


@dataclass(frozen=True)
class Twin:
    """The same content for machines."""

    name: str
    media_type: str
    address: str


def register(app: Flask) -> None:
    """Let templates ask for addresses, and pages carry on what the reader chose."""
    app.jinja_env.filters.update(address=of, key=iris.key)
    app.jinja_env.globals.update(
        carried=carried, here=here, place=place, revision=revision, ways=ways
    )
    app.url_defaults(_carry)


def of(thing: Thing) -> str | None:
    """Return where a thing has a page; None: nowhere, since its IRI is no address of the web."""
    key = iris.key(thing.id)
    if key == thing.id:
        return thing.id if urlsplit(thing.id).scheme in {"http", "https"} else None
    return place(key, record=thing.type in RECORDS)


def place(key: str, *, record: bool = False) -> str:
    """Return where the page is about the thing, or about the record, that has a key."""
    kind, rest = key.split("/", 1)
    slug, _, fragment = rest.partition("#")
    if record and fragment:
        return _path("record", slug, fragment)
    return _path("doc", kind, slug) + (f"#{quote(fragment)}" if fragment else "")


def here(**changes: str | None) -> str:
    """Return the address of this page with some parameters set anew, or left out where None."""
    try:
        given = {name: list(values) for name, values in parameters.of_url().items()}
    except BadRequest:
        given = {}  # text that is not UTF-8, which is what this page says
    given.update({name: [] if value is None else [value] for name, value in changes.items()})
    query = urlencode(given, doseq=True, safe="/,")
    path = quote(request.script_root + request.path, safe="/")
    return f"{path}?{query}" if query else path


def data(path: str, **query: str) -> str:
    """Return the address of data, which is the same in the revision that is looked at."""
    pinned = {"revision": str(g.revision)} if g.get("pinned") else {}
    asked = urlencode({**query, **pinned}, doseq=True)
    return f"{request.script_root}{quote(path)}" + (f"?{asked}" if asked else "")


def described(kind: str, slug: str) -> tuple[Twin, ...]:
    """Return what an entity or an article is described by in formats of RDF."""
    path = f"/doc/{kind}/{slug}"
    return (
        Twin("Turtle", "text/turtle", data(path + ".ttl")),
        Twin("JSON-LD", "application/ld+json", data(path + ".jsonld")),
    )


def carried() -> dict[str, str]:
    """Return what every address of a page repeats: a language and a revision that were chosen."""
    found = {}
    if (language := g.get("switched")) is not None:
        found["language"] = language
    if g.get("pinned"):
        found["revision"] = str(g.revision)
    return found


def revision() -> int | None:
    """Return the revision that this page shows; None: the page shows none."""
    found: int | None = g.get("revision")
    return found


def ways() -> list[tuple[str, str]]:
    """Return the ways that every page offers."""
    language = {"language": chosen} if (chosen := g.get("switched")) else {}
    return [
        (_("Stances"), url_for("listings.stances")),
        (_("Index"), url_for("listings.entities")),
        (_("Articles"), url_for("listings.articles")),
        (_("Timeline"), url_for("listings.timeline")),
        (_("Ontology"), data("/ns", **language)),
        (_("API"), data("/api/docs")),
    ]


def _path(*parts: str) -> str:
    query = urlencode(carried())
    path = request.script_root + "/" + "/".join(quote(part, safe="") for part in parts)
    return f"{path}?{query}" if query else path


def _carry(endpoint: str, values: dict[str, str]) -> None:
    if endpoint.partition(".")[0] in {"pages", "listings"}:
        for name, value in carried().items():
            values.setdefault(name, value)
