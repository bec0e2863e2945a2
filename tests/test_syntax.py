"""What people get wrong in SPARQL, and the sentence they get for it.

The parser asked is the engine's own, so these tests also hold how its messages are read.
"""

from __future__ import annotations

import re

import pytest

from kg.errors import QuerySyntaxError
from kg.store import parser
from kg.syntax import UPDATES, explain
from kg.tokens import tokens

SG = "PREFIX sg: <https://w3id.org/stancegraph/ns#>\n"

# query, line, column, sentence (its beginning)
MISTAKES = [
    ("", 1, 1, "the query is empty"),
    ("  # nothing\n", 1, 1, "the query is empty"),
    ("SELCT * { ?s ?p ?o }", 1, 1, "SELCT is not known here; did you mean SELECT?"),
    ("SELECT * WHER { ?s ?p ?o }", 1, 10, "WHER is not known here; did you mean WHERE?"),
    ("SELECT DISTINT ?s { ?s ?p ?o }", 1, 8, "DISTINT is not known here; did you mean DISTINCT?"),
    ("SELECT * { ?s ?p ?o } GRUOP BY ?s", 1, 23, "GRUOP is not known here; did you mean GROUP?"),
    ("ASK { OPTIONL { ?s ?p ?o } }", 1, 7, "OPTIONL is not known here; did you mean OPTIONAL?"),
    ("ASK { FILTER NOT EXIST {} }", 1, 18, "EXIST is not known here; did you mean EXISTS?"),
    (
        'ASK { FILTER(contain("a", "b")) }',
        1,
        14,
        "contain is not known here; did you mean CONTAINS",
    ),
    ("what is this", 1, 1, "what cannot stand here; expected ASK, BASE, CONSTRUCT"),
    ("INSERT DATA { <a:a> <a:b> 1 }", 1, 1, "this is an update (INSERT); only queries are"),
    (SG + "DELETE WHERE { ?s ?p ?o }", 2, 1, "this is an update (DELETE); only queries are"),
    ("LOAD <https://example.org/>", 1, 1, "this is an update (LOAD); only queries are"),
    ("ASK { ?s ?p ?o", 1, 15, "the query ends before the { of line 1, column 5 is closed: } is"),
    ("ASK {\n { ?s ?p ?o }", 2, 14, "the query ends before the { of line 1, column 5 is closed"),
    ("ASK { ?s ?p ?o }}", 1, 17, "this } closes nothing: it is one too many"),
    ("ASK { FILTER(?x = 3)) }", 1, 21, "this ) closes nothing: it is one too many"),
    ("ASK { FILTER(?x > 3 }", 1, 21, "the ( of line 1, column 13 is open: ) is missing before }"),
    ('ASK { FILTER(?ö = "ä" }', 1, 23, "the ( of line 1, column 13 is open: ) is missing before }"),
    ("ASK { [ ?p ?o }", 1, 15, "the [ of line 1, column 7 is open: ] is missing before }"),
    ("SELECT (COUNT(?x) AS ?n { ?s ?p ?x }", 1, 25, "the ( of line 1, column 8 is open: ) is"),
    ("ASK { ?s a sg:Stance }", 1, 12, "the prefix sg: is not declared; put PREFIX sg: <https://w3"),
    (SG + "ASK { ?s a SG:Stance }", 2, 12, "the prefix SG: is not declared; did you mean sg:?"),
    (
        "ASK { ?s skso:broader ?o }",
        1,
        10,
        "the prefix skso: is not declared; did you mean skos:, by",
    ),
    ("ASK { ?s zzz:x ?o }", 1, 10, "the prefix zzz: is not declared; put PREFIX zzz: <…> at the b"),
    ("PREFIX sg <https://x.org/> ASK {}", 1, 8, "a prefix is declared as in PREFIX ex:"),
    (
        "PREFIX sg: https://x.org/ ASK {}",
        1,
        12,
        "an IRI stands in angle brackets: <https://x.org/>",
    ),
    ("@prefix sg: <https://x.org/> . ASK {}", 1, 1, "in SPARQL a prefix is declared without @"),
    ("ASK { ?s http://x.org/p ?o }", 1, 10, "an IRI stands in angle brackets: <http://x.org/p>"),
    ("ASK { ?s a urn:x:y }", 1, 12, "an IRI stands in angle brackets: <urn:x:y>"),
    ("ASK { ?s <http://x.org/a b> ?o }", 1, 27, "<http://x.org/a b> is no IRI: it holds a space"),
    ("ASK { ?s <p> ?o }", 1, 10, "<p> is a relative IRI; write it whole"),
    (SG + "ASK { ?s a sg:Stance ?s sg:holder ?h }", 2, 22, "a full stop is missing before ?s: one"),
    (SG + "ASK { ?s a sg:Stance . ?s sg:holder }", 2, 37, "before this } is missing: a variable"),
    ("ASK { ?s ?p ?o , }", 1, 18, "before this } is missing: a variable, an IRI"),
    ('ASK { ?s "p" ?o }', 1, 10, '"p" cannot stand here; expected a variable, an IRI'),
    ("ASK { ?s a Person }", 1, 12, "Person is no term: a variable is ?Person, a name is sg:Person"),
    ("SELECT s { ?s ?p ?o }", 1, 8, "a variable begins with a question mark: ?s"),
    ("SELECT (1 AS n) {}", 1, 14, "a variable begins with a question mark: AS ?n"),
    ("SELECT ?s, ?p { ?s ?p ?o }", 1, 10, "the variables of SELECT stand without commas"),
    ("SELECT COUNT(?s) { ?s ?p ?o }", 1, 8, "COUNT stands in parentheses and gets a name"),
    ("SELECT (COUNT(?s)) { ?s ?p ?o }", 1, 18, "what SELECT computes gets a name: put AS ?name"),
    ("SELECT (SUM(?o) ?n) { ?s ?p ?o }", 1, 17, "AS is missing before ?n"),
    ("SELECT ?s (COUNT(?o) AS ?n) { ?s ?p ?o }", 1, 8, "?s is neither grouped nor counted: add GR"),
    ("SELECT ?s ?o (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s", 1, 11, "?o is neither grouped"),
    ("SELECT ?s { { SELECT ?x (MAX(?y) AS ?n) {?x ?p ?y} } }", 1, 22, "?x is neither grouped nor"),
    ("SELECT * { ?s ?p ?o } GROUP BY ?s", 1, 8, "SELECT * does not go with GROUP BY: name the"),
    ("SELECT (?o AS ?s) { ?s ?p ?o }", 1, 15, "?s has a value already; AS takes a new name"),
    ("ASK { ?s ?p ?o BIND(1 AS ?o) }", 1, 30, "?o has a value here already; AS takes a new name"),
    ("ASK { BIND(1 ?x) }", 1, 14, "AS is missing before ?x"),
    ("SELECT ?s { VALUES (?s ?t) { (1) } }", 1, 34, "a row of VALUES has as many values as there"),
    ("SELECT ?s { VALUES (?s ?t) { (1 2) (1) } }", 1, 40, "a row of VALUES has as many values"),
    ("ASK { ?s ?p (1) } }", 1, 19, "this } closes nothing"),
    ("ASK { ?s ?p ?o ?x }", 1, 16, "a full stop is missing before ?x"),
    ("ASK { ?s ?p _:b OPTIONAL { ?s ?q _:b } }", 1, 34, "_:b is used in another group already"),
    ("ASK { ?s ?p ?o FILTER ?o > 3 }", 1, 23, "( is missing before ?o: an expression begins here"),
    ("ASK { FILTER(?o == 3) }", 1, 18, "equal is written with one ="),
    ("ASK { FILTER(?o <> 3) }", 1, 17, "unequal is written !="),
    ("ASK { FILTER(?o = 3 AND ?s = 2) }", 1, 21, "AND is written &&"),
    ("ASK { FILTER(?o LIKE 'x') }", 1, 17, "LIKE is written regex(…) or contains(…)"),
    ("ASK { ?s ?p ?o } -- done", 1, 18, "a comment begins with # and ends with its line"),
    ('ASK { ?s ?p "abc }', 1, 13, 'the string that begins here is not closed: " is missing'),
    ("ASK { ?s ?p '''abc }", 1, 13, "the string that begins here is not closed: ''' is missing"),
    ("ASK { ?s ?p 'it's' }", 1, 17, "the string ends before this: inside it, ' is written with \\"),
    (r'ASK { ?s ?p "\x" }', 1, 13, r"in a string a \ begins an escape"),
    ('ASK { ?s ?p "x"@ }', 1, 16, 'a language follows the @, as in "x"@en'),
    (
        "ASK { ?s ?p \u201cx\u201d }",
        1,
        13,
        "\u201c is a typographic mark; strings stand in straight",
    ),
    ('SELECT (GROUP_CONCAT(?s, ",") AS ?x) {}', 1, 24, "GROUP_CONCAT takes its separator as in"),
    ("ASK ?s", 1, 5, "{ is missing before ?s: a group pattern begins here"),
    ("ASK { ?s ?p ?o OPTIONAL ?s a ?x }", 1, 25, "{ is missing before ?s: a group pattern begins"),
    ("SELECT ?s { ?s ?p ?o } LIMIT ten", 1, 30, "LIMIT takes a whole number, as in LIMIT 10"),
    ("SELECT ?s { ?s ?p ?o } OFFSET -1", 1, 31, "OFFSET takes a whole number, as in OFFSET 10"),
    ("SELECT ?s { ?s ?p ?o } LIMIT", 1, 29, "the query ends too early; expected a number"),
    ("SELECT ?s { ?s ?p ?o } ORDER ?s", 1, 30, "BY is missing: ORDER BY ?s"),
    ("SELECT ?s {} LIMIT 1 ORDER BY ?s", 1, 22, "ORDER comes too late; the order is GROUP BY, HAV"),
    ("ASK { ?s ?p ?o } UNION { ?s a ?o }", 1, 18, "UNION stands inside the braces of WHERE, and"),
    ("DESCRIBE", 1, 9, "the query ends too early; expected a variable, an IRI"),
]


