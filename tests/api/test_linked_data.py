"""``/id`` and ``/doc``: things, and the documents about them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from rdflib import RDF, RDFS, SKOS, Graph, Literal, URIRef
from rdflib.compare import isomorphic

from api.app import create_app
from api.errors import MEDIA_TYPE
from api.negotiate import DOCUMENTS, HTML
from api.state import KEY
from kg import describe, formats, iris, pipeline, resources
from kg.settings import Settings
from kg.store.base import Change
from kg.store.reading import read
from kg.store.revisions import Revisions
from kg.terms import SCHEMA, SG, XSD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

ZUCKERBERG = "person/mark-zuckerberg"
SEED = "article/2024-04-zuckerberg-open-source"
CHROME = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
MACHINES = [format_ for format_ in DOCUMENTS if format_ != HTML]
SUFFIXES = [ending for format_ in MACHINES for ending in format_.endings]

ACCEPTED = [
    (None, "ttl"),
    ("", "ttl"),
    ("*/*", "ttl"),
    ("text/*", "ttl"),
    ("text/turtle", "ttl"),
    ("TEXT/TURTLE", "ttl"),
    ("application/x-turtle", "ttl"),
    ("text/turtle;charset=utf-8", "ttl"),
    ("application/ld+json", "jsonld"),
    ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', "jsonld"),
    ("application/json", "jsonld"),
    ("application/n-triples", "nt"),
    ("application/rdf+xml", "rdf"),
    ("application/rdf+xml;q=0.5, text/turtle;q=0.4", "rdf"),
    ("application/n-triples;q=0.9, application/ld+json;q=0.8, */*;q=0.1", "nt"),
    ("text/turtle;q=0, application/*", "jsonld"),
    ("text/html;q=0.3, application/rdf+xml;q=0.7", "rdf"),
    ("text/html", ""),
    ("text/html;q=0.9, text/turtle;q=0.8", ""),
    (CHROME, ""),
]
"""Accept, and the suffix of the format it gets; none is the page's."""
NOT_ACCEPTED = ["image/png", "text/html;q=0", "nonsense", "application/trig", "*/*;q=0"]
BAD_SLUGS = [
    "nobody",
    "..",
    ".",
    ".ttl",
    "x> { ?s ?p ?o }",
    "x> ?p ?o } ; DROP ALL #",
    "' OR 1=1 --",
    "größe-Ω≈ç√∫",
    "%00",
    "%zz",
    "a/b",
    "a\\b",
    "\x00",
    "\r\nX: y",
    "{{7*7}}",
    "x" * 513,
    "x" * 5000,
]


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A client of a store with a merged company, and articles with odd names."""
    settings = Settings(data=tmp_path_factory.mktemp("odd") / "data", workers=1)
    store = Revisions(settings)
    pipeline.initialise(store)
    merged = resources.folder("ontology") / "examples" / "10-merged-entity.ttl"
    store.commit(pipeline.change([read(merged)]))
    names = ["2025.ttl", "größe", "gr%C3%B6%C3%9Fer", "a&b=c+d"]
    articles = [URIRef(f"{iris.ID}article/{name}") for name in names]
    store.commit(Change({article: described(article) for article in articles}))
    app = create_app(settings)
    yield app.test_client()
    app.extensions[KEY].close()


def described(article: URIRef) -> Graph:
    """Describe an article that reports nothing."""
    graph = Graph()
    graph.add((article, RDF.type, SG.Article))
    graph.add((article, SCHEMA.inLanguage, Literal("de")))
    graph.add((article, SCHEMA.datePublished, Literal("2025", datatype=XSD.gYear)))
    graph.add((article, SG.textHash, Literal("0" * 64)))
    graph.add((article, SG.textLength, Literal("7", datatype=XSD.nonNegativeInteger)))
    graph.add((article, SG.textNorm, Literal("norm/1")))
    return graph


def parsed(response: TestResponse) -> Graph:
    """Read a document as ``stancegraph load`` does, its context being the one that is served."""
    format_ = formats.named(str(response.mimetype), formats.GRAPHS)
    data = response.data
    if format_ == formats.JSON_LD:
        content = json.loads(data)
        assert content["@context"] == "http://localhost/ns/context.jsonld"
        data = json.dumps(content | {"@context": f"{iris.BASE}context.jsonld"}).encode()
    graph = Graph()
    for quad in read(data, format_, "it").quads:
        graph.add(quad[:3])
    return graph


@pytest.mark.parametrize(("accept", "suffix"), ACCEPTED)
def test_see_other(client: FlaskClient, accept: str | None, suffix: str) -> None:
    """A thing's IRI leads to its document, in the format that Accept weighs highest."""
    headers = {} if accept is None else {"Accept": accept}
    response = client.get(f"/id/{ZUCKERBERG}", headers=headers)
    assert response.status_code == 303
    ending = f".{suffix}" if suffix else ""
    assert response.location == f"/doc/{ZUCKERBERG}{ending}"
    assert "Accept" in response.vary
    assert response.headers["Link"] == f'</doc/{ZUCKERBERG}>; rel="describedby"'
    if suffix:
        assert client.get(response.location).status_code == 200


