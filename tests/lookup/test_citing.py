from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import iris
from kg.lookup import articles, citing, outline
from kg.lookup.results import Claim, Evidence, Named, PartialDate, Source

if TYPE_CHECKING:
    from kg.store.projection import Projection

LETTER = "article/2026-01-joint-letter"
FIELD = re.compile(r"  ([a-z]+) = \{(.*)\},")


def entry(bibtex: str) -> dict[str, str]:
    """Take one BibTeX entry apart, as strictly as its readers do; the key is under ''."""
    first, *lines, last = bibtex.split("\n")
    head = re.fullmatch(r"@misc\{([A-Za-z0-9-]+),", first)
    assert head is not None
    assert last == "}"
    found = {"": head[1]}
    for line in lines:
        match = FIELD.fullmatch(line)
        assert match is not None, line
        assert balanced(match[2]), line
        found[match[1]] = match[2]
    return found


def balanced(text: str) -> bool:
    """Tell whether braces pair up, as BibTeX counts them: it knows of no backslash before one."""
    depth = 0
    for character in text:
        depth += (character == "{") - (character == "}")
        if depth < 0:
            return False
    return depth == 0


def test_a_citation_says_who_what_and_where(lists: Projection) -> None:
    """Holders, gloss, headline, publisher, date, span, revision and IRI, in one sentence."""
    found = outline.in_full(lists, f"{LETTER}#s1", "en").citation
    assert found.text == (
        "Mara Lindqvist; Tomas Adeyemi: “Lindqvist and Adeyemi together ask for the weights of "
        "Heron 3.” In: “A joint letter {draft} on 100 % open weights”, Quay Weekly, 2026-01, "
        f"characters 900-990. stancegraph, revision {lists.revision}, {iris.iri(LETTER)}#s1"
    )
    assert found.permalink == f"{iris.iri(LETTER)}#s1"
    assert found.revision == lists.revision


def test_a_citation_is_in_the_language_asked_for(lists: Projection) -> None:
    """Words, quotation marks and gloss are German, and a speaker is named beside the holder."""
    found = outline.in_full(lists, "article/2025-05-automated-grading#s1", "de").citation
    assert " (laut Ilse Korhonen): „Viele Lehrkräfte möchten" in found.text
    assert "“ In: „Teachers and machine marking“, Hafenbote, 2025-05, Zeichen " in found.text
    assert f"stancegraph, Revision {lists.revision}, https://" in found.text


def test_the_article_s_own_voice_is_named(lists: Projection) -> None:
    """A claim without a holder is the article's; its BibTeX author is who published it."""
    found = outline.in_full(lists, "article/2025-04-heron-3#k4", "en").citation
    assert found.text.startswith("in the article's own voice: “Lindqvist heads")
    assert entry(found.bibtex)["author"] == "{Quay Weekly}"


def test_bibtex_has_the_fields(lists: Projection) -> None:
    """Names are whole, the year is when it was said, the address is the record's IRI."""
    found = entry(outline.in_full(lists, f"{LETTER}#s2", "en").citation.bibtex)
    assert found == {
        "": "stancegraph-article-2026-01-joint-letter-s2",
        "author": "{Brackwater Labs} and {Brackwater Research}",
        "title": "{Brackwater Research, as it was called then, is against it for now.}",
        "year": "2025",
        "howpublished": f"{{stancegraph, revision {lists.revision}}}",
        "url": f"{iris.iri(LETTER)}#s2",
        "note": r"In: “A joint letter \textbraceleft{}draft\textbraceright{} on 100 \% open "
        "weights”, Quay Weekly, 2026-01, characters 100-190",
    }


def test_an_article_can_be_cited(lists: Projection) -> None:
    """By headline, publisher and date, with the address of the article itself as a note."""
    found = articles.in_full(lists, LETTER, "en").citation
    assert found.text == (
        "“A joint letter {draft} on 100 % open weights”, Quay Weekly, 2026-01. stancegraph, "
        f"revision {lists.revision}, {iris.iri(LETTER)}"
    )
    told = entry(found.bibtex)
    assert (told["year"], told["author"], told["url"]) == (
        "2026",
        "{Quay Weekly}",
        iris.iri(LETTER),
    )
    assert told["note"] == "https://quay-weekly.example/2026/01/letter"


def claim(text: str, key: str = "article/x#k1") -> Claim:
    """Make a claim that has some text wherever there is text."""
    return Claim(
        id=iris.iri(key),
        type="Claim",
        gloss=text,
        holder=(Named(id="x", type="Person", label=text),),
        modality="Asserted",
        said_on=PartialDate(value="2024", type="xsd:gYear"),
        reported_in=Source(
            id=iris.iri("article/x"),
            headline=text,
            publisher=Named(id="y", type="Company", label=text),
        ),
        evidence=(
            Evidence(id="e", source="a", start=1, end=2, span_hash="0", speech_form="Direct"),
        ),
    )


@given(st.text(st.characters() | st.sampled_from(list("{}\\%$&#_~^\n\"'@,=")), min_size=1))
def test_no_text_breaks_bibtex(text: str) -> None:
    """Whatever a gloss, a name or a headline holds, the entry stays one entry of its fields."""
    found = entry(citing.record(claim(text), 1, "en").bibtex)
    assert set(found) <= {"", "author", "title", "year", "howpublished", "url", "note"}
    assert found["year"] == "2024"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (
            "50 % of R&D_1 #2 ~ $5 ^",
            r"50 \% of R\&D\_1 \#2 \textasciitilde{} \$5 \textasciicircum{}",
        ),
        ("a\\b", r"a\textbackslash{}b"),
        ("two\n  lines", "two lines"),
        ("Größe: „ja“", "Größe: „ja“"),
    ],
)
def test_special_characters_are_escaped(text: str, title: str) -> None:
    """What TeX reads as commands is written so that it sets the character."""
    assert entry(citing.record(claim(text), 1, "en").bibtex)["title"] == f"{{{title}}}"


def test_an_address_keeps_braces_balanced() -> None:
    """An IRI with a brace is written with its percent code."""
    found = entry(citing.record(claim("x", "article/a}b#k1"), 1, "en").bibtex)
    assert found["url"] == iris.iri("article/a%7Db#k1")
