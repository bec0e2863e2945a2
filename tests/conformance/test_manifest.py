from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conformance.manifest import Exchange, ManifestError, Sources, read
from tests.conformance.suites import SPARQL, Source

if TYPE_CHECKING:
    from pathlib import Path

PREFIXES = """
@prefix : <https://example.org/made#> .
@prefix mf: <http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#> .
@prefix qt: <http://www.w3.org/2001/sw/DataAccess/tests/test-query#> .
@prefix ut: <http://www.w3.org/2009/sparql/tests/test-update#> .
@prefix ht: <http://www.w3.org/2011/http#> .
@prefix hts: <http://www.w3.org/2011/http-statusCodes#> .
@prefix cnt: <http://www.w3.org/2011/content#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""
TESTS = """
[] a mf:Manifest ; mf:entries ( :query :update :syntax :wire ) .
:query a mf:QueryEvaluationTest ; mf:name "a query" ; mf:resultCardinality mf:LaxCardinality ;
  mf:action [ qt:query <q.rq> ; qt:data <d.ttl> ; qt:graphData <g.ttl> ] ; mf:result <r.srx> .
:update a mf:UpdateEvaluationTest ; mf:name "an update" ;
  mf:action [ ut:request <u.ru> ; ut:graphData [ ut:graph <g.ttl> ; rdfs:label "urn:g" ] ] ;
  mf:result [ ut:data <d.ttl> ] .
:syntax a mf:NegativeSyntaxTest11 ; mf:name "a syntax test" ; mf:action <s.rq> .
:wire a mf:ProtocolTest ; mf:name "a request" ; mf:action [ ht:requests ( [
  ht:methodName "POST" ; ht:absolutePath "/sparql/" ;
  ht:headers ( [ ht:fieldName "content-type" ; ht:fieldValue "text/plain" ] ) ;
  ht:body [ cnt:characterEncoding "UTF-16LE" ; cnt:chars "hi" ] ;
  ht:resp [ mf:expectedStatus hts:StatusCode4xx ; mf:expectedBoolean false ] ] ) ] .
"""
MADE = SPARQL + "made/"
SOURCE = Source("made", SPARQL + "manifest.ttl")


def lay(root: Path, top: str, **parts: str) -> Path:
    """Write manifests: ``top``, and others in folders of their names."""
    folder = root / "w3c-sparql"
    folder.mkdir()
    (folder / "manifest.ttl").write_text(PREFIXES + top, encoding="utf-8")
    for name, text in parts.items():
        (folder / name).mkdir()
        (folder / name / "manifest.ttl").write_text(PREFIXES + text, encoding="utf-8")
    return root


def test_read(tmp_path: Path) -> None:
    """A manifest gives each of its tests with its data, its result, and its requests."""
    root = lay(tmp_path, "<> mf:include ( <made/manifest.ttl> ) .", made=TESTS)
    query, update, syntax, wire = read(SOURCE, root)
    assert (query.suite, query.name, query.lax) == ("made query", "a query", True)
    assert (query.request, query.result) == (MADE + "q.rq", MADE + "r.srx")
    assert query.given == Sources((MADE + "d.ttl",), ((MADE + "g.ttl", MADE + "g.ttl"),))
    assert (update.suite, update.request) == ("made update", MADE + "u.ru")
    assert update.given == Sources((), (("urn:g", MADE + "g.ttl"),))
    assert update.after == Sources((MADE + "d.ttl",))
    assert (syntax.suite, syntax.request) == ("made syntax", MADE + "s.rq")
    assert wire.exchanges == (
        Exchange(
            "POST",
            "/sparql/",
            (("content-type", "text/plain"),),
            b"h\0i\0",
            ("StatusCode4xx",),
            boolean=False,
        ),
    )


@pytest.mark.parametrize(
    ("top", "said"),
    [
        ("<> a mf:Manifest .", "has no tests"),
        ("<> a mf:Manifest ; mf:entries () .", "has no tests"),
        ("<> mf:include ( <gone/manifest.ttl> ) .", "there is no manifest"),
        ("<> mf:include ( <made/manifest.ttl> ) .", "made/manifest.ttl has no tests"),
        ("<> mf:entries ( :new ) . :new a mf:NewKindOfTest .", "no kind that is known"),
    ],
)
def test_red(tmp_path: Path, top: str, said: str) -> None:
    """A manifest without tests, one that is not there, and a kind of test nobody knows are red."""
    with pytest.raises(ManifestError, match=said):
        read(SOURCE, lay(tmp_path, top, made="<> a mf:Manifest ; mf:entries () ."))
