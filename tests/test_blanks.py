from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from rdflib import RDF, BNode, Literal, URIRef

from kg import turtle
from kg.blanks import Blanks
from kg.terms import PREFIXES, SG, WD

if TYPE_CHECKING:
    from kg.store.base import Quad, Term

EX = "https://example.org/"
A = URIRef(PREFIXES["person"] + "a")
P = SG.gloss
B, C, D = (BNode(name) for name in "bcd")
G, H = URIRef(EX + "g"), URIRef(EX + "h")


def block(blanks: Blanks) -> str:
    """Write what is said of one person."""
    (text,) = turtle.Writer(blanks, None).blocks([A], lambda _: [])
    return text


def test_a_blank_node_is_written_where_it_is_used() -> None:
    """One statement refers to it: it needs no label, however deep it lies."""
    blanks = Blanks(
        [(A, P, B, G), (B, P, C, G), (B, SG.kind, Literal("k"), G), (C, P, D, G)], merged=True
    )
    assert block(blanks) == (
        "person:a\n"
        "    sg:gloss [\n"
        "        sg:gloss [\n"
        "            sg:gloss [ ]\n"
        "        ] ;\n"
        '        sg:kind "k"\n'
        "    ] .\n"
    )


def test_a_list_is_written_in_round_brackets() -> None:
    """A list that ends well is one line, or has a line for each item where it is long."""
    cells = [BNode(f"l{number}") for number in range(30)]
    ends: list[Term] = [*cells[1:], RDF.nil]
    quads: list[Quad] = [(A, P, cells[0], G)]
    for number, (cell, rest) in enumerate(zip(cells, ends, strict=True)):
        quads += [(cell, RDF.first, WD[f"Q{number}"], G), (cell, RDF.rest, rest, G)]
    long = block(Blanks(quads, merged=True))
    assert long.startswith("person:a\n    sg:gloss (\n        wd:Q0\n        wd:Q1\n")
    assert long.endswith("        wd:Q29\n    ) .\n")
    short: list[Quad] = [(A, P, cells[28], G), *quads[-4:]]
    assert block(Blanks(short, merged=True)) == "person:a\n    sg:gloss ( wd:Q28 wd:Q29 ) .\n"


def test_a_list_of_five_thousand_is_written() -> None:
    """Lists are written without recursion, also those that do not end well."""
    cells = [BNode(f"l{number}") for number in range(5000)]
    for end in (RDF.nil, A):
        ends: list[Term] = [*cells[1:], end]
        quads: list[Quad] = [(A, P, cells[0], G)]
        for cell, rest in zip(cells, ends, strict=True):
            quads += [(cell, RDF.first, Literal("x"), G), (cell, RDF.rest, rest, G)]
        blanks = Blanks(quads, merged=True)
        writer = turtle.Writer(blanks, None)
        text = "".join(writer.blocks(blanks.subjects(G), lambda _: []))
        assert text.count('"x"') == 5000


@pytest.mark.parametrize(
    "quads",
    [
        [(A, P, B, G), (A, SG.kind, B, G), (B, P, Literal("x"), G)],
        [(A, P, B, G), (B, P, Literal("x"), G), (B, P, Literal("y"), H)],
        [(B, P, C, G), (C, P, B, G)],
        [(B, P, B, G)],
    ],
    ids=["shared", "between graphs", "circle", "own tail"],
)
def test_what_cannot_be_written_in_place_has_a_label(
    quads: list[Quad],
) -> None:
    """A blank node that is shared, between graphs too, or part of a circle has a block."""
    blanks = Blanks(quads, merged=False)
    text = "".join(
        turtle.Writer(blanks, G).blocks(blanks.subjects(G), lambda _: []),
    )
    assert "_:b" in text
    assert blanks.inline == set()


def test_a_blank_node_that_nothing_refers_to_comes_last_without_a_label() -> None:
    """Such blocks are sorted by their own text: labels make no difference."""
    quads: list[Quad] = [(B, P, Literal("y"), G), (C, P, Literal("x"), G), (A, P, D, G)]
    for blanks in (Blanks(quads, merged=True), Blanks(reversed(quads), merged=True)):
        writer = turtle.Writer(blanks, None)
        assert list(writer.blocks(blanks.subjects(G), lambda _: [])) == [
            "person:a\n    sg:gloss [ ] .\n",
            '[\n    sg:gloss "x"\n] .\n',
            '[\n    sg:gloss "y"\n] .\n',
        ]
