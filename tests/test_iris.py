from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import URIRef

from kg import iris
from kg.errors import InputError


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Ada Lovelace", "ada-lovelace"),
        ("Müller & Söhne GmbH", "mueller-soehne-gmbh"),
        ("Straße", "strasse"),
        ("Łukasz Årström", "lukasz-arstroem"),
        ("  GPT-5.1 (mini) ", "gpt-5-1-mini"),
        ("already-a-slug", "already-a-slug"),
    ],
)
def test_slug(name: str, slug: str) -> None:
    """A slug is lower-case ASCII; umlauts become two letters, as German readers write them."""
    assert iris.slug(name) == slug


@pytest.mark.parametrize("name", ["", "  ", "…", "模型"])
def test_no_slug(name: str) -> None:
    """A name without a letter or digit that ASCII can hold is refused, not guessed at."""
    with pytest.raises(InputError, match="give a slug"):
        iris.slug(name)


@given(st.text(max_size=40))
def test_slug_is_stable(name: str) -> None:
    """A slug's slug is itself, so that minting twice gives one IRI."""
    try:
        slug = iris.slug(name)
    except InputError:
        return
    assert iris.slug(slug) == slug


def test_entity() -> None:
    """An entity's IRI tells its kind and its name; an unknown kind is refused by name."""
    minted = iris.entity("person", "Ada Lovelace")
    assert minted == URIRef("https://w3id.org/stancegraph/id/person/ada-lovelace")
    with pytest.raises(InputError, match="'robot' is no kind of entity; there are person,"):
        iris.entity("robot", "Ada")


@pytest.mark.parametrize(
    ("rest", "owner"),
    [
        ("id/article/2025-01-x", "id/article/2025-01-x"),
        ("id/article/2025-01-x#s1", "id/article/2025-01-x"),
        ("id/article/2025-01-x/more", None),
        ("id/article/", None),
        ("id/person/x#s1", None),
        ("ns#Article", None),
    ],
)
def test_article_of(rest: str, owner: str | None) -> None:
    """An article owns its own IRI and those of its records, and no other."""
    found = iris.article_of(iris.BASE + rest)
    assert found == (None if owner is None else URIRef(iris.BASE + owner))


@pytest.mark.parametrize(
    ("rest", "key"),
    [
        ("id/person/ada", "person/ada"),
        ("id/article/2025-01-x#s1", "article/2025-01-x#s1"),
        ("id/person/", "person/"),
        ("id/person", None),
        ("id/robot/ada", None),
        ("ns#Stance", None),
    ],
)
def test_key(rest: str, key: str | None) -> None:
    """An IRI under one of the kinds is known by its kind and the rest, any other by itself."""
    found = iris.BASE + rest
    assert iris.key(found) == (key or found)


@given(st.one_of(st.text(), st.text().map(lambda end: iris.ID + end)))
def test_key_and_back(text: str) -> None:
    """A key stands for one IRI: there is a way back from it."""
    if text.partition("/")[0] not in iris.KINDS:  # which no IRI is
        assert iris.iri(iris.key(text)) == text
