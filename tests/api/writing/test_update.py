"""``/update``, as the SPARQL 1.1 Protocol has it, behind the gate."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from rdflib import RDF, SH, Graph

if TYPE_CHECKING:
    from tests.api.writing.conftest import Writer

EX = "https://example.org/"
ONE = f"INSERT DATA {{ GRAPH <{EX}g> {{ <{EX}a> <{EX}p> 1 }} }}"
PERSON = "https://w3id.org/stancegraph/id/person/mark-zuckerberg"
ENTITIES = "https://w3id.org/stancegraph/graph/entities"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
BROKEN = f"DELETE WHERE {{ GRAPH <{ENTITIES}> {{ <{PERSON}> <{LABEL}> ?name }} }}"


def test_direct(writer: Writer) -> None:
    """A body that is an update is made, as one revision, whose author is the token's name."""
    response = writer.update(ONE)
    assert response.status_code == 200
    assert response.get_json() == {"revision": 2, "changed": True}
    assert response.headers["ETag"] == '"2"'
    assert writer.ask(f"GRAPH <{EX}g> {{ <{EX}a> <{EX}p> 1 }}")
    assert writer.store.log()[0].author == "ada"


def test_form(writer: Writer) -> None:
    """So is an update in a form, with the graphs that the protocol names."""
    writer.update(ONE)
    form = {
        "update": f"INSERT {{ GRAPH <{EX}h> {{ ?s ?p ?o }} }} WHERE {{ ?s ?p ?o }}",
        "using-graph-uri": f"{EX}g",
    }
    assert writer.send("POST", "/update", data=form).status_code == 200
    assert writer.ask(f"GRAPH <{EX}h> {{ <{EX}a> <{EX}p> 1 }}")
    assert not writer.ask(f"GRAPH <{EX}h> {{ <{PERSON}> ?p ?o }}")


def test_nothing_changed(writer: Writer) -> None:
    """What is there already makes no revision."""
    writer.update(ONE)
    assert writer.update(ONE).get_json() == {"revision": 2, "changed": False}
    assert writer.store.current() == 2


def test_all_or_nothing(writer: Writer) -> None:
    """Of a request of which one operation breaks the shapes nothing is made."""
    response = writer.update(f"{ONE} ; {BROKEN}")
    assert response.status_code == 422
    assert response.get_json()["report"]["conforms"] is False
    assert not writer.ask(f"GRAPH <{EX}g> {{ ?s ?p ?o }}")
    assert writer.store.current() == 1


@pytest.mark.parametrize(
    ("accept", "name"), [("text/turtle", "turtle"), ("application/ld+json", "json-ld")]
)
def test_report(writer: Writer, accept: str, name: str) -> None:
    """What breaks the shapes is said as a ValidationReport in RDF, where that is asked for."""
    response = writer.update(BROKEN, headers={"Accept": accept})
    assert (response.status_code, response.mimetype) == (422, accept)
    graph = Graph().parse(data=response.text, format=name)
    (report,) = graph.subjects(RDF.type, SH.ValidationReport)
    assert (report, SH.result, None) in graph
    assert {str(node) for node in graph.objects(None, SH.focusNode)} == {PERSON}


def test_violation_is_a_problem_by_default(writer: Writer) -> None:
    """Who asks for nothing in particular gets problem+json with the report in it."""
    response = writer.update(BROKEN, headers={"Accept": "*/*"})
    assert response.mimetype == "application/problem+json"
    (first, *_) = response.get_json()["report"]["results"]
    assert first["focus"] == {"type": "uri", "value": PERSON}


@pytest.mark.parametrize(
    ("text", "status", "kind"),
    [
        ("INSERT DATA { <a> ", 400, "query-syntax"),
        ("SELECT * { ?s ?p ?o }", 400, "query-syntax"),
        (f"LOAD <{EX}x>", 403, "query-refused"),
        (f"INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE <{EX}> {{ ?s ?p ?o }} }}", 403, "query-refused"),
    ],
)
def test_refused(writer: Writer, text: str, status: int, kind: str) -> None:
    """What is no update, or reaches outside, is refused, and says why."""
    response = writer.update(text)
    assert response.status_code == status, response.text
    assert response.get_json(force=True)["type"].endswith(kind)
    assert writer.store.current() == 1


@pytest.mark.parametrize(
    ("method", "options", "status"),
    [
        ("GET", {}, 405),
        ("POST", {"data": ONE}, 415),
        ("POST", {"data": ONE, "content_type": "text/plain"}, 415),
        ("POST", {"data": {"query": ONE}}, 400),
        ("POST", {"data": {"update": [ONE, ONE]}}, 400),
        ("POST", {"data": ONE.encode("utf-16"), "content_type": "application/sparql-update"}, 400),
    ],
)
def test_protocol(writer: Writer, method: str, options: dict[str, object], status: int) -> None:
    """What is no update operation of the protocol is refused."""
    assert writer.send(method, "/update", **options).status_code == status
    assert writer.store.current() == 1


