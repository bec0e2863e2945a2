from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import RDF, XSD, Graph, Literal, URIRef

from kg import resources
from kg.citation import Citation, State, Verdict, align, check
from kg.errors import InputError, NotFound
from kg.terms import OA, SG
from kg.text import normalise, span

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.model import Span, Text

ARTICLE = URIRef("https://w3id.org/stancegraph/id/article/2025-05-hearing")
SEED = URIRef("https://w3id.org/stancegraph/id/article/2024-04-zuckerberg-open-source")
TEXT = normalise(
    "Mara Lindqvist spoke in Turku. She would publish the weights of Heron 2, she said.\n"
    "An audit would have to come first. Lindqvist did not name a day.\n"
    "Tomas Adeyemi disagreed. Many teachers, he said, wanted no open weights at all.\n"
    "Prices had fallen for a year, he added. Lindqvist did not name a reason.\n"
    "The hearing will go on in June, when the auditors are going to be heard."
)
CITED = (
    "She would publish the weights of Heron 2",
    "An audit would have to come first",
    "Lindqvist did not name a day",
    "Many teachers, he said, wanted no open weights at all",
    "Prices had fallen for a year",
    "Lindqvist did not name a",
    "when the auditors are going to be heard",
)
NOTICE = "Nur für den eigenen Gebrauch 😀. Alle Rechte liegen beim Verlag.\n"
FOREIGN = (
    "Storks came back to the marsh in March. Volunteers counted forty nests, more than in any year "
    "since the river was given its old bed again, and the farmers along it lost no hay by that."
)


def spans_of(text: Text) -> dict[URIRef, Span]:
    """Cite the phrases of ``CITED``, each where it stands first, the sixth where it does last."""
    spans = {}
    for number, phrase in enumerate(CITED, 1):
        find = text.content.rindex if number == 6 else text.content.index
        start = find(phrase)
        spans[ARTICLE + f"#e{number}"] = span(text, start, start + len(phrase))
    return spans


def graph_of(text: Text, spans: dict[URIRef, Span]) -> Graph:
    """Describe an article and its evidence as a graph does; record n cites evidence n."""
    graph = Graph()
    graph.add((ARTICLE, SG.textHash, Literal(text.hash)))
    graph.add((ARTICLE, SG.textLength, Literal(text.length, datatype=XSD.nonNegativeInteger)))
    graph.add((ARTICLE, SG.textNorm, Literal("norm/1")))
    for number, (evidence, cited) in enumerate(spans.items(), 1):
        graph.add((evidence, RDF.type, SG.Evidence))
        graph.add((evidence, OA.hasSource, ARTICLE))
        graph.add((evidence, OA.start, Literal(cited.start, datatype=XSD.nonNegativeInteger)))
        graph.add((evidence, OA.end, Literal(cited.end, datatype=XSD.nonNegativeInteger)))
        graph.add((evidence, SG.spanHash, Literal(cited.hash)))
        graph.add((ARTICLE + f"#s{number}", SG.evidence, evidence))
    return graph


GRAPH = graph_of(TEXT, spans_of(TEXT))


def states(verdict: Verdict) -> dict[str, State]:
    """Map the local name of each piece of evidence to its state."""
    return {str(item.evidence).rpartition("#")[2]: item.state for item in verdict.citations}


def words_at(copy: str, citation: Citation) -> str:
    """Read the words at a citation's only place in a copy."""
    ((start, end),) = citation.places
    return normalise(copy).content[start:end]


@pytest.mark.parametrize(
    "copy",
    [
        TEXT.content,
        "\ufeff" + TEXT.content.replace("\n", "\r\n") + "\r\n",
        TEXT.content.replace("\n", "\n\n").replace(" ", "\n"),
        TEXT.content.replace(" ", " \t\xa0").replace("publish", "pub\u00adlish"),
    ],
    ids=["as cited", "Windows line ends", "wrapped at every word", "other white space"],
)
def test_the_cited_text_is_found_in_any_layout(copy: str) -> None:
    """White space, line ends and soft hyphens make no difference: every span is in its place."""
    verdict = check(GRAPH, ARTICLE, copy)
    assert verdict.identical
    assert set(states(verdict).values()) == {State.FOUND}
    assert verdict.statement.startswith("This is the cited text, word for word; all 7 spans")


def test_a_notice_in_front_moves_every_span() -> None:
    """All spans move by its length in code points, whatever they take in UTF-8."""
    verdict = check(GRAPH, ARTICLE, NOTICE + TEXT.content)
    assert set(states(verdict).values()) == {State.MOVED}
    for item in verdict.citations:
        assert item.places == ((item.span.start + len(NOTICE), item.span.end + len(NOTICE)),)
    assert "of 7 spans 0 found, 7 moved, 0 orphaned" in verdict.statement


