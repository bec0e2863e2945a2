"""Queries on an open revision: what they are asked of, and how they are answered."""

from __future__ import annotations

import errno
import io
import json
import socket
from typing import TYPE_CHECKING

import pytest
from rdflib import Dataset, Graph

from kg import formats
from kg.errors import (
    FormatError,
    LimitError,
    QueryError,
    QueryRefused,
    QuerySyntaxError,
    StorageError,
)
from kg.query import Request
from kg.settings import Settings
from kg.store.evaluation import evaluate
from kg.store.revisions import Revisions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pyoxigraph import Store as Engine

    from kg.formats import Format
    from kg.store.base import Change

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


@pytest.fixture(scope="module")
def engine(
    tmp_path_factory: pytest.TempPathFactory, numbers: Callable[..., Change]
) -> Iterator[Engine]:
    """An open revision with 1,003 quads in two graphs."""
    store = Revisions(Settings(data=tmp_path_factory.mktemp("evaluation") / "data"))
    store.commit(numbers(1000))
    store.commit(numbers(3, name="others"))
    with store.snapshot() as snapshot:
        yield snapshot.engine


def answered(engine: Engine, request: Request) -> bytes:
    """Return the bytes of an answer."""
    output = io.BytesIO()
    evaluate(engine, request, output)
    return output.getvalue()


def count(engine: Engine, request: Request) -> int:
    """Return the ?n of a query."""
    found = json.loads(answered(engine, request))
    return int(found["results"]["bindings"][0]["n"]["value"])


DATASETS = [
    ({"default_graphs": ("https://example.org/others",)}, "", 3),
    ({"default_graphs": ("https://example.org/others", "https://example.org/no")}, "", 3),
    ({"named_graphs": ("https://example.org/others",)}, "", 0),
    ({"default_graphs": ("https://example.org/others",)}, "FROM <https://example.org/numbers>", 3),
    ({}, "FROM <https://example.org/numbers>", 1000),
    ({}, "FROM <https://example.org/no>", 0),
    ({}, "FROM NAMED <https://example.org/numbers>", 0),
    ({}, "# FROM <https://example.org/numbers>\n", 1003),
]


@pytest.mark.parametrize(("dataset", "clause", "expected"), DATASETS)
def test_dataset(
    engine: Engine, dataset: dict[str, tuple[str, ...]], clause: str, expected: int
) -> None:
    """FROM chooses among the store's graphs, and the protocol's dataset comes before it."""
    text = COUNT.replace("{", clause + " {", 1)
    assert count(engine, Request(text, **dataset)) == expected  # type: ignore[arg-type]  # fields


def test_named_graphs(engine: Engine) -> None:
    """GRAPH sees all graphs, or just those that the protocol names."""
    text = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    assert count(engine, Request(text)) == 1003
    assert count(engine, Request(text, named_graphs=("https://example.org/others",))) == 3
    assert count(engine, Request(text, default_graphs=("https://example.org/others",))) == 0


def test_graph_names_are_iris(engine: Engine) -> None:
    """A dataset that is no IRI is refused by name."""
    with pytest.raises(QueryError, match="'no iri' is no IRI"):
        answered(engine, Request(COUNT, default_graphs=("no iri",)))


REACHING_OUT = [
    "SELECT * FROM <{url}> {{ ?s ?p ?o }}",
    "SELECT * FROM NAMED <{url}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
    "SELECT * {{ GRAPH <{url}> {{ ?s ?p ?o }} }}",
    "DESCRIBE <{url}>",
    "SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ SERVICE SILENT <{url}> {{ ?s ?p ?o }} }}",
    "SELECT * {{ BIND(<{url}> AS ?x) SERVICE ?x {{ ?s ?p ?o }} }}",
    "SELECT * {{ {{ SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }} }} }}",
    "SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} ",
    "LOAD <{url}>",
]


@pytest.mark.parametrize("text", REACHING_OUT)
def test_nothing_reaches_out(engine: Engine, text: str) -> None:
    """No query opens a connection: SERVICE is refused, and graphs are never fetched."""
    with socket.create_server(("127.0.0.1", 0)) as canary:
        url = f"http://127.0.0.1:{canary.getsockname()[1]}/x"
        request = Request(text.format(url=url))
        if "SERVICE" in text or "LOAD" in text:
            with pytest.raises((QueryRefused, QuerySyntaxError)):
                answered(engine, request)
        else:
            answered(engine, request)
        canary.settimeout(0.1)
        with pytest.raises(TimeoutError):
            canary.accept()