@pytest.mark.parametrize(("accept", "suffix"), [case for case in ACCEPTED if case[1]])
def test_negotiated(client: FlaskClient, accept: str | None, suffix: str) -> None:
    """The document without a suffix is the one with it, and says which that is."""
    headers = {} if accept is None else {"Accept": accept}
    response = client.get(f"/doc/{ZUCKERBERG}", headers=headers)
    assert response.status_code == 200
    assert response.headers["Content-Location"] == f"/doc/{ZUCKERBERG}.{suffix}"
    assert "Accept" in response.vary
    assert response.data == client.get(f"/doc/{ZUCKERBERG}.{suffix}").data


@pytest.mark.parametrize("accept", [CHROME, "text/html", "text/html;q=0.2"])
def test_page(client: FlaskClient, accept: str) -> None:
    """Browsers get a page, which names its twins for machines."""
    for path in (f"/doc/{ZUCKERBERG}", f"/doc/{SEED}", f"/doc/{ZUCKERBERG}.html"):
        response = client.get(path, headers={"Accept": accept})
        assert response.content_type == "text/html; charset=utf-8"
        assert 'rel="alternate"; type="text/turtle"' in response.headers["Link"]


@pytest.mark.parametrize("path", [f"/id/{ZUCKERBERG}", f"/doc/{ZUCKERBERG}"])
@pytest.mark.parametrize("accept", NOT_ACCEPTED)
def test_not_acceptable(client: FlaskClient, path: str, accept: str) -> None:
    """Where none of the formats is acceptable the refusal names them all."""
    response = client.get(path, headers={"Accept": accept})
    assert response.status_code == 406
    for format_ in DOCUMENTS:
        assert format_.media_type in response.get_json(force=True)["detail"]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_suffix(client: FlaskClient, suffix: str) -> None:
    """A suffix comes before Accept, of a thing and of its document."""
    headers = {"Accept": CHROME}
    answer = client.get(f"/id/{ZUCKERBERG}.{suffix}", headers=headers)
    assert answer.status_code == 303
    assert answer.location.startswith(f"/doc/{ZUCKERBERG}.")
    response = client.get(f"/doc/{ZUCKERBERG}.{suffix}", headers=headers)
    assert response.status_code == 200
    assert suffix in next(f.endings for f in MACHINES if f.media_type == response.mimetype)
    assert "Content-Location" not in response.headers
    assert response.data == client.get(answer.location).data


