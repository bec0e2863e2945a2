"""Dumps of what the package ships, over the real store."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from rdflib import Dataset, Graph
from rdflib.compare import isomorphic

from kg import formats, pipeline
from kg.export import dump
from kg.settings import Settings
from kg.store.reading import read
from kg.store.revisions import Revisions

if TYPE_CHECKING:
    from pathlib import Path

    from kg.formats import Format


EACH = pytest.mark.parametrize("format_", formats.DUMPS, ids=lambda item: item.name)


GRAPH_FORMATS = {formats.TRIG: "trig", formats.N_QUADS: "nquads", formats.JSON_LD: "json-ld"}


@pytest.mark.parametrize("format_", GRAPH_FORMATS, ids=lambda item: item.name)
def test_rdflib_reads_the_dumps_of_datasets(shipped: Revisions, format_: Format) -> None:
    """A second reader finds in each graph what the store holds."""
    with shipped.snapshot() as snapshot:
        data = b"".join(dump(snapshot, format_))
        found = Dataset()
        found.parse(data, format=GRAPH_FORMATS[format_])
        names = list(snapshot.graph_names())
        assert names
        for name in names:
            assert isomorphic(found.graph(name), snapshot.graph(name)), name


def test_rdflib_reads_the_turtle_dump(shipped: Revisions) -> None:
    """A second reader finds the union of all graphs."""
    with shipped.snapshot() as snapshot:
        data = b"".join(dump(snapshot, formats.TURTLE))
        union = Graph()
        for name in snapshot.graph_names():
            union += snapshot.graph(name)
    assert len(union) > 2000
    assert isomorphic(Graph().parse(data, format="turtle"), union)


@EACH
def test_an_empty_store_takes_a_dump(shipped: Revisions, tmp_path: Path, format_: Format) -> None:
    """What ships goes through the gate again from its own dump, and gives the same dump."""
    with shipped.snapshot() as snapshot:
        data = b"".join(dump(snapshot, format_))
    other = Revisions(Settings(data=tmp_path))
    other.commit(pipeline.change([read(data, format_, "dump")]))
    with other.snapshot() as snapshot:
        assert b"".join(dump(snapshot, format_)) == data


PROGRAM = """
import hashlib, sys
from pathlib import Path
from kg import formats
from kg.export import dump
from kg.settings import Settings
from kg.store.revisions import Revisions
with Revisions(Settings(data=Path(sys.argv[1]))).snapshot() as snapshot:
    for format_ in formats.DUMPS:
        print(hashlib.sha256(b"".join(dump(snapshot, format_))).hexdigest())
"""


def test_a_dump_is_the_same_in_every_process(shipped: Revisions) -> None:
    """The seed that Python hashes strings with makes no difference."""
    with shipped.snapshot() as snapshot:
        here = [
            hashlib.sha256(b"".join(dump(snapshot, format_))).hexdigest()
            for format_ in formats.DUMPS
        ]
    for seed in ("1", "2"):
        found = subprocess.run(
            [sys.executable, "-c", PROGRAM, str(shipped.data)],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        assert found.stdout.split() == here
