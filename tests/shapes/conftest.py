"""The files of this folder, and how they are read.

A file is read as the store reads it and then taken out of the engine again, so that its literals
are as the gate sees them: the engine keeps numbers by value.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import Store as Engine
from rdflib import Dataset, Graph

from kg import ownership, resources
from kg.store import snapshot
from kg.store.reading import read
from kg.store.terms import quad_from_engine, quad_to_engine, triple_to_engine
from kg.validate import Shapes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from kg.store.base import Binding


@dataclass(frozen=True)
class Data:
    """The same quads in rdflib and in the engine; ``select`` is the engine's answer."""

    dataset: Dataset
    select: Callable[[str], Iterable[Binding]]


@lru_cache(maxsize=8)
def _load(path: Path) -> Data:
    engine = Engine()
    quads = read(path).quads
    if any(name is not None for *_, name in quads):
        engine.extend(map(quad_to_engine, quads))
    else:
        graphs = ownership.split((s, p, o) for s, p, o, _ in quads)
        for owner, graph in graphs.items():
            engine.extend(triple_to_engine(triple, owner) for triple in graph)
    dataset = Dataset(default_union=True)
    for subject, predicate, object_, name in map(quad_from_engine, engine):
        dataset.graph(name).add((subject, predicate, object_))
    return Data(dataset, partial(snapshot.select, engine))


@pytest.fixture(scope="session")
def load() -> Callable[[Path], Data]:
    """Read a file; a Turtle file is divided into the graphs that own what it says."""
    return _load


@pytest.fixture(scope="session")
def shapes() -> Shapes:
    """The shapes that ship with the package."""
    return Shapes.load()


@pytest.fixture(scope="session")
def rules() -> Graph:
    """The graph of the cross-node rules."""
    return Graph().parse(resources.folder("shapes") / "rules.ttl")
