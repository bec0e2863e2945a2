"""The usual mistakes in SPARQL: each function knows one, and returns its sentence or None."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from kg.terms import PREFIXES
from kg.tokens import Token, declared, open_brackets, place

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from collections.abc import Set as AbstractSet

AGGREGATES = frozenset({"COUNT", "SUM", "AVG", "MIN", "MAX", "SAMPLE", "GROUP_CONCAT"})
MODIFIERS = ("GROUP BY", "HAVING", "ORDER BY", "LIMIT", "OFFSET")
PATTERNS = frozenset({"UNION", "OPTIONAL", "FILTER", "BIND", "MINUS", "GRAPH"})
KEYWORDS = PATTERNS | {
    *("SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "PREFIX", "BASE", "FROM", "WHERE", "VALUES"),
    *("ORDER", "GROUP", "BY", "HAVING", "LIMIT", "OFFSET", "AS", "IN", "NOT", "EXISTS"),
}
"""Words that are in a wrong place where they are wrong, and not names without a prefix."""
OPERATORS = {"AND": "&&", "OR": "||", "IS": "=", "LIKE": "regex(…) or contains(…)"}
TERMS = frozenset({"variable", "iri", "name", "blank", "string", "number", "language"})
TYPOGRAPHIC = frozenset("\u201c\u201d\u201e\u2018\u2019\u201a\u00ab\u00bb")
CLOSER = {"{": "}", "(": ")", "[": "]"}
_NOWHERE = Token("mark", "", 0)


@dataclass(frozen=True)
class Fault:
    """The token at ``index``, which no query could have there, and what ``following`` could be."""

    text: str
    tokens: Sequence[Token]
    index: int
    following: AbstractSet[str]

    @property
    def token(self) -> Token:
        """The token that is one too many."""
        return self.tokens[self.index]

    @property
    def before(self) -> Token:
        """The token before it."""
        return self.tokens[self.index - 1] if self.index else _NOWHERE

    @property
    def selecting(self) -> bool:
        """Whether it stands among what SELECT selects."""
        words = [t.upper or t.text for t in self.tokens[: self.index]]
        start = max((i for i, word in enumerate(words) if word == "SELECT"), default=None)
        return start is not None and not {"{", "WHERE", "FROM"} & set(words[start:])

    def occurs_earlier(self, name: Token) -> bool:
        """Whether the text of a token stands before it, too."""
        return any(t.text == name.text and t.start < name.start for t in self.tokens)

    def where(self, token: Token) -> str:
        """Say where a token is."""
        return "line {}, column {}".format(*place(self.text, token.start))


def quotes(fault: Fault) -> str | None:
    """Know typographic quotation marks, and strings that end too early or never."""
    if fault.token.text in TYPOGRAPHIC:
        return f'{fault.token.text} is a typographic mark; strings stand in straight ones: "…"'
    if fault.token.kind == "open":
        return f"the string that begins here is not closed: {fault.token.text[0]} is missing"
    if fault.before.kind == "string" and fault.before.end == fault.token.start:
        if fault.token.text == "@":
            return f"a language follows the @, as in {fault.before.text}@en"
        return f"the string ends before this: inside it, {fault.before.text[0]} is written with \\"
    if fault.token.kind == "string" and re.search(r"\\[^tbnrf\"'\\uU]", fault.token.text):
        return r"in a string a \ begins an escape, and there is none such; a \ itself is written \\"
    return None


def iris(fault: Fault) -> str | None:
    """Know an IRI that is bare, relative or broken."""
    here = fault.text[fault.token.start :]
    if bare := re.match(r"(https?://|(urn|mailto|tag):)[^\s<>\"{}|^`\\]*[\w/#-]", here):
        return f"an IRI stands in angle brackets: <{bare.group()}>"
    if fault.token.text == "<>":
        return "unequal is written !="
    if fault.token.kind == "iri" and not re.match(r"<[A-Za-z][\w+.-]*:", fault.token.text):
        return (
            f"{fault.token.text} is a relative IRI; write it whole, as in <https://example.org/…>"
        )
    broken = re.search(r"<[A-Za-z]+:[^<>]*>$", fault.text[: fault.token.end])
    if fault.token.text == ">" and broken:
        return f"{broken.group()} is no IRI: it holds a space, or a character to be escaped"
    return None


def declarations(fault: Fault) -> str | None:
    """Know a prefix that is declared wrongly, or too late."""
    if fault.token.upper in {"PREFIX", "BASE"} and fault.before.text == ";":
        return f"{fault.token.upper} cannot stand between operations here: put it before the first"
    if "PREFIX" in {token.upper for token in fault.tokens[max(fault.index - 2, 0) : fault.index]}:
        return "a prefix is declared as in PREFIX ex: <https://example.org/>"
    if fault.token.text.lower() == "@prefix":
        return "in SPARQL a prefix is declared without @ and full stop: PREFIX ex: <https://…>"
    return None


def prefixes(fault: Fault) -> str | None:
    """Know a prefix that is not declared."""
    known = declared(fault.tokens[: fault.index])
    name = fault.token.text.partition(":")[0]
    if fault.token.kind != "name" or name in known:
        return None
    return f"the prefix {name}: is not declared; {_instead(name, fault.token.text, known)}"


def _instead(prefix: str, name: str, known: AbstractSet[str]) -> str:
    """Say what to do about a prefix that is not among those ``known``."""
    usual = {each.lower(): each for each in (*PREFIXES, *sorted(known))}
    meant = usual.get(prefix.lower())
    if meant in known:
        return f"did you mean {meant}:? Capitals count"
    if prefix in PREFIXES:
        return f"put PREFIX {prefix}: <{PREFIXES[prefix]}> at the beginning"
    near = get_close_matches(prefix.lower(), sorted(usual), n=1, cutoff=0.6)
    if near:
        meant = usual[near[0]]
        line = "" if meant in known else f", by PREFIX {meant}: <{PREFIXES[meant]}>"
        return f"did you mean {meant}:{line}?"
    if not prefix and len(name) > 1:
        return f"put PREFIX : <…> at the beginning, or a prefix before the colon, as in sg{name}"
    return f"put PREFIX {prefix}: <…> at the beginning"


def selection(fault: Fault) -> str | None:
    """Know what SELECT does not take: commas, and aggregates without parentheses or names."""
    if not fault.selecting:
        return None
    if fault.token.text == ",":
        return "the variables of SELECT stand without commas: SELECT ?a ?b"
    if fault.token.upper in AGGREGATES:
        name = fault.token.upper
        return f"{name} stands in parentheses and gets a name: ({name}(?x) AS ?n)"
    if fault.token.text == ")" and "AS" in fault.following:
        return "what SELECT computes gets a name: put AS ?name before this )"
    if fault.token.kind == "word" and not near_keyword(fault) and "?" in fault.following:
        return f"a variable begins with a question mark: ?{fault.token.text}"
    return None


def expressions(fault: Fault) -> str | None:
    """Know a name without its question mark, and a separator by position."""
    if fault.token.text == "," and "GROUP_CONCAT" in {t.upper for t in fault.tokens}:
        return 'GROUP_CONCAT takes its separator as in GROUP_CONCAT(?x; SEPARATOR=", ")'
    if fault.before.upper == "AS" and fault.token.kind == "word":
        return f"a variable begins with a question mark: AS ?{fault.token.text}"
    return None


def operators(fault: Fault) -> str | None:
    """Know the signs of other languages."""
    pair = fault.before.text + fault.token.text
    if pair == "==":
        return "equal is written with one ="
    if fault.text[fault.token.start :].startswith(("--", "//", "/*")):
        return "a comment begins with # and ends with its line"
    if fault.token.upper in OPERATORS and "&&" in fault.following:
        return f"{fault.token.text} is written {OPERATORS[fault.token.upper]}"
    return None


def modifiers(fault: Fault) -> str | None:
    """Know what stands behind the braces of WHERE, in the wrong order or place."""
    if fault.before.upper in {"ORDER", "GROUP"}:
        return f"BY is missing: {fault.before.upper} BY {fault.token.text}"
    if fault.before.upper in {"LIMIT", "OFFSET"}:
        return f"{fault.before.upper} takes a whole number, as in {fault.before.upper} 10"
    if open_brackets(fault.tokens[: fault.index]):
        return None
    if fault.token.upper in {modifier.partition(" ")[0] for modifier in MODIFIERS}:
        return f"{fault.token.upper} comes too late; the order is {', '.join(MODIFIERS)}"
    if fault.token.upper in PATTERNS and fault.before.text == "}":
        return f"{fault.token.upper} stands inside the braces of WHERE, and those are closed before"
    return None


def near_keyword(fault: Fault) -> str | None:
    """Know a word that is almost a keyword or a function."""
    words = {word.upper(): word for word in fault.following if word[0].isalpha()}
    near = get_close_matches(fault.token.upper, sorted(words), n=1, cutoff=0.7)
    if not near or near[0] == fault.token.upper:
        return None
    return f"{fault.token.text} is not known here; did you mean {words[near[0]]}?"


def brackets(fault: Fault) -> str | None:
    """Know one bracket too many, and one that is still open."""
    stack = open_brackets(fault.tokens[: fault.index])
    openers = {opener: closer for opener, closer in CLOSER.items() if closer == fault.token.text}
    if openers and not any(token.text in openers for token in stack):
        return f"this {fault.token.text} closes nothing: it is one too many"
    if not stack:
        return None
    last, here = stack[-1], fault.token.text
    if (openers and last.text not in openers) or fault.following == {CLOSER[last.text]}:
        closer = CLOSER[last.text]
        return f"the {last.text} of {fault.where(last)} is open: {closer} is missing before {here}"
    return None


def names(fault: Fault) -> str | None:
    """Know a name that is taken or not given, and rows that do not fit."""
    if fault.token.kind == "variable" and "AS" in fault.following:
        return f"AS is missing before {fault.token.text}"
    if fault.token.kind == "blank":
        return f"{fault.token.text} is used in another group already: take a variable"
    if fault.before.text != ")" or fault.token.text != "}":
        return None
    name = fault.tokens[fault.index - 2]
    if fault.tokens[fault.index - 3].upper == "AS" and fault.occurs_earlier(name):
        return f"{name.text} has a value here already; AS takes a new name"
    if any(token.upper == "VALUES" for token in fault.tokens[: fault.index]):
        return "a row of VALUES has as many values as there are variables; UNDEF leaves one out"
    return None


def missing_dot(fault: Fault) -> str | None:
    """Know two triples with nothing between."""
    begins = fault.token.kind in TERMS or fault.token.text == "["
    if begins and "." in fault.following and ";" in fault.following:
        return f"a full stop is missing before {fault.token.text}: one triple ends here"
    return None


def missing_brace(fault: Fault) -> str | None:
    """Know a group without its brace, and an expression without its parenthesis."""
    for opener, what in (("{", "a group pattern"), ("(", "an expression")):
        alone = not fault.following & {"?", ".", "}", ")"}
        if opener in fault.following and fault.token.text != opener and alone:
            return f"{opener} is missing before {fault.token.text}: {what} begins here"
    return None


def bare_word(fault: Fault) -> str | None:
    """Know a word where a term is due."""
    word = fault.token.text
    if fault.token.upper not in {"", *KEYWORDS} and fault.following & {"?", ":"}:
        return f'{word} is no term: a variable is ?{word}, a name is sg:{word}, a string "{word}"'
    return None


def anything(fault: Fault) -> str:
    """Say of whatever else what stands here and what could."""
    if fault.token.text in {"}", ")", "]", ";", ","} and open_brackets(fault.tokens[: fault.index]):
        return f"before this {fault.token.text} is missing: {choices(fault.following)}"
    return f"{fault.token.text} cannot stand here; expected {choices(fault.following)}"


MISTAKES: tuple[Callable[[Fault], str | None], ...] = (
    quotes,
    iris,
    declarations,
    prefixes,
    expressions,
    selection,
    operators,
    modifiers,
    brackets,
    names,
    near_keyword,
    missing_dot,
    missing_brace,
    bare_word,
    anything,
)
"""In the order in which they are tried: the particular before the general."""


def choices(following: AbstractSet[str]) -> str:
    """Name what can follow, the usual before the rare, six at most."""
    signs = {"?": "a variable", "<": "an IRI", ":": "a prefixed name", '"': "a string"}
    if ":" not in following:
        del signs["<"]  # less than
    kinds = [name for sign, name in signs.items() if sign in following]
    if "0" in following:
        kinds.append("a number")
    marks = [mark for mark in ".;)}]({[*=" if mark in following]
    words = sorted(w for w in following - {"EOF"} if w.isalpha() and w.isupper())
    some = [*kinds, *marks, *words][:6]
    return " or ".join(filter(None, [", ".join(some[:-1]), *some[-1:]])) or "the end"
