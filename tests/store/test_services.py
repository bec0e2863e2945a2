"""SERVICE is a join with what allowed endpoints answer, and the engine asks nobody."""

from __future__ import annotations

import io
import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import pytest
from pyoxigraph import (
    Dataset,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    parse_query_results,
)

from kg import formats
from kg.errors import LimitError, QueryError, QueryRefused, QuerySyntaxError
from kg.fetch import Fetcher
from kg.query import Request
from kg.store import services
from kg.store.evaluation import evaluate
from tests.servers import Asked, Server, response, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

EX = "https://example.org/"
JSON = "application/sparql-results+json"
HERE = """PREFIX : <https://example.org/>
:ada :knows :bob, :eve . :bob :age 40 . :ada :age 36 . :eve :age 40 . :ada :note "here" ."""
THERE = r"""PREFIX : <https://example.org/>
:bob :name "Bob"@en ; :city :paris . :eve :name "E}v\"e # {\n" . :paris :name "Paris"@fr ;
:size 2.5 . :ada :city :rome . :rome :size 3 . :bob :likes [ :name "tea" ] . """
OPEN = Fetcher(public=lambda _: True)


def loaded(*texts: str) -> Store:
    """Make a store of Turtle."""
    store = Store()
    for text in texts:
        store.load(text, RdfFormat.TURTLE)
    return store


def answer(store: Store, asked: Asked) -> bytes:
    """Answer as an endpoint does."""
    text = parse_qs(asked.body.decode(), keep_blank_values=True)["query"][0]
    found = store.query(text)
    assert isinstance(found, QuerySolutions)
    body = found.serialize(format=QueryResultsFormat.JSON)
    assert body is not None
    return response(body, Content_Type=f"{JSON}; charset=utf-8")


@dataclass(frozen=True)
class Join:
    """A store here, an endpoint at ``<E>`` and another at ``<F>``."""

    here: Store
    first: Server
    second: Server

    def placed(self, text: str) -> str:
        """Write the addresses of the endpoints into a query."""
        return text.replace("<E>", f"<{self.first.url}>").replace("<F>", f"<{self.second.url}>")

    def answer(self, text: str, base: str | None = None) -> bytes:
        """Answer a query."""
        output = io.BytesIO()
        request = Request(self.placed(text), base=base, graph_format=formats.N_TRIPLES)
        evaluate(self.here, request, output, (self.first.host, self.second.host), OPEN)
        return output.getvalue()


@pytest.fixture(scope="module")
def join() -> Iterator[Join]:
    """Two stores, one of them behind two endpoints."""
    there = loaded(THERE)
    with (
        serving(lambda asked: [answer(there, asked)]) as first,
        serving(lambda asked: [answer(there, asked)]) as second,
    ):
        yield Join(loaded(HERE), first, second)


