"""From files to a revision: read, give each triple its graph, commit through the gate."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from rdflib import Graph, URIRef

from kg import ownership, resources
from kg.errors import InputError
from kg.store.base import Change
from kg.store.reading import read

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kg.report import Report
    from kg.store.base import Outcome, Store
    from kg.store.reading import Document

SHIPPED = (
    ("ontology", "stancegraph.ttl"),
    ("shapes", "core.ttl"),
    ("shapes", "rules.ttl"),
)


def shipped() -> list[Path]:
    """List the files every store begins with: ontology, shapes, entities and articles."""
    return [
        *(resources.folder(folder) / name for folder, name in SHIPPED),
        *resources.turtle("graphs"),
    ]


def initialise(store: Store, author: str = "") -> Outcome:
    """Load what the package ships; a store that holds it already gets no new revision."""
    documents = [read(path) for path in shipped()]
    return store.commit(change(documents, message="the shipped graphs"), author)


def change(documents: Sequence[Document], graph: URIRef | None = None, message: str = "") -> Change:
    """Tell which graphs documents put in.

    Quads in a named graph stay there. All others go to ``graph``, where it is given, else each to
    the graph that owns it (kg.ownership), judged over all the documents together.
    """
    graphs: defaultdict[URIRef, Graph] = defaultdict(Graph)
    unnamed = []
    for document in documents:
        for subject, predicate, object_, name in document.quads:
            home = name or graph
            if home is None:
                unnamed.append((subject, predicate, object_))
            else:
                graphs[home].add((subject, predicate, object_))
    names = ", ".join(document.name for document in documents)
    for home, owned in ownership.split(unnamed, names).items():
        graphs[home] += owned
    if not graphs:
        raise InputError(f"{names}: there is no statement in it")
    return Change(dict(graphs), message=message)


def locate(report: Report, documents: Sequence[Document]) -> Report:
    """Add to each result the file and line it comes from, where one of the documents tells."""
    return report.located((document.name, document.line) for document in documents)
