from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rdflib import OWL, RDF, RDFS, SH, XSD, BNode, Dataset, Graph, Literal, URIRef
from rdflib.collection import Collection

from kg import constraints, iris
from kg.report import Report
from kg.terms import SG, SGSH
from kg.validate import Shapes, validate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rdflib.term import Node

NORA = URIRef(f"{iris.ID}person/nora-vest")
FERRY = URIRef(f"{iris.ID}article/2031-05-ferry-pilot")
STANCE = URIRef(f"{FERRY}#s1")


@pytest.fixture(scope="module")
def shapes() -> Shapes:
    """The shapes that ship with the package."""
    return Shapes.load()


def dataset(*triples: tuple[Node, Node, object], graph: URIRef = iris.ENTITIES_GRAPH) -> Dataset:
    """Put triples into one named graph of a dataset."""
    made = Dataset()
    for subject, predicate, object_ in triples:
        made.graph(graph).add((subject, predicate, object_))  # type: ignore[arg-type]
    return made


def person(*labels: Literal) -> Dataset:
    """Describe a person by labels."""
    return dataset((NORA, RDF.type, SG.Person), *((NORA, RDFS.label, label) for label in labels))


def test_the_default_graph_need_not_be_the_union(shapes: Shapes) -> None:
    """Data in named graphs is checked whether or not the dataset joins them by itself."""
    data = person(Literal("Nora Vest", lang="en"))
    assert not data.default_union
    assert validate(data, shapes).violations
    assert not data.default_union


def test_results_about_other_nodes_are_left_out(shapes: Shapes) -> None:
    """Only the nodes in question are judged; what surrounds them may be described in part."""
    data = person(Literal("Nora Vest", lang="en"))
    other = URIRef(f"{iris.ID}person/ilan-dorr")
    assert validate(data, shapes, focus={NORA}).focus_nodes == 1
    report = validate(data, shapes, focus={other})
    assert report == Report((), focus_nodes=0)


def test_a_report_on_nothing_says_so(shapes: Shapes) -> None:
    """Data without a node that some shape targets conforms, having been held against nothing."""
    report = validate(dataset((NORA, RDFS.seeAlso, FERRY)), shapes)
    assert report.conforms
    assert report.focus_nodes == 0


def test_rules_are_answered_by_the_select_handed_in(shapes: Shapes) -> None:
    """The rules see what ``select`` answers, one query a rule, and focus applies to that too."""
    asked: list[str] = []

    def select(query: str) -> Iterable[Mapping[str, Node]]:
        asked.append(query)
        return [{"this": NORA}, {"this": STANCE}]

    report = validate(Dataset(), shapes, focus={STANCE}, select=select)
    assert len(asked) == len(shapes.rules) == len(report.results)
    assert {result.focus for result in report.results} == {STANCE}


def test_the_order_of_results_is_fixed(shapes: Shapes) -> None:
    """Violations come before warnings, and each by node, rule and value."""
    twin = URIRef(f"{iris.ID}person/nora-vest-2")
    data = person(Literal("Nora Vest", lang="en"), Literal("Nora Vest", lang="fr"))
    data.graph(iris.ENTITIES_GRAPH).add((twin, RDF.type, SG.Person))
    data.graph(iris.ENTITIES_GRAPH).add((twin, RDFS.label, Literal("Nora Vest", lang="en")))
    reports = [validate(data, shapes) for _ in range(3)]
    assert reports[0] == reports[1] == reports[2]
    assert [(str(r.focus)[-6:], r.rule) for r in reports[0].results] == [
        ("a-vest", "Entity-label"),
        ("vest-2", "Entity-label"),
        ("a-vest", "W3"),
        ("vest-2", "W3"),
    ]