@pytest.mark.parametrize(("text", "line", "column", "sentence"), MISTAKES)
def test_mistakes(text: str, line: int, column: int, sentence: str) -> None:
    """A mistake is named in a sentence, at its place."""
    error = explain(text, complaint(text), parser)
    assert (error.line, error.column) == (line, column)
    assert error.problem.startswith(sentence)
    assert str(error) == f"line {line}, column {column}: {error.problem}"


XSD = "put PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> at the beginning"
DECLARED = "put PREFIX sg: <https://w3id.org/stancegraph/ns#> at the beginning"
SCHEMA = "did you mean schema:, by PREFIX schema: <https://schema.org/>?"

# request up to the name, name, the rest, what to do about its prefix
PREFIXES = [
    ("ASK { ?s ", "sg:holder", " ?o }", DECLARED),
    ("PREFIX s: <a:b>\nASK { ?s s:a ?o ;\n  ", "sg:holder", " ?o }", DECLARED),
    ("ASK { # sg:x\n ?s ?p 'sg:x' . ?s a ", "sg:Stance", " }", DECLARED),
    ("ASK{?s?p?ö.?s a ", "sg:Stance", ".?s a sg:Claim}", DECLARED),
    ("ASK { ?s ", "schma:name", " ?o }", SCHEMA),
    (SG + "ASK { ?s sg:holder ?h ; ", "shema:name", " ?o }", SCHEMA),
    ("ASK { ?s ", "SCHEMA:name", " ?o }", SCHEMA),
    ("PREFIX Schema: <a:b> ASK { ?s ", "schema:name", " ?o }", "did you mean Schema:? Capitals"),
    ("PREFIX Mine: <a:b> ASK { ?s ", "mien:name", " ?o }", "did you mean Mine:?"),
    ("ASK { ?s ?p ?o FILTER(", "xsd:integer", "(?o) > 3) }", XSD),
    ("ASK { ?s ?p ?o FILTER(?o < ", "xsd:date", "(?p)) }", XSD),
    ("ASK { ?s ?p ?o FILTER(?o IN (1, ", "xsd:date", ")) }", XSD),
    ("ASK { ?s ?p '3'^^", "xsd:integer", " }", XSD),
    ("ASK { ?s ?p '3'^^", "xds:integer", " }", "did you mean xsd:, by PREFIX xsd: <http"),
    ("SELECT (", "xsd:integer", "(?o) AS ?n) { ?s ?p ?o }", XSD),
    ("SELECT * { ?s ?p ?o } ORDER BY ", "xsd:integer", "(?o)", XSD),
    ("SELECT * { ?s ?p ?o } GROUP BY ?s HAVING(?o > '3'^^", "xsd:int", ")", XSD),
    ("ASK { ?s ", "sg:holder", "/rdfs:label ?o }", DECLARED),
    (SG + "ASK { ?s sg:holder/(^", "schma:name", "|rdfs:label)+ ?o }", SCHEMA),
    (SG + "ASK { ?s !(sg:holder|", "schma:name", ") ?o }", SCHEMA),
    ("ASK { VALUES ?x { ", "sg:Favour", " } }", DECLARED),
    (SG + "ASK { VALUES (?x ?y) { (sg:Favour ", "schma:name", ") } }", SCHEMA),
    ("ASK {} VALUES ?x { ", "sg:Favour", " }", DECLARED),
    ("CONSTRUCT { ?s ", "sg:holder", " ?o } WHERE { ?s ?p ?o }", DECLARED),
    ("CONSTRUCT WHERE { ?s ", "sg:holder", " ?o }", DECLARED),
    ("DESCRIBE ", "sg:x", "", DECLARED),
    ("SELECT * FROM NAMED ", "sg:x", " {}", DECLARED),
    ("ASK { GRAPH ", "sg:x", " {} }", DECLARED),
    ("ASK { [ ", "sg:holder", " 1 ] ?p ?o }", DECLARED),
    ("ASK { << ?s ", "sg:holder", " ?o >> ?p ?q }", DECLARED),
    ("ASK { BIND(<<( ?s ?p ", "sg:x", " )>> AS ?t) }", DECLARED),
    (
        "ASK { ?s ",
        ":name",
        " ?o }",
        "put PREFIX : <…> at the beginning, or a prefix before the colon, ",
    ),
    ("ASK { ", ":", " ?p ?o }", "put PREFIX : <…> at the beginning"),
    ("INSERT DATA { <a:a> ", "sg:holder", " 1 }", DECLARED),
    ("INSERT DATA { <a:a> <a:b> '1'^^", "xsd:integer", " }", XSD),
    ("INSERT DATA { GRAPH ", "sg:x", " { <a:a> <a:b> 1 } }", DECLARED),
    ("DELETE { ?s ?p ?o }\nINSERT { ?s ", "schma:name", " ?o } WHERE { ?s ?p ?o }", SCHEMA),
    ("DELETE { ?s ?p ?o } USING ", "sg:x", " WHERE { ?s ?p ?o }", DECLARED),
    ("WITH ", "sg:x", " DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", DECLARED),
    ("DELETE WHERE { ?s ", ":name", " ?o }", "put PREFIX : <…> at the beginning, or a prefix"),
    (SG + "CLEAR GRAPH sg:x ;\nCOPY sg:x TO ", "schma:x", "", SCHEMA),
    (SG + "INSERT DATA { sg:a sg:b 1 } ;\nDROP GRAPH ", "SG:x", "", "did you mean sg:? Capitals"),
]


