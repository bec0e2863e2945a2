"""Names near one that is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kg.lookup.near import NEAR, near
from kg.store.readings import Readings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.store.projection import Projection
    from kg.store.revisions import Revisions


@pytest.fixture(scope="module")
def projection(shipped: Revisions) -> Iterator[Projection]:
    """The projection of what ships."""
    readings = Readings(shipped)
    with readings.open() as reading:
        yield reading.projection
    readings.close()


@pytest.mark.parametrize(
    ("kind", "slug", "expected"),
    [
        ("person", "mark-zuckerburg", "person/mark-zuckerberg"),
        ("person", "zuckerberg", "person/mark-zuckerberg"),
        ("project", "pytorhc", "project/pytorch"),
        ("article", "2024-04-zuckerberg", "article/2024-04-zuckerberg-open-source"),
        ("person", "meta", "company/meta"),
        ("company", "llama-3", "model/llama-3"),
    ],
)
def test_near(projection: Projection, kind: str, slug: str, expected: str) -> None:
    """The first is what was meant: the same slug of another kind, the same words, or nearly."""
    assert near(projection, kind, slug)[0] == expected


@pytest.mark.parametrize("slug", ["qqqqq", "", "..", "x> { ?s ?p ?o }", "' OR 1=1 --", "x" * 512])
def test_nothing_near(projection: Projection, slug: str) -> None:
    """Where nothing is near, nothing is offered."""
    assert near(projection, "person", slug) == []


def test_few(projection: Projection) -> None:
    """However many are near, few are offered, each once."""
    found = near(projection, "topic", "models")
    assert len(set(found)) == len(found) == NEAR