def test_a_warning_keeps_nothing_out(shapes: Shapes) -> None:
    """Data with warnings alone conforms."""
    labels = [Literal("Nora Vest", lang="en"), Literal("Nora Vest", lang="de")]
    data = person(*labels)
    twin = URIRef(f"{iris.ID}person/nora-vest-2")
    for triple in ((twin, RDF.type, SG.Person), *((twin, RDFS.label, label) for label in labels)):
        data.graph(iris.ENTITIES_GRAPH).add(triple)
    report = validate(data, shapes)
    assert report.conforms
    assert [warning.rule for warning in report.warnings] == ["W3", "W3"]


@pytest.mark.parametrize(
    ("extra", "rule", "found", "expected"),
    [
        ((RDF.type, SG.Company), "T1", "sg:Company", "A thing has one class"),
        ((OWL.sameAs, FERRY), "Thing-sameAs", "article:2031-05-ferry-pilot", "at most 0"),
        ((RDFS.label, Literal("N. Vest", lang="de")), "Entity-label", '"N', "one in each language"),
        ((RDFS.label, Literal("Nora", lang="fr")), "Entity-label", '"Nora"@fr', "en, de"),
        (
            (URIRef("http://purl.org/dc/terms/isReplacedBy"), FERRY),
            "Entity-isReplacedBy",
            "article:2031-05-ferry-pilot, which is not described",
            "a sg:Person, sg:Company, sg:Group",
        ),
        (
            (URIRef("http://www.w3.org/2004/02/skos/core#altLabel"), NORA),
            "Entity-altLabel",
            "person:nora-vest",
            "a text",
        ),
        (
            (URIRef("http://www.w3.org/2004/02/skos/core#exactMatch"), FERRY),
            "Entity-exactMatch",
            "article:2031-05-ferry-pilot",
            "what matches ^http://www",
        ),
    ],
)
def test_a_result_says_what_was_found_and_what_was_expected(
    shapes: Shapes, extra: tuple[Node, Node], rule: str, found: str, expected: str
) -> None:
    """In a few words, with the known prefixes."""
    data = person(Literal("Nora Vest", lang="en"), Literal("Nora Vest", lang="de"))
    data.graph(iris.ENTITIES_GRAPH).add((NORA, *extra))
    results = [r for r in validate(data, shapes).results if r.rule == rule]
    assert results
    assert any(found in r.found and expected in r.expected for r in results), results


def test_alternatives_say_which_of_them_were_found(shapes: Shapes) -> None:
    """A stance that is silent on conditions has neither property; an estimate with two has both."""
    silent = validate(dataset((STANCE, RDF.type, SG.Stance)), shapes).results
    (result,) = [r for r in silent if r.rule == "Stance-conditionXorUnconditional"]
    assert result.found == "none of sg:condition, sg:unconditional"
    assert result.expected == result.message
    currency, unit = (URIRef(f"https://schema.org/{n}") for n in ("currency", "unitCode"))
    data = dataset(
        (STANCE, RDF.type, SG.Estimate),
        (STANCE, currency, Literal("EUR")),
        (STANCE, unit, Literal("KWH")),
    )
    (result,) = [r for r in validate(data, shapes).results if r.rule == "Estimate-currencyXorUnit"]
    assert result.found == 'schema:currency "EUR", schema:unitCode "KWH"'


def test_a_gloss_that_is_too_long_says_how_long(shapes: Shapes) -> None:
    """The length is counted in characters, and the text itself is cut."""
    data = dataset((STANCE, RDF.type, SG.Stance), (STANCE, SG.gloss, Literal("ä" * 300, lang="de")))
    (result,) = [r for r in validate(data, shapes).results if r.component.startswith("MaxLength")]
    assert result.found.startswith("300 characters: ")
    assert len(result.found) < 150
    assert result.expected == "at most 200 characters"


def test_a_missing_value_is_asked_for_by_number_and_kind(shapes: Shapes) -> None:
    """Whoever left a property out learns what could stand there."""
    results = validate(dataset((STANCE, RDF.type, SG.Stance)), shapes).results
    expected = {result.rule: result.expected for result in results}
    assert expected["Stance-polarity"] == (
        "at least 1: one of sg:Favour, sg:Against, sg:Undecided, sg:Neutral"
    )
    assert expected["Record-evidence"] == "at least 1: a sg:Evidence"
    assert expected["Stance-target"] == "at least 1: an entity or a record"


