from __future__ import annotations

import tempfile
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import Graph, URIRef

from kg import iris
from kg.settings import Settings
from kg.store.base import Change
from kg.store.revisions import Revisions
from kg.validate import Shapes
from tests.store.projected import differences, expected, held
from tests.store.said import PREFIXES

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

    from tests.store.said import Row

PEOPLE = ("person/ada-lind", "person/bo-kern", "group/teachers", "company/north-labs")
COMPANIES = ("company/north-labs", "company/quay-press")
MODELS = ("model/heron-1", "project/dockside")
TOPICS = ("topic/licences", "topic/opening", "topic/costs", "topic/safety-tests")
OCCASION = "occasion/2025-spring-talk"
ENTITIES = tuple(dict.fromkeys((*PEOPLE, *COMPANIES, *MODELS, *TOPICS, OCCASION)))
ARTICLES = ("article/2025-01-one", "article/2025-01-one-more", "article/2025-02-two")
DATES = (
    '"2024"^^xsd:gYear',
    '"2024-02"^^xsd:gYearMonth',
    '"2023-02"^^xsd:gYearMonth',
    '"2025-03-31"^^xsd:date',
)
RECORDS = ("s1", "s2", "k1", "k2", "q1")
CLASSES = {"s": "Stance", "k": "Claim", "q": "Estimate"}


class Trusting(Revisions):
    """A store whose gate knows no shapes, so that a commit takes no time to be validated."""

    @property
    def shapes(self) -> Shapes:
        """No shapes at all."""
        return Shapes(Graph(), (), ())


@dataclass(frozen=True)
class Step:
    """One thing that happens to the store: Turtle by graph, graphs to drop, or a way back."""

    graphs: dict[str, str] = field(default_factory=dict)
    drop: tuple[str, ...] = ()
    back: int = 0


def ref(key: str) -> str:
    """Write what a key names as Turtle."""
    return f"<{iris.ID}{key}>"


def some(choices: tuple[str, ...], least: int = 0, most: int = 2) -> SearchStrategy[list[str]]:
    """Choose some, each at most once."""
    return st.lists(st.sampled_from(choices), min_size=least, max_size=most, unique=True)


def words(draw: DrawFn, predicate: str) -> list[str]:
    """Say something in English and in German."""
    text = draw(st.sampled_from(("Möwe am Kai", "a gull", 'an "odd" \\\\ one', "Straße 1")))
    return [f'{predicate} """{text}"""@en', f'{predicate} """{text} auch"""@de']


@st.composite
def record(draw: DrawFn, article: str, name: str) -> str:
    """Make a stance, a claim or an estimate of an article."""
    others = [f"{other}#{one}" for other in ARTICLES for one in RECORDS]
    about = (*ENTITIES, *others)
    said = [f"a sg:{CLASSES[name[0]]}", f"sg:reportedIn {ref(article)}"]
    said += words(draw, "sg:gloss")
    said += [f"sg:holder {ref(k)}" for k in draw(some(PEOPLE))]
    for predicate, choices in (
        ("sg:speaker", PEOPLE),
        ("sg:onBehalfOf", COMPANIES),
        ("sg:saidAt", (OCCASION,)),
        ("sg:target", about if name[0] == "s" else ()),
        ("rdf:subject", about if name[0] != "s" else ()),
        ("rdf:object", about if name[0] != "s" else ()),
        ("sg:quantity", TOPICS if name[0] == "q" else ()),
        ("sg:assesses", tuple(f"{other}#c1" for other in ARTICLES) if name[0] == "k" else ()),
    ):
        if choices:
            said += [f"{predicate} {ref(k)}" for k in draw(some(choices, most=1))]
    values = {
        "sg:saidOn": DATES,
        "sg:polarity": ("sg:Favour", "sg:Against") if name[0] == "s" else (),
        "sg:commitment": ("sg:Promise", "sg:Preference") if name[0] == "s" else (),
        "rdf:predicate": ("org:headOf", "sg:openSourced", "sg:revises") if name[0] != "s" else (),
        "sg:modality": ("sg:Asserted", "sg:Possible") if name[0] != "s" else (),
        "sg:negated": ("true", "false") if name[0] != "s" else (),
        "sg:finding": ("sg:Met", "sg:NotMet") if name[0] == "k" else (),
        "schema:minValue": ("5.0", "10000000000.25") if name[0] == "q" else (),
        "schema:maxValue": ("7.5", "-1.000001") if name[0] == "q" else (),
        "schema:currency": ('"USD"', '"EUR"') if name[0] == "q" else (),
        "schema:unitCode": ('"GWH"', '"KWH"') if name[0] == "q" else (),
        "sg:horizonFrom": ('"2027"^^xsd:gYear',) if name[0] == "q" else (),
        "sg:horizonTo": ('"2030"^^xsd:gYear',) if name[0] == "q" else (),
    }
    for predicate, choices in values.items():
        if choices:
            said += [f"{predicate} {value}" for value in draw(some(choices, most=1))]
    if name[0] == "q" and draw(st.booleans()):
        said += words(draw, "sg:horizonText")
    said += [f"sg:condition {ref(article)[:-1]}#{c}>" for c in draw(some(("c1", "c2")))]
    said += [f"sg:evidence {ref(article)[:-1]}#{e}>" for e in draw(some(("e1", "e2")))]
    said += [f"sg:reason {ref(other)}" for other in draw(some(tuple(others)))]
    return f"{ref(f'{article}#{name}')} {' ; '.join(said)} ."


