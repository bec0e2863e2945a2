"""What a validation found: values, as SHACL terms. Rendering for people is in this module too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rdflib.term import Node


@dataclass(frozen=True)
class Violation:
    """One sh:ValidationResult.

    ``rule`` is the source shape's local name (``Stance-polarity``, ``X1``), ``component`` the
    constraint component's (``MinCountConstraintComponent``), ``severity`` one of ``Violation``,
    ``Warning`` and ``Info``. ``found`` and ``expected`` are for people. ``source`` and ``line``
    say where the input had the offending statement, where that is known.
    """

    focus: Node
    rule: str
    component: str
    severity: str
    message: str
    found: str
    expected: str
    path: Node | None = None
    value: Node | None = None
    source: str | None = None
    line: int | None = None


@dataclass(frozen=True)
class Report:
    """A sh:ValidationReport: every result, violations and warnings alike, in a fixed order."""

    results: tuple[Violation, ...] = ()

    @property
    def violations(self) -> tuple[Violation, ...]:
        """The results that keep the data out."""
        return tuple(result for result in self.results if result.severity == "Violation")

    @property
    def warnings(self) -> tuple[Violation, ...]:
        """The results that do not."""
        return tuple(result for result in self.results if result.severity != "Violation")

    @property
    def conforms(self) -> bool:
        """Whether nothing keeps the data out."""
        return not self.violations
