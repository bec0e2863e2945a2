"""Stores in temporary folders, and small changes to put into them.

Most of these tests are about revisions, not about shapes: their graphs hold things of which the
shapes say nothing, so that a fact about the store is not hidden behind one about the gate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rdflib import RDF, Graph, Literal, URIRef

from kg import formats
from kg.settings import Settings
from kg.store.base import Change
from kg.store.revisions import Revisions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from kg.formats import Format

EX = "https://example.org/"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings for a data directory of its own, with little patience."""
    return Settings(data=tmp_path / "data", lock_seconds=0.2, keep_revisions=5)


@pytest.fixture
def store(settings: Settings) -> Revisions:
    """A store without a revision."""
    return Revisions(settings)


@pytest.fixture(scope="session")
def numbers() -> Callable[..., Change]:
    """Make a change whose graph ``name`` counts ``n`` things, each with ``value``."""

    def change(n: int = 3, value: str = "a", name: str = "numbers") -> Change:
        graph = Graph()
        for i in range(n):
            graph.add((URIRef(f"{EX}{name}/{i}"), URIRef(EX + "value"), Literal(f"{value} {i}")))
        return Change({URIRef(EX + name): graph}, message=f"{name} {value}")

    return change


@pytest.fixture(scope="session")
def same() -> Mapping[Format, str]:
    """One triple, ``ex:a ex:p "x"@en``, in every format that is read."""
    prefix = f"@prefix ex: <{EX}> .\n"
    spaces = f'xmlns:rdf="{RDF}" xmlns:ex="{EX}"'
    thing = f'<rdf:Description rdf:about="{EX}a"><ex:p xml:lang="en">x</ex:p></rdf:Description>'
    return {
        formats.TURTLE: prefix + 'ex:a ex:p "x"@en .',
        formats.TRIG: prefix + '{ ex:a ex:p "x"@en }',
        formats.N_TRIPLES: f'<{EX}a> <{EX}p> "x"@en .\n',
        formats.N_QUADS: f'<{EX}a> <{EX}p> "x"@en .\n',
        formats.RDF_XML: f"<rdf:RDF {spaces}>{thing}</rdf:RDF>",
        formats.JSON_LD: '{"@id": "%a", "%p": {"@value": "x", "@language": "en"}}'.replace("%", EX),
    }