QUERIES = [
    "SELECT * { ?x :age ?a SERVICE <E> { ?x :name ?n } }",
    "SELECT ?n ?x { SERVICE <E> { ?x :name ?n } ?x :age ?a . }",
    "SELECT * { ?x :age ?a . SERVICE <E> { ?x :name ?n } . ?y :knows ?x }",
    "SELECT * { ?x :age ?a OPTIONAL { SERVICE <E> { ?x :name ?n } } }",
    "SELECT * { ?x :age ?a OPTIONAL { SERVICE <E> { ?x :name ?n FILTER(lang(?n) = 'en') } } }",
    "SELECT * { { ?x :age ?a } UNION { SERVICE <E> { ?x :size ?s } } }",
    "SELECT * { ?x :age ?a MINUS { SERVICE <E> { ?x :name ?n } } }",
    "SELECT * { ?x :age ?a { SELECT ?x (COUNT(*) AS ?k) { SERVICE <E> { ?x ?p ?o }} GROUP BY ?x }}",
    "SELECT * { ?x :age ?a SERVICE <E> { SELECT ?x { ?x :city ?c } ORDER BY ?c LIMIT 1 } }",
    "SELECT (SUM(?s) AS ?t) { SERVICE <E> { ?x :size ?s } }",
    "SELECT * { SERVICE <E> { ?x :size ?s FILTER(?s < 3 && ?s>2) } }",
    "SELECT * { ?x :age ?a SERVICE <E> { OPTIONAL { ?x :city ?c } OPTIONAL { ?x :name ?n } } }",
    "SELECT * { SERVICE <E> { { ?x :city ?c } UNION { ?x :size ?s } } ?x :age ?a }",
    "SELECT * { SERVICE <E> { ?x :city ?c } SERVICE <F> { ?c :size ?s } }",
    "SELECT * { SERVICE <E> { ?x :city ?c } . OPTIONAL { SERVICE <F> { ?c :name ?s }} ?x :age 36 }",
    "SELECT * { ?x :age ?a FILTER EXISTS { SERVICE <E> { ?x :name ?n } } }",
    "SELECT * { ?x :age ?a FILTER NOT EXISTS { SERVICE <E> { ?x :name ?n } } }",
    "SELECT * { SERVICE <E> { ?x :city/:size ?s . BIND(?s * 2 AS ?d) VALUES ?x { :ada :eve } } }",
    "SELECT * { ?x :age ?a SERVICE <E> { :bob :city :paris } }",
    "SELECT * { ?x :age ?a SERVICE <E> { :bob :city :rome } }",
    "SELECT * { ?x :age ?a SERVICE <E> { } }",
    "SELECT * { ?x :age ?a SERVICE SILENT <E> { ?x :name ?n } }",
    "SELECT * { SERVICE <E> { ?x :name '''E}v\"e # {\n''' } }  # } SERVICE { ' \"\"\"",
    "SELECT * { SERVICE <E> { ?x :name ?n FILTER(?n != \"}\") # }\n FILTER(?n != '{\\'{') } }",
    "SELECT * { service silent <E>{?x :name ?service}?x :age ?a FILTER(?a > 1) }",
    "ASK { ?x :age 36 SERVICE <E> { ?x :city :rome } }",
    "ASK { ?x :age 40 SERVICE <E> { ?x :city :rome } }",
    "CONSTRUCT { ?x :called ?n } WHERE { ?x :age ?a SERVICE <E> { ?x :name ?n } }",
    "DESCRIBE ?x WHERE { ?x :age ?a SERVICE <E> { ?x :name 'Bob'@en } }",
    "BASE <http://base.example/> SELECT * { SERVICE <E> { ?x :name ?n BIND(<x> AS ?y) } }",
    "SELECT * { SERVICE <E> { ?x :no ?n } }",
    "SELECT * { OPTIONAL { SERVICE <E> { ?x :no ?n } } ?x :age ?a }",
]


def local(join: Join, text: str) -> bytes:
    """Answer what the query means: where it says SERVICE, a graph that holds what is there."""
    union = loaded(HERE)
    for place in (join.first.url, join.second.url):
        union.load(THERE, RdfFormat.TURTLE, to_graph=NamedNode(place))
    asked = join.placed(text)
    for word in ("SERVICE SILENT", "service silent", "SERVICE"):
        for place in (join.first.url, join.second.url):
            asked = asked.replace(f"{word} <{place}>", f"GRAPH <{place}>")
    found = union.query(asked)
    wanted = RdfFormat.N_TRIPLES if isinstance(found, QueryTriples) else QueryResultsFormat.JSON
    body = found.serialize(format=wanted)  # type: ignore[arg-type]  # each has its own
    assert body is not None
    return body


def unlabelled(term: object) -> str:
    """Write a term; what was a blank node there, without a label."""
    written = str(term)
    return "_:" if written.startswith(("_:", f"<{services.GENID}")) else written


def comparable(body: bytes) -> object:
    """Read an answer so that the order of solutions and of triples does not matter."""
    if not body.startswith(b"{"):
        return Counter(body.splitlines())
    found = parse_query_results(body, QueryResultsFormat.JSON)
    if isinstance(found, QueryBoolean):
        return bool(found)
    names = {variable.value for variable in found.variables}
    return names, Counter(
        frozenset((name, unlabelled(row[name])) for name in names if row[name] is not None)
        for row in found
    )


@pytest.mark.parametrize("query", QUERIES)
def test_the_same_as_a_graph(join: Join, query: str) -> None:
    """A service is joined wherever it stands as a graph with the same triples would be."""
    text = f"PREFIX : <{EX}> # SELECT\n{query}"
    assert comparable(join.answer(text)) == comparable(local(join, text))


def test_not_all_are_empty(join: Join) -> None:
    """Most of those queries have solutions, so that something is compared."""
    sizes = [len(local(join, f"PREFIX : <{EX}>\n{query}")) for query in QUERIES]
    assert sum(size > 100 for size in sizes) > len(QUERIES) * 0.6


