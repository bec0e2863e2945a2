"""When a store is written anew, and how.

Every commit leaves a few small files and, where strings went out of use, their garbage. The engine
merges the files by itself but never drops a string, and what it merges stays uncompressed. So a
store is written anew when it has grown to several times its size when that was last done: the cost
is spread over the commits that made the growth, and size and speed stay bounded.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from pyoxigraph import Store as Engine

from kg.store import durable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pyoxigraph import Quad

    from kg.store.base import Revision
    from kg.store.delta import Delta

GROWTH = 4
"""Measured with a million quads: 119 MB written anew, 355 MB once the engine merged its files."""
SLACK = 8 * 2**20
"""Bytes; below it a small store would be written anew every few commits of about 150 KB."""
BULK = 50_000
"""New quads, from which on a store that they at least double is written anew at once."""


def build(parent: Engine, delta: Delta, target: Path, entry: Revision) -> int:
    """Make a store at ``target`` that holds ``parent`` with ``delta`` applied, on hard links.

    :param entry: the log entry of the revision it is for
    :return: the bytes it had when it was last written anew, for the entry
    """
    before = entry.quads - len(delta.added) + len(delta.removed)
    if len(delta.added) >= max(BULK, before) or not before:
        kept = (quad for quad in parent if quad not in delta.removed)
        return _anew(chain(kept, delta.added), target)
    parent.backup(str(target))
    _apply(delta, target)
    if size(target) <= GROWTH * entry.compacted + SLACK:
        return entry.compacted
    grown = target.with_name("grown")
    target.rename(grown)
    compacted = _anew(Engine.read_only(str(grown)), target)
    durable.remove(grown)
    return compacted


def size(folder: Path) -> int:
    """Sum the bytes of a store's files."""
    return sum(path.stat().st_size for path in folder.iterdir())


def _apply(delta: Delta, target: Path) -> None:
    engine = Engine(str(target))
    try:
        for quad in delta.removed:
            engine.remove(quad)
        engine.extend(delta.added)
        for name in delta.names_removed():
            if not any(True for _ in engine.quads_for_pattern(None, None, None, name)):
                engine.remove_graph(name)  # else GRAPH ?g {} would go on to find it
        engine.flush()
    finally:
        del engine  # closes it: its threads make and remove files until then


def _anew(quads: Iterable[Quad], target: Path) -> int:
    """Write a store from nothing: sorted, compressed, no garbage; return its bytes."""
    engine = Engine(str(target))
    try:
        engine.bulk_extend(quads)
        engine.optimize()
        engine.flush()
    finally:
        del engine
    return size(target)
