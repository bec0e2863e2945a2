"""The worst queries there are: each takes what it can of time, memory, stack, output or patience.

They ask about no data in particular, so that any store will do; the more it holds, the worse.
"""

from __future__ import annotations

from dataclasses import dataclass, field

DEEP = 20_000
"""Levels of nesting: a parser that calls itself for each needs some hundred bytes of stack."""
WIDE = 10_000
"""Parts side by side."""
HUGE = 10_000_000
"""Bytes of the longest query."""

EVERYTHING = "?a ?b ?c"
PRODUCT = "?a ?b ?c . ?d ?e ?f"
"""Two patterns that share nothing: every statement with every other one."""
THREEFOLD = PRODUCT + " . ?g ?h ?i"


@dataclass(frozen=True)
class Worst:
    """A query with its name, as the bytes of a request's body."""

    name: str
    text: bytes = field(repr=False)


def _nested(opening: str, middle: str, closing: str, levels: int = DEEP) -> str:
    return opening * levels + middle + closing * levels


def _where(pattern: str) -> str:
    return f"SELECT * WHERE {{ {pattern} }}"


def _filter(expression: str) -> str:
    return _where(f"{EVERYTHING} FILTER({expression})")


def _values(name: str) -> str:
    rows = " ".join(f'"{number % 100}"' for number in range(50_000))
    return f"VALUES ?{name} {{ {rows} }}"


def _doubled(times: int) -> str:
    """Double a string with each BIND: a text of 1 KB asks for one of 2 ** times bytes."""
    steps = "".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1}) " for n in range(times))
    return f'SELECT (STRLEN(?x{times}) AS ?n) WHERE {{ BIND("x" AS ?x0) {steps} }}'


PRODUCTS = {
    # Nothing is found, so nothing is sent: it runs until it is stopped.
    "product that finds nothing": _where(f"{THREEFOLD} FILTER(STR(?a) = CONCAT(STR(?f), STR(?i)))"),
    # One number comes out, after every combination was looked at.
    "product, counted": f"SELECT (COUNT(*) AS ?n) WHERE {{ {THREEFOLD} }}",
    # What was seen has to be remembered.
    "product, distinct": f"SELECT DISTINCT ?a ?c ?d ?f WHERE {{ {PRODUCT} }}",
    # All of it has to be kept before the first row can be sent.
    "product, in order": f"SELECT * WHERE {{ {PRODUCT} }} ORDER BY ?f ?c DESC(?a)",
    # One cell of the answer holds it all.
    "product, as one string": f"SELECT (GROUP_CONCAT(?c) AS ?x) WHERE {{ {PRODUCT} }}",
    # As many groups as combinations, each with a set of its own.
    "product, in groups": (
        f"SELECT ?a ?d (COUNT(DISTINCT ?f) AS ?n) WHERE {{ {PRODUCT} }} GROUP BY ?a ?d"
    ),
    # The answer is as large as its limit, and larger.
    "product, as rows": _where(PRODUCT),
    "product, as a graph": f"CONSTRUCT {{ ?a ?b ?f }} WHERE {{ {PRODUCT} }}",
    # Each statement with each, by OPTIONAL, MINUS and EXISTS, where no join order helps.
    "product, optional": _where(f"{EVERYTHING} OPTIONAL {{ ?d ?e ?f FILTER(?f > ?c) }}"),
    "product, minus": _where(f"{PRODUCT} MINUS {{ ?g ?e ?c FILTER(?g != ?a) }} FILTER(?a = ?f)"),
    "exists in exists": _filter(
        "EXISTS { ?d ?e ?f FILTER EXISTS { ?g ?h ?i FILTER(?i = ?c && ?f = ?i && ?b = 1) } }"
    ),
}

ORDERS = {
    # A join of everything with itself, sorted by what no index knows.
    "everything twice, in order": _where("?a ?b ?c . ?d ?e ?c") + " ORDER BY STR(?a) STR(?d)",
    "everything, in order": _where(EVERYTHING) + " ORDER BY DESC(STR(?c)) ?b ?a",
    # The last page: everything is sorted and thrown away.
    "everything, the last page": _where(EVERYTHING) + " ORDER BY ?c OFFSET 5000000 LIMIT 10",
    "everything, at random": _where(EVERYTHING) + " ORDER BY RAND() SHA512(STR(?c))",
    "everything, described": f"DESCRIBE * WHERE {{ {EVERYTHING} }}",
}

PATHS = {
    # Any edge, any number of times, from every node to every node.
    "closure of everything": _where("?a (<urn:p>|!<urn:p>)* ?b"),
    "closure, both ways": _where("?a (!<urn:p>|^(!<urn:p>))+ ?b"),
    "closure, counted": "SELECT (COUNT(*) AS ?n) WHERE { ?a (!<urn:p>)* ?b . ?b (!<urn:p>)* ?c }",
    # Closures of closures, and of pairs.
    "closure of closures": _where("?a (((!<urn:p>/!<urn:q>)*)*)* ?b"),
    "path of many steps": _where("?a " + "/".join(["(!<urn:p>)*"] * 500) + " ?b"),
    "path, nested": _where(f"?a {_nested('(', '<urn:p>', ')*')} ?b"),
}

