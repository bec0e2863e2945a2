"""Nothing that is sent makes the server ask anybody: one listens that must hear nothing.

Every surface that takes RDF or SPARQL is sent what could make it fetch something, all of it naming
a server on the loopback; once with nobody allowed for SERVICE, and once with that very server,
whose address is not public. Over HTTP it is the application with its workers, then the commands.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
import requests
from click.testing import CliRunner

from api.app import create_app
from api.cli import main
from api.state import KEY
from kg import pipeline
from kg.settings import Settings
from kg.store.revisions import Revisions
from tests.api.writing.conftest import Writer
from tests.servers import Server, response, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from click.testing import Result

EX = "https://example.org/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
OK = {200, 201}
REFUSED = {403}
ILL = {400}

QUERIES = [
    ("SELECT * { SERVICE <%s> { ?s ?p ?o } }", REFUSED),
    ("SELECT * { SERVICE SILENT <%s> { ?s ?p ?o } }", REFUSED),
    ("ASK { SERVICE <%s> { } }", REFUSED),
    ("PREFIX e: <%s> CONSTRUCT { ?s ?p ?o } { OPTIONAL { SERVICE e: { ?s ?p ?o } } }", REFUSED),
    ("BASE <%s> DESCRIBE ?s { SERVICE <x> { ?s ?p ?o } }", REFUSED),
    ("SELECT * { VALUES ?e { <%s> } SERVICE ?e { ?s ?p ?o } }", REFUSED),
    ("SELECT * { BIND(IRI('%s') AS ?e) SERVICE SILENT ?e { ?s ?p ?o } }", REFUSED),
    ("SELECT * { FILTER EXISTS { { SELECT * { service <%s> { ?s ?p ?o } } } } }", REFUSED),
    ("SELECT * { SERVICE <http://o.example/> { SERVICE <%s> { ?s ?p ?o } } }", REFUSED),
    ("ASK { ?a ?b ?c FILTER(?a<?b&&'x>'='') SERVICE <%s> { } } #'", REFUSED),
    ("SELECT * { SERVICE <%s> { ?s ?p ?o } ", {400, 403}),
    ("LOAD <%s>", ILL),
    ("SELECT * FROM <%s> { ?s ?p ?o } LIMIT 1", OK),
    ("SELECT * FROM NAMED <%s> { GRAPH ?g { ?s ?p ?o } }", OK),
    ("ASK FROM <%s> FROM NAMED <%s> { ?s ?p ?o }", OK),
    ("SELECT * { GRAPH <%s> { ?s ?p ?o } }", OK),
    ("DESCRIBE <%s>", OK),
    ("SELECT (<%s>(1) AS ?x) { }", ILL),
    ("SELECT * { ?s <http://www.w3.org/2002/07/owl#imports>* <%s> } LIMIT 1", OK),
]
UPDATES = [
    ("LOAD <%s>", REFUSED),
    ("LOAD <%s> INTO GRAPH <https://example.org/g>", REFUSED),
    ("LOAD SILENT <%s>", OK),
    ("CLEAR SILENT GRAPH <urn:x> ; LOAD SILENT <%s> INTO GRAPH <%s>", OK),
    ("INSERT { ?s ?p ?o } WHERE { SERVICE <%s> { ?s ?p ?o } }", REFUSED),
    ("INSERT { ?s ?p ?o } WHERE { SERVICE SILENT <%s> { ?s ?p ?o } }", REFUSED),
    ("INSERT { ?s ?p ?o } WHERE { VALUES ?e { <%s> } SERVICE ?e { ?s ?p ?o } }", REFUSED),
    ("PREFIX e: <%s> DELETE { ?s ?p ?o } WHERE { SERVICE e: { ?s ?p ?o } }", REFUSED),
    ("INSERT { <urn:a> <urn:b> ?o } USING <%s> WHERE { ?s ?p ?o }", OK),
    ("INSERT { <urn:a> <urn:b> ?o } USING NAMED <%s> WHERE { GRAPH ?g { ?s ?p ?o } }", OK),
    ("WITH <%s> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", OK),
    ("COPY SILENT <%s> TO <urn:x>", OK),
    ("DROP SILENT GRAPH <%s>", OK),
]
CONTEXT = '{"@context": %s, "@id": "https://example.org/a", "p": 1}'
INCLUDED = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="%s"/>'
SHACL = (
    "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix owl: <http://www.w3.org/2002/07/owl#> ."
)


def xml(text: str = "x", head: str = "", attributes: str = "") -> str:
    """Write RDF/XML."""
    spaces = f'xmlns:rdf="{RDF}" xmlns:ex="{EX}" {attributes}'
    thing = f'<rdf:Description rdf:about="{EX}a"><ex:p>{text}</ex:p></rdf:Description>'
    return f"{head}<rdf:RDF {spaces}>{thing}</rdf:RDF>"


GRAPHS = [
    ("jsonld", CONTEXT % '"%s"', ILL),
    ("jsonld", CONTEXT % '[{}, "%s"]', ILL),
    ("jsonld", CONTEXT % '{"@version": 1.1, "@import": "%s"}', ILL),
    ("jsonld", CONTEXT % '{"p": {"@id": "https://example.org/p", "@context": "%s"}}', ILL),
    ("jsonld", '{"https://example.org/q": {"@context": "%s", "p": 1}}', ILL),
    ("jsonld", '{"@context": {"@base": "%s"}, "@id": "x", "https://example.org/p": 1}', OK),
    ("jsonld", '{"@context": {"@vocab": "%s#"}, "@id": "urn:a", "p": 1}', OK),
    ("rdf", xml("&e;", '<!DOCTYPE r [<!ENTITY e SYSTEM "%s">]>'), ILL),
    ("rdf", xml("&e;", '<!DOCTYPE r [<!ENTITY e PUBLIC "-//x//y" "%s">]>'), ILL),
    ("rdf", xml("&e;", '<!DOCTYPE r [<!ENTITY % f SYSTEM "%s"> %f; <!ENTITY e "x">]>'), ILL),
    ("rdf", xml("x", '<!DOCTYPE r SYSTEM "%s">'), OK),
    ("rdf", xml("x", '<?xml-stylesheet href="%s"?>'), OK),
    ("rdf", xml("x", attributes='xml:base="%s"'), OK),
    ("rdf", xml("x", attributes='xsi:schemaLocation="urn:x %s" xmlns:xsi="urn:y"'), OK),
    ("rdf", xml(INCLUDED), ILL),
    ("ttl", "@base <%s> . <a> <b> <c> .", OK),
    ("ttl", "@prefix e: <%s#> . e:a e:b e:c .", OK),
    ("ttl", f"{SHACL} <urn:o> a owl:Ontology ; owl:imports <%s> .", OK),
    ("ttl", f"{SHACL} <urn:o> sh:shapesGraph <%s> ; sh:suggestedShapesGraph <%s> .", OK),
    ("ttl", f"{SHACL} <urn:o> sh:jsLibraryURL '%s' ; sh:declare [ sh:namespace '%s' ] .", OK),
    ("ttl", f"{SHACL} <urn:o> sh:sparql [ sh:select 'SELECT * {{ SERVICE <%s> {{}} }}' ] .", OK),
    ("nt", "<%s> <%s> <%s> .", OK),
]
TYPES = {
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
    "ttl": "text/turtle",
    "nt": "application/n-triples",
}


def filled(text: str, url: str) -> str:
    """Write the canary's address wherever a text names it."""
    return text.replace("%s", url)