def test_a_changed_sentence_orphans_its_span_alone() -> None:
    """What stands before the change is found, what stands behind it has moved."""
    copy = TEXT.content.replace("An audit would have to come first", "First comes an audit")
    verdict = check(GRAPH, ARTICLE, copy)
    assert states(verdict) == {
        "e1": State.FOUND,
        "e2": State.ORPHANED,
        **dict.fromkeys(["e3", "e4", "e5", "e6", "e7"], State.MOVED),
    }
    moved = [item for item in verdict.citations if item.state is State.MOVED]
    assert [words_at(copy, item) for item in moved] == list(CITED[2:])


def test_a_removed_paragraph_orphans_what_it_held() -> None:
    """The phrase that is left elsewhere in the text is not taken for the one that is gone."""
    lines = TEXT.content.split("\n")
    verdict = check(GRAPH, ARTICLE, "\n".join([*lines[:3], *lines[4:]]))
    assert states(verdict) == {
        **dict.fromkeys(["e1", "e2", "e3", "e4"], State.FOUND),
        **dict.fromkeys(["e5", "e6"], State.ORPHANED),
        "e7": State.MOVED,
    }


def test_paragraphs_that_changed_places_have_moved() -> None:
    """Spans are found out of their order, where there are enough of them to be no coincidence."""
    lines = TEXT.content.split("\n")
    copy = "\n".join([*lines[2:], *lines[:2], "This is all there is to tell."])
    verdict = check(GRAPH, ARTICLE, copy)
    assert [words_at(copy, item) for item in verdict.citations] == list(CITED)
    assert verdict.count(State.MOVED) == len(CITED)


@pytest.mark.parametrize("foreign", [FOREIGN, "", "Lindqvist did not name a"])
def test_another_text_holds_none_of_the_evidence(foreign: str) -> None:
    """Every span is orphaned, and the verdict says that this is no copy of the article."""
    verdict = check(GRAPH, ARTICLE, foreign)
    assert set(states(verdict).values()) == {State.ORPHANED}
    assert verdict.statement.endswith("is in this text: it is no copy of the article.")


def test_a_phrase_at_the_old_offsets_by_chance_is_not_the_one_cited() -> None:
    """Where all neighbours have moved, so has the span, whatever stands in its old place now."""
    cited = spans_of(TEXT)[ARTICLE + "#e6"]
    notice = " ".join(["x" * (cited.start - 1), CITED[5], "y" * 40]) + "\n"
    copy = normalise(notice + TEXT.content)
    assert copy.content[cited.start : cited.end] == CITED[5]
    (found,) = (c for c in check(GRAPH, ARTICLE, copy.content).citations if c.span == cited)
    assert found.places == ((cited.start + len(notice), cited.end + len(notice)),)


def test_a_span_between_two_changes_is_looked_for_between_its_neighbours() -> None:
    """A short span that moved by another distance than all others is found by their order."""
    copy = TEXT.content.replace("at all.\nPrices", "at all, not one of them.\nPrices").replace(
        "a year, he added. Lindqvist", "a year. And yet again Lindqvist"
    )
    verdict = check(GRAPH, ARTICLE, copy)
    assert {item.state for item in verdict.citations} == {State.FOUND, State.MOVED}
    assert [words_at(copy, item) for item in verdict.citations] == list(CITED)
    shifts = {item.places[0][0] - item.span.start for item in verdict.citations}
    assert len(shifts) == 3


def test_a_doubled_sentence_is_reported_with_both_places() -> None:
    """Where nothing tells which of two places is meant, both are given and nothing is guessed."""
    doubled = (
        "Prices had fallen for a year, he added, twice. He added: Prices had fallen for a year"
    )
    copy = TEXT.content.replace("Prices had fallen for a year, he added", doubled)
    copy = copy.replace("at all.\n", "at all, so to say.\n")
    verdict = check(GRAPH, ARTICLE, copy)
    (doubtful,) = (item for item in verdict.citations if item.ambiguous)
    content = normalise(copy).content
    assert doubtful.state is State.MOVED
    assert [content[a:b] for a, b in doubtful.places] == [CITED[4], CITED[4]]
    assert "(1 ambiguous)" in verdict.statement


def test_a_doubled_sentence_in_its_old_place_is_found() -> None:
    """Where the span still stands where it stood, beside a neighbour that does, it is found."""
    once = "Prices had fallen for a year, he added."
    verdict = check(GRAPH, ARTICLE, TEXT.content.replace(once, f"{once} {once}"))
    assert states(verdict)["e5"] is State.FOUND


