"""What a run came to: the verdict on each test, the table, the EARL report."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rdflib import RDF, Graph, Namespace, URIRef
from rdflib import Literal as RdfLiteral

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

EARL = Namespace("http://www.w3.org/ns/earl#")
DOAP = Namespace("http://usefulinc.com/ns/doap#")
SUBJECT = URIRef("https://w3id.org/stancegraph")

Verdict = Literal["passed", "known", "unknown", "unexpected", "excluded"]


class ListError(Exception):
    """The list of known failures says something that cannot be."""


@dataclass(frozen=True)
class Known:
    """A failure that is known: ``whose`` it is, the engine's or ours, and why."""

    whose: str
    reason: str


@dataclass(frozen=True)
class Outcome:
    """One test's outcome. ``wrong`` is empty where it passed; ``excluded`` where it was run."""

    test: str
    suite: str
    wrong: str = ""
    excluded: str = ""

    def verdict(self, known: Mapping[str, Known]) -> Verdict:
        """Hold the outcome against the list; one that is listed and passes is unexpected."""
        if self.excluded:
            return "excluded"
        if self.test in known:
            return "known" if self.wrong else "unexpected"
        return "unknown" if self.wrong else "passed"


def read_known(path: Path) -> dict[str, Known]:
    """Read the list; ListError where an entry is not whole."""
    found = {}
    for item in tomllib.loads(path.read_text(encoding="utf-8")).get("failure", []):
        if item.keys() != {"test", "whose", "reason"} or item["whose"] not in {"engine", "ours"}:
            raise ListError(f"{item} needs test, whose (engine or ours) and reason")
        if item["test"] in found or not item["reason"].strip():
            raise ListError(f"{item['test']} is listed twice, or without a reason")
        found[item["test"]] = Known(item["whose"], item["reason"])
    return found


def faults(
    outcomes: Sequence[Outcome], known: Mapping[str, Known], expected: Iterable[str]
) -> list[str]:
    """List all that makes a run red, one line each."""
    lines = []
    for outcome in outcomes:
        match outcome.verdict(known):
            case "unknown":
                lines.append(f"failed: <{outcome.test}>: {outcome.wrong}")
            case "unexpected":
                lines.append(f"passed, though listed as a known failure: <{outcome.test}>")
            case _:
                pass
    suites = {outcome.suite for outcome in outcomes if not outcome.excluded}
    lines += [f"the suite is empty: {name}" for name in sorted(set(expected) - suites)]
    tests = Counter(outcome.test for outcome in outcomes)
    lines += [f"listed as a known failure, but no test: <{iri}>" for iri in known.keys() - tests]
    return lines


def table(outcomes: Sequence[Outcome], known: Mapping[str, Known]) -> str:
    """Write the table: a line for each suite, and one for all."""
    counts: dict[str, Counter[str]] = {}
    reasons = {}
    for outcome in outcomes:
        row = counts.setdefault(outcome.suite, Counter())
        row[outcome.verdict(known)] += 1
        reasons[outcome.suite] = outcome.excluded
    counts["all"] = sum(counts.values(), Counter())
    head = f"{'suite':<34}{'passed':>8}{'known':>8}{'unknown':>9}{'excluded':>10}  why excluded"
    lines = [head, "-" * len(head)]
    for suite, row in counts.items():
        unknown = row["unknown"] + row["unexpected"]
        lines.append(
            f"{suite:<34}{row['passed']:>8}{row['known']:>8}{unknown:>9}"
            f"{row['excluded']:>10}  {reasons.get(suite, '')}".rstrip()
        )
    return "\n".join(lines)


def earl(outcomes: Iterable[Outcome], version: str) -> Graph:
    """Make the EARL report: an assertion for each test."""
    graph = Graph()
    graph.bind("earl", EARL)
    graph.bind("doap", DOAP)
    graph.add((SUBJECT, RDF.type, EARL.Software))
    graph.add((SUBJECT, RDF.type, DOAP.Project))
    graph.add((SUBJECT, DOAP.name, RdfLiteral("stancegraph")))
    graph.add((SUBJECT, DOAP.revision, RdfLiteral(version)))
    for number, outcome in enumerate(outcomes):
        assertion, result = (URIRef(f"{SUBJECT}/earl#{part}{number}") for part in "ar")
        graph.add((assertion, RDF.type, EARL.Assertion))
        graph.add((assertion, EARL.assertedBy, SUBJECT))
        graph.add((assertion, EARL.subject, SUBJECT))
        graph.add((assertion, EARL.test, URIRef(outcome.test)))
        graph.add((assertion, EARL.mode, EARL.automatic))
        graph.add((assertion, EARL.result, result))
        graph.add((result, RDF.type, EARL.TestResult))
        graph.add((result, EARL.outcome, _earl_outcome(outcome)))
        if outcome.excluded:
            graph.add((result, EARL.info, RdfLiteral(outcome.excluded)))
    return graph


def _earl_outcome(outcome: Outcome) -> URIRef:
    if outcome.excluded:
        return EARL.untested
    return EARL.failed if outcome.wrong else EARL.passed
