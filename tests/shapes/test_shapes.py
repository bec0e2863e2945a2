from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyshacl
import pytest
from pyshacl import ShapesGraph
from rdflib import OWL, RDF, SH, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.plugins.sparql import processor
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery

from kg import iris, resources
from kg.terms import CODE_LISTS, CONTENT_PREDICATES, SG, SGSH
from kg.validate import validate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rdflib.plugins.sparql.sparql import Query
    from rdflib.term import Node

    from kg.report import Report
    from kg.validate import Shapes

    Load = Callable[[Path], Any]

HERE = Path(__file__).parent
INVALID = sorted((HERE / "invalid").glob("*.trig"))
VALID = sorted((HERE / "valid").glob("*.trig"))
EXAMPLES = sorted((resources.folder("ontology") / "examples").glob("*.ttl"))

COMPONENTS = {
    SH["class"]: "Class",
    SH.closed: "Closed",
    SH.datatype: "Datatype",
    SH.disjoint: "Disjoint",
    SH["in"]: "In",
    SH.languageIn: "LanguageIn",
    SH.maxCount: "MaxCount",
    SH.maxLength: "MaxLength",
    SH.minCount: "MinCount",
    SH.minLength: "MinLength",
    SH.node: "Node",
    SH.nodeKind: "NodeKind",
    SH["or"]: "Or",
    SH.pattern: "Pattern",
    SH.sparql: "SPARQL",
    SH.uniqueLang: "UniqueLang",
    SH.xone: "Xone",
}
"""The parameters that the shapes use, each with its component."""
NO_COMPONENT = frozenset(
    {RDF.type, SH.ignoredProperties, SH.message, SH.path, SH.property, SH.severity}
    | {SH.target, SH.targetClass, SH.targetSubjectsOf}
)


def name(path: Path) -> str:
    """Name a case by its file."""
    return path.stem


def local(shape: Node) -> str:
    """Return a shape's local name."""
    return str(shape).removeprefix(str(SGSH))


def sources(graph: Graph) -> list[URIRef]:
    """Return the shapes that a result can name; those that describe values have sh:name."""
    return [
        shape
        for kind in (SH.NodeShape, SH.PropertyShape)
        for shape in graph.subjects(RDF.type, kind)
        if isinstance(shape, URIRef) and (shape, SH.name, None) not in graph
    ]


def kinds(report: Report) -> set[str]:
    """Return what a report found, as the invalid files are named."""
    return {f"{r.rule}.{r.component.removesuffix('ConstraintComponent')}" for r in report.results}


def broken(path: Path) -> str:
    """Return the rule and the component that a file's name says it breaks."""
    return ".".join(path.stem.split(".")[:2])


@pytest.fixture(scope="module", autouse=True)
def _parse_once() -> Iterator[None]:
    """Have rdflib parse a query once: pySHACL hands it the same text for every focus node."""

    @cache
    def prepared(text: str) -> Query:
        return translateQuery(parseQuery(text))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(processor, "parseQuery", lambda text: text)
        patch.setattr(processor, "translateQuery", lambda text, *_: prepared(text))
        yield


def test_there_are_files_to_check() -> None:
    """There are at least 45 invalid files, some valid ones, and the ontology's examples."""
    assert len(INVALID) >= 45
    assert len(VALID) >= 10
    assert EXAMPLES


@pytest.mark.parametrize("path", INVALID, ids=name)
def test_an_invalid_file_breaks_exactly_what_its_name_says(
    path: Path, load: Load, shapes: Shapes
) -> None:
    """A file named rule.component, or rule.component.case, yields that and nothing else."""
    data = load(path)
    report = validate(data.dataset, shapes, select=data.select)
    assert kinds(report) == {broken(path)}, report.to_text()


@pytest.mark.parametrize("path", VALID + EXAMPLES, ids=name)
def test_a_valid_file_yields_nothing(path: Path, load: Load, shapes: Shapes) -> None:
    """What is right conforms without a warning, and something was checked."""
    data = load(path)
    report = validate(data.dataset, shapes, select=data.select)
    assert report.results == (), report.to_text()
    assert report.focus_nodes > 0


def test_every_constraint_has_an_invalid_file(shapes: Shapes, rules: Graph) -> None:
    """For each constraint of each shape there is a file that breaks it, and none for any other."""
    wanted = set()
    for graph in (shapes.core, rules):
        for shape in sources(graph):
            parameters = set(graph.predicates(shape)) - NO_COMPONENT
            wanted |= {f"{local(shape)}.{COMPONENTS[name]}" for name in parameters}  # type: ignore[index]
    assert wanted
    assert {broken(path) for path in INVALID} == wanted