@pytest.fixture(scope="module")
def canary() -> Iterator[Server]:
    """A server that nobody should ask."""
    body = b'{"@context": {"p": "https://example.org/p"}}'
    with serving(lambda _: [response(body, Content_Type="application/ld+json")]) as server:
        yield server


@pytest.fixture(autouse=True)
def silence(canary: Server) -> Iterator[None]:
    """After each test the canary has heard nothing."""
    yield
    heard = list(canary.asked)
    canary.asked.clear()
    assert heard == []


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A data directory with what ships, and a token that may write."""
    place = tmp_path_factory.mktemp("canary") / "data"
    pipeline.initialise(Revisions(Settings(data=place)))
    words = ["--data", str(place), "token", "create", "--role", "admin", "--name", "ada"]
    made = CliRunner().invoke(main, words)
    assert made.exit_code == 0, made.output
    return place, made.stdout.strip()


@pytest.fixture(scope="module")
def writer(data: tuple[Path, str]) -> Iterator[Writer]:
    """An application that believes one proxy, and somebody who may write."""
    app = create_app(Settings(data=data[0], workers=1, proxies=1))
    yield Writer(app, app.test_client(), data[1])
    app.extensions[KEY].close()


@pytest.fixture(scope="module")
def named(data: tuple[Path, str], canary: Server) -> Iterator[Writer]:
    """The same, where SERVICE may ask the canary, were its address public."""
    app = create_app(Settings(data=data[0], workers=1, services=(canary.host,)))
    yield Writer(app, app.test_client(), data[1])
    app.extensions[KEY].close()


def test_the_canary_sings(canary: Server) -> None:
    """It would remember whoever asked it."""
    assert requests.get(canary.url, timeout=5).status_code == 200
    assert [asked.path for asked in canary.asked] == ["/here"]
    canary.asked.clear()


@pytest.mark.parametrize(("text", "statuses"), QUERIES)
def test_queries(writer: Writer, canary: Server, text: str, statuses: set[int]) -> None:
    """A query that would reach out is refused, and FROM names graphs of the store."""
    query = filled(text, canary.url)
    direct = {"data": query.encode(), "content_type": "application/sparql-query"}
    for found in (
        writer.client.get("/sparql", query_string={"query": query}),
        writer.client.post("/sparql", data={"query": query}),
        writer.client.post("/sparql", **direct),
    ):
        assert found.status_code in statuses, found.text


@pytest.mark.parametrize("text", [text for text, statuses in QUERIES if statuses == REFUSED])
def test_queries_of_a_named_host(named: Writer, canary: Server, text: str) -> None:
    """To name a host does not open it where its address is one of the own network."""
    query = {"query": filled(text, canary.url)}
    assert named.client.post("/sparql", data=query).status_code == 403


@pytest.mark.parametrize("text", [text for text, statuses in UPDATES if statuses == REFUSED])
def test_updates_of_a_named_host(named: Writer, canary: Server, text: str) -> None:
    """An update reaches nobody, whoever is named."""
    assert named.update(filled(text, canary.url)).status_code == 403


@pytest.mark.parametrize("name", ["default-graph-uri", "named-graph-uri"])
def test_datasets(writer: Writer, canary: Server, name: str) -> None:
    """The protocol's dataset names graphs of the store, too."""
    query = {"query": "SELECT * { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }", name: canary.url}
    for found in (
        writer.client.get("/sparql", query_string=query),
        writer.client.post("/sparql", data=query),
    ):
        assert found.get_json(force=True)["results"]["bindings"] == []


