"""``/ns`` and ``/shapes``: the ontology and the shapes of a revision, to read and as data.

Hash IRIs resolve here: each term, each shape is the element of the page with its local name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from flask import Blueprint, Response, g, render_template, request, url_for
from markupsafe import Markup, escape
from werkzeug.exceptions import NotFound

from api import parameters
from api.documents import Address, Answer, query
from api.i18n import check, language
from api.negotiate import DOCUMENTS, HTML, of_document, suffixed
from api.state import state
from kg import formats, iris, resources, vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rdflib import URIRef

    from kg.shacl import Text
    from kg.store.readings import Readings
    from kg.vocabulary import Vocabulary

blueprint = Blueprint("vocabulary", __name__)

_NAME = re.compile(r"\b(sg|sgsh):([A-Za-z0-9_](?:[\w-]*\w)?)")


@dataclass(frozen=True)
class Part:
    """A part of the vocabulary that has an address of its own, ``/<name>``."""

    name: str
    graph: URIRef
    template: str


ONTOLOGY = Part("ns", iris.ONTOLOGY_GRAPH, "vocabulary.html")
SHAPES = Part("shapes", iris.SHAPES_GRAPH, "shapes.html")


@blueprint.get("/ns")
@blueprint.get("/ns.<ending>")
@blueprint.get("/ns/<version>")
def ontology(ending: str | None = None, version: str | None = None) -> Response:
    """Send the ontology: every term with what it means and where it is used."""
    return _sent(ONTOLOGY, ending, version)


@blueprint.get("/shapes")
@blueprint.get("/shapes.<ending>")
@blueprint.get("/shapes/<version>")
def shapes(ending: str | None = None, version: str | None = None) -> Response:
    """Send the shapes: every one with what it asks for and what it says where that fails."""
    return _sent(SHAPES, ending, version)


@blueprint.get("/ns/context.jsonld")
@blueprint.get("/context.jsonld", endpoint="context_by_iri")
def context() -> Response:
    """Send the JSON-LD context that documents name; its second address is the end of its IRI."""
    text = (resources.folder("ontology") / "context.jsonld").read_bytes()
    return Response(text, content_type=formats.JSON_LD.media_type)


def _sent(part: Part, ending: str | None, version: str | None) -> Response:
    path, format_ = f"/{part.name}", None
    if ending is not None:
        _, format_ = suffixed(f"{part.name}.{ending}")
        if format_ is None:
            names = ", ".join(f"{path}.{item.endings[0]}" for item in DOCUMENTS)
            raise NotFound(f"there is no such document; there are {names}")
    if version is not None:
        version, format_ = suffixed(version)
        path = f"{path}/{version}"
    with state().reading(parameters.revision(parameters.of_url())) as reading:
        snapshot = reading.snapshot
        read = _read(state().readings, reading.revision)
        _hold(part, read, version)
        negotiated = format_ is None
        format_ = format_ or of_document()
        address = Address(request.script_root + path, query())
        answer = Answer(address, part.graph, format_, negotiated=negotiated)
        if format_ != HTML:
            return answer.data([quad[:3] for quad in snapshot.quads(graph=part.graph)])
        return answer.page(_page(part, read, reading.revision, address))


def _hold(part: Part, read: Vocabulary, version: str | None) -> None:
    """Refuse what this revision does not hold."""
    if not (read.terms if part == ONTOLOGY else read.shapes):
        raise NotFound(f"this revision holds nothing under /{part.name}")
    header = read.header if part == ONTOLOGY else read.shapes_header
    if version is not None and header.version_iri != f"{part.graph}/{version}":
        raise NotFound(f"there is no such version here; there is {header.version}")


@lru_cache(maxsize=4)
def _read(readings: Readings, revision: int) -> Vocabulary:
    with readings.open(revision) as reading:
        ontology, rules = map(reading.snapshot.graph, (ONTOLOGY.graph, SHAPES.graph))
    return vocabulary.read(ontology, rules)


@lru_cache(maxsize=4)
def _uses(readings: Readings, revision: int) -> Mapping[str, int]:
    """Count once per revision."""
    with readings.open(revision) as reading:
        return vocabulary.uses(reading.snapshot, _read(readings, revision))


def _page(part: Part, read: Vocabulary, revision: int, address: Address) -> str:
    check()
    chosen, carried = language(), query()
    g.revision, g.pinned = revision, "revision" in parameters.of_url()
    places = {
        "sg": (read.terms, url_for(".ontology") + carried),
        "sgsh": (read.shapes, url_for(".shapes") + carried),
    }
    here = "sg" if part == ONTOLOGY else "sgsh"

    def link(found: re.Match[str]) -> str:
        prefix, name = found.groups()
        names, page = places[prefix]
        place = f"{'' if prefix == here else page}#{name}"
        return f'<a href="{escape(place)}">{found[0]}</a>' if name in names else found[0]

    return render_template(
        part.template,
        vocabulary=read,
        uses=_uses(state().readings, revision) if part == ONTOLOGY else {},
        counted=vocabulary.COUNTED,
        said=partial(_said, language=chosen),
        linked=lambda text: Markup(_NAME.sub(link, str(escape(text)))),  # noqa: S704  # escaped
        twins=address.twins(),
        query=carried,
    )


def _said(text: Text, language: str) -> str:
    """Choose a text's language: that of the answer, else English, else any."""
    return next((text[tag] for tag in (language, "en", *text) if tag in text), "")
