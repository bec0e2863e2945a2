from __future__ import annotations

import re

import pyoxigraph as engine
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import RDF, XSD, BNode, Literal, URIRef, Variable

from kg.store.terms import quad_from_engine, quad_to_engine, term_from_engine, term_to_engine

EX = "https://example.org/"
TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@pytest.mark.parametrize(
    "term",
    [
        URIRef(EX + "ü?x=1#y"),
        BNode("b1"),
        Literal(""),
        Literal('two\nlines, a "quote" and \0'),
        Literal("ja", lang="de-at"),
        Literal("01", datatype=XSD.integer, normalize=False),
        Literal("2024-04", datatype=XSD.gYearMonth, normalize=False),
        Literal("no number", datatype=URIRef(EX + "own"), normalize=False),
    ],
    ids=repr,
)
def test_a_term_survives_both_crossings(term: URIRef | BNode | Literal) -> None:
    """Every term of RDF 1.1 comes back as it was, its lexical form included."""
    back = term_from_engine(term_to_engine(term))
    assert (back, type(back)) == (term, type(term))


@given(TEXT)
def test_every_string_survives_both_crossings(text: str) -> None:
    """No character of a string is lost."""
    assert term_from_engine(term_to_engine(Literal(text))) == Literal(text)


def test_a_quad_survives_both_crossings() -> None:
    """A quad comes back as it was, in a named graph and in the unnamed one."""
    named = (BNode("b"), RDF.value, Literal("x"), URIRef(EX + "g"))
    unnamed = (URIRef(EX + "s"), RDF.value, BNode("b"), None)
    for quad in (named, unnamed):
        assert quad_from_engine(quad_to_engine(quad)) == quad


def test_xsd_string_is_a_plain_literal() -> None:
    """RDF 1.1 knows no difference between them, rdflib does: the plain one comes back."""
    typed = Literal("x", datatype=XSD.string)
    assert term_from_engine(term_to_engine(typed)) == Literal("x")


def test_a_language_tag_comes_back_in_lower_case() -> None:
    """Tags are the same whatever their case; the engine keeps them in lower case."""
    back = term_from_engine(term_to_engine(Literal("x", lang="de-AT")))
    assert isinstance(back, Literal)
    assert back.language == "de-at"


@pytest.mark.parametrize("foreign", [Variable("x"), None, "text"], ids=repr)
def test_what_is_no_term_is_refused_by_name(foreign: object) -> None:
    """What RDF has no term for does not cross; the refusal names it."""
    with pytest.raises(TypeError, match=re.escape(repr(foreign))):
        term_to_engine(foreign)


def test_a_triple_term_is_refused() -> None:
    """RDF 1.2's triple terms do not cross, as they have no rdflib term."""
    iri = engine.NamedNode(EX)
    with pytest.raises(TypeError, match="Triple"):
        term_from_engine(engine.Triple(iri, iri, iri))


def test_a_base_direction_is_refused() -> None:
    """RDF 1.2's base direction would be lost, so such a literal does not cross."""
    directed = engine.Literal("x", language="ar", direction=engine.BaseDirection.RTL)
    with pytest.raises(TypeError, match="base direction"):
        term_from_engine(directed)


def test_a_graph_named_by_a_blank_node_is_refused() -> None:
    """A graph has to have a name that outlives the document."""
    iri = engine.NamedNode(EX)
    with pytest.raises(TypeError, match="named by an IRI"):
        quad_from_engine(engine.Quad(iri, iri, iri, engine.BlankNode("g")))


def test_a_literal_is_no_subject() -> None:
    """A triple that RDF does not allow is refused with its terms."""
    with pytest.raises(TypeError, match="no triple of RDF"):
        quad_to_engine((Literal("x"), RDF.value, Literal("y"), None))  # type: ignore[arg-type]