@pytest.mark.parametrize(("before", "name", "after", "instead"), PREFIXES)
def test_prefixes(before: str, name: str, after: str, instead: str) -> None:
    """Wherever a prefix is not declared, its place is the name's, and it is said what to write."""
    text = before + name + after
    grammar = parser.QUERIES if UPDATES.isdisjoint(text.split()) else parser.UPDATES
    error = explain(text, complaint(text, grammar), grammar)
    assert error.problem.startswith(f"the prefix {name.partition(':')[0]}: is not declared; ")
    assert instead in error.problem
    lines = before.split("\n")
    assert (error.line, error.column) == (len(lines), len(lines[-1]) + 1)


@pytest.mark.parametrize("name", ["schma:name", "sg:holder", "SG:holder", ":holder"])
def test_what_is_said_of_a_prefix_helps(name: str) -> None:
    """Whoever puts the line that an error gives at the beginning gets on."""
    text = f"ASK {{ ?s {name} ?o }}"
    problem = explain(text, complaint(text), parser).problem
    line = re.search(r"PREFIX (\w*:) <([^>]+)>", problem)
    assert line is not None
    mended = f"PREFIX {line[1]} <{line[2].replace('…', 'a:b')}>\n{text}"
    parser.parse(mended.replace(name, line[1] + name.partition(":")[2]))


