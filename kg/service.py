"""What a SPARQL endpoint says of itself (SPARQL 1.1 Service Description); pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rdflib import RDF, BNode, Namespace, URIRef

from kg import formats

if TYPE_CHECKING:
    from kg.formats import Format
    from kg.store.base import Triple

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
W3C_FORMATS = Namespace("http://www.w3.org/ns/formats/")
_IRIS: dict[Format, str] = {
    formats.TURTLE: "Turtle",
    formats.TRIG: "TriG",
    formats.N_TRIPLES: "N-Triples",
    formats.N_QUADS: "N-Quads",
    formats.RDF_XML: "RDF_XML",
    formats.JSON_LD: "JSON-LD",
    formats.JSON: "SPARQL_Results_JSON",
    formats.XML: "SPARQL_Results_XML",
    formats.CSV: "SPARQL_Results_CSV",
    formats.TSV: "SPARQL_Results_TSV",
}
"""By which IRI of the W3C's register a format goes."""


def description(endpoint: str, update: str, *, union: bool) -> list[Triple]:
    """Describe the service whose queries go to ``endpoint`` and whose updates go to ``update``.

    :param union: the default graph is the union of all graphs
    """
    service = URIRef(endpoint)
    dataset, graph = BNode("dataset"), BNode("default")
    found: list[Triple] = [
        (service, RDF.type, SD.Service),
        (service, SD.endpoint, service),
        (service, SD.endpoint, URIRef(update)),
        (service, SD.supportedLanguage, SD.SPARQL11Query),
        (service, SD.supportedLanguage, SD.SPARQL11Update),
        (service, SD.defaultDataset, dataset),
        (dataset, RDF.type, SD.Dataset),
        (dataset, SD.defaultGraph, graph),
        (graph, RDF.type, SD.Graph),
    ]
    if union:
        found.append((service, SD.feature, SD.UnionDefaultGraph))
    for some, predicate in (
        ((*formats.BINDINGS, *formats.GRAPHS), SD.resultFormat),
        (formats.RDF, SD.inputFormat),
    ):
        found += [(service, predicate, W3C_FORMATS[_IRIS[format_]]) for format_ in some]
    return found
