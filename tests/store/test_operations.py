"""How a request is taken apart, and what is refused before anything is evaluated."""

from __future__ import annotations

import socket

import pytest
from pyoxigraph import Store as Engine

from kg.errors import QueryError, QueryRefused, QuerySyntaxError
from kg.query import Update
from kg.store import updates


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("INSERT DATA {", 1, 14, "} is missing"),
        ("INSERT DATA {}\n; INSRT DATA {}", 2, 3, "INSRT is not known here"),
        ("SELECT * { ?s ?p ?o }", 1, 1, "this is a query (SELECT); only updates are made here"),
        ("INSERT DATA {} ;; CLEAR ALL", 1, 17, "; cannot stand here"),
        ("INSERT DATA { a:b a:c 1 }", 1, 15, "the prefix a: is not declared"),
        ("INSERT DATA {\n ?x <urn:p> 1 }", 2, 2, "INSERT DATA takes no variables: ?x is one"),
        (
            "DELETE DATA { <urn:a> <urn:p> _:b }",
            1,
            31,
            "DELETE DATA takes no blank nodes: _:b",
        ),
        ("DELETE WHERE { _:b <urn:p> 1 }", 1, 16, "DELETE WHERE takes no blank nodes: _:b"),
        ("DELETE { [] ?p 1 } WHERE { ?s ?p 1 }", 1, 10, "DELETE takes no blank nodes: [ is one"),
        ("INSERT DATA { _:b <urn:p> 1 } ;\nINSERT DATA { _:b <urn:q> 1 }", 2, 15, "_:b stands in"),
        (
            "CLEAR ALL ; PREFIX a: <urn:a>\nINSERT DATA { a:b\n b:c 1 }",
            3,
            2,
            "the prefix b: is not",
        ),
        ("CLEAR ALL ;; PREFIX a: <urn:a> CLEAR ALL", None, None, "there is nothing before one of"),
        (
            "INSERT DATA { _:b <urn:p> 1 } ; PREFIX a: <urn:a>\nINSERT DATA { _:b <urn:q> 1 }",
            2,
            15,
            "_:b stands in an earlier operation",
        ),
    ],
)
def test_syntax_errors(text: str, line: int | None, column: int | None, said: str) -> None:
    """What is ill-formed is said with its place, in a sentence."""
    with pytest.raises(QuerySyntaxError) as caught:
        updates.effect(Engine(), Update(text), union=True)
    assert said in caught.value.problem
    assert (caught.value.line, caught.value.column) == (line, column)


def test_ambiguous_comparison() -> None:
    """Where < and > that compare look like an IRI, the place is told, and what to do."""
    text = "INSERT { ?s ?p 1 } WHERE { ?s ?p ?o FILTER(?o<?p&&?p='>}') }"
    with pytest.raises(QueryError, match="put white space around every < and >"):
        updates.effect(Engine(), Update(text), union=True)
    updates.effect(Engine(), Update(text.replace("<", " < ")), union=True)


@pytest.mark.parametrize(
    "text", ["LOAD SILENT <{}>", "lOaD silent <{}> INTO GRAPH <urn:g>", "LOAD SILENT # <\n <{}>"]
)
def test_silent_load(text: str) -> None:
    """A LOAD that may fail does: nothing is changed, nobody is asked, and the rest is made."""
    with socket.create_server(("127.0.0.1", 0)) as canary:
        canary.settimeout(0.05)
        load = text.format(f"http://127.0.0.1:{canary.getsockname()[1]}/")
        change = updates.effect(Engine(), Update(load), union=True)
        assert not change.added | change.removed
        both = f"{load} ; INSERT DATA {{ <urn:a> <urn:p> 1 }}"
        assert len(updates.effect(Engine(), Update(both), union=True).added) == 1
        with pytest.raises(TimeoutError):
            canary.accept()


@pytest.mark.parametrize(
    "text",
    [
        "LOAD <{}>",
        "# LOAD\nLOAD#\n<{}>",
        "CLEAR ALL ; LOAD <{}>",
        "CLEAR ALL ; PREFIX load: <{}> LOAD load:",
        "INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE <{}> {{ ?s ?p ?o }} }}",
        "DELETE {{ ?s ?p ?o }} WHERE {{ {{}} UNION {{ service SILENT <{}> {{ ?s ?p ?o }} }} }}",
        "INSERT {{}} WHERE {{ FILTER EXISTS {{ SeRvIcE?x {{ ?s <{}> ?o }} }} }}",
        "CLEAR ALL ; PREFIX a: <{}> INSERT {{}} WHERE {{ SERVICE a: {{ ?s ?p ?o }} }}",
    ],
)
def test_reaching_outside(text: str) -> None:
    """LOAD and SERVICE are refused in every spelling, before anybody is asked."""
    with socket.create_server(("127.0.0.1", 0)) as canary:
        canary.settimeout(0.05)
        address = f"http://127.0.0.1:{canary.getsockname()[1]}/"
        with pytest.raises(QueryRefused, match="would reach another host"):
            updates.effect(Engine(), Update(text.format(address)), union=True)
        with pytest.raises(TimeoutError):
            canary.accept()


@pytest.mark.parametrize(
    "text",
    [
        "PREFIX load: <urn:load:> INSERT DATA { load:LOAD load:service 'LOAD <x>' } # SERVICE <x>",
        'INSERT { ?service ?load """; LOAD <urn:x> ;""" } WHERE { ?load ?service _:SERVICE }',
        "INSERT DATA { <urn:load> <urn:service> 'x'@load }",
    ],
)
def test_words_that_are_no_keywords(text: str) -> None:
    """In names, literals and comments the words are like any other."""
    updates.effect(Engine(), Update(text), union=True)
