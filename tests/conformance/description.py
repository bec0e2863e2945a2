"""The service description: RDF, with its endpoint, in the vocabulary's own terms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rdflib import RDF, Graph, Literal, Namespace, URIRef

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rdflib.term import Node

    from tests.conformance.manifest import Test
    from tests.conformance.surface import Surface

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")

RANGES: dict[URIRef, tuple[URIRef, URIRef | None]] = {
    SD.endpoint: (SD.Service, None),
    SD.feature: (SD.Service, SD.Feature),
    SD.defaultEntailmentRegime: (SD.Service, SD.EntailmentRegime),
    SD.entailmentRegime: (SD.NamedGraph, SD.EntailmentRegime),
    SD.defaultSupportedEntailmentProfile: (SD.Service, SD.EntailmentProfile),
    SD.supportedEntailmentProfile: (SD.NamedGraph, SD.EntailmentProfile),
    SD.extensionFunction: (SD.Service, SD.Function),
    SD.extensionAggregate: (SD.Service, SD.Aggregate),
    SD.languageExtension: (SD.Service, SD.Feature),
    SD.supportedLanguage: (SD.Service, SD.Language),
    SD.propertyFeature: (SD.Service, SD.Feature),
    SD.defaultDataset: (SD.Service, SD.Dataset),
    SD.availableGraphs: (SD.Service, SD.GraphCollection),
    SD.resultFormat: (SD.Service, None),
    SD.inputFormat: (SD.Service, None),
    SD.defaultGraph: (SD.Dataset, SD.Graph),
    SD.namedGraph: (SD.GraphCollection, SD.NamedGraph),
    SD.name: (SD.NamedGraph, None),
    SD.graph: (SD.NamedGraph, SD.Graph),
}
"""Each property's domain and range (SPARQL 1.1 Service Description, section 3.4)."""
CLASSES = frozenset(
    {
        *(SD.Service, SD.Feature, SD.Language, SD.Function, SD.Aggregate, SD.EntailmentRegime),
        *(SD.EntailmentProfile, SD.GraphCollection, SD.Dataset, SD.Graph, SD.NamedGraph),
    }
)
INSTANCES = frozenset(
    {
        *(SD.SPARQL10Query, SD.SPARQL11Query, SD.SPARQL11Update, SD.DereferencesURIs),
        *(SD.UnionDefaultGraph, SD.RequiresDataset, SD.EmptyGraphs, SD.BasicFederatedQuery),
    }
)
TERMS = CLASSES | INSTANCES | RANGES.keys()
_SUBCLASSES: dict[Node, URIRef] = {SD.Dataset: SD.GraphCollection}


def describe(test: Test, surface: Surface, _root: Path) -> str:
    """Run one of the three tests; return what is wrong."""
    for media_type in ("text/turtle", "application/rdf+xml"):
        reply = surface.send("GET", surface.query, {"Accept": media_type})
        if reply.status != 200 or reply.media_type != media_type:
            return f"asked for {media_type}, answered {reply.media_type} {reply}"
        graph = Graph().parse(data=reply.content, format=media_type, publicID=surface.url)
        if wrong := _CHECKS[test.local_name](graph, surface.url + surface.query):
            return wrong
    return ""


def not_rdf(graph: Graph, _endpoint: str) -> str:
    """Say whether there is a description at all."""
    return "" if len(graph) else "an empty graph"


def not_its_endpoint(graph: Graph, endpoint: str) -> str:
    """Say what is wrong with the triple that names the endpoint that was asked."""
    found = [str(value) for value in graph.objects(None, SD.endpoint)]
    return "" if endpoint in found else f"<{endpoint}> is not among the endpoints: {found}"


def not_in_schema(graph: Graph, _endpoint: str) -> str:
    """Say which triple the vocabulary has no place for."""
    if (None, RDF.type, SD.Service) not in graph:
        return "there is no sd:Service"
    return next(_misfits(graph), "")


def _misfits(graph: Graph) -> Iterator[str]:
    for service in graph.subjects(RDF.type, SD.Service):
        if (service, SD.endpoint, None) not in graph:
            yield f"{service} has no sd:endpoint"
    for triple in graph:
        subject, predicate, object_ = triple
        domain, range_ = RANGES.get(URIRef(str(predicate)), (None, None))
        literal = domain is not None and isinstance(object_, Literal)
        if literal or not _may_be(graph, subject, domain) or not _may_be(graph, object_, range_):
            yield f"not in the schema: {triple}"
        for term in triple:
            if isinstance(term, URIRef) and term.startswith(SD) and term not in TERMS:
                yield f"{term} is no term of the vocabulary"


def _may_be(graph: Graph, node: Node, wanted: URIRef | None) -> bool:
    """Tell whether a node is of a class (None: of any), or of none that is known."""
    types = {kind for kind in graph.objects(node, RDF.type) if kind in CLASSES}
    types |= {_SUBCLASSES[kind] for kind in types if kind in _SUBCLASSES}
    if wanted is None or not types:
        return True
    return wanted in types or (wanted == SD.Graph and SD.NamedGraph in types)


_CHECKS = {
    "returns-rdf": not_rdf,
    "has-endpoint-triple": not_its_endpoint,
    "conforms-to-schema": not_in_schema,
}