def test_a_condition_nobody_uses_has_an_inverse_path(shapes: Shapes) -> None:
    """The path of that violation leads from the condition back to records."""
    condition = URIRef(f"{FERRY}#c1")
    report = validate(dataset((condition, RDF.type, SG.Condition)), shapes)
    (result,) = [r for r in report.results if r.rule == "Condition-usedBy"]
    assert result.to_json()["path"] == "^sg:condition"
    assert result.found == "nothing"
    assert result.expected == "at least 1"


@pytest.mark.parametrize(
    ("name", "text"),
    [("Evidence-start", "ten"), ("Evidence-end", "1.5"), ("Article-textLength", "-")],
)
def test_numbers_that_are_none_are_reported_and_not_stumbled_over(
    shapes: Shapes, name: str, text: str
) -> None:
    """An ill-formed number is a violation of its own shape."""
    kind, _, local = name.partition("-")
    wrong = Literal(text, datatype=XSD.nonNegativeInteger, normalize=False)
    data = dataset(
        (STANCE, RDF.type, SG[kind]),
        (STANCE, URIRef(f"http://www.w3.org/ns/oa#{local}"), wrong),
        (STANCE, URIRef(f"{SG}{local}"), wrong),
    )
    assert name in {result.rule for result in validate(data, shapes).results}


def test_subclass_statements_change_nothing(shapes: Shapes) -> None:
    """Whether the ontology is part of the data or not, the same is found."""
    data = dataset((STANCE, RDF.type, SG.Estimate), (STANCE, SG.reason, NORA))
    alone = validate(data, shapes).results
    for below, above in ((SG.Estimate, SG.Claim), (SG.Claim, SG.Record), (SG.Person, SG.Agent)):
        data.graph(iris.ONTOLOGY_GRAPH).add((below, RDFS.subClassOf, above))
    assert validate(data, shapes).results == alone


def test_paths_that_the_shapes_do_not_use_are_refused() -> None:
    """A path is a predicate, an inverse path or a sequence; any other is named in the refusal."""
    graph = Graph()
    sequence = Collection(graph, BNode(), [SG.reason, SG.holder]).uri
    assert constraints.path_of(graph, sequence).n3() == f"{SG.reason.n3()}/{SG.holder.n3()}"
    path = BNode()
    graph.add((path, SH.zeroOrMorePath, SG.reason))
    with pytest.raises(TypeError, match="no path that the shapes use"):
        constraints.path_of(graph, path)


def test_a_shape_without_a_name_cannot_report(shapes: Shapes) -> None:
    """A rule is known by its shape's local name, so a blank node is refused."""
    rules = Graph()
    constraint = BNode()
    rules.add((BNode(), SH.sparql, constraint))
    rules.add((constraint, SH.select, Literal("SELECT $this WHERE { $this a $this }")))
    rules.add((constraint, SH.message, Literal("A thing is its own class.", lang="en")))
    rules.add((constraint, SH.message, Literal("Ein Ding ist seine eigene Klasse.", lang="de")))
    with pytest.raises(TypeError, match="has to have an IRI"):
        Shapes.of(shapes.core, rules)


def test_rules_are_whole_queries_by_name(shapes: Shapes) -> None:
    """A rule's SELECT brings its prefixes; rules are in the order of their names."""
    names = [rule.name for rule in shapes.rules]
    assert names == sorted(names)
    assert {f"X{number}" for number in range(1, 10)} | {"D1", "W1", "W2", "W3"} <= set(names)
    assert all("PREFIX sg: <https://w3id.org/stancegraph/ns#>" in r.select for r in shapes.rules)
    warnings = {rule.name for rule in shapes.rules if rule.severity == "Warning"}
    assert warnings == {"W1", "W2", "W3"}
    assert str(SGSH) not in "".join(names)
