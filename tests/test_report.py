from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from rdflib import RDF, SH, BNode, Literal, URIRef, Variable
from rdflib.collection import Collection
from rdflib.paths import AlternativePath, InvPath, SequencePath

from kg import iris
from kg.curies import route, shown
from kg.report import Report, Violation
from kg.terms import SG, SGSH

if TYPE_CHECKING:
    from rdflib.paths import Path
    from rdflib.term import Node

STANCE = URIRef(f"{iris.ID}article/2031-05-ferry-pilot#s1")
MISSING = Violation(
    focus=STANCE,
    rule="Stance-polarity",
    component="MinCountConstraintComponent",
    severity="Violation",
    message="A stance takes exactly one side.",
    message_de="Eine Haltung hat genau eine Richtung.",
    found="nothing",
    expected="at least 1",
    path=SG.polarity,
)
LATE = replace(
    MISSING,
    rule="X1",
    component="SPARQLConstraintComponent",
    message="It was said after publication.",
    found='"2031-06"',
    expected="It was said after publication.",
    path=SG.saidOn,
    value=Literal("2031-06"),
)
WARNING = replace(MISSING, rule="W2", severity="Warning", path=None)


def test_a_report_conforms_unless_there_is_a_violation() -> None:
    """Warnings stand apart and keep nothing out."""
    assert Report().conforms
    assert Report((WARNING,)).conforms
    report = Report((MISSING, WARNING))
    assert not report.conforms
    assert report.violations == (MISSING,)
    assert report.warnings == (WARNING,)


def test_the_text_has_a_block_for_each_result_and_a_count() -> None:
    """A block names place, rule, node, path, found and expected; what is unknown is left out."""
    report = Report((replace(MISSING, source="a.ttl", line=12), LATE, WARNING))
    assert report.to_text().splitlines() == [
        "a.ttl:12: violation of Stance-polarity (MinCount)",
        "  A stance takes exactly one side.",
        "  node      article:2031-05-ferry-pilot#s1",
        "  path      sg:polarity",
        "  found     nothing",
        "  expected  at least 1",
        "",
        "violation of X1 (SPARQL)",
        "  It was said after publication.",
        "  node      article:2031-05-ferry-pilot#s1",
        "  path      sg:saidOn",
        '  found     "2031-06"',
        "",
        "warning of W2 (MinCount)",
        "  A stance takes exactly one side.",
        "  node      article:2031-05-ferry-pilot#s1",
        "  found     nothing",
        "  expected  at least 1",
        "",
        "does not conform: 2 violations, 1 warning",
    ]


def test_an_empty_text_is_the_count_alone() -> None:
    """Where nothing was found, one line says so."""
    assert Report().to_text() == "conforms: no violations"


def test_json_has_the_same_keys_always() -> None:
    """Each result has every key, terms as in SPARQL's JSON results, and both languages."""
    value = Report((MISSING, replace(LATE, source="a.ttl", line=3))).to_json()
    assert json.loads(json.dumps(value)) == value
    assert value["conforms"] is False
    first, second = value["results"]
    assert first.keys() == second.keys()
    assert first["focus"] == {"type": "uri", "value": str(STANCE)}
    assert first["path"] == "sg:polarity"
    assert first["value"] is None
    assert first["line"] is None
    assert second["value"] == {"type": "literal", "value": "2031-06"}
    assert second["line"] == 3
    assert second["message"] == {
        "en": "It was said after publication.",
        "de": "Eine Haltung hat genau eine Richtung.",
    }


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        (BNode("b1"), {"type": "bnode", "value": "b1"}),
        (Literal("ja", lang="de"), {"type": "literal", "value": "ja", "xml:lang": "de"}),
        (
            Literal("2031", datatype=URIRef("urn:year")),
            {"type": "literal", "value": "2031", "datatype": "urn:year"},
        ),
    ],
)
def test_json_tells_kinds_of_terms_apart(term: Node, expected: dict[str, str]) -> None:
    """Blank nodes, texts in a language and typed literals each have their own members."""
    assert replace(LATE, value=term).to_json()["value"] == expected


def test_json_refuses_what_is_no_term_of_rdf() -> None:
    """A variable, say, is named in the refusal."""
    with pytest.raises(TypeError, match="Variable is not supported"):
        replace(LATE, value=Variable("x")).to_json()