@pytest.mark.slow
@pytest.mark.parametrize("path", INVALID + VALID + EXAMPLES, ids=name)
def test_the_ways_of_evaluating_the_rules_agree(
    path: Path, load: Load, shapes: Shapes, rules: Graph
) -> None:
    """Set-based in rdflib, set-based in the engine and per focus node in pySHACL find the same."""
    data = load(path)
    by_rdflib = {
        (r.rule, r.focus, r.path, r.value)
        for r in validate(data.dataset, shapes).results
        if r.component == "SPARQLConstraintComponent"
    }
    by_engine = {
        (rule.name, row["this"], row.get("path"), row.get("value"))
        for rule in shapes.rules
        for row in data.select(rule.select)
    }
    _, results, _ = pyshacl.validate(data.dataset, shacl_graph=rules, advanced=True, inplace=True)
    by_pyshacl = {
        (
            local(results.value(result, SH.sourceShape)),
            results.value(result, SH.focusNode),
            results.value(result, SH.resultPath),
            results.value(result, SH.value),
        )
        for result in results.subjects(RDF.type, SH.ValidationResult)
    }
    assert by_rdflib == by_engine == by_pyshacl


def test_every_shape_has_a_focus_node(load: Load, shapes: Shapes, rules: Graph) -> None:
    """No shape and no rule goes unused: each finds a focus node in a worked example."""
    used: set[Node] = set()
    for path in EXAMPLES:
        dataset = load(path).dataset
        for group in shapes.groups:
            if group[0].focus_nodes(dataset):  # type: ignore[no-untyped-call]
                used |= {shape.node for shape in group}
        for shape in ShapesGraph(rules).shapes:
            shape.set_advanced(True)
            if shape.focus_nodes(dataset):
                used.add(shape.node)
    parents = {shape for shape in sources(shapes.core) if (shape, SH.property, None) in shapes.core}
    assert set(sources(shapes.core)) - parents <= used
    assert set(sources(rules)) <= used


def test_a_shape_has_one_name_and_speaks_both_languages(shapes: Shapes, rules: Graph) -> None:
    """Whatever reports has an IRI of its own and one sentence each in English and German."""
    core = set(sources(shapes.core))
    constraints = {*core, *rules.objects(None, SH.sparql)}
    assert not core & set(sources(rules))
    for graph in (shapes.core, rules):
        for shape in constraints & set(graph.subjects()):
            if not set(graph.predicates(shape)) - NO_COMPONENT:
                continue
            messages = [m for m in graph.objects(shape, SH.message) if isinstance(m, Literal)]
            assert sorted(str(m.language) for m in messages) == ["de", "en"], shape
            assert all(message.endswith((".", "?")) for message in messages), shape


def test_code_lists_are_those_of_the_ontology(shapes: Shapes) -> None:
    """A list of codes in a shape is the ontology's, value for value."""
    lists = {
        local(shape): frozenset(Collection(shapes.core, members))
        for shape, members in shapes.core.subject_objects(SH["in"])
        if isinstance(shape, URIRef)
    }
    assert {
        lists["Stance-polarity"]: SG.Polarity,
        lists["Stance-commitment"]: SG.Commitment,
        lists["Claim-modality"]: SG.Modality,
        lists["Claim-finding"]: SG.Finding,
        lists["Condition-kind"]: SG.ConditionKind,
        lists["Evidence-speechForm"]: SG.SpeechForm,
        lists["Model-existence"]: SG.Existence,
    } == {codes: code_list for code_list, codes in CODE_LISTS.items()}
    assert lists["Claim-predicate"] == CONTENT_PREDICATES


@pytest.mark.slow
def test_the_shapes_are_shapes(shapes: Shapes, rules: Graph) -> None:
    """Both files conform to the shapes of SHACL itself."""
    for graph in (shapes.core, rules):
        assert pyshacl.validate(Graph(), shacl_graph=graph, meta_shacl=True)[0]


def test_the_shapes_say_which_version_they_are(shapes: Shapes) -> None:
    """The header's version IRI ends in its version."""
    version = shapes.core.value(iris.SHAPES_GRAPH, OWL.versionInfo)
    assert version is not None
    version_iri = shapes.core.value(iris.SHAPES_GRAPH, OWL.versionIRI)
    assert version_iri == URIRef(f"{iris.SHAPES_GRAPH}/{version}")
