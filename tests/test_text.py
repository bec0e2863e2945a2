from __future__ import annotations

import unicodedata
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import InputError
from kg.text import INVISIBLE, NORM, digest, find, normalise, span

raw_texts = st.text(
    alphabet=st.one_of(
        st.sampled_from("ab ä\n\r\t\v\f\x85\xa0\u2028\u2029\u3000\x1c" + INVISIBLE),
        st.sampled_from("a\u0308o\u0301\u0327\u1e9b\u0323\u2126\U0001f469"),
        st.characters(codec="utf-8"),
    )
)


@given(raw_texts)
def test_normalising_twice_changes_nothing(raw: str) -> None:
    """A normalised text is its own normal form."""
    once = normalise(raw)
    assert normalise(once.content) == once


@given(raw_texts)
def test_a_normalised_text_is_plain(raw: str) -> None:
    """It is in NFC, has no invisible characters, and single spaces and newlines inside alone."""
    content = normalise(raw).content
    assert unicodedata.is_normalized("NFC", content)
    assert not set(content) & set(INVISIBLE)
    assert not set(content) & set("\t\r\v\f\x85\xa0\u2028\u2029\u3000")
    assert content == content.strip(" \n")
    assert all(pair not in content for pair in ("  ", " \n", "\n ", "\n\n"))


@given(raw_texts, st.sampled_from(sorted(INVISIBLE)), st.data())
def test_an_invisible_character_makes_no_difference(
    raw: str, character: str, data: st.DataObject
) -> None:
    """Wherever one is put in, the text stays the same."""
    at = data.draw(st.integers(0, len(raw)))
    assert normalise(raw[:at] + character + raw[at:]) == normalise(raw)


@pytest.mark.parametrize(
    ("raw", "content"),
    [
        ("  one  two \t three\xa0four ", "one two three four"),
        ("one\ntwo", "one\ntwo"),
        ("one\r\ntwo\rthree\x85four\u2028five\vsix", "one\ntwo\nthree\nfour\nfive\nsix"),
        ("one \n\t two", "one\ntwo"),
        ("a wrapped\nline\n\nanother\nparagraph", "a wrapped line\nanother paragraph"),
        ("a wrapped\r\nline\r\n \r\nanother", "a wrapped line\nanother"),
        ("a wrapped\nline\u2029another", "a wrapped line\nanother"),
        ("\n\n\none\ntwo\n\n", "one\ntwo"),
        ("end of a\n\fpage\n\nanother", "end of a page\nanother"),
        ("one\n\u200b\ntwo\nthree", "one\ntwo three"),
        ("Straßen\u00adbahn", "Straßenbahn"),
        ("u\u0308ber u\u00ad\u0308ber", "über über"),
        ("\ufeffone", "one"),
        ("a\x1cb", "a\x1cb"),
        ("", ""),
    ],
)
def test_texts_by_example(raw: str, content: str) -> None:
    """White space, line ends, blank lines, breaks of pages and composed letters come out so."""
    assert normalise(raw).content == content


def test_a_copy_with_blank_lines_is_the_same_text() -> None:
    """One paragraph to a line and paragraphs wrapped between blank lines are two layouts of one."""
    lines = "The first paragraph.\nThe second paragraph, a longer one."
    wrapped = "The first\nparagraph.\n\nThe second\nparagraph, a\nlonger one.\n"
    assert normalise(lines) == normalise(wrapped)


def test_the_hash_is_that_of_the_utf8() -> None:
    """Hashes are SHA-256 of UTF-8, in 64 lower-case hexadecimal digits."""
    assert normalise("über").hash == sha256("über".encode()).hexdigest() == digest("über")


def test_offsets_count_code_points() -> None:
    """A letter of several bytes and a character outside the basic plane count for one each."""
    text = normalise("Für 😀 Größe")
    assert text.length == 11
    found = span(text, 4, 5)
    assert (found.start, found.end, found.length, found.hash) == (4, 5, 1, digest("😀"))


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (2, 2), (3, 2), (0, 12)])
def test_a_span_outside_of_the_text_is_refused(start: int, end: int) -> None:
    """A span begins before it ends, and both lie in the text; the refusal names them."""
    with pytest.raises(ValueError, match=f"{start} to {end} is no span"):
        span(normalise("eleven code"), start, end)


def test_a_phrase_is_cited_where_it_stands() -> None:
    """A phrase is normalised as the text is, and then found letter by letter."""
    text = normalise("One for all,\nall for one.")
    assert find(text, " all\u00ad\tfor one") == span(text, 13, 24)


@pytest.mark.parametrize(
    ("phrase", "times"),
    [
        ("all", "2 times, at 0, 7"),
        ("la la", "2 times, at 12, 15"),
        ("no", "nowhere"),
        ("", "nowhere"),
    ],
)
def test_a_phrase_that_does_not_stand_there_once_is_refused(phrase: str, times: str) -> None:
    """The refusal says how often it stands in the text, and where; places may overlap."""
    with pytest.raises(InputError, match=f"stands {times} in the text"):
        find(normalise("all or all: la la la"), phrase)


def test_the_invisible_characters_are_format_characters() -> None:
    """What is removed has no width in Unicode's own view: general category Cf."""
    assert {unicodedata.category(character) for character in INVISIBLE} == {"Cf"}


def test_the_rules_have_the_name_that_graphs_repeat() -> None:
    """The name is norm/1."""
    assert NORM == "norm/1"