def test_a_citation_names_evidence_records_and_old_offsets() -> None:
    """The citations come in the order of the text, each with the records that rest on it."""
    graph = graph_of(TEXT, spans_of(TEXT))
    graph.add((ARTICLE + "#k1", SG.evidence, ARTICLE + "#e1"))
    first = check(graph, ARTICLE, FOREIGN).citations[0]
    assert first.evidence == ARTICLE + "#e1"
    assert first.records == (ARTICLE + "#k1", ARTICLE + "#s1")
    assert (first.span.start, first.span.end) == (31, 71)


@st.composite
def edited(draw: st.DrawFn) -> str:
    """Cut, insert and exchange parts of the text, anywhere, several times."""
    copy = TEXT.content
    for _ in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, len(copy)))
        end = draw(st.integers(start, min(len(copy), start + 60)))
        piece = draw(st.sampled_from(["", "x", "Lindqvist ", CITED[5], NOTICE, TEXT.content[:90]]))
        copy = copy[:start] + piece + copy[end:]
    return copy


@given(edited())
def test_nothing_is_ever_misplaced(copy: str) -> None:
    """Whatever was edited, the words at every place reported are the words that were cited."""
    content = normalise(copy).content
    for item in check(GRAPH, ARTICLE, copy).citations:
        cited = TEXT.content[item.span.start : item.span.end]
        assert all(content[start:end] == cited for start, end in item.places)


@given(st.text(max_size=200))
def test_whatever_is_put_in_front_the_spans_are_found_behind_it(notice: str) -> None:
    """A notice of any words moves every span by its length, or leaves it where it was."""
    copy = normalise(notice + "\n" + TEXT.content)
    moved = copy.length - TEXT.length
    places = align(spans_of(TEXT).values(), copy, moved)
    assert places == {cited: (cited.start + moved,) for cited in places}


def test_an_article_without_evidence_is_not_found() -> None:
    """The graph has to hold evidence from the article; the refusal names the article."""
    with pytest.raises(
        NotFound, match=r"there is no evidence from <https://w3id\.org/stancegraph/x>"
    ):
        check(GRAPH, URIRef("https://w3id.org/stancegraph/x"), TEXT.content)


def test_other_rules_of_normalisation_are_refused() -> None:
    """Offsets that were counted by other rules cannot be checked."""
    graph = graph_of(TEXT, spans_of(TEXT))
    graph.set((ARTICLE, SG.textNorm, Literal("norm/7")))
    with pytest.raises(InputError, match="was normalised by norm/7; only norm/1"):
        check(graph, ARTICLE, TEXT.content)


@pytest.fixture(scope="module")
def shipped() -> Graph:
    """The graph of the shipped article."""
    return Graph().parse(resources.folder("graphs") / "articles/2024-04-zuckerberg-open-source.ttl")


def _respaced(paragraphs: list[str]) -> list[str]:
    return [f"  {one} ".replace(" ", "\t\n ") + "\n\n" for one in paragraphs]


def _reworded(paragraphs: list[str]) -> list[str]:
    sentence = paragraphs[1].split(", ")[0]
    return [paragraphs[0], paragraphs[1].replace(sentence, "Anders gesagt"), *paragraphs[2:]]


@pytest.mark.parametrize(
    ("edit", "found", "moved", "orphaned"),
    [
        (lambda paragraphs: paragraphs, 28, 0, 0),
        (_respaced, 28, 0, 0),
        (lambda paragraphs: [NOTICE, *paragraphs], 0, 28, 0),
        (_reworded, 2, 23, 3),
        (lambda paragraphs: [*paragraphs[:4], *paragraphs[5:]], 15, 10, 3),
        (lambda _: [FOREIGN], 0, 0, 28),
    ],
    ids=["as it is", "white space", "notice", "sentence changed", "paragraph removed", "foreign"],
)
def test_the_shipped_article_is_checked_against_its_text(
    seed: str,
    shipped: Graph,
    edit: Callable[[list[str]], list[str]],
    found: int,
    moved: int,
    orphaned: int,
) -> None:
    """So many spans are found, moved and orphaned; every place has the words that were cited."""
    original = normalise(seed).content
    copy = "\n".join(edit(original.split("\n")))
    verdict = check(shipped, SEED, copy)
    assert [verdict.count(state) for state in State] == [found, moved, orphaned]
    content = normalise(copy).content
    for item in verdict.citations:
        assert item.records
        assert not item.ambiguous
        cited = original[item.span.start : item.span.end]
        assert all(content[start:end] == cited for start, end in item.places)
