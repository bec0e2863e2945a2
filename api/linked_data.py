"""``/id`` and ``/doc``: a thing's IRI leads to the document about it, in the format asked for.

A thing is no document, so its IRI answers 303 (See Other). For a machine the address it leads to
bears the suffix of the format, as at DBpedia and Wikidata; for a browser it bears none. A record's
IRI ends in a fragment, which never reaches the server, so it resolves in its article's document.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from flask import Blueprint, redirect, request, url_for
from rdflib import RDFS, URIRef
from werkzeug.exceptions import NotFound

from api import pages, parameters
from api.documents import Address, Answer, query
from api.negotiate import HTML, of_document, suffixed
from api.rest.answers import Unknown
from api.state import state
from kg import describe, iris
from kg.lookup.near import near

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from werkzeug.wrappers import Response as Redirect

    from kg.formats import Format
    from kg.store.base import Snapshot, Triple
    from kg.store.readings import Reading

blueprint = Blueprint("linked_data", __name__)

LONGEST = 512
"""Characters of a slug; nothing here has a longer one."""
_SAFE = "!$&'()*+,;=:@"
"""What may stand in a part of a path besides letters, digits and -._~ (RFC 3986, 3.3)."""
_AGENTS = {"person", "company", "group"}


@dataclass(frozen=True)
class Found:
    """What a path names: the thing and, where the path has a suffix, the format."""

    kind: str
    slug: str
    iri: URIRef
    format: Format | None

    def address(self) -> Address:
        """Return where its document is."""
        return Address(url_for("linked_data.document", kind=self.kind, name=self.slug), query())


@blueprint.get("/id/<kind>/<name>")
def thing(kind: str, name: str) -> Redirect:
    """Lead from a thing to the document about it."""
    with _reading() as reading:
        found = _found(reading, kind, name)
        if (moved := _moved(reading.snapshot, found)) is not None:
            return moved
    format_ = found.format or of_document()
    suffix = None if format_ == HTML else format_
    response = redirect(found.address().of(suffix), 303)
    response.headers["Link"] = f'<{found.address().of(None)}>; rel="describedby"'
    response.vary.add("Accept")
    return response


@blueprint.get("/doc/<kind>/<name>")
def document(kind: str, name: str) -> Redirect:
    """Send the document about a thing: a page, or what ``kg.describe`` says belongs to it."""
    with _reading() as reading:
        found = _found(reading, kind, name)
        if (moved := _moved(reading.snapshot, found)) is not None:
            return moved
        format_ = found.format or of_document()
        answer = Answer(found.address(), found.iri, format_, negotiated=found.format is None)
        if format_ != HTML:
            return answer.data(
                [*describe.describe(reading.snapshot, found.iri), *_elsewhere(found)]
            )
    return answer.page(
        pages.document(found.kind, found.slug, parameters.revision(parameters.of_url()))
    )


def _reading() -> AbstractContextManager[Reading]:
    return state().reading(parameters.revision(parameters.of_url()))


def _found(reading: Reading, kind: str, name: str) -> Found:
    """Find what a path names: a suffix is a format only where no IRI ends in it.

    A fragment, which gets here where somebody escapes the #, is left out: that names a record.
    """
    if kind not in iris.KINDS:
        raise NotFound(f"there is no such kind of thing; there are {', '.join(iris.KINDS)}")
    if len(name) > LONGEST:
        raise NotFound(f"no name here is longer than {LONGEST} characters")
    stem, format_ = suffixed(name)
    for slug, wanted in dict.fromkeys([(name, None), (stem, format_)]):
        whole = slug.partition("#")[0]
        for written in dict.fromkeys([whole, quote(whole, _SAFE)]):
            iri = URIRef(f"{iris.ID}{kind}/{written}")
            if describe.described(reading.snapshot, iri):
                return Found(kind, written, iri, wanted)
    others = tuple(near(reading.projection, kind, stem))
    raise Unknown(f"there is no {kind}/{stem}", None, others)


def _moved(snapshot: Snapshot, found: Found) -> Redirect | None:
    """Lead from a merged entity to what it was merged into, in the format asked for."""
    if (new := describe.replacement(snapshot, found.iri)) is None or not new.startswith(iris.ID):
        return None
    kind, _, slug = new.removeprefix(iris.ID).partition("/")
    address = Address(url_for("linked_data.thing", kind=kind, name=slug), query())
    return redirect(address.of(found.format), 308)


def _elsewhere(found: Found) -> Iterator[Triple]:
    """Say where the records are listed that a document leaves out."""
    if found.kind == "article":
        return
    key = iris.key(found.iri)
    lists = [("stances", "target"), ("claims", "about")]
    if found.kind in _AGENTS:
        lists += [("stances", "holder"), ("claims", "holder")]
    if found.kind == "company":
        lists.append(("articles", "publisher"))
    for name, role in lists:
        place = f"{request.url_root}api/{name}?{urlencode({role: key}, safe='/')}"
        yield found.iri, RDFS.seeAlso, URIRef(place)
