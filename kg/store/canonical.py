"""Labels for blank nodes that depend on the data alone (RDFC-1.0)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import CanonicalizationAlgorithm, Dataset

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import Quad


def canonical(quads: Iterable[Quad]) -> set[Quad]:
    """Rename the blank nodes of ``quads`` canonically."""
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return set(dataset)
