"""``/ns`` and ``/shapes``: the ontology and the shapes, to read and as data."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING

import pytest
from rdflib import RDFS, Graph, URIRef
from rdflib.compare import isomorphic

from api.app import create_app
from api.negotiate import DOCUMENTS, HTML
from api.state import KEY
from kg import formats, iris, pipeline, resources
from kg.settings import Settings
from kg.store.base import Change
from kg.store.reading import read
from kg.store.revisions import Revisions
from kg.terms import SG, SGSH

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
FILES = {"ns": ["ontology/stancegraph.ttl"], "shapes": ["shapes/core.ttl", "shapes/rules.ttl"]}
MACHINES = [format_ for format_ in DOCUMENTS if format_ != HTML]


def page(client: FlaskClient, path: str) -> str:
    """Return a page."""
    response = client.get(path, headers=BROWSER)
    assert response.status_code == 200
    assert response.content_type == "text/html; charset=utf-8"
    return response.text


def entry(text: str, name: str) -> str:
    """Cut the entry of a term or a shape out of a page."""
    found = re.findall(rf'<article class="[a-z]+" id="{name}">.*?</article>', text, re.DOTALL)
    assert len(found) == 1, name
    return str(found[0])


def anchors(text: str) -> list[str]:
    """Return every name that a link can lead to."""
    return re.findall(r' id="([^"]+)"', text)


def parsed(response: TestResponse) -> Graph:
    """Read a document with rdflib, the context in it: nothing is fetched."""
    text = response.text
    if response.mimetype == "application/ld+json":
        shipped = (resources.folder("ontology") / "context.jsonld").read_text(encoding="utf-8")
        text = json.dumps(json.loads(text) | {"@context": json.loads(shipped)["@context"]})
    return Graph().parse(data=text, format=response.mimetype)


@pytest.fixture(scope="module")
def files() -> dict[str, Graph]:
    """What the files say that the package ships."""
    found: dict[str, Graph] = {}
    for name, paths in FILES.items():
        found[name] = Graph()
        for path in paths:
            folder, _, file = path.partition("/")
            for quad in read(resources.folder(folder) / file).quads:
                found[name].add(quad[:3])
    return found


def test_ontology_as_data(client: FlaskClient, files: dict[str, Graph]) -> None:
    """Every format says what the ontology's file says."""
    for format_ in MACHINES:
        response = client.get(f"/ns.{format_.endings[0]}")
        assert response.mimetype == format_.media_type
        assert isomorphic(parsed(response), files["ns"])


def test_shapes_as_data(client: FlaskClient, files: dict[str, Graph]) -> None:
    """Every format has every shape, with what it says, and as many statements as the files."""
    for format_ in MACHINES:
        graph = parsed(client.get(f"/shapes.{format_.endings[0]}"))
        assert len(graph) == len(files["shapes"])
        for subject in set(files["shapes"].subjects()):
            if isinstance(subject, URIRef):
                assert set(graph.predicates(subject)) == set(files["shapes"].predicates(subject))


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("format_", MACHINES)
def test_negotiated(client: FlaskClient, name: str, format_: formats.Format) -> None:
    """Accept decides where there is no suffix, and the answer says where it stands."""
    response = client.get(f"/{name}", headers={"Accept": format_.media_type})
    assert response.mimetype == format_.media_type
    assert response.headers["Content-Location"] == f"/{name}.{format_.endings[0]}"
    assert "Accept" in response.vary
    assert f'<{iris.BASE}{name}>; rel="describes"' in response.headers["Link"]


@pytest.mark.parametrize("name", FILES)
def test_refused(client: FlaskClient, name: str) -> None:
    """Formats, suffixes and versions that are not there are refused by name."""
    assert client.get(f"/{name}", headers={"Accept": "image/png"}).status_code == 406
    suffix = client.get(f"/{name}.png")
    assert suffix.status_code == 404
    assert f"/{name}.ttl" in suffix.get_json(force=True)["detail"]
    version = client.get(f"/{name}/9.9.9")
    assert version.status_code == 404
    assert "there is 0.1.0" in version.get_json(force=True)["detail"]