@st.composite
def article(draw: DrawFn, key: str) -> str:
    """Make an article's graph, with records, conditions and evidence, and a plain triple or not."""
    said = ["a sg:Article", f"schema:datePublished {draw(st.sampled_from(DATES))}"]
    said += ['schema:inLanguage "de"', 'sg:textNorm "norm/1"', 'sg:textLength "90"^^xsd:integer']
    said += [f"schema:publisher {ref(k)}" for k in draw(some(COMPANIES, most=1))]
    said += [f"schema:url <https://quay.example/{n}>" for n in draw(some(("1", "2"), most=1))]
    headlines = ('"Die Möwe"@de', '"A gull"@en', '"Larus"')
    said += [f"schema:headline {text}" for text in draw(some(headlines, most=1))]
    parts = [f"{ref(key)} {' ; '.join(said)} ."]
    parts += [draw(record(key, name)) for name in draw(some(RECORDS, most=4))]
    for name in draw(some(("c1", "c2"))):
        told = [f"a sg:Condition ; sg:kind sg:{draw(st.sampled_from(('Safety', 'Legal')))}"]
        parts.append(f"{ref(f'{key}#{name}')} {' ; '.join(told + words(draw, 'sg:gloss'))} .")
    for name in draw(some(("e1", "e2"))):
        start = draw(st.integers(0, 40))
        parts.append(
            f"{ref(f'{key}#{name}')} a sg:Evidence ; oa:hasSource {ref(key)} ; oa:start {start} ; "
            f'oa:end {start + 9} ; sg:spanHash "{start:064x}" ; sg:speechForm sg:Direct .'
        )
    if draw(st.booleans()):
        model, maker = draw(st.sampled_from(MODELS)), draw(st.sampled_from(COMPANIES))
        parts.append(f"{ref(model)} sg:developedBy {ref(maker)} .")
    return "\n".join(parts)


@st.composite
def entity(draw: DrawFn, key: str) -> str:
    """Describe an entity."""
    kind = key.partition("/")[0]
    said = [f"a sg:{kind.title()}", *words(draw, "rdfs:label")]
    said += [f"skos:altLabel {name}" for name in draw(some(('"Lind, A."@en', '"Ada L."@de')))]
    if kind == "topic":
        said += [f"skos:broader {ref(k)}" for k in draw(some(TOPICS))]
        said += [f"sg:concerns {ref(k)}" for k in draw(some(ENTITIES))]
    if kind in {"model", "project"}:
        said += [f"sg:existence sg:{value}" for value in draw(some(("Released", "Imagined"), 1, 1))]
        said += [f"sg:developedBy {ref(k)}" for k in draw(some(COMPANIES))]
    if kind == "occasion":
        said += [f"dcterms:date {value}" for value in draw(some(DATES, most=1))]
        said += [f"dcterms:contributor {ref(k)}" for k in draw(some(PEOPLE))]
        said += [f"dcterms:subject {ref(k)}" for k in draw(some(TOPICS))]
    if kind == "person":
        said += [f"skos:exactMatch wd:Q{number}" for number in draw(some(("1", "2")))]
        said += [f"dcterms:isReplacedBy {ref(k)}" for k in draw(some((PEOPLE[0],), most=1))]
    return f"{ref(key)} {' ; '.join(said)} ."