def test_the_graph_is_a_validation_report() -> None:
    """It has every property that SHACL gives a result, the messages in both languages."""
    graph = Report((MISSING, LATE)).to_graph()
    report = graph.value(None, RDF.type, SH.ValidationReport)
    assert graph.value(report, SH.conforms) == Literal(False)
    results = list(graph.objects(report, SH.result))
    assert len(results) == 2
    (result,) = graph.subjects(SH.sourceShape, SGSH.X1)
    assert result in results
    assert graph.value(result, SH.focusNode) == STANCE
    assert graph.value(result, SH.resultPath) == SG.saidOn
    assert graph.value(result, SH.value) == Literal("2031-06")
    assert graph.value(result, SH.resultSeverity) == SH.Violation
    assert graph.value(result, SH.sourceConstraintComponent) == SH.SPARQLConstraintComponent
    assert {message.language for message in graph.objects(result, SH.resultMessage)} == {"en", "de"}  # type: ignore[attr-defined]


def test_the_graph_conforms_with_warnings_and_says_what_it_disallows() -> None:
    """As in SHACL 1.2, only a violation makes sh:conforms false, and the report says so."""
    graph = Report((WARNING,)).to_graph()
    report = graph.value(None, RDF.type, SH.ValidationReport)
    assert graph.value(report, SH.conforms) == Literal(True)
    disallowed = URIRef("http://www.w3.org/ns/shacl#conformanceDisallows")
    assert graph.value(report, disallowed) == SH.Violation


@pytest.mark.parametrize("path", [InvPath(SG.condition), SequencePath(SG.reason, SG.holder)])
def test_the_graph_holds_paths_as_shacl_writes_them(path: Path) -> None:
    """An inverse path is a node with sh:inversePath, a sequence a list."""
    graph = Report((replace(MISSING, path=path),)).to_graph()
    node = next(graph.objects(None, SH.resultPath))
    if isinstance(path, InvPath):
        assert graph.value(node, SH.inversePath) == SG.condition
    else:
        assert list(Collection(graph, node)) == [SG.reason, SG.holder]


def test_other_paths_are_refused() -> None:
    """A path that neither text nor graph can hold is named."""
    strange = replace(MISSING, path=AlternativePath(SG.reason, SG.holder))
    with pytest.raises(TypeError, match="AlternativePath is not supported"):
        Report((strange,)).to_graph()
    with pytest.raises(TypeError, match="AlternativePath is not supported"):
        strange.to_text()


def test_a_result_is_located_at_its_triple() -> None:
    """The offending triple's line is best, then the property's, then the node's first."""
    lines: dict[tuple[Node | None, ...], int] = {
        (STANCE, SG.saidOn, Literal("2031-06")): 9,
        (STANCE, SG.saidOn, None): 8,
        (STANCE, None, None): 4,
    }

    def line(subject: Node, predicate: Node | None, object_: Node | None) -> int | None:
        return lines.get((subject, predicate, object_))

    report = Report((LATE, MISSING, replace(LATE, value=Literal("2031-07")))).located(
        [("none.ttl", lambda *_: None), ("a.ttl", line)]
    )
    assert [(result.source, result.line) for result in report.results] == [
        ("a.ttl", 9),
        ("a.ttl", 4),
        ("a.ttl", 8),
    ]


def test_a_result_of_no_source_stays_without_a_place() -> None:
    """Where no input has the node, nothing is made up."""
    assert Report((LATE,)).located([]) == Report((LATE,))


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        (SG.Stance, "sg:Stance"),
        (URIRef(f"{iris.ID}person/nora-vest"), "person:nora-vest"),
        (URIRef("https://example.org/a b"), "<https://example.org/a b>"),
        (BNode("b1"), "_:b1"),
        (Literal('say "ja"', lang="de"), '"say \\"ja\\""@de'),
        (Literal("one\n  two"), '"one two"'),
        (
            Literal("much", datatype=URIRef("http://www.w3.org/2001/XMLSchema#decimal")),
            "xsd:decimal",
        ),
    ],
)
def test_terms_are_shown_on_one_line(term: Node, expected: str) -> None:
    """IRIs are shortened by the known prefixes; literals are as in Turtle."""
    assert shown(term).endswith(expected)
    assert "\n" not in shown(term)


def test_long_texts_are_cut() -> None:
    """A hundred characters of a literal are shown at most, and an ellipsis says there are more."""
    assert shown(Literal("x" * 101)) == f'"{"x" * 99}…"'
    assert shown(Literal("x" * 100)) == f'"{"x" * 100}"'


def test_paths_are_shown_as_in_sparql() -> None:
    """An inverse path has a caret, a sequence slashes."""
    assert route(InvPath(SG.condition)) == "^sg:condition"
    assert route(SequencePath(SG.reason, SG.holder)) == "sg:reason/sg:holder"


def test_results_sort_violations_first() -> None:
    """A warning comes after every violation, whatever its node."""
    assert sorted([WARNING, LATE, MISSING], key=lambda r: r.key) == [MISSING, LATE, WARNING]