@pytest.mark.parametrize("key", [ZUCKERBERG, "company/meta", "topic/opening-ai-models", SEED])
def test_same_in_every_format(client: FlaskClient, key: str) -> None:
    """Every format says the same statements: those that describe the thing."""
    graphs = [parsed(client.get(f"/doc/{key}.{format_.endings[0]}")) for format_ in MACHINES]
    assert len(graphs) == 4
    for graph in graphs:
        assert isomorphic(graph, graphs[0])
    store = client.application.extensions[KEY].store
    with store.snapshot() as snapshot:
        said = set(describe.describe(snapshot, URIRef(iris.ID + key)))
    beyond = set(graphs[0]) - said
    assert said <= set(graphs[0])
    assert {predicate for _, predicate, _ in beyond} <= {RDFS.seeAlso}


def test_lists_elsewhere(client: FlaskClient) -> None:
    """An entity's document says where the records are listed that it leaves out."""
    graph = parsed(client.get("/doc/company/meta.ttl"))
    places = {str(place) for place in graph.objects(URIRef(f"{iris.ID}company/meta"), RDFS.seeAlso)}
    assert places == {
        "http://localhost/api/stances?holder=company/meta",
        "http://localhost/api/stances?target=company/meta",
        "http://localhost/api/claims?holder=company/meta",
        "http://localhost/api/claims?about=company/meta",
        "http://localhost/api/articles?publisher=company/meta",
    }


def test_links(client: FlaskClient) -> None:
    """Every answer names what it describes, its plain address and its other formats."""
    response = client.get(f"/doc/{ZUCKERBERG}.ttl?revision=1")
    links = response.headers["Link"].split(", ")
    assert f'</doc/{ZUCKERBERG}?revision=1>; rel="canonical"' in links
    assert f'<{iris.ID}{ZUCKERBERG}>; rel="describes"' in links
    others = [link for link in links if 'rel="alternate"' in link]
    assert len(others) == len(DOCUMENTS) - 1
    for link in others:
        address, media_type = link.split(">")[0][1:], link.split('type="')[1][:-1]
        assert client.get(address).mimetype == media_type


def test_context_is_there(client: FlaskClient) -> None:
    """The context that JSON-LD documents name is served at that address."""
    address = json.loads(client.get(f"/doc/{ZUCKERBERG}.jsonld").data)["@context"]
    response = client.get(address.removeprefix("http://localhost"))
    assert response.mimetype == "application/ld+json"
    shipped = resources.folder("ontology") / "context.jsonld"
    assert response.data == shipped.read_bytes()
    assert client.get("/context.jsonld").data == response.data


def test_query_is_kept(client: FlaskClient) -> None:
    """What else is asked goes along: the revision, the language."""
    query = "?revision=1&language=de"
    answer = client.get(f"/id/{ZUCKERBERG}{query}", headers={"Accept": "text/turtle"})
    assert answer.location == f"/doc/{ZUCKERBERG}.ttl{query}"
    assert client.get(answer.location).status_code == 200
    assert client.get(f"/doc/{ZUCKERBERG}.ttl?revision=99").status_code == 404
    assert client.get(f"/id/{ZUCKERBERG}?revision=x").status_code == 400


@pytest.mark.parametrize("path", [f"/id/{ZUCKERBERG}", f"/doc/{ZUCKERBERG}.ttl", "/doc/person/no"])
def test_head(client: FlaskClient, path: str) -> None:
    """HEAD answers as GET does, without a body."""
    one = {"X-Request-ID": "one"}
    head, get = client.head(path, headers=one), client.get(path, headers=one)
    assert head.status_code == get.status_code
    for answer in (head, get):
        answer.headers.pop("Date", None)  # the second may be the next one
    assert dict(head.headers) == dict(get.headers)
    assert head.data == b""


def test_under_a_prefix(client: FlaskClient) -> None:
    """Behind a proxy's path prefix every address keeps the prefix."""
    base = "http://127.0.0.1/graph/"
    answer = client.get(f"/id/{ZUCKERBERG}", base_url=base)
    assert answer.location == f"/graph/doc/{ZUCKERBERG}.ttl"
    response = client.get(f"/doc/{ZUCKERBERG}.jsonld", base_url=base)
    assert json.loads(response.data)["@context"] == f"{base}ns/context.jsonld"
    assert "</doc/" not in response.headers["Link"]


