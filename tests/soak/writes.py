"""What is written: each write says which it was, in statements that belong together."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Literal

Deed = Literal["replace", "add", "clear"]

PARTS = 8
EX = "https://example.org/"
ARTICLES = "https://w3id.org/stancegraph/id/article/"
_SG = "https://w3id.org/stancegraph/ns#"
_SCHEMA = "https://schema.org/"
_XSD = "http://www.w3.org/2001/XMLSchema#"
MARK = re.compile(r'"(w[0-9]+-[0-9]+)"')
"""How a statement names its write."""
_LINE = re.compile(r"(.*) <([^<>]*)> \.")
"""A line of N-Quads of a named graph: the statement and the name."""


@dataclass(frozen=True)
class Write:
    """One write to one graph.

    :param id: as ``w3-17``: the seventeenth of the third writer
    :param deed: what becomes of the graph's former content
    :param bad: whether it breaks the shapes, and so has to be refused
    """

    id: str
    graph: str
    deed: Deed
    bad: bool = False

    def statements(self) -> frozenset[str]:
        """Return the statements that it makes, as a dump writes them, without the full stop."""
        if self.deed == "clear":
            return frozenset()
        return article(self.graph, self.id) if is_article(self.graph) else numbers(self.id)

    def ntriples(self) -> str:
        """Write what is sent."""
        said = sorted(self.statements())
        if self.bad:  # an article without the hash of its text
            said = [statement for statement in said if "textHash" not in statement]
        text = "".join(f"{statement} .\n" for statement in said)
        return text.replace(f"{_XSD}integer", f"{_XSD}nonNegativeInteger")


def is_article(graph: str) -> bool:
    """Tell whether the shapes have something to say of a graph."""
    return graph.startswith(ARTICLES)


def numbers(mark: str) -> frozenset[str]:
    """Make statements of which the shapes say nothing."""
    return frozenset(f'<{EX}{mark}/{i}> <{EX}of{i}> "{mark}"' for i in range(PARTS))


def article(graph: str, mark: str) -> frozenset[str]:
    """Describe an article, whose headline names the write and whose hash goes by it."""
    digest = hashlib.sha256(mark.encode()).hexdigest()
    said = {
        f"<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{_SG}Article>",
        f'<{_SCHEMA}inLanguage> "en"',
        f'<{_SCHEMA}headline> "{mark}"',
        f'<{_SCHEMA}datePublished> "2025-03"^^<{_XSD}gYearMonth>',
        f'<{_SG}textHash> "{digest}"',
        f'<{_SG}textLength> "{100 + int(digest[:3], 16)}"^^<{_XSD}integer>',
        f'<{_SG}textNorm> "norm/1"',
    }
    return frozenset(f"<{graph}> {rest}" for rest in said)


def by_graph(quads: str) -> dict[str, set[str]]:
    """Sort lines of N-Quads by graph: the graphs of the soak alone."""
    found: dict[str, set[str]] = {}
    for line in quads.splitlines():
        match = _LINE.fullmatch(line)
        if match and (match[2].startswith(EX) or "/article/2025-03-soak" in match[2]):
            found.setdefault(match[2], set()).add(match[1])
    return found


def marks(statements: set[str]) -> set[str]:
    """Return the writes that statements name."""
    return {match[1] for statement in statements if (match := MARK.search(statement))}


def halves(graph: str, statements: set[str]) -> list[str]:
    """Say which writes are in a graph by half, and what is there besides."""
    named = marks(statements)
    whole = {mark: article(graph, mark) if is_article(graph) else numbers(mark) for mark in named}
    problems = [
        f"{mark} is in <{graph}> by half: {len(said & statements)} of {len(said)} statements"
        for mark, said in whole.items()
        if not said <= statements
    ]
    rest = statements.difference(*whole.values())
    if rest and not problems:
        problems.append(f"{len(rest)} statements in <{graph}> are of no write: {min(rest)}")
    return problems