@pytest.mark.parametrize("name", FILES)
def test_version(client: FlaskClient, files: dict[str, Graph], name: str) -> None:
    """The IRI of the present version leads to it."""
    iri = next(o for p, o in files[name].predicate_objects() if str(p).endswith("versionIRI"))
    path = "/" + str(iri).removeprefix(iris.BASE)
    assert client.get(path).data == client.get(f"/{name}").data
    assert client.get(f"{path}.nt").data == client.get(f"/{name}.nt").data
    assert page(client, path) == page(client, path)


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_term(client: FlaskClient, files: dict[str, Graph], language: str) -> None:
    """Every term has one entry, under its local name, that defines it and gives an example."""
    text = page(client, f"/ns?language={language}")
    terms = {s for s in files["ns"].subjects() if str(s).startswith(str(SG))}
    assert len(terms) > 80
    for term in terms:
        found = html.unescape(re.sub(r"<[^>]+>", "", entry(text, str(term).removeprefix(str(SG)))))
        for predicate in (RDFS.label, RDFS.comment):
            said = {t.language: t for t in files["ns"].objects(term, predicate)}  # type: ignore[attr-defined]  # texts
            assert str(said[language]) in found


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_shape(client: FlaskClient, files: dict[str, Graph], language: str) -> None:
    """Every shape has one entry, under its local name."""
    text = page(client, f"/shapes?language={language}")
    shapes = {s for s in files["shapes"].subjects() if str(s).startswith(str(SGSH))}
    assert len(shapes) > 90
    for shape in shapes:
        entry(text, str(shape).removeprefix(str(SGSH)))
    rule = html.unescape(re.sub(r"<[^>]+>", "", entry(text, "W1")))
    assert "Warning" in rule
    assert "SELECT DISTINCT $this ?value WHERE {" in rule
    said = {"en": "both without conditions", "de": "beides bedingungslos"}
    assert said[language] in rule


def test_links(client: FlaskClient) -> None:
    """The links between the pages, and within each, lead to names that are there."""
    pages = {path: page(client, path) for path in ("/ns", "/shapes")}
    across = 0
    for path, text in pages.items():
        names = anchors(text)
        assert len(names) == len(set(names))
        for link in map(html.unescape, re.findall(r'href="([^"]*#[^"]*)"', text)):
            place, _, name = link.partition("#")
            target = place.partition("?")[0] or path
            if target in pages:
                assert name in anchors(pages[target]), link
                across += target != path
    assert across > 300


def test_constrained_by(client: FlaskClient) -> None:
    """A term names the shapes that hold it to its meaning, and they name it."""
    term = entry(page(client, "/ns"), "polarity")
    assert '<a href="/shapes#Stance-polarity">' in term
    assert "A stance takes exactly one side of the list." in term
    shape = entry(page(client, "/shapes"), "Stance-polarity")
    assert '<a href="/ns#polarity">' in shape
    assert '<a href="/ns#Favour">' in shape
    assert '<a href="#Stance">' in shape


def test_uses(client: FlaskClient) -> None:
    """A term says how often it is used, in figures that a query agrees with."""
    text = page(client, "/ns")
    for name, pattern in {"Stance": "?s a sg:Stance", "gloss": "?s sg:gloss ?o"}.items():
        query = f"PREFIX sg: <{SG}> SELECT (COUNT(*) AS ?n) {{ {pattern} }}"
        found = client.get("/sparql", query_string={"query": query}).get_json(force=True)
        number = found["results"]["bindings"][0]["n"]["value"]
        assert int(number) > 0
        assert re.search(rf'<dd class="uses">\s*{number}</dd>', entry(text, name))


def test_what_is_asked_goes_along(client: FlaskClient) -> None:
    """The links from one page to the other keep the revision and the language."""
    text = page(client, "/ns?revision=1&language=de")
    assert 'href="/shapes?revision=1&amp;language=de#Stance-polarity"' in text
    assert client.get("/ns?revision=99").status_code == 404
    assert client.get("/ns?language=xx", headers=BROWSER).status_code == 400


def test_nothing_runs(client: FlaskClient) -> None:
    """The pages need no script and have no style of their own."""
    for path in ("/ns", "/shapes"):
        text = page(client, path)
        assert "<script" not in text
        assert " style=" not in text


def test_without_an_ontology(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A revision that holds no ontology says so."""
    settings = Settings(data=tmp_path_factory.mktemp("bare") / "data", workers=1)
    store = Revisions(settings)
    pipeline.initialise(store)
    store.commit(Change(drop=frozenset({iris.ONTOLOGY_GRAPH, iris.SHAPES_GRAPH})))
    app = create_app(settings)
    try:
        for path in ("/ns", "/shapes", "/ns.ttl"):
            response = app.test_client().get(path, headers={"Accept": "text/turtle"})
            assert response.status_code == 404
            assert "this revision holds nothing" in response.get_json(force=True)["detail"]
        assert app.test_client().get("/ns.ttl?revision=1").status_code == 200
    finally:
        app.extensions[KEY].close()
