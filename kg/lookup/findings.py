"""Conditions with what is found on them: a claim that one is met, not met or unclear."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from kg import iris
from kg.lookup.labels import label
from kg.lookup.results import Condition, Finding
from kg.lookup.sources import partial, source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

    from kg.lookup.results import Language, Named
    from kg.store.projection import Projection
    from kg.store.things import Thing


@dataclass(frozen=True)
class Conditions:
    """Conditions by key, and the claims that are findings on each, the newest first, by key."""

    things: Mapping[str, Thing]
    findings: Mapping[str, Mapping[str, Thing]]

    def holders(self) -> set[str]:
        """Return the keys of those who found something."""
        return {holder for claim in self._claims() for holder in claim.get("holders", ())}

    def articles(self) -> set[str]:
        """Return the keys of the articles that report findings."""
        return {claim["article"] for claim in self._claims()}

    def _claims(self) -> Iterator[Thing]:
        return chain.from_iterable(found.values() for found in self.findings.values())

    def fields(
        self,
        key: str,
        articles: Mapping[str, Thing],
        names: Mapping[str, Named],
        language: Language,
    ) -> dict[str, Any]:
        """Say what a condition is, as fields of a result."""
        condition = self.things[key]
        return {
            "id": iris.iri(key),
            "kind": condition.get("kind"),
            "gloss": label(key, condition, language),
            "findings": tuple(
                _finding(claim, found, articles, names, language)
                for claim, found in self.findings.get(key, {}).items()
            ),
        }

    def condition(
        self,
        key: str,
        articles: Mapping[str, Thing],
        names: Mapping[str, Named],
        language: Language,
    ) -> Condition:
        """Show a condition."""
        return Condition(**self.fields(key, articles, names, language))


def read(projection: Projection, keys: Iterable[str]) -> Conditions:
    """Read conditions and the findings on them; one that is not there is left out."""
    things = projection.things
    found = things.get(keys)
    conditions = {key: thing for key, thing in found.items() if thing["class"] == "Condition"}
    assessing = {
        key: [reference.other for reference in things.naming(key, "assesses")] for key in conditions
    }
    claims = things.get(chain.from_iterable(assessing.values()))
    findings = {
        key: {claim: claims[claim] for claim in some if "finding" in claims[claim]}
        for key, some in assessing.items()
    }
    return Conditions(conditions, findings)


def _finding(
    key: str,
    claim: Thing,
    articles: Mapping[str, Thing],
    names: Mapping[str, Named],
    language: Language,
) -> Finding:
    return Finding(
        id=iris.iri(key),
        type=claim["class"],
        gloss=label(key, claim, language),
        finding=claim["finding"],
        holder=tuple(names[holder] for holder in claim.get("holders", ())),
        said_on=partial(claim.get("said")),
        reported_in=source(claim["article"], articles, names),
    )
