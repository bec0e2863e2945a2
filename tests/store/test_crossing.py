"""What becomes of terms that go from one process to another."""

from __future__ import annotations

from multiprocessing.reduction import ForkingPickler

import pytest
from rdflib import XSD, Literal

from kg.store.terms import term_from_engine, term_to_engine


@pytest.mark.parametrize(
    ("text", "datatype"),
    [
        ("2006-08-23Z", XSD.date),
        ("007", XSD.integer),
        ("2011-01-01", XSD.dateTime),
        ("none", XSD.boolean),
        ("1.50", XSD.decimal),
    ],
)
def test_as_written(text: str, datatype: str) -> None:
    """A literal is on the other side what it was here, be it well-typed or not."""
    literal = Literal(text, datatype=datatype, normalize=False)
    found = ForkingPickler.loads(ForkingPickler.dumps(literal))
    assert (found, str(found), found.datatype) == (literal, text, datatype)
    assert str(term_from_engine(term_to_engine(found))) == text


def test_in_a_language() -> None:
    """So is one in a language, and a plain one."""
    for literal in (Literal("Größe", lang="de"), Literal("plain")):
        found = ForkingPickler.loads(ForkingPickler.dumps(literal))
        assert (found, found.language, found.datatype) == (literal, literal.language, None)
