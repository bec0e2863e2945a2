"""What is wrong with a SPARQL text that its engine does not take, in a sentence for people."""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import accumulate, pairwise, takewhile
from typing import TYPE_CHECKING, Protocol

from kg.errors import QuerySyntaxError
from kg.mistakes import AGGREGATES, CLOSER, MISTAKES, Fault, choices, prefixes
from kg.tokens import Token, open_brackets, place, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

UPDATES = frozenset(
    {"INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"}
)
QUERIES = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})

LONGEST = 400
"""Characters of a sentence; what it quotes may be as long as the query."""
UNGROUPED = "contains a variable that is unbound"
"""What the engine says of a variable that is selected as it is beside an aggregate."""


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
    problem, offset = _found(text, found, said, parser) if found else ("the query is empty", 0)
    return QuerySyntaxError(problem[:LONGEST], *place(text, offset))


def _found(text: str, found: list[Token], said: str, parser: Parser) -> tuple[str, int]:
    """Return the sentence, and the offset of what it speaks of."""
    first = next((t for t in found if t.upper and t.upper not in {"PREFIX", "BASE"}), found[0])
    if wrong := _of_the_other_kind(first, parser):
        return wrong, first.start
    index = bisect_left(found, x=True, key=lambda token: not parser.viable(text[: token.end]))
    if index == len(found):
        end = Fault(text, found, index, parser.following(text.rstrip()))
        return after_the_end(end, said) or at_the_end(end)
    fault = Fault(text, found, index, parser.following(text[: found[index].start]))
    if inside := _quoted(fault):
        return inside
    inner_end = fault.token.text == "}" and "LIMIT" in fault.following
    if inner_end and (loose := after_the_end(fault, UNGROUPED)):
        return loose
    problem = next(sentence for mistake in MISTAKES if (sentence := mistake(fault)))
    return problem, fault.token.start


def _quoted(fault: Fault) -> tuple[str, int] | None:
    """Find a prefix that is not declared in a quoted triple, which the engine first takes whole."""
    if fault.token.text != ">>":
        return None
    for index in range(fault.index):
        if problem := prefixes(Fault(fault.text, fault.tokens, index, fault.following)):
            return problem, fault.tokens[index].start
    return None


def _of_the_other_kind(first: Token, parser: Parser) -> str:
    """Say that a query was sent for an update, or an update for a query; else nothing."""
    if first.upper in UPDATES and not parser.viable(first.text):
        return f"this is an update ({first.upper}); only queries are answered here"
    if first.upper in QUERIES and not parser.viable(first.text):
        return f"this is a query ({first.upper}); only updates are made here"
    return ""


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
    if "overrides an existing variable" in said and (taken := next(_named(fault), None)):
        return f"{taken.text} has a value already; AS takes a new name", taken.start
    if UNGROUPED in said and (loose := next(_ungrouped(fault), None)):
        name = loose.text
        how = f"add GROUP BY {name}, or do not select it"
        return f"{name} is neither grouped nor counted: {how}", loose.start
    return None


def _named(fault: Fault) -> Iterator[Token]:
    """Iterate over the variables that AS names and that occur elsewhere, too."""
    variables = [token.text for token in fault.tokens if token.kind == "variable"]
    for word, name in pairwise(fault.tokens):
        if word.upper == "AS" and variables.count(name.text) > 1:
            yield name


def _ungrouped(fault: Fault) -> Iterator[Token]:
    """Iterate over the variables that some SELECT with an aggregate takes as they are."""
    words = [token.upper for token in fault.tokens]
    grouped: set[str] = set()
    for index in (i for i, pair in enumerate(pairwise(words)) if pair == ("GROUP", "BY")):
        names = takewhile(lambda token: token.kind == "variable", fault.tokens[index + 2 :])
        grouped |= {name.text for name in names}
    for start in (i for i, word in enumerate(words) if word == "SELECT"):
        clause = list(takewhile(lambda token: token.text != "{", fault.tokens[start:]))
        depths = accumulate((token.text == "(") - (token.text == ")") for token in clause)
        if grouped or AGGREGATES & {token.upper for token in clause}:
            for token, depth in zip(clause, depths, strict=True):
                if token.kind == "variable" and not depth and token.text not in grouped:
                    yield token