def test_prefix_between_operations() -> None:
    """The engine takes no prefix behind a semicolon, and that is said in the place of it."""
    text = "INSERT DATA { <a:a> <a:b> 1 } ;\nPREFIX sg: <a:b> INSERT DATA { sg:a sg:b 1 }"
    error = explain(text, complaint(text, parser.UPDATES), parser.UPDATES)
    assert (error.line, error.column) == (2, 1)
    assert error.problem.startswith("PREFIX cannot stand between operations here: put it before")


GOOD = [
    "ASK {}",
    SG + "SELECT ?s { ?s sg:holder/sg:x* ?o . FILTER(?s < ?o && 'a' = \"b\") } # service",
    "PREFIX : <a:b> DESCRIBE :c",
    'CONSTRUCT { ?s ?p """a\n"b""" } WHERE { GRAPH ?g { ?s ?p 1.5e3, "x"@en-GB, "y"^^<a:b> } }',
]


@pytest.mark.parametrize("text", GOOD)
def test_good_queries(text: str) -> None:
    """Every beginning of a good query that ends with a token is one that a query can have."""
    found = tokens(text)
    assert found
    assert [t.text for t in found if not parser.viable(text[: t.end])] == []


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistakes_are_mistakes(mistake: tuple[str, int, int, str]) -> None:
    """The engine takes none of them."""
    assert complaint(mistake[0])