@pytest.mark.parametrize(
    "head",
    ["PREFIX e: <{url}> SELECT * {{ SERVICE e: {{ ?x :city ?c }} }}",
     "PREFIX e: <http://{host}/> SELECT * {{ SERVICE e:here {{ ?x :city ?c }} }}",
     "BASE <http://{host}/there/> SELECT * {{ SERVICE <../here> {{ ?x :city ?c }} }}",
     "SELECT * {{ SERVICE </here> {{ ?x :city ?c }} }}",
     "SELECT * {{ SERVICE # <http://other.example/> {{\n SILENT # }}\n<{url}>{{ ?x :city ?c }} }}"],
)  # fmt: skip
def test_endpoints_are_resolved(join: Join, head: str) -> None:
    """An endpoint may be written with a prefix, or relative to the base."""
    head = head.format(url=join.first.url, host=join.first.host)
    found = join.answer(f"PREFIX : <{EX}> {head}", base=f"http://{join.first.host}/sparql")
    assert len(json.loads(found)["results"]["bindings"]) == 2
    assert join.first.asked[-1].path == "/here"


def test_the_question(join: Join) -> None:
    """An endpoint is sent the declarations and the pattern, as they stand, and nothing else."""
    join.answer(f"PREFIX : <{EX}> SELECT ?x {{ ?x :age 7 SERVICE <E> {{ ?x :name '}}' # }}\n }} }}")
    asked = join.first.asked[-1]
    assert (asked.method, asked.headers["Accept"]) == ("POST", JSON)
    text = parse_qs(asked.body.decode())["query"][0]
    assert text == f"PREFIX : <{EX}> \nSELECT * WHERE {{ ?x :name '}}' # }}\n }}"


def test_blank_nodes(join: Join) -> None:
    """A blank node from elsewhere is one name within an answer, and another in the next."""
    text = f"PREFIX : <{EX}> SELECT ?b {{ SERVICE <E> {{ ?x :likes ?b . ?b ?p ?o }} }}"
    twice = f"{text[:-1]} SERVICE <F> {{ ?x :likes ?b }} }}"
    rows = json.loads(join.answer(text.replace("?x :likes ?b", "?x :likes ?b, ?c")))["results"]
    [row] = rows["bindings"]
    assert row["b"]["value"].startswith(services.GENID)
    assert row["b"]["type"] == "uri"
    assert json.loads(join.answer(twice))["results"]["bindings"] == []


REFUSED = [
    ("SELECT * {{ SERVICE <http://{host}/h\\u0065re> {{ }} }}", "write its endpoint plainly"),
    ("SELECT * {{ SERVICE <http://other.example/x> {{ }} }}", r"host, other\.example, which"),
    ("SELECT * {{ SERVICE SILENT <http://other.example/> {{ }} }}", "GRAPH_SERVICES does not"),
    ("SELECT * {{ SERVICE <http://127.0.0.1/> {{ }} }}", r"127\.0\.0\.1, which"),
    ("SELECT * {{ SERVICE <https://{host}@other.example/> {{ }} }}", "a name or a password"),
    ("SELECT * {{ SERVICE <http://other.example#@{host}/> {{ }} }}", r"other\.example, which"),
    ("SELECT * {{ SERVICE <ftp://{host}/> {{ }} }}", "no address of HTTP"),
    ("SELECT * {{ SERVICE <file:///etc/passwd> {{ }} }}", "no address of HTTP"),
    ("SELECT * {{ SERVICE <urn:x:y> {{ }} }}", "no address of HTTP"),
    ("SELECT * {{ BIND(<{url}> AS ?e) SERVICE ?e {{ }} }}", r"asks \?e, which may be any other"),
    ("SELECT * {{ VALUES ?e {{ <{url}> }} SERVICE SILENT $e {{ }} }}", r"asks \$e"),
    ("SELECT * {{ SERVICE <{url}> {{ SERVICE <{url}> {{ }} }} }}", "stands in another one"),
    ("ASK {{ SERVICE <{url}> {{ {{ SERVICE SILENT <http://o.example/> {{ }} }} }} }}", "another"),
    ("ASK {{ ?a ?b ?c FILTER(?a<?b&&'x>'='') SERVICE <{url}> {{ }} }} #'", "white space"),
    ("ASK {{ ?a ?b ?c FILTER(?a<?b&&'x>'!='') SERVICE <http://o.example/> {{ }} }} #'", "space"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "sentence"), REFUSED)
def test_refused(text: str, sentence: str) -> None:
    """Hosts that are not named are refused, silently too, and nobody is asked at all."""
    with serving(lambda _: [response()]) as server:
        asked = Request(text.format(url=server.url, host=server.host))
        with pytest.raises(QueryRefused, match=sentence):
            evaluate(Store(), asked, io.BytesIO(), (server.host,), OPEN)
        assert server.asked == []


