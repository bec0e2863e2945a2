"""``/graphs``, as the SPARQL 1.1 Graph Store Protocol has it, behind the gate."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from rdflib import Graph, Literal, URIRef

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.api.writing.conftest import Writer

EX = "https://example.org/"
G = f"/graphs?graph={quote(EX + 'g', safe='')}"
TURTLE = f"<{EX}a> <{EX}p> 1 ."
MORE = f"<{EX}a> <{EX}p> 2 ."
ENTITIES = "https://w3id.org/stancegraph/graph/entities"
SHARED = f"/graphs?graph={quote(ENTITIES, safe='')}"


def sent(writer: Writer, method: str, address: str, text: str = "", **options: str) -> TestResponse:
    """Send Turtle."""
    headers = {name.replace("_", "-"): value for name, value in options.items()}
    return writer.send(method, address, data=text, content_type="text/turtle", headers=headers)


def values(writer: Writer, address: str) -> set[int]:
    """Read the numbers in a graph."""
    response = writer.client.get(address, headers={"Accept": "text/turtle"})
    assert response.status_code == 200, response.text
    graph = Graph().parse(data=response.text)
    return {value.toPython() for value in graph.objects() if isinstance(value, Literal)}


@pytest.mark.parametrize("address", [G, "/graphs/people/ada"])
def test_put_get_delete(writer: Writer, address: str) -> None:
    """A graph is made, replaced, read and deleted, named in the address or by it."""
    assert writer.client.get(address).status_code == 404
    assert sent(writer, "PUT", address, TURTLE).status_code == 201
    assert values(writer, address) == {1}
    assert sent(writer, "PUT", address, MORE).status_code == 200
    assert values(writer, address) == {2}
    assert writer.client.head(address).status_code == 200
    assert writer.send("DELETE", address).status_code == 200
    assert writer.client.get(address).status_code == 404
    assert writer.client.head(address).status_code == 404
    assert writer.send("DELETE", address).status_code == 404
    assert writer.store.current() == 4


def test_direct_name(writer: Writer) -> None:
    """The name of a graph below /graphs/ is its own address."""
    sent(writer, "PUT", "/graphs/people/ada", TURTLE)
    assert writer.ask(f"GRAPH <http://localhost/graphs/people/ada> {{ <{EX}a> ?p ?o }}")


def test_post_adds(writer: Writer) -> None:
    """What is posted is added, and what is there already changes nothing."""
    assert sent(writer, "POST", G, TURTLE).status_code == 201
    assert sent(writer, "POST", G, MORE).status_code == 200
    assert values(writer, G) == {1, 2}
    assert sent(writer, "POST", G, MORE).get_json()["changed"] is False


def test_post_makes_a_graph(writer: Writer) -> None:
    """What is posted to no graph becomes a new one, which Location names."""
    response = sent(writer, "POST", "/graphs", TURTLE)
    assert response.status_code == 201
    assert values(writer, response.location) == {1}
    assert sent(writer, "POST", "/graphs", TURTLE).location != response.location


def test_post_files(writer: Writer) -> None:
    """The files of a form are one graph together."""
    files = {
        "one": (BytesIO(TURTLE.encode()), "one.ttl", "text/turtle"),
        "two": (BytesIO(MORE.encode()), "two.nt", "application/n-triples"),
    }
    nt = f'<{EX}a> <{EX}p> "2"^^<http://www.w3.org/2001/XMLSchema#integer> .'
    files["two"] = (BytesIO(nt.encode()), "two.nt", "application/n-triples")
    assert writer.send("POST", G, data=files).status_code == 201
    assert values(writer, G) == {1, 2}


def test_nothing_put_deletes(writer: Writer) -> None:
    """To put nothing into a graph is to delete it, since empty graphs are not kept."""
    sent(writer, "PUT", G, TURTLE)
    assert sent(writer, "PUT", G).status_code == 200
    assert writer.client.get(G).status_code == 404


def test_shared_graph_is_replaced_whole(writer: Writer) -> None:
    """What is put in the place of a shared graph takes away what is not in it, if all conforms."""
    held = writer.client.get(SHARED, headers={"Accept": "application/n-triples"}).text
    assert sent(writer, "PUT", SHARED, held).get_json()["changed"] is False
    new = URIRef("https://w3id.org/stancegraph/id/person/ada-lind")
    said = Graph().parse(data=held, format="nt")
    for language in ("en", "de"):
        said.add((new, URIRef(LABEL), Literal("Ada Lind", lang=language)))
    said.add((new, URIRef(TYPE), URIRef("https://w3id.org/stancegraph/ns#Person")))
    more = said.serialize(format="nt")
    assert sent(writer, "PUT", SHARED, more).status_code == 200
    assert writer.ask(f"<{new}> a ?class")
    assert sent(writer, "PUT", SHARED, held).status_code == 200
    assert not writer.ask(f"<{new}> a ?class")


LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


def test_gate(writer: Writer) -> None:
    """What would break the shapes is refused by every method, and nothing is changed."""
    person = "https://w3id.org/stancegraph/id/person/nobody"
    broken = f"<{person}> a <https://w3id.org/stancegraph/ns#Person> ."
    assert sent(writer, "POST", SHARED, broken).status_code == 422
    assert writer.send("DELETE", SHARED).status_code == 422
    assert writer.store.current() == 1


@pytest.mark.parametrize("writer", ["unnamed"], indirect=True)
def test_default_graph(writer: Writer) -> None:
    """The default graph is read and written by its own parameter."""
    address = "/graphs?default"
    assert sent(writer, "PUT", address, TURTLE).status_code == 200
    assert values(writer, address) == {1}
    assert writer.ask(f"<{EX}a> <{EX}p> 1")
    assert sent(writer, "PUT", address, MORE).status_code == 200
    assert values(writer, address) == {2}
    assert writer.send("DELETE", address).status_code == 200
    assert values(writer, address) == set()


def test_patch(writer: Writer) -> None:
    """An update of one graph reads and writes that where it names none."""
    sent(writer, "PUT", G, TURTLE)
    text = "DELETE { ?s ?p 1 } INSERT { ?s ?p 3 } WHERE { ?s ?p 1 }"
    kind = "application/sparql-update"
    assert writer.send("PATCH", G, data=text, content_type=kind).status_code == 200
    assert values(writer, G) == {3}
    assert writer.send("PATCH", G, data=text, content_type="text/plain").status_code == 415


def test_lost_updates(writer: Writer) -> None:
    """Who sends the tag of what was read is told if the store has moved on since: 412."""
    sent(writer, "PUT", G, TURTLE)
    tag = writer.client.get(G, headers={"Accept": "text/turtle"}).headers["ETag"]
    assert sent(writer, "PUT", G, MORE, If_Match=tag).status_code == 200
    assert sent(writer, "PUT", G, TURTLE, If_Match=tag).status_code == 412
    assert writer.send("DELETE", G, headers={"If-Match": tag}).status_code == 412
    assert values(writer, G) == {2}
    assert sent(writer, "PUT", G, TURTLE, If_None_Match="*").status_code == 412


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/graphs", 400),
        ("/graphs?default&graph=urn:x", 400),
        ("/graphs?graph=relative", 400),
        ("/graphs?graph=a%20b:c", 400),
        ("/graphs?graph=urn:a&graph=urn:b", 400),
        ("/graphs/x?default", 400),
        ("/graphs?graph=urn:nothing", 404),
    ],
)
def test_which_graph(writer: Writer, address: str, status: int) -> None:
    """A request names one graph, by an absolute IRI."""
    assert writer.client.get(address).status_code == status
    assert writer.send("DELETE", address).status_code == status


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (TURTLE, "", 415),
        (TURTLE, "text/plain", 415),
        ("this is no Turtle", "text/turtle", 400),
        (f'{{"@id": "{EX}a"', "application/ld+json", 400),
        (f"GRAPH <{EX}x> {{ {TURTLE} }}", "application/trig", 415),
    ],
)
def test_what_is_sent(writer: Writer, body: str, kind: str, status: int) -> None:
    """What is no graph in a format of RDF is refused, with the place where it fails."""
    response = writer.send("PUT", G, data=body, content_type=kind)
    assert response.status_code == status, response.text
    assert writer.store.current() == 1


def test_formats(writer: Writer) -> None:
    """A graph is sent in the format that is asked for, with its own tag."""
    sent(writer, "PUT", G, TURTLE)
    tags = set()
    for media_type in ("text/turtle", "application/n-triples", "application/rdf+xml"):
        response = writer.client.get(G, headers={"Accept": media_type})
        assert response.mimetype == media_type
        tags.add(response.headers["ETag"])
    assert len(tags) == 3
    assert writer.client.get(G, headers={"Accept": "image/png"}).status_code == 406


def test_writers_at_once(writer: Writer) -> None:
    """What eight clients post to one graph at once is all there, each as a revision of its own."""

    def post(number: int) -> int:
        headers = {"Authorization": f"Bearer {writer.token}"}
        sent = {"data": f"<{EX}a> <{EX}p> {number} .", "content_type": "text/turtle"}
        return writer.app.test_client().post(G, headers=headers, **sent).status_code

    with ThreadPoolExecutor(8) as threads:
        statuses = sorted(threads.map(post, range(8)))
    assert statuses == [200] * 7 + [201]
    assert values(writer, G) == set(range(8))
    assert writer.store.current() == 9
