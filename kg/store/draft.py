"""A revision with changes that are not published, and may never be."""

from __future__ import annotations

import fcntl
import os
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self

from pyoxigraph import DefaultGraph, NamedNode, Quad
from pyoxigraph import Store as Engine

from kg.store import durable, lock
from kg.store.delta import Delta

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    Name = NamedNode | DefaultGraph

WORKSHOP = "drafting"
"""The folder under the data directory that drafts are written in, one folder each."""
PATIENCE = 10.0
"""Seconds to wait for others who take a folder there, which takes them milliseconds."""


class Draft:
    """An open revision and what is changed in it, one step after the other.

    The revision is not touched. Whoever has to read what it has become gets a copy of it, made on
    hard links in a folder of its own.

    :param base: the open revision
    :param data: the data directory; None where the revision is not on a disk
    """

    def __init__(self, base: Engine, data: Path | None) -> None:
        self._base, self._data = base, data
        self._added: set[Quad] = set()
        self._removed: set[Quad] = set()
        self._steps: list[Delta] = []
        self._copy: Engine | None = None
        self._known: set[NamedNode] = set()
        self._exits = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._copy = None  # closes it, before its folder goes
        self._exits.close()

    @property
    def delta(self) -> Delta:
        """What has been changed on the whole."""
        return Delta(frozenset(self._added), frozenset(self._removed))

    def engine(self) -> Engine:
        """Return an engine that holds the draft as it is now, for reading."""
        if self._copy is None and not self._steps:
            return self._base
        if self._copy is None:
            self._copy = self._copied()
        for step in self._steps:
            for quad in step.removed:
                self._copy.remove(quad)
            self._copy.extend(step.added)
        self._steps.clear()
        return self._copy

    def exists(self, graph: Name) -> bool:
        """Tell whether there is such a graph: one that holds quads, or did or was created here."""
        if isinstance(graph, DefaultGraph) or graph in self._known:
            return True
        return any(True for _ in self.engine().quads_for_pattern(None, None, None, graph))

    def names(self) -> set[NamedNode]:
        """Return the names of the graphs that exist."""
        found = {name for name in self.engine().named_graphs() if isinstance(name, NamedNode)}
        return {name for name in found | self._known if self.exists(name)}

    def create(self, graph: NamedNode) -> None:
        """Make sure that there is such a graph, though it holds nothing."""
        self._known.add(graph)

    def drop(self, graph: Name) -> None:
        """Remove a graph."""
        self.change(set(), self.quads(graph))
        self._known -= {graph}

    def quads(self, graph: Name) -> set[Quad]:
        """Return the quads of a graph."""
        return set(self.engine().quads_for_pattern(None, None, None, graph))

    def change(self, added: set[Quad], removed: set[Quad]) -> None:
        """Take quads out and put others in; what is in both is put in."""
        gone = {quad for quad in removed - added if self._holds(quad)}
        come = {quad for quad in added if not self._holds(quad)}
        self._removed |= gone - self._added
        self._removed -= come
        self._added -= gone
        self._added |= {quad for quad in come if quad not in self._base}
        self._known |= {q.graph_name for q in gone | come if isinstance(q.graph_name, NamedNode)}
        if gone or come:
            self._steps.append(Delta(frozenset(come), frozenset(gone)))

    def _holds(self, quad: Quad) -> bool:
        return quad in self._added or (quad not in self._removed and quad in self._base)

    def _copied(self) -> Engine:
        if self._data is None:
            memory = Engine()
            memory.extend(self._base)
            return memory
        store = self._exits.enter_context(_workplace(self._data)) / "store"
        self._base.backup(str(store))
        return Engine(str(store))


@contextmanager
def _workplace(data: Path) -> Iterator[Path]:
    """Give an empty folder that is nobody else's; what the dead left of theirs is removed."""
    workshop = data / WORKSHOP
    workshop.mkdir(exist_ok=True)
    with lock.exclusive(workshop / "lock", PATIENCE):
        for left in workshop.iterdir():
            if left.is_dir() and (descriptor := _taken(left)) is not None:
                durable.remove(left)
                os.close(descriptor)
        folder = Path(tempfile.mkdtemp(dir=workshop))
        descriptor = _taken(folder)
    try:
        yield folder
    finally:
        durable.remove(folder)
        if descriptor is not None:
            os.close(descriptor)


def _taken(folder: Path) -> int | None:
    """Lock a folder, until what is returned is closed; None where it is locked already."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor
