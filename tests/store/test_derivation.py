from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pyoxigraph import RdfFormat, parse

from kg.store.derivation import derive
from kg.store.description import Description

if TYPE_CHECKING:
    from kg.store.description import Row

PREFIXES = """
PREFIX sg: <https://w3id.org/stancegraph/ns#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX schema: <https://schema.org/>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
PREFIX id: <https://w3id.org/stancegraph/id/>
PREFIX : <https://w3id.org/stancegraph/id/article/2025-01-one#>
"""


def rows(turtle: str) -> dict[str, list[Row]]:
    """Derive the rows of the one thing that some Turtle is about, by table."""
    quads = list(parse(PREFIXES + turtle, format=RdfFormat.TRIG))
    (subject,) = {quad.subject.value for quad in quads}
    found: dict[str, list[Row]] = {}
    for table, row in derive(Description(subject, quads)):
        found.setdefault(table, []).append(row)
    return found


def row(table: str, turtle: str) -> Row:
    """Derive the one row of a table."""
    (found,) = rows(turtle)[table]
    return found


def test_a_stance() -> None:
    """A stance of two holders makes a row for each; the first in the order of keys leads."""
    found = rows(":s1 a sg:Stance ; sg:holder <urn:a> , id:person\\/bo , id:person\\/ada .")
    assert [(one["holder"], one["lead"]) for one in found["stances"]] == [
        ("person/ada", True),
        ("person/bo", False),
        ("urn:a", False),
    ]
    assert all(one["holders"] == ["person/ada", "person/bo", "urn:a"] for one in found["stances"])


def test_no_holder() -> None:
    """A record that nobody holds has one row, which leads."""
    found = row("claims", ":k1 a sg:Claim ; sg:modality sg:Asserted .")
    assert (found["holder"], found["lead"], found["holders"]) == (None, True, [])
    assert found["negated"] is False


def test_said_in_several_graphs() -> None:
    """What two graphs say makes one row, and what both of them say counts once."""
    found = rows(
        "GRAPH <urn:1> { id:model\\/m a sg:Model ; sg:developedBy id:company\\/x } "
        "GRAPH <urn:2> { id:model\\/m sg:developedBy id:company\\/x , id:company\\/y }"
    )
    assert len(found["entities"]) == 1
    assert [one["other"] for one in found["relations"]] == ["company/x", "company/y"]


def test_smallest() -> None:
    """Where several values stand for one, the smallest counts, and no row is lost or doubled."""
    found = rows(
        ":s1 a sg:Stance ; sg:polarity sg:Undecided , sg:Against ; sg:saidOn '2025' , '2024-11' ;"
        "sg:target id:topic\\/b , id:topic\\/a ; sg:gloss 'b'@en , 'a'@en , '0'@fr ."
    )
    (stance,) = found["stances"]
    assert stance["polarity"] == "Against"
    assert (stance["said"], stance["said_from"]) == ("2024-11", "2024-11-01")
    assert stance["target"] == "topic/a"
    assert (stance["gloss_en"], stance["gloss_de"]) == ("a", None)


def test_blank_nodes() -> None:
    """A blank node is in no row, since it has no key."""
    assert row("stances", ":s1 a sg:Stance ; sg:holder _:b ; sg:target _:c .")["target"] is None


def test_other_things() -> None:
    """A thing of a class that is none of ours makes no row."""
    assert rows("<urn:a> a rdfs:Class ; rdfs:label 'a' .") == {}
    assert rows("id:person\\/ada rdfs:label 'Ada'@en .") == {}


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2023-02", "2023-02-01", "2023-02-28"),
        ("2024-12", "2024-12-01", "2024-12-31"),
        ("2024-04-18", "2024-04-18", "2024-04-18"),
        ("2023-02-29", None, None),
        ("2024-13", None, None),
        ("2024-00", None, None),
        ("2024-00-05", None, None),
        ("2024-04-00", None, None),
        ("0000", None, None),
        ("2024-04-18Z", None, None),
        ("spring", None, None),
    ],
)
def test_partial_dates(written: str, first: str | None, last: str | None) -> None:
    """A partial date stands as written, with the days it can mean; what is no date has none."""
    found = row("stances", f":s1 a sg:Stance ; sg:saidOn '{written}' .")
    assert (found["said"], found["said_from"], found["said_to"]) == (written, first, last)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("5.0", "5.0"),
        ("-7", "-7"),
        (".5", ".5"),
        ("10000000000.25", "10000000000.25"),
        ("0.1234567890123456789", "0.123456789012345678"),
        ("99999999999999999999.9", "99999999999999999999.9"),
        ("100000000000000000000", None),
        ("1e5", None),
        ("INF", None),
        ("about five", None),
    ],
)
def test_decimals(written: str, kept: str | None) -> None:
    """A bound has 18 places at most; what the column cannot hold, or is none, is left out."""
    estimate = f":q1 a sg:Estimate ; schema:minValue '{written}'^^xsd:decimal ."
    assert row("claims", estimate)["min_value"] == kept


@pytest.mark.parametrize(
    ("written", "kept"), [("0", 0), ("2147483647", 2**31 - 1), ("2147483648", None), ("-1", None)]
)
def test_whole_numbers(written: str, kept: int | None) -> None:
    """A place in a text is a whole number; one that no text reaches is left out."""
    assert row("evidence", f":e1 a sg:Evidence ; oa:start {written} .")["start_at"] == kept


def test_digests() -> None:
    """A hash is the digits of a SHA-256, and nothing else."""
    assert row("evidence", f":e1 a sg:Evidence ; sg:spanHash '{'0a' * 32}' .")["hash"] == "0a" * 32
    assert row("evidence", ":e1 a sg:Evidence ; sg:spanHash 'none' .")["hash"] is None


def test_codes() -> None:
    """A value that is in no code list is none."""
    assert row("stances", ":s1 a sg:Stance ; sg:polarity <urn:x#Favour> .")["polarity"] is None
    assert row("stances", ":s1 a sg:Stance ; sg:polarity 'Favour' .")["polarity"] is None


def test_names() -> None:
    """Labels, aliases and headlines are names, each with its language, folded for search."""
    found = rows(
        "id:person\\/ada a sg:Person ; rdfs:label 'Ada Müller'@de ; skos:altLabel 'A. M.' ."
    )
    assert [(n["text"], n["language"], n["preferred"], n["folded"]) for n in found["names"]] == [
        ("Ada Müller", "de", True, "ada muller"),
        ("A. M.", None, False, "a m"),
    ]
    named = row("names", "id:article\\/a a sg:Article ; schema:headline 'A gull'@en .")
    assert (named["class"], named["text"], named["preferred"]) == ("Article", "A gull", True)
