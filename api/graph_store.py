"""``/graphs``: the SPARQL 1.1 Graph Store Protocol, indirect (``?graph=``) and direct.

Directly a graph is named by its own address below ``/graphs/``. Graphs without triples are not
kept: to put nothing into a graph is to delete it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from flask import Blueprint, Response, request, url_for
from rdflib import Graph, URIRef
from werkzeug.exceptions import BadRequest, NotAcceptable, PreconditionFailed, UnsupportedMediaType

from api import answering, parameters, update, validators, writing
from api.access import author, needs
from api.negotiate import chosen, listed
from api.state import state
from kg import formats
from kg.errors import InputError, NotFound
from kg.query import Request, Update
from kg.store.base import Change
from kg.store.delta import SHARED
from kg.store.reading import read

if TYPE_CHECKING:
    from kg.store.base import Quad, Store, Triple
    from kg.store.snapshot import RevisionSnapshot

TRIPLES = tuple(format_ for format_ in formats.RDF if not format_.named_graphs)
"""What a graph can be sent as; JSON-LD as well, if it names no graph in itself."""
SENT = (*TRIPLES, formats.JSON_LD)


blueprint = Blueprint("graph_store", __name__)


@dataclass(frozen=True)
class Place:
    """A graph that a request names: its name, None for the default graph."""

    name: URIRef | None

    def exists(self, snapshot: RevisionSnapshot) -> bool:
        """Tell whether there is such a graph; the default graph always is."""
        return self.name is None or any(True for _ in snapshot.quads(graph=self.name))

    def quads(self, snapshot: RevisionSnapshot) -> frozenset[Quad]:
        """Return what the graph holds; of the default graph, what no named graph holds."""
        if self.name is not None:
            return frozenset(snapshot.quads(graph=self.name))
        return frozenset(snapshot.unnamed_quads())


@blueprint.get("/graphs")
@blueprint.get("/graphs/<path:name>")
def get(name: str | None = None) -> Response:
    """Send a graph."""
    values = parameters.of_url()
    place = _place(name)
    wanted = chosen(formats.GRAPHS, parameters.names(values, "format"))
    if wanted is None:
        raise NotAcceptable(f"a graph can be had as {listed(formats.GRAPHS)}")
    pattern = "?s ?p ?o" if place.name is None else f"GRAPH {place.name.n3()} {{ ?s ?p ?o }}"
    revision = parameters.revision(values)
    with state().store.snapshot(revision) as snapshot:
        _found(place, snapshot)
        asked = Request(
            f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {pattern} }}",
            union=state().settings.default_graph == "union",
            revision=snapshot.revision,
            graph_format=wanted,
        )
        return answering.of_query(asked)


@blueprint.put("/graphs")
@blueprint.put("/graphs/<path:name>")
@needs("writer")
def put(name: str | None = None) -> Response:
    """Put what is sent in the place of a graph: 201 where there was none."""
    place = _place(name)
    return _written(place, _sent(), replace=True)


@blueprint.post("/graphs")
@blueprint.post("/graphs/<path:name>")
@needs("writer")
def post(name: str | None = None) -> Response:
    """Add what is sent to a graph; without one named, make one, and say in Location which."""
    if name is None and not {"graph", "default"} & parameters.of_url().keys():
        made = URIRef(url_for("graph_store.get", name=str(uuid4()), _external=True))
        response = _written(Place(made), _sent(), replace=False)
        response.location = str(made)
        return response
    return _written(_place(name), _sent(), replace=False)


@blueprint.delete("/graphs")
@blueprint.delete("/graphs/<path:name>")
@needs("writer")
def delete(name: str | None = None) -> Response:
    """Delete a graph."""
    place = _place(name)
    with state().store.snapshot() as snapshot:
        _found(place, snapshot)
    return _written(place, (), replace=True)


@blueprint.patch("/graphs")
@blueprint.patch("/graphs/<path:name>")
@needs("writer")
def patch(name: str | None = None) -> Response:
    """Make an update of a graph: what names no graph in it means this one."""
    if request.mimetype != update.DIRECT:
        raise UnsupportedMediaType(f"a patch is an update: send it as {update.DIRECT}")
    place = _place(name)
    text = parameters.body_text()
    graph = None if place.name is None else str(place.name)
    return update.made(Update(text, graph=graph, base=graph or parameters.address()))


def _place(name: str | None) -> Place:
    """Read which graph a request names.

    :raises BadRequest: it names none, or more than one, or what is no IRI
    """
    values = parameters.of_url()
    if name is not None:
        if {"graph", "default"} & values.keys():
            raise BadRequest("the address names a graph itself; leave graph and default out")
        return Place(URIRef(parameters.address()))
    graph = parameters.single(values, "graph")
    if ("default" in values) == (graph is not None):
        raise BadRequest("name one graph: graph=<its IRI>, or default")
    if graph is None:
        return Place(None)
    if not parameters.is_iri(graph):
        raise BadRequest(f"graph is {graph[:100]!r}, which is no absolute IRI")
    return Place(URIRef(graph))


def _found(place: Place, snapshot: RevisionSnapshot) -> None:
    if not place.exists(snapshot):
        raise NotFound(f"there is no graph {place.name} in revision {snapshot.revision}")


def _sent() -> tuple[Triple, ...]:
    """Read the graph that is sent: the body, or the files of a form."""
    if request.mimetype == "multipart/form-data":
        files = [file for some in request.files.listvalues() for file in some]
        if not files:
            raise BadRequest("the form has no file")
        return tuple(t for file in files for t in _parsed(file.read(), file.mimetype))
    return _parsed(parameters.body(), request.mimetype)


def _parsed(body: bytes, media_type: str) -> tuple[Triple, ...]:
    source = formats.find(media_type, SENT) if media_type else None
    if source is None or media_type not in source.media_types:
        raise UnsupportedMediaType(f"say in Content-Type what is sent: {listed(SENT)}")
    triples: tuple[Triple, ...] = answering.run(parsed, body, source.name)
    return triples


def parsed(_: Store, body: bytes, source: str) -> tuple[Triple, ...]:
    """Read triples; runs in a worker process.

    :raises InputError: it names graphs
    """
    document = read(body, formats.named(source, SENT), "the request")
    if any(graph is not None for *_, graph in document.quads):
        raise InputError("the request names graphs in itself; a graph store takes one graph")
    return tuple((s, p, o) for s, p, o, _ in document.quads)


def _written(place: Place, triples: tuple[Triple, ...], *, replace: bool) -> Response:
    """Publish a graph with triples; what it is to become is worked out while others wait."""
    store = state().store
    existed = True

    def make() -> Change:
        nonlocal existed
        with store.snapshot() as snapshot:
            validators.expected(snapshot.revision)
            existed = place.exists(snapshot)
            old = place.quads(snapshot) if replace else frozenset()
        if request.if_none_match.star_tag and existed:
            raise PreconditionFailed(f"there is a graph {place.name} already")
        return _change(place, triples, old, replace=replace)

    outcome = store.commit_of(make, author())
    return writing.answered(outcome, 201 if triples and not existed else 200)


def _change(
    place: Place, triples: tuple[Triple, ...], old: frozenset[Quad], *, replace: bool
) -> Change:
    """Say what is to be done; a graph with an owner is given whole, so that labels may differ."""
    verb = "put" if replace and triples else "add to" if triples else "delete"
    message = f"{verb} {place.name or 'the unnamed graph'}"
    if replace and triples and place.name is not None and place.name not in SHARED:
        graph = Graph(identifier=place.name)
        for triple in triples:
            graph.add(triple)
        return Change({place.name: graph}, message=message)
    new = frozenset((*triple, place.name) for triple in triples)
    return Change(added=new, removed=old - new, message=message)