@st.composite
def links(draw: DrawFn) -> str:
    """Say something between records, as editors do; of one that may not be there, too."""
    records = tuple(f"{key}#{name}" for key in ARTICLES for name in RECORDS[:3])
    predicate = draw(st.sampled_from(("revises", "contradicts", "repeats")))
    others = draw(some(records, least=1))
    about = draw(st.sampled_from(records))
    return " ".join(f"{ref(about)} sg:{predicate} {ref(other)} ." for other in others)


@st.composite
def steps(draw: DrawFn) -> Step:
    """Put articles or entities in, link records, drop a graph, or go back."""
    what = draw(
        st.sampled_from(("articles", "articles", "entities", "both", "links", "drop", "back"))
    )
    if what == "back":
        return Step(back=draw(st.integers(1, 4)))
    if what == "drop":
        names = (*map(ref, ARTICLES), f"<{iris.ENTITIES_GRAPH}>", f"<{iris.LINKS_GRAPH}>")
        return Step(drop=tuple(draw(some(names, least=1))))
    graphs: dict[str, str] = {}
    if what in {"articles", "both"}:
        graphs |= {ref(key): draw(article(key)) for key in draw(some(ARTICLES, least=1))}
    if what in {"entities", "both"}:
        told = [draw(entity(key)) for key in draw(some(ENTITIES, least=1, most=5))]
        graphs[f"<{iris.ENTITIES_GRAPH}>"] = "\n".join(told)
    if what == "links":
        graphs[f"<{iris.LINKS_GRAPH}>"] = draw(links())
    return Step(graphs)


def happen(store: Revisions, step: Step) -> None:
    """Commit a step, or roll back by so many revisions."""
    if step.back:
        store.rollback(max(1, store.current() - step.back))
        return
    prefixes = PREFIXES + (
        "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n"
        "PREFIX wd: <http://www.wikidata.org/entity/>\n"
    )
    graphs = {
        URIRef(name[1:-1]): Graph().parse(data=prefixes + turtle, format="turtle")
        for name, turtle in step.graphs.items()
    }
    store.commit(Change(graphs, frozenset(URIRef(name[1:-1]) for name in step.drop)))


def first() -> Step:
    """Describe every entity, so that there is something to change."""
    told = [
        f'{ref(key)} a sg:{key.partition("/")[0].title()} ; rdfs:label "{key}"@en , "{key}"@de .'
        for key in ENTITIES
    ]
    return Step({f"<{iris.ENTITIES_GRAPH}>": "\n".join(told)})


def holds(story: list[Step]) -> None:
    """Let a story happen, look at every revision of it, and make the last one's anew."""
    with tempfile.TemporaryDirectory() as folder:
        store = Trusting(Settings(data=Path(folder) / "data", keep_revisions=50))
        happen(store, first())
        for step in story:
            happen(store, step)
        last: dict[str, list[Row]] = {}
        for number in range(1, store.current() + 1):
            projection = store.projection(number)
            with store.snapshot(number) as snapshot:
                assert not differences(projection, expected(snapshot)), number
            last = held(projection)
            projection.close()
        with closing(store.reindex()) as anew:
            assert not differences(anew, last)


def test_article_alone() -> None:
    """What a record and a condition take from their article changes where that alone does."""
    key = ARTICLES[0]

    def published(date: str) -> Step:
        article = f"{ref(key)} a sg:Article ; schema:datePublished {date} ."
        stance = f"{ref(f'{key}#s1')} a sg:Stance ; sg:reportedIn {ref(key)} ; sg:condition "
        condition = f"{ref(f'{key}#c1')} a sg:Condition ; sg:kind sg:Legal ."
        return Step({ref(key): f"{article} {stance} {ref(f'{key}#c1')} . {condition}"})

    holds([published(DATES[0]), published(DATES[3])])


LARGE = [HealthCheck.too_slow, HealthCheck.data_too_large]
"""Each example is a story of several commits, which is much data and takes its time."""


@settings(max_examples=4, suppress_health_check=LARGE)
@given(st.lists(steps(), min_size=6, max_size=9))
def test_any_story(story: list[Step]) -> None:
    """After any commits and rollbacks a projection holds what SPARQL says, as a new one does."""
    holds(story)


@pytest.mark.slow
@settings(max_examples=20, suppress_health_check=LARGE)
@given(st.lists(steps(), min_size=4, max_size=12))
def test_many_stories(story: list[Step]) -> None:
    """So it is in many more stories."""
    holds(story)
