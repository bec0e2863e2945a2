from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rdflib import SH, Graph

from tests.conformance import description, protocol, shapes, sparql
from tests.conformance.manifest import Exchange, Test
from tests.conformance.surface import Reply

if TYPE_CHECKING:
    from rdflib.term import Node

JSON = {"content-type": "application/sparql-results+json"}
TURTLE = {"content-type": "text/turtle; charset=utf-8"}
PROBLEM = {"content-type": "application/problem+json"}
TRUE = b'{"head": {}, "boolean": true}'


def exchange(*statuses: str, boolean: bool | None = None, **more: str) -> Exchange:
    """Make a GET with what has to be answered."""
    return Exchange("GET", "/", (), None, statuses, boolean, **more)


@pytest.mark.parametrize(
    ("wanted", "reply", "said"),
    [
        (exchange("StatusCode2xx"), Reply(200, JSON, TRUE), ""),
        (exchange("OK", "NoContent"), Reply(204, {}, b""), ""),
        (exchange("Created"), Reply(200, {}, b""), "status"),
        (exchange("StatusCode4xx"), Reply(400, {}, b""), ""),
        (exchange("StatusCode4xx"), Reply(500, {}, b""), "status"),
        (exchange("StatusCode4xx"), Reply(401, {}, b""), "status"),
        (exchange("StatusCode4xx"), Reply(404, {}, b""), "status"),
        (exchange("NotFound"), Reply(404, {}, b""), ""),
        (exchange("OK", boolean=True), Reply(200, JSON, TRUE), ""),
        (exchange("OK", boolean=False), Reply(200, JSON, TRUE), "not False"),
        (exchange("OK", form="RDF"), Reply(200, JSON, TRUE), "no RDF format"),
        (exchange("OK", form="boolean"), Reply(200, TURTLE, b""), "no boolean format"),
        (exchange("OK", expected="<x:a> <x:b> [] ."), Reply(200, TURTLE, b""), "another graph"),
        (
            exchange("OK", expected="<x:a> <x:b> [] ."),
            Reply(200, TURTLE, b"<x:a> <x:b> _:n ."),
            "",
        ),
    ],
)
def test_answers(wanted: Exchange, reply: Reply, said: str) -> None:
    """An answer is held to its status, its format, its boolean and its graph.

    One that says that the token or the address was wrong says nothing of the request.
    """
    wrong = protocol.wrong(wanted, reply)
    assert bool(wrong) is bool(said)
    assert said in wrong


@pytest.mark.parametrize(
    ("kind", "status", "problem", "right"),
    [
        ("PositiveSyntaxTest11", 200, "", True),
        ("PositiveSyntaxTest11", 403, "query-refused", True),
        ("PositiveSyntaxTest11", 400, "query-syntax", False),
        ("PositiveSyntaxTest11", 500, "internal-server-error", False),
        ("NegativeSyntaxTest11", 400, "query-syntax", True),
        ("NegativeSyntaxTest11", 200, "", False),
        ("NegativeSyntaxTest11", 400, "bad-request", False),
        ("NegativeSyntaxTest11", 403, "query-refused", False),
    ],
)
def test_syntax(kind: str, status: int, problem: str, *, right: bool) -> None:
    """A negative syntax test wants a syntax error, a positive one anything but that."""
    reply = Reply(200, JSON, TRUE)
    if problem:
        content = f'{{"type": "https://example.org/problem/{problem}"}}'
        reply = Reply(status, PROBLEM, content.encode())
    assert (sparql.judged(Test("urn:t", kind, "made", "a test"), reply) == "") is right


SD = "@prefix sd: <http://www.w3.org/ns/sparql-service-description#> . "


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[] a sd:Service ; sd:endpoint <x:e> ; sd:feature sd:UnionDefaultGraph .", ""),
        ("", "no sd:Service"),
        ("[] a sd:Service .", "no sd:endpoint"),
        ("[] a sd:Service ; sd:endpoint 'x:e' .", "not in the schema"),
        ("[] a sd:Service ; sd:endpoint <x:e> ; sd:speed 1 .", "no term of the vocabulary"),
        ("[] a sd:Service ; sd:endpoint <x:e> . [] a sd:Graph ; sd:endpoint <x:f> .", "schema"),
    ],
)
def test_description(text: str, said: str) -> None:
    """A description holds one service with its endpoint, and the vocabulary's terms in place."""
    wrong = description.not_in_schema(Graph().parse(data=SD + text, format="turtle"), "x:e")
    assert bool(wrong) is bool(said)
    assert said in wrong


def test_endpoint() -> None:
    """Another endpoint than the one that was asked, and an empty description, are wrong."""
    graph = Graph().parse(data=SD + "[] sd:endpoint <x:e> .", format="turtle")
    assert description.not_its_endpoint(graph, "x:e") == ""
    assert description.not_its_endpoint(graph, "x:f")
    assert description.not_rdf(graph, "x:e") == ""
    assert description.not_rdf(Graph(), "x:e")


RESULT = """@prefix sh: <http://www.w3.org/ns/shacl#> .
<x:r> sh:conforms false ; sh:result [ sh:focusNode <x:n> ; sh:resultPath [ sh:inversePath <x:p> ] ;
  sh:value 1 ; sh:sourceConstraintComponent sh:InConstraintComponent ; sh:sourceShape _:s ;
  sh:resultSeverity sh:Violation ; sh:resultMessage "one" ] ."""


@pytest.mark.parametrize(
    ("old", "new", "alike"),
    [
        ('"one"', '"another"', True),
        ("false", "true", False),
        ("<x:n>", "<x:m>", False),
        ("sh:inversePath", "sh:oneOrMorePath", False),
        ("sh:value 1", "sh:value 2", False),
        ("sh:InC", "sh:MinCountC", False),
        ("_:s", "<x:s>", False),
        ("sh:Violation", "sh:Warning", False),
        ("] .", "] , [ sh:focusNode <x:n> ] .", False),
    ],
)
def test_reports(old: str, new: str, *, alike: bool) -> None:
    """Reports are the same but for messages; all else of a result counts."""
    first, second = (
        Graph().parse(data=text, format="turtle") for text in (RESULT, RESULT.replace(old, new))
    )
    node: Node = next(first.subjects(SH.conforms))
    assert (shapes.compared(first, node, second, node) == "") is alike