def test_two_datasets(writer: Writer) -> None:
    """A dataset in the text and one by the protocol are one too many."""
    text = f"INSERT {{ ?s ?p 2 }} USING <{EX}g> WHERE {{ ?s ?p ?o }}"
    form = {"update": text, "using-graph-uri": f"{EX}g"}
    assert writer.send("POST", "/update", data=form).status_code == 400


def test_if_match(writer: Writer) -> None:
    """An update for a revision that is no longer current is refused: 412, and nothing is lost."""
    assert writer.update(ONE, headers={"If-Match": '"1"'}).status_code == 200
    response = writer.update(BROKEN, headers={"If-Match": '"1"'})
    assert response.status_code == 412
    assert "revision 1" in response.get_json()["detail"]
    assert writer.update("CLEAR SILENT GRAPH <urn:x>", headers={"If-Match": "*"}).status_code == 200
    assert writer.update(ONE, headers={"If-Match": '"not ours"'}).status_code == 412


def test_without_a_token(writer: Writer) -> None:
    """Without a token nothing is written, and the answer says how to come by one."""
    response = writer.client.post("/update", data={"update": ONE})
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert writer.store.current() == 1


def test_writers_at_once(writer: Writer) -> None:
    """Of eight updates at once each is made, one revision after the other."""
    statuses: list[int] = []

    def send(number: int) -> None:
        text = f"INSERT DATA {{ GRAPH <{EX}g> {{ <{EX}{number}> <{EX}p> {number} }} }}"
        client = writer.app.test_client()
        headers = {"Authorization": f"Bearer {writer.token}"}
        statuses.append(client.post("/update", data={"update": text}, headers=headers).status_code)

    threads = [threading.Thread(target=send, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 8
    assert writer.store.current() == 9
    assert all(writer.ask(f"<{EX}{n}> <{EX}p> {n}") for n in range(8))


@pytest.mark.parametrize("writer", ["unnamed"], indirect=True)
def test_default_graph(writer: Writer) -> None:
    """Where the default graph is the unnamed one, updates read and write that."""
    writer.update(f"INSERT DATA {{ <{EX}a> <{EX}p> 1 }}")
    assert writer.ask(f"<{EX}a> <{EX}p> 1")
    assert not writer.ask(f"<{PERSON}> ?p ?o")
    writer.update(f"INSERT {{ GRAPH <{EX}all> {{ ?s ?p ?o }} }} WHERE {{ ?s ?p ?o }}")
    found = writer.client.get(
        "/sparql", query_string={"query": f"SELECT * {{ GRAPH <{EX}all> {{ ?s ?p ?o }} }}"}
    )
    assert len(found.get_json(force=True)["results"]["bindings"]) == 1


def test_base(writer: Writer) -> None:
    """What is relative is relative to the address that it is sent to, in queries, too."""
    writer.update(f"INSERT DATA {{ GRAPH <{EX}g> {{ <#a> <../p> <x?y> }} }}")
    assert writer.ask("<http://localhost/update#a> <http://localhost/p> <http://localhost/x?y>")
    assert writer.ask("<update#a> ?p ?o")
    own = f"BASE <{EX}> INSERT DATA {{ GRAPH <g> {{ <b> <p> 1 }} }}"
    assert writer.update(own).status_code == 200
    assert writer.ask(f"GRAPH <{EX}g> {{ <{EX}b> <{EX}p> 1 }}")


@pytest.mark.parametrize("text", ["INSERT DATA { <a> <b> }", "\n INSERT DATA { <a> <b> }"])
def test_place_of_an_error(writer: Writer, text: str) -> None:
    """An error's place is the one in the text that was sent."""
    response = writer.update(text)
    line, column = text.count("\n") + 1, len(text.rsplit("\n", maxsplit=1)[-1])
    assert (response.get_json()["line"], response.get_json()["column"]) == (line, column)


def test_literals_stay_as_they_are(writer: Writer) -> None:
    """What the engine keeps comes back as it was written."""
    xsd = "http://www.w3.org/2001/XMLSchema#"
    for literal in (f'"2006-08-23Z"^^<{xsd}date>', f'"x"^^<{xsd}integer>'):
        writer.update(f"INSERT DATA {{ GRAPH <{EX}g> {{ <{EX}a> <{EX}p> {literal} }} }}")
        assert writer.ask(f"<{EX}a> <{EX}p> ?o FILTER(STR(?o) = STR({literal}))"), literal


def test_an_emptied_graph_is_gone(writer: Writer) -> None:
    """A graph from which everything was taken is not found any more."""
    writer.update(ONE)
    assert writer.ask(f"GRAPH ?g {{}} FILTER(?g = <{EX}g>)")
    writer.update(f"DELETE WHERE {{ GRAPH <{EX}g> {{ ?s ?p ?o }} }}")
    assert not writer.ask(f"GRAPH ?g {{}} FILTER(?g = <{EX}g>)")