@pytest.mark.parametrize(("text", "statuses"), UPDATES)
def test_updates(writer: Writer, canary: Server, text: str, statuses: set[int]) -> None:
    """An update that would reach out is refused; LOAD SILENT fails silently, as it should."""
    update = filled(text, canary.url)
    direct = {"data": update.encode(), "content_type": "application/sparql-update"}
    for method, address, options in (
        ("POST", "/update", direct),
        ("POST", "/update", {"data": {"update": update}}),
        ("PATCH", f"/graphs?graph={quote(EX + 'g', safe='')}", direct),
        ("PATCH", f"/graphs?graph={quote(canary.url, safe='')}", direct),
        ("PATCH", "/graphs/own", direct),
    ):
        found = writer.send(method, address, **options)
        assert found.status_code in statuses, found.text


@pytest.mark.parametrize("name", ["using-graph-uri", "using-named-graph-uri"])
def test_datasets_of_updates(writer: Writer, canary: Server, name: str) -> None:
    """So does the dataset of an update."""
    text = "INSERT { <urn:a> <urn:b> ?o } WHERE { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    found = writer.send("POST", "/update", data={"update": text, name: canary.url})
    assert (found.status_code, found.get_json()["changed"]) == (200, False)


@pytest.mark.parametrize(("kind", "text", "statuses"), GRAPHS)
def test_graphs(writer: Writer, canary: Server, kind: str, text: str, statuses: set[int]) -> None:
    """RDF that refers to what is elsewhere is refused, or taken without looking there."""
    sent = {"data": filled(text, canary.url).encode(), "content_type": TYPES[kind]}
    indirect, direct = f"/graphs?graph={quote(canary.url, safe='')}", "/graphs/own"
    places = [("PUT", indirect), ("POST", direct), ("POST", f"/validate?graph={EX}")]
    if statuses == ILL:
        places += [("PUT", direct), ("POST", indirect), ("POST", "/graphs")]
    for method, address in places:
        found = writer.send(method, address, **sent)
        assert found.status_code in statuses, (method, address, found.text)