TEXTS = {
    # Exponential in an engine that backtracks.
    "regex that backtracks": _filter('REGEX(STR(?c), "^(((a+)+)+)+$|(.*)*(.*)*(.*)*x$")'),
    # A million states, then a billion.
    "regex, counted": _filter('REGEX(STR(?c), "((((a{1,1000}){1,1000})){1,1000})")'),
    "regex, wide": _filter('REGEX(STR(?c), "(\\\\p{L}{1,500}\\\\p{N}{0,500}){1,50}$")'),
    "regex, nested": _filter(f'REGEX(STR(?c), "{_nested("(", "a", ")")}")'),
    # A pattern of its own for each row: none can be compiled beforehand.
    "regex, made anew": _where(
        f'{PRODUCT} FILTER(REGEX(STR(?c), CONCAT("(", ENCODE_FOR_URI(STR(?f)), "){{1,99}}")))'
    ),
    "replaced again and again": _filter(
        'STRLEN(REPLACE(REPLACE(STR(?c), ".", "$0$0$0$0$0$0$0$0"), ".", "$0$0$0$0$0$0$0$0")) < 0'
    ),
    # 2 to the power of 40 bytes in 40 steps.
    "string, doubled": _doubled(40),
    # As much as is just allowed, over and over.
    "string, doubled for every row": _where(
        f"{EVERYTHING} {{ {_doubled(26)} }} FILTER(STRLEN(SHA512(STR(?n))) = 0)"
    ),
    "datatypes, made up": _filter(
        'STRDT(CONCAT(STR(?c), STR(RAND())), IRI(CONCAT("urn:", STR(RAND())))) = 1'
    ),
    "numbers, large": _filter(
        '"9999999999999999999999999999999999"^^<http://www.w3.org/2001/XMLSchema#integer> * ?c > 1'
    ),
}

DEPTHS = {
    # What overflows the stack of a parser that calls itself, or of what walks its tree.
    "braces": _where(_nested("{ ", EVERYTHING, " }")),
    "parentheses": _filter(_nested("(", "1", ")")),
    "negations": _filter("!" * DEEP + "?c"),
    "signs": _filter("- " * DEEP + "?c"),
    "not exists": _where(_nested("FILTER NOT EXISTS { ?a ?b ?c ", "", "}")),
    "optional": _where(_nested("?a ?b ?c OPTIONAL { ", EVERYTHING, " }")),
    "subqueries": _nested("SELECT * WHERE { { ", _where(EVERYTHING), " } }"),
    "functions": _filter(_nested("STR(", "?c", ")")),
    "lists": _where("?a ?b " + _nested("(", "1", ")")),
    "blank nodes": _where("?a ?b " + _nested("[ <urn:p> ", "1", " ]")),
    "quoted triples": _where(_nested("<< ", "?a ?b ?c", " ?b ?c >>") + " ?b ?c"),
    # A level less deep than most limits, and yet too deep for what comes behind them.
    "parentheses, fewer": _filter(_nested("(", "1", ")", 500)),
    "braces, fewer": _where(_nested("{ ", EVERYTHING, " }", 500)),
}

WIDTHS = {
    # Side by side: no parser minds, but a tree built of pairs is as deep as they are many.
    "sum": _filter("+".join(["1"] * 100_000)),
    "disjunction": _filter(" || ".join(["?c = 1"] * WIDE)),
    "unions": _where(" UNION ".join([f"{{ {EVERYTHING} }}"] * WIDE)),
    "optionals": _where(EVERYTHING + " OPTIONAL { ?a ?b ?c }" * WIDE),
    # A planner that tries every order has 1,000! of them.
    "patterns": _where(" . ".join(f"?v{n} ?p{n} ?v{n + 1}" for n in range(1000))),
    "variables": _where(" . ".join(f"?s{n} ?p{n} ?o{n}" for n in range(WIDE))),
    "values, joined": _where(f"{{ {_values('x')} }} {{ {_values('x')} }}"),
    "values, multiplied": _where(f"{{ {_values('x')} }} {{ {_values('y')} }}"),
    "in a long list": _filter(f"?c IN ({', '.join(map(str, range(WIDE * 10)))})"),
    "prefixes": "".join(f"PREFIX p{n}: <urn:{n}:>\n" for n in range(WIDE)) + _where(EVERYTHING),
    # Ten megabytes that are one literal, nothing but space, or a pattern for each line.
    "ten megabytes, a literal": _where(f'?a ?b "{"x" * HUGE}"'),
    "ten megabytes of space": _where(EVERYTHING + " " * HUGE),
    "ten megabytes of patterns": _where("?a ?b ?c .\n" * (HUGE // 11)),
}

REACHING = {
    # What would wait for another host, if it were let.
    "service": _where("SERVICE <http://127.0.0.1:9/> { ?a ?b ?c }"),
    "service in a product": _where(f"{PRODUCT} SERVICE SILENT ?a {{ ?g ?h ?i }}"),
}

BROKEN = {
    "no UTF-8": b"SELECT * WHERE { ?a ?b '\xff\xfe\xc3\x28\xed\xa0\x80' }",
    "zeros": b"SELECT * WHERE { ?a ?b \x00\x00\x00 }" * 1000,
    "escapes": b"SELECT * WHERE { ?a ?b '" + b"\\uD800\\u0000\\U0010FFFF" * WIDE + b"' }",
    "half a query": b"SELECT * WHERE { ?a ?b",
}

WORST: tuple[Worst, ...] = (
    *(
        Worst(f"{kind}: {name}", text.encode())
        for kind, some in {
            "product": PRODUCTS,
            "order": ORDERS,
            "path": PATHS,
            "text": TEXTS,
            "depth": DEPTHS,
            "width": WIDTHS,
            "reach": REACHING,
        }.items()
        for name, text in some.items()
    ),
    *(Worst(f"broken: {name}", text) for name, text in BROKEN.items()),
)