USES = [
    ("ASK { SERVICE <http://127.0.0.1/> {} }", True),
    ("ASK { SeRvIcE SILENT ?x {} }", True),
    ("PREFIX : <a:b> ASK {?s?p?o.SERVICE:foo{}}", True),
    ("ASK { ?a ?p ?o FILTER(?a<?o&&'x>'='') SERVICE <http://127.0.0.1/> {} } #'", True),
    ("ASK { SERVICE <http://127.0.0.1/> { ?s ?p 'service' } } # service", True),
    ("ASK { ?s ?p 'service' }", False),
    ("PREFIX service: <a:b> ASK { ?service service:service <http://x/service> } # SERVICE", False),
    ("ASK { ?s ?p ?o }", False),
]


@pytest.mark.parametrize(("text", "expected"), USES)
def test_uses(text: str, *, expected: bool) -> None:
    """A keyword is told from the same word in literals, names and comments, however it hides."""
    assert parser.uses(text, "SERVICE") is expected


def complaint(text: str, grammar: parser.Grammar = parser.QUERIES) -> str:
    """Return what the engine says of a text that it does not take."""
    with pytest.raises(SyntaxError) as caught:
        grammar.parse(text)
    return str(caught.value)


def test_explanation_is_an_error() -> None:
    """An explanation is a QuerySyntaxError, ready to be raised."""
    assert isinstance(explain("ASK", complaint("ASK"), parser), QuerySyntaxError)