@pytest.mark.parametrize(
    "name", ["Host", "X-Forwarded-Host", "Referer", "Origin", "Forwarded", "From", "Link"]
)
def test_headers(writer: Writer, canary: Server, name: str) -> None:
    """Headers that name a host make links of it, and nobody is asked."""
    value = canary.host if name.endswith("Host") else canary.url
    for address in ("/", "/sparql", "/dump.nq", "/graphs?default", "/graphs/own", "/health"):
        found = writer.client.get(address, headers={name: value, "X-Forwarded-For": "127.0.0.1"})
        assert found.status_code in {200, 404}, found.text
    if name.endswith("Host"):
        assert canary.host in writer.client.get("/sparql", headers={name: value}).text


@pytest.fixture
def environment(data: tuple[Path, str], canary: Server, tmp_path: Path) -> dict[str, str]:
    """Settings for the commands, over a store of its own, where SERVICE may ask the canary."""
    shutil.copytree(data[0], tmp_path / "data", copy_function=os.link)
    return {"STANCEGRAPH_DATA": str(tmp_path / "data"), "STANCEGRAPH_SERVICES": canary.host}


def run(environment: dict[str, str], *words: str) -> Result:
    """Run a command."""
    return CliRunner().invoke(main, words, env=environment)


def test_commands(environment: dict[str, str], canary: Server) -> None:
    """The commands that take SPARQL refuse what would reach out, in one line."""
    for command, (text, _) in (
        *(("query", case) for case in (QUERIES[0], QUERIES[1], QUERIES[5])),
        *(("update", case) for case in (UPDATES[0], UPDATES[4], UPDATES[5])),
    ):
        found = run(environment, command, filled(text, canary.url))
        assert (found.exit_code, found.stderr.count("\n")) == (1, 1), found.output
        assert "other host" in found.stderr or "not public" in found.stderr
    assert run(environment, "query", f"ASK FROM <{canary.url}> {{ ?s ?p ?o }}").exit_code == 0
    assert run(environment, "update", f"LOAD SILENT <{canary.url}>").exit_code == 0


def test_files(environment: dict[str, str], canary: Server, tmp_path: Path) -> None:
    """The commands that take files refuse what the server refuses, and take what it takes."""
    taken = []
    for number, (kind, text, statuses) in enumerate(GRAPHS):
        file = tmp_path / f"{number}.{kind}"
        file.write_text(filled(text, canary.url), encoding="utf-8")
        if statuses == OK:
            taken.append(str(file))
            continue
        for command in ("validate", "load"):
            found = run(environment, command, str(file), "--graph", canary.url)
            assert (found.exit_code, found.stderr.count("\n")) == (1, 1), found.output
            assert str(file) in found.stderr
    for command in ("validate", "load"):
        assert run(environment, command, *taken, "--graph", canary.url).exit_code == 0


def test_load_takes_files_alone(environment: dict[str, str], canary: Server) -> None:
    """An address is no file."""
    for command in ("load", "validate"):
        assert run(environment, command, canary.url).exit_code == 2
