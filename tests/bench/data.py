"""Make a large graph that conforms: the same for a number of articles and a seed, in every run.

::

    python -m tests.bench.data --articles 100000 --data DIR     a store to serve
    python -m tests.bench.data --articles 100000 --file x.nq.gz the quads alone, as N-Quads

A store is loaded in bulk, as its first revision, past the gate, which would take half an hour for
what a test shows to conform.
"""

from __future__ import annotations

import argparse
import gzip
import io
import sys
import time
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from pyoxigraph import RdfFormat
from pyoxigraph import Store as Engine
from rdflib import Graph, URIRef

from kg import pipeline
from kg.errors import InputError
from kg.settings import Settings
from kg.store import compaction, delta, history, projection
from kg.store.base import Change, Revision
from kg.store.reading import read
from kg.store.revisions import Revisions
from kg.store.terms import quad_from_engine, triple_to_engine
from tests.bench.articles import article
from tests.bench.world import World

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SHIPPED = ("stancegraph.ttl", "core.ttl", "rules.ttl")
"""What a store holds besides: the ontology and the shapes, and no real article."""


def lines(world: World) -> Iterator[str]:
    """Return everything as lines of N-Quads: the world, and its articles one by one."""
    yield from world.lines()
    for number in range(world.articles):
        yield from article(world, number)


def change(quads: Iterable[str], message: str = "") -> Change:
    """Put lines of N-Quads into a change for the gate."""
    engine = Engine()
    engine.load("".join(quads).encode(), RdfFormat.N_QUADS)
    graphs: dict[URIRef, Graph] = {}
    for subject, predicate, object_, name in map(quad_from_engine, engine):
        if name is None:
            raise ValueError(f"{subject} {predicate} is said in no graph")
        graphs.setdefault(name, Graph()).add((subject, predicate, object_))
    return Change(graphs, message=message)


def write(made: Iterable[str], path: Path) -> int:
    """Write lines of N-Quads to a file, compressed where its name ends in .gz; count them."""
    written = 0
    with path.open("wb") as plain, ExitStack() as stack:
        file: BinaryIO = plain
        if path.suffix == ".gz":
            # No time and no name in it: the same bytes in every run.
            packed = gzip.GzipFile("", "wb", 6, plain, mtime=0)
            file = cast("BinaryIO", stack.enter_context(packed))
        for line in made:
            file.write(line.encode())
            written += 1
    return written


class Text(io.RawIOBase):
    """Lines as a file of bytes, made while it is read."""

    def __init__(self, made: Iterator[str]) -> None:
        self._made, self._rest = made, b""

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, at most ``size`` of them, none at the end."""
        parts, length = [self._rest], len(self._rest)
        for line in self._made:
            parts.append(line.encode())
            length += len(parts[-1])
            if 0 <= size <= length:
                break
        text = b"".join(parts)
        if size < 0:
            size = len(text)
        self._rest = text[size:]
        return text[:size]


class Trusting(Revisions):
    """A store that publishes its first revision unseen."""

    def found(self, quads: Iterator[str], message: str) -> Revision:
        """Publish lines of N-Quads, the ontology and the shapes as revision 1.

        :raises InputError: there is a revision already
        """
        with self._writing() as number:
            if number != 1:
                raise InputError(f"{self.data} holds data already: name another folder")
            folder = self.data / "staging" / "loaded"
            engine = Engine(str(folder))
            text = Text(chain(_shipped(), quads))
            engine.bulk_load(cast("io.BytesIO", text), RdfFormat.N_QUADS)
            engine.optimize()
            engine.flush()
            del engine  # closes it
            loaded, size = Engine.read_only(str(folder)), compaction.size(folder)
            count = len(loaded)
            entry = Revision(number, history.now(), message, "", count, 0, count, size)
            self._publish(projection.Base(folder, entry, loaded, delta.NONE), entry)
            return entry


def _shipped() -> list[str]:
    engine = Engine()
    files = [read(path) for path in pipeline.shipped() if path.name in SHIPPED]
    for name, graph in pipeline.change(files).graphs.items():
        engine.extend(triple_to_engine(triple, name) for triple in graph)
    return (engine.dump(format=RdfFormat.N_QUADS) or b"").decode().splitlines(keepends=True)


def main() -> None:
    """Make a store or a file."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--articles", type=int, default=100_000, metavar="N")
    parser.add_argument("--seed", type=int, default=1)
    place = parser.add_mutually_exclusive_group(required=True)
    place.add_argument("--data", type=Path, help="a data directory to make")
    place.add_argument("--file", type=Path, help="a file to write, N-Quads, with .gz or without")
    options = parser.parse_args()
    started = time.perf_counter()
    world = World(options.articles, options.seed)
    if options.data:
        store = Trusting(Settings(data=options.data))
        try:
            entry = store.found(lines(world), f"{options.articles:,} invented articles")
        except InputError as error:
            parser.error(str(error))
        told = f"{entry.quads:,} quads, {entry.compacted / 2**20:,.0f} MiB"
    else:
        told = f"{write(lines(world), options.file):,} quads"
    sys.stdout.write(f"{told} in {time.perf_counter() - started:.0f} s\n")


if __name__ == "__main__":
    main()
