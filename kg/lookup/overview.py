"""What there is, in numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.store.projection import Projection

_COUNTS = """
    SELECT 'Article' AS class, count(*) FROM articles
    UNION ALL SELECT 'Stance', count(*) FROM stances WHERE lead
    UNION ALL SELECT class, count(*) FROM claims WHERE lead GROUP BY class
    UNION ALL SELECT 'Condition', count(*) FROM conditions
    UNION ALL SELECT class, count(*) FROM entities WHERE replaced_by IS NULL GROUP BY class"""
CLASSES = (
    "Article",
    "Stance",
    "Claim",
    "Estimate",
    "Condition",
    "Person",
    "Company",
    "Group",
    "Model",
    "Project",
    "Topic",
    "Occasion",
)
"""What is counted, in this order."""


def overview(projection: Projection) -> dict[str, int]:
    """Count articles, records and conditions, and entities by class, merged ones left out.

    A class is counted where its things have it as their own: an estimate is no claim here.
    """
    found = dict(projection.rows(_COUNTS))
    return {name: found.get(name, 0) for name in CLASSES}
