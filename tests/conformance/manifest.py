"""Manifests of the W3C: what is to be done in each test, and what has to come of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rdflib import RDF, RDFS, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection

from tests.conformance.suites import CATEGORIES, local

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rdflib.term import Node

    from tests.conformance.suites import Source

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")


class ManifestError(Exception):
    """A manifest that is missing, empty, or says what is not understood."""


@dataclass(frozen=True, order=True)
class Sources:
    """Files of a dataset, by IRI: of the default graph, and of named graphs as (name, file)."""

    default: tuple[str, ...] = ()
    named: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Exchange:
    """One HTTP request, and what has to be answered.

    ``statuses`` are names of hts: (``OK``, ``StatusCode4xx``), any of which will do. ``expected``
    is Turtle. ``location`` is the variable that takes the Location header's value.
    """

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes | None
    statuses: tuple[str, ...]
    boolean: bool | None = None
    form: str = ""
    expected: str = ""
    location: str = ""


@dataclass(frozen=True)
class Test:
    """One entry. ``node`` in ``graph`` is its description; ``request`` the IRI of a text."""

    __test__ = False

    iri: str
    kind: str
    suite: str
    name: str
    request: str = ""
    given: Sources = Sources()
    result: str = ""
    after: Sources = Sources()
    lax: bool = False
    exchanges: tuple[Exchange, ...] = ()
    graph: Graph = field(default_factory=Graph, repr=False, compare=False)

    @property
    def local_name(self) -> str:
        """The last part of the IRI."""
        return self.iri.rpartition("#")[2].rpartition("/")[2]


def read(source: Source, root: Path) -> list[Test]:
    """Read a manifest and all it includes; ManifestError where one of them has no tests."""
    return list(_tests(source, source.manifest, root))


def _tests(source: Source, iri: str, root: Path) -> Iterator[Test]:
    path = local(iri, root)
    if not path.is_file():
        raise ManifestError(f"there is no manifest {iri}")
    graph = Graph().parse(path, format="turtle", publicID=iri)
    headers = {URIRef(iri), *graph.subjects(RDF.type, MF.Manifest)}
    included = [str(part) for head in headers for part in _listed(graph, head, MF.include)]
    entries = [entry for head in headers for entry in _listed(graph, head, MF.entries)]
    if not included and not entries:
        raise ManifestError(f"the manifest {iri} has no tests")
    for part in included:
        yield from _tests(source, part, root)
    for entry in entries:
        yield _test(source, graph, entry)


def _listed(graph: Graph, node: Node, predicate: URIRef) -> list[Node]:
    """Return the values of a property, those that are lists with their members."""
    found: list[Node] = []
    for value in graph.objects(node, predicate):
        whole = value == RDF.nil or (value, RDF.first, None) in graph
        found.extend(Collection(graph, value) if whole else [value])
    return found


def _test(source: Source, graph: Graph, entry: Node) -> Test:
    kinds = [str(kind) for kind in graph.objects(entry, RDF.type)]
    kind = next((name for name in map(_local, kinds) if name in CATEGORIES), None)
    if kind is None and not source.excluded:
        raise ManifestError(f"<{entry}> is of no kind that is known: {kinds}")
    suite = source.label if source.excluded else f"{source.label} {CATEGORIES[kind or '']}"
    action, result = graph.value(entry, MF.action), graph.value(entry, MF.result)
    name = graph.value(entry, MF.name) or graph.value(entry, RDFS.label)
    test = Test(str(entry), kind or "", suite, str(name), graph=graph)
    if source.excluded or action is None or kind == "Validate":
        return test
    vocabulary = UT if (action, UT.request, None) in graph else QT
    text = graph.value(action, UT.request) or graph.value(action, QT.query)
    written = graph.value(action, HT.requests)
    return Test(
        iri=test.iri,
        kind=test.kind,
        suite=suite,
        name=test.name,
        request=str(text or action),
        given=_sources(graph, entry if written else action, UT if written else vocabulary),
        result=str(result) if isinstance(result, URIRef) else "",
        after=Sources() if result is None else _sources(graph, result, UT),
        lax=graph.value(entry, MF.resultCardinality) == MF.LaxCardinality,
        exchanges=tuple(_exchange(graph, one) for one in Collection(graph, written))
        if written
        else (),
        graph=graph,
    )


def _sources(graph: Graph, node: Node, vocabulary: Namespace) -> Sources:
    named = []
    for value in graph.objects(node, vocabulary.graphData):
        file = graph.value(value, vocabulary.graph) or graph.value(value, UT.data) or value
        named.append((str(graph.value(value, RDFS.label) or file), str(file)))
    default = sorted(str(file) for file in graph.objects(node, vocabulary.data))
    return Sources(tuple(default), tuple(sorted(named)))


def _exchange(graph: Graph, node: Node) -> Exchange:
    answer = graph.value(node, HT.resp)
    body = graph.value(node, HT.body)
    if answer is None:
        raise ManifestError("a request without an answer")
    boolean = graph.value(answer, MF.expectedBoolean)
    returned = graph.value(answer, HT.body)
    return Exchange(
        method=_text(graph, node, HT.methodName),
        path=_text(graph, node, HT.absolutePath),
        headers=tuple(
            (_text(graph, header, HT.fieldName), _text(graph, header, HT.fieldValue))
            for header in _listed(graph, node, HT.headers)
        ),
        body=None
        if body is None
        else _text(graph, body, CNT.chars).encode(_text(graph, body, CNT.characterEncoding)),
        statuses=tuple(sorted(map(_local, graph.objects(answer, MF.expectedStatus)))),
        boolean=boolean.toPython() if isinstance(boolean, Literal) else None,
        form=_text(graph, answer, MF.expectedFormat),
        expected="" if returned is None else _text(graph, returned, CNT.chars),
        location=_text(graph, answer, MF.expectedLocation),
    )


def _text(graph: Graph, node: Node, predicate: URIRef) -> str:
    return str(graph.value(node, predicate) or "")


def _local(iri: object) -> str:
    return str(iri).rpartition("#")[2]
