"""Turns what the engine's parsers complain of into sentences that say what to do."""

from __future__ import annotations

import re
from urllib.parse import quote

from kg.errors import ParseError
from kg.terms import PREFIXES

_POSITION = re.compile(r"Parser error (?:at|between) .*?\d: ", re.DOTALL)
_SHOWN = 60
"""Characters of the source that are shown."""

_SENTENCES = (
    (r"A dot is expected at the end of statements", "a '.', ';' or ',' is missing before {found}"),
    (r"Quads must be followed by a dot", "a '.' is missing before {found}"),
    (r"Unexpected end", "the file ends within a statement; is a '.' missing?"),
    (
        r"Unexpected end of file",
        "{found} is not complete: a quote or bracket is never closed, or an escape is cut short",
    ),
    (
        r"\{ is not a valid predicate",
        "Turtle has no named graphs: a file with '{{' is TriG, and its name ends in .trig",
    ),
    (r".* is not a valid RDF object", "expected an object, found {found}"),
    (r".* is not a valid predicate", "expected a predicate, found {found}"),
    (
        r"\. is not a valid subject or graph name",
        "there is a '.' too many: a statement, or PREFIX without @, has ended before it",
    ),
    (
        r".* is not a valid subject or graph name",
        "expected a new statement, found {found}: is a ',' or ';' missing before it?",
    ),
    (
        r"The prefix (?P<prefix>.*): has not been declared",
        "the prefix {prefix}: is not declared: add a line {declaration}",
    ),
    (
        r"(?:.*IRI '(?P<iri>.*)': )?No scheme found in an absolute IRI",
        "relative IRI {iri}: write it in full, or declare a base",
    ),
    (
        r"(?:.*IRI '(?P<iri>.*)': )?Invalid IRI code point '(?P<character>[^:])'",
        "{iri} has a '{character}' in it, which has to be written as {percent}",
    ),
    (
        r"Line jumps are not allowed in string literals, use \\n",
        'a string in single quotes ends on its line: use """ for one over several lines, or \\n',
    ),
    (
        r"(?:.*language tag '.*': )?(?:The given language|A language code|A subtag) .*",
        "this is not a language tag; they are like en or de-AT",
    ),
    (
        r"'\s' is not allowed in JSON strings",
        "a line break or tab in a string has to be written as \\n or \\t",
    ),
    (
        r"(?P<rule>The (?:subject|predicate|object|graph name) .* must be .*)",
        "{rule}; found {found}",
    ),
    (
        r"No LoadDocumentCallback .*|Invalid scoped context: No LoadDocumentCallback .*",
        "a remote @context is not fetched: put the context into the document",
    ),
)
_RULES = tuple((re.compile(pattern, re.DOTALL), sentence) for pattern, sentence in _SENTENCES)


def explain(error: SyntaxError, data: bytes, name: str, line: int | None = None) -> ParseError:
    """Make a ParseError of an engine's complaint about ``data``.

    :param line: where the parser was, for complaints that do not say it themselves
    """
    complaint = _POSITION.sub("", error.msg)
    for pattern, sentence in _RULES:
        if match := pattern.fullmatch(complaint):
            complaint = sentence.format_map(_parts(match, _found(error, data)))
            break
    return ParseError(" ".join(complaint.split()), name, error.lineno or line, error.offset)


def _parts(match: re.Match[str], found: str) -> dict[str, str]:
    parts = match.groupdict(default="")
    iri = parts.get("iri")
    prefix = parts.get("prefix", "")
    namespace = PREFIXES.get(prefix, "...")
    return parts | {
        "found": found,
        "iri": f"<{iri}>" if iri else found,
        "percent": quote(parts.get("character", "")),
        "declaration": f"@prefix {prefix}: <{namespace}> .",
    }


def _found(error: SyntaxError, data: bytes) -> str:
    """Return the text that the engine complains of, in quotes, on one line and not too long."""
    if error.lineno is None or error.offset is None:
        return "it"
    rest = data.split(b"\n", error.lineno - 1)[-1].decode()[error.offset - 1 :]
    if error.lineno == error.end_lineno and error.end_offset is not None:
        width = error.end_offset - error.offset
        rest = rest[:width] if width else rest.partition(" ")[0]
    text = " ".join(rest[: _SHOWN + 1].split())
    if not text:
        return "the end of the file" if not rest else "the end of the line"
    text = text if len(text) <= _SHOWN else text[:_SHOWN] + "..."
    return text if text[0] in "<\"'" else f"'{text}'"