@pytest.mark.parametrize("order", [1, -1])
def test_all_hosts_are_looked_at_first(join: Join, order: int) -> None:
    """Where one of the hosts is not allowed, the others are not asked either."""
    before = len(join.first.asked)
    parts = ["SERVICE <E> { }", "SERVICE <http://other.example/> { }"][::order]
    with pytest.raises(QueryRefused, match="other"):
        join.answer(f"ASK {{ {' '.join(parts)} }}")
    assert len(join.first.asked) == before


def test_private_addresses_are_refused_though_named() -> None:
    """Naming a host of the own network does not open it, nor does SILENT hide that."""
    with serving(lambda _: [response()]) as server:
        for silent in ("", "SILENT"):
            text = f"ASK {{ SERVICE {silent} <{server.url}> {{ }} }}"
            with pytest.raises(QueryRefused, match="not public"):
                evaluate(Store(), Request(text), io.BytesIO(), (server.host,))
        assert server.asked == []


@pytest.mark.parametrize(
    ("url", "hosts", "allowed"),
    [
        ("http://a.example/", ("a.example",), True),
        ("https://A.example:443/", ("b.example", "a.example"), True),
        ("https://a.example/", ("a.example:443",), True),
        ("http://a.example:8080/", ("a.example:8080",), True),
        ("http://a.example:8080/", ("a.example",), False),
        ("http://a.example/", ("a.example:8080",), False),
        ("https://a.example:80/", ("a.example",), False),
        ("http://b.a.example/", ("a.example",), False),
        ("http://a.example./", ("a.example",), False),
        ("http://a.example.evil.example/", ("a.example",), False),
    ],
)
def test_hosts(url: str, hosts: tuple[str, ...], *, allowed: bool) -> None:
    """A host without a port is allowed at the ports of HTTP and HTTPS, and a name is that alone."""
    nowhere = Fetcher(public=lambda _: False)
    sentence = "has no address" if allowed else "STANCEGRAPH_SERVICES does not name"
    with pytest.raises(QueryError, match=sentence):
        evaluate(Store(), Request(f"ASK {{ SERVICE <{url}> {{ }} }}"), io.BytesIO(), hosts, nowhere)


SOLUTION = {"head": {"vars": ["x"]}, "results": {"bindings": []}}
FAILURES = [
    (response(b"x", 500), "status 500"),
    (response(b"", 302, Location="http://127.0.0.1/"), "sends on to another address"),
    (response(b"<sparql/>", Content_Type="application/sparql-results+xml"), r"results\+xml, not"),
    (response(json.dumps(SOLUTION).encode(), Content_Type="text/html"), "text/html, not with"),
    (response(json.dumps(SOLUTION).encode()), "no type, not with"),
    (response(b"<sparql/>", Content_Type=JSON), "no solutions"),
    (response(b'{"head":{"vars":["x"]},"results":{"bindi', Content_Type=JSON), "no solutions"),
    (response(b'{"head":{},"boolean":true}', Content_Type=JSON), "no solutions"),
    (response(b"[]", Content_Type=JSON), "no solutions"),
    (b"", "broke off"),
]


@pytest.mark.parametrize(("raw", "sentence"), FAILURES)
def test_failures(raw: bytes, sentence: str) -> None:
    """An endpoint that fails fails the query; silently, it has one solution that binds nothing."""
    here = loaded(HERE)
    with serving(lambda _: [raw]) as server:
        asked = (
            f"PREFIX : <{EX}> SELECT * {{ ?x :age 36 SERVICE %s <{server.url}> {{ ?x :p ?y }} }}"
        )
        with pytest.raises(QueryError, match=sentence) as caught:
            evaluate(here, Request(asked % ""), io.BytesIO(), (server.host,), OPEN)
        assert f"the SERVICE at {server.host} cannot be joined" in str(caught.value)
        output = io.BytesIO()
        evaluate(here, Request(asked % "SILENT"), output, (server.host,), OPEN)
    found = json.loads(output.getvalue())
    assert found["head"]["vars"] == ["x", "y"]
    assert [row.keys() for row in found["results"]["bindings"]] == [{"x"}]


INJECTED = [
    ("uri", "http://x> } SERVICE <http://127.0.0.1/> { <a:b"),
    ("literal", 'x") } SERVICE <http://127.0.0.1/> { ?a ?b "'),
    ("literal", "SERVICE \\ ' \" \n \r \t \0 \x01 \u2028 }"),
    ("bnode", "b> } SERVICE <http://127.0.0.1/> {"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "value"), INJECTED)
