"""What is wrong with a SPARQL text that its engine does not take, in a sentence for people."""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

from kg.errors import QuerySyntaxError
from kg.mistakes import CLOSER, MISTAKES, Fault, choices
from kg.tokens import Token, open_brackets, place, tokens

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

UPDATES = frozenset(
    {"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"}
)


class Parser(Protocol):
    """What is asked of the engine's parser."""

    def viable(self, text: str) -> bool:
        """Tell whether some query begins with ``text``."""

    def following(self, text: str) -> AbstractSet[str]:
        """Return the keywords and marks that can follow a viable text."""


def explain(text: str, said: str, parser: Parser) -> QuerySyntaxError:
    """Make the error for ``text``, of which the engine ``said`` what it always says.

    It names the first token that no query could have in its place, or what is missing at the end,
    or a rule that the query breaks as a whole.
    """
    found = tokens(text)
    if not found:
        return QuerySyntaxError("the query is empty", 1, 1)
    first = next((t for t in found if t.upper and t.upper not in {"PREFIX", "BASE"}), found[0])
    if first.upper in UPDATES:
        problem = f"this is an update ({first.upper}); only queries are answered here"
        return QuerySyntaxError(problem, *place(text, first.start))
    index = bisect_left(found, x=True, key=lambda token: not parser.viable(text[: token.end]))
    if index == len(found):
        end = Fault(text, found, index, parser.following(text.rstrip()))
        problem, offset = after_the_end(end, said) or at_the_end(end)
        return QuerySyntaxError(problem, *place(text, offset))
    fault = Fault(text, found, index, parser.following(text[: found[index].start]))
    problem = next(sentence for mistake in MISTAKES if (sentence := mistake(fault)))
    return QuerySyntaxError(problem, *place(text, fault.token.start))


def at_the_end(fault: Fault) -> tuple[str, int]:
    """Say what is missing where a query stops too early, and where that is."""
    offset = len(fault.text.rstrip())
    unclosed = [token for token in fault.tokens if token.kind == "open"]
    if unclosed:
        mark = re.match(r"'''|\"\"\"|['\"]", unclosed[0].text)
        closer = mark.group() if mark else ""
        return f"the string that begins here is not closed: {closer} is missing", unclosed[0].start
    if stack := open_brackets(fault.tokens):
        last = stack[-1]
        what = f"the {last.text} of {fault.where(last)}"
        return f"the query ends before {what} is closed: {CLOSER[last.text]} is missing", offset
    return f"the query ends too early; expected {choices(fault.following)}", offset


def after_the_end(fault: Fault, said: str) -> tuple[str, int] | None:
    """Say which rule a query breaks that is complete, and where."""
    if "SELECT * is not authorized with GROUP BY" in said:
        star = next(token for token in fault.tokens if token.text == "*")
        return "SELECT * does not go with GROUP BY: name the variables", star.start
    if "overrides an existing variable" in said:
        taken = _named(fault)
        return f"{taken.text} has a value already; AS takes a new name", taken.start
    if "contains a variable that is unbound" in said:
        loose = _ungrouped(fault)
        name = loose.text
        return (
            f"{name} is neither grouped nor counted: add GROUP BY {name}, or do not select it",
            loose.start,
        )
    return None


def _named(fault: Fault) -> Token:
    """Return the first variable that AS names and that occurs elsewhere, too."""
    variables = [token.text for token in fault.tokens if token.kind == "variable"]
    pairs = pairwise(fault.tokens)
    return next(
        name for word, name in pairs if word.upper == "AS" and variables.count(name.text) > 1
    )


def _ungrouped(fault: Fault) -> Token:
    """Return the first variable that is selected as it is and not grouped by."""
    words = [token.upper for token in fault.tokens]
    grouped: set[str] = set()
    if "GROUP" in words:
        grouped = {token.text for token in fault.tokens[words.index("GROUP") :]}
    depth = 0
    for token in fault.tokens[words.index("SELECT") :]:
        depth += (token.text == "(") - (token.text == ")")
        if token.kind == "variable" and not depth and token.text not in grouped:
            return token
    return fault.tokens[words.index("SELECT")]