def test_service_as_a_word(engine: Engine) -> None:
    """The word in a literal, a comment or a name is no reason to refuse."""
    text = "PREFIX service: <a:b> SELECT (COUNT(?o) AS ?n) { ?service ?p ?o }  # SERVICE"
    assert count(engine, Request(text)) == 1003


@pytest.mark.parametrize("wanted", formats.BINDINGS)
@pytest.mark.parametrize("text", ["ASK { ?s ?p ?o }", "SELECT ?o { ?s ?p ?o } LIMIT 2"])
def test_bindings_formats(engine: Engine, text: str, wanted: Format) -> None:
    """ASK and SELECT are answered in every format, the boolean of CSV and TSV as a bare word."""
    output = io.BytesIO()
    assert evaluate(engine, Request(text, bindings_format=wanted), output) == wanted
    assert (b"true" in output.getvalue()) == text.startswith("ASK")


@pytest.mark.parametrize("wanted", formats.GRAPHS)
@pytest.mark.parametrize(
    "text", ["CONSTRUCT WHERE { ?s ?p ?o }", "DESCRIBE <https://example.org/numbers/7>"]
)
def test_graph_formats(engine: Engine, text: str, wanted: Format) -> None:
    """CONSTRUCT and DESCRIBE are answered in every format, and rdflib reads the same out of it."""
    output = io.BytesIO()
    assert evaluate(engine, Request(text, graph_format=wanted), output) == wanted
    names = {"ntriples": "nt", "rdfxml": "xml", "jsonld": "json-ld"}
    graph = Dataset(default_union=True)
    graph.parse(data=output.getvalue(), format=names.get(wanted.name, wanted.name))
    assert len(graph) == (1003 if text.startswith("CONSTRUCT") else 1)


def test_turtle_is_for_people(engine: Engine) -> None:
    """Turtle brings subjects together, types first, with the prefixes it needs and no others."""
    text = """PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
    CONSTRUCT { ?s skos:note ?o ; a skos:Concept }
    WHERE { VALUES (?s ?o) { (<a:b> 1) (<a:c> 2) } }"""
    body = answered(engine, Request(text)).decode()
    assert body.splitlines() == [
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .",
        "<a:b> a skos:Concept ;",
        "\tskos:note 1 .",
        "<a:c> a skos:Concept ;",
        "\tskos:note 2 .",
    ]
    assert len(Graph().parse(data=body)) == 4


def test_long_graphs_are_whole(engine: Engine) -> None:
    """What lies beyond the part that is put in order comes behind it, complete."""
    text = "CONSTRUCT { ?s ?p [] } WHERE { ?s ?p ?o . ?s2 ?p2 ?o2 } LIMIT 12000"
    body = answered(engine, Request(text, graph_format=formats.N_TRIPLES))
    assert body.count(b"\n") == 12000


@pytest.mark.parametrize(
    "request_",
    [Request("ASK {}", bindings_format=None), Request("DESCRIBE <a:b>", graph_format=None)],
)
def test_unwanted_form(engine: Engine, request_: Request) -> None:
    """A form of query that the asker takes no format for is refused, and the formats are named."""
    with pytest.raises(FormatError, match=r"can be had as (json|turtle) \("):
        answered(engine, request_)


def test_syntax_error(engine: Engine) -> None:
    """A syntax error has its place."""
    with pytest.raises(QuerySyntaxError, match="did you mean SELECT") as caught:
        answered(engine, Request("\n SELCT * {}"))
    assert (caught.value.line, caught.value.column) == (2, 2)


def test_unknown_function(engine: Engine) -> None:
    """A function that nobody knows is an error of the query."""
    with pytest.raises(QueryError, match="a:f"):
        answered(engine, Request("SELECT (<a:f>(1) AS ?x) {}"))


class Failing(io.RawIOBase):
    """Something to write to that fails as a file does."""

    def __init__(self, number: int) -> None:
        self._number = number

    def writable(self) -> bool:
        """Pretend that it can be written."""
        return True

    def write(self, _: object) -> int:
        """Fail."""
        raise OSError(self._number, "as a file fails")


@pytest.mark.parametrize("number", [errno.EFBIG, errno.ENOSPC])
def test_too_big(engine: Engine, number: int) -> None:
    """An answer that fits nowhere is told as such."""
    with pytest.raises(LimitError, match="too big to be kept: ask for less"):
        evaluate(engine, Request(COUNT), Failing(number))  # type: ignore[arg-type]  # a raw file


def test_storage(engine: Engine) -> None:
    """Any other failure of the disk is the store's."""
    with pytest.raises(StorageError, match="could not be read"):
        evaluate(engine, Request(COUNT), Failing(errno.EIO))  # type: ignore[arg-type]  # a raw file