def test_answers_are_data(kind: str, value: str) -> None:
    """Whatever an endpoint answers is a term or nothing, never a part of the query."""
    rows = [{"x": {"type": kind, "value": value}}]
    said = {"head": {"vars": ["y", "x"]}, "results": {"bindings": rows}}
    raw = response(json.dumps(said).encode(), Content_Type=JSON)
    with serving(lambda _: [raw]) as server:
        request = Request(f"SELECT * {{ SERVICE <{server.url}> {{ ?x ?y 'SERVICE' }} }}")
        output = io.BytesIO()
        if kind != "literal":
            with pytest.raises(QueryError, match="no solutions"):
                evaluate(Store(), request, output, (server.host,), OPEN)
            return
        evaluate(Store(), request, output, (server.host,), OPEN)
    [row] = json.loads(output.getvalue())["results"]["bindings"]
    assert row == {"x": {"type": "literal", "value": value}}


def test_variables_that_were_not_asked_for() -> None:
    """An endpoint binds the variables of its pattern and no others."""
    body = (
        b'{"head":{"vars":["z","x"]},"results":{"bindings":[{"z":{"type":"literal","value":"a"}}]}}'
    )
    with serving(lambda _: [response(body, Content_Type=JSON)]) as server:
        request = Request(f"SELECT * {{ BIND(1 AS ?z) SERVICE <{server.url}> {{ ?x ?y 1 }} }}")
        output = io.BytesIO()
        evaluate(Store(), request, output, (server.host,), OPEN)
    [row] = json.loads(output.getvalue())["results"]["bindings"]
    assert {name: value["value"] for name, value in row.items()} == {"z": "1"}


def test_too_many_clauses(join: Join) -> None:
    """One query asks a few times, not many."""
    clause = "SERVICE <E> { :bob :city ?c } "
    ten = f"PREFIX : <{EX}> SELECT ?c {{ {clause * services.CLAUSES} }}"
    assert len(json.loads(join.answer(ten))["results"]["bindings"]) == 1
    with pytest.raises(QueryError, match="11 SERVICE clauses are too many: ask 10 at a time"):
        join.answer(ten.replace(clause, clause * 2, 1))


def test_too_much_together() -> None:
    """The answers of all endpoints have one limit together, which SILENT does not hide."""
    row = {"x": {"type": "literal", "value": "a" * 100_000}}
    rows = [row] * (services.BYTES * 2 // 3 // 100_000)
    body = json.dumps({"head": {"vars": ["x"]}, "results": {"bindings": rows}}).encode()
    with serving(lambda _: [response(body, Content_Type=JSON)]) as server:
        clause = f"SERVICE SILENT <{server.url}> {{ ?x ?p ?o }} "
        evaluate(Store(), Request(f"ASK {{ {clause} }}"), io.BytesIO(), (server.host,), OPEN)
        with pytest.raises(LimitError, match="longer than"):
            evaluate(
                Store(), Request(f"ASK {{ {clause * 2} }}"), io.BytesIO(), (server.host,), OPEN
            )


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("SELECT * { SERVICE <http://e/> { ?s ?p ?o }", 1, 44),
        ("SELECT *\n{ SERVICE <http://e/> { ?s ?p }\n}", 2, 31),
        ("SELECT * { SERVICE <http://e/> { ?s ?p ?o } } \n LIMT 5", 2, 2),
        ("SELECT * { SERVICE <http://e/> { } UNION { } }", 1, 36),
    ],
)
def test_places_of_errors(text: str, line: int, column: int) -> None:
    """A syntax error is where it is in the text that was sent, also within a service's pattern."""
    with pytest.raises(QuerySyntaxError) as caught:
        evaluate(Store(), Request(text), io.BytesIO(), ("e.example",), OPEN)
    assert (caught.value.line, caught.value.column) == (line, column)


def test_literals_cross_whole() -> None:
    """Datatypes and languages come over as they are."""
    there = Store()
    terms = [Literal("1.50", datatype=NamedNode(EX + "t")), Literal("é\n\"'\\", language="de-at")]
    there.extend(Dataset(Quad(NamedNode(EX), NamedNode(EX), term) for term in terms))
    output = io.BytesIO()
    with serving(lambda asked: [answer(there, asked)]) as server:
        request = Request(f"SELECT ?o {{ SERVICE <{server.url}> {{ ?s ?p ?o }} }}")
        evaluate(Store(), request, output, (server.host,), OPEN)
    found = parse_query_results(output.getvalue(), QueryResultsFormat.JSON)
    assert isinstance(found, QuerySolutions)
    assert {row[0] for row in found} == set(terms)