@pytest.mark.parametrize("surface", ["id", "doc"])
@pytest.mark.parametrize("suffix", ["", ".ttl", ".jsonld", ".html"])
def test_merged(odd: FlaskClient, surface: str, suffix: str) -> None:
    """A merged thing leads for good to the one it was merged into, with all that was asked."""
    old, new = "company/brackwater-research", "company/brackwater-labs"
    response = odd.get(f"/{surface}/{old}{suffix}?revision=2")
    assert response.status_code == 308
    assert response.location == f"/id/{new}{suffix}?revision=2"
    assert odd.get(response.location).status_code == 303


@pytest.mark.parametrize("name", ["2025.ttl", "größe", "gr%C3%B6%C3%9Fer", "a&b=c+d"])
def test_odd_names(odd: FlaskClient, name: str) -> None:
    """An article is found by its name, whatever that holds, with a suffix and without."""
    path = quote(name, safe="")
    answer = odd.get(f"/id/article/{path}", headers={"Accept": "application/n-triples"})
    assert answer.status_code == 303
    response = odd.get(answer.location)
    assert response.mimetype == "application/n-triples"
    subject = URIRef(f"{iris.ID}article/{name}")
    assert (subject, RDF.type, SG.Article) in parsed(response)
    assert parsed(odd.get(f"/doc/article/{path}.ttl")).value(subject, SG.textNorm)


def test_written_as_in_the_iri(odd: FlaskClient) -> None:
    """An IRI with escapes is found as it is written, too, though a server takes them off."""
    assert odd.get("/doc/article/gr%C3%B6%C3%9Fer.ttl").status_code == 200


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("person/mark-zuckerburg", ZUCKERBERG),
        ("person/zuckerberg.ttl", ZUCKERBERG),
        ("person/meta", "company/meta"),
        ("people/mark-zuckerberg", "person, company, group"),
    ],
)
@pytest.mark.parametrize("surface", ["id", "doc"])
def test_near(client: FlaskClient, surface: str, path: str, named: str) -> None:
    """Who asks for what is not there hears of what is near it, or which kinds there are."""
    response = client.get(f"/{surface}/{path}")
    assert response.status_code == 404
    assert response.content_type == MEDIA_TYPE
    assert named in response.get_json(force=True)["detail"]


@pytest.mark.parametrize("surface", ["id", "doc"])
@pytest.mark.parametrize("kind", ["person", "article", "x> { ?s ?p ?o }"])
@pytest.mark.parametrize("slug", BAD_SLUGS)
def test_bad_input(client: FlaskClient, surface: str, kind: str, slug: str) -> None:
    """Whatever stands in a path, nothing there is nothing there."""
    for accept in ("text/turtle", "text/html"):
        path = f"/{surface}/{quote(kind)}/{quote(slug, safe='')}"
        response = client.get(path, headers={"Accept": accept})
        assert response.status_code == 404, path
    assert client.get(f"/{surface}/person/%FF%FE").status_code == 404


def test_record(client: FlaskClient) -> None:
    """A record's IRI, which loses its fragment on the way, resolves in its article's document."""
    record = URIRef(f"{iris.ID}{SEED}#s1")
    answer = client.get(f"/id/{SEED}", headers={"Accept": "text/turtle"})
    graph = parsed(client.get(answer.location))
    assert (record, RDF.type, SG.Stance) in graph
    target = graph.value(record, SG.target)
    labels = [label for label in graph.objects(target, RDFS.label) if isinstance(label, Literal)]
    assert {label.language for label in labels} == {"de", "en"}
    assert (target, SKOS.broader, None) not in graph
    assert client.get(f"/id/{SEED}%23s1.ttl").location == answer.location
    assert client.get(f"/doc/{SEED}%23s1", headers={"Accept": CHROME}).status_code == 200
