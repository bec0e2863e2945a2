from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pyoxigraph import RdfFormat, parse

from kg.store import derivation
from kg.store.description import Description

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kg.store.description import Row

PREFIXES = """
PREFIX sg: <https://w3id.org/stancegraph/ns#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX schema: <https://schema.org/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
PREFIX id: <https://w3id.org/stancegraph/id/>
PREFIX : <https://w3id.org/stancegraph/id/article/2025-01-one#>
"""


ARTICLE = {"class": "Article", "published": "2025-01", "publisher": "company/quay"}
"""What is shown of the article that these things are of."""


def thing(turtle: str) -> Row:
    """Say what is shown of the one thing that some Turtle is about; {} where that is nothing."""
    return derived(turtle)[1]


def derived(turtle: str) -> tuple[str, Row]:
    """Say the key of that thing, and what is shown of it."""
    quads = list(parse(PREFIXES + turtle, format=RdfFormat.TRIG))
    (subject,) = {quad.subject.value for quad in quads}
    said = Description(subject, quads)
    return said.id, derivation.thing(said) or {}


def rows(turtle: str, article: Mapping[str, object] = ARTICLE) -> dict[str, list[Row]]:
    """Derive the rows of that thing, by table."""
    key, shown = derived(turtle)
    found: dict[str, list[Row]] = {}
    for table, row in derivation.rows(key, shown, article):
        found.setdefault(table, []).append(row)
    return found


def references(
    turtle: str, article: Mapping[str, object] = ARTICLE
) -> set[tuple[str, str, str, str]]:
    """Derive the references of that thing: what it names, the role, the day, and what names it."""

    def plain() -> Iterator[tuple[str, str, str, str]]:
        for found in derivation.references(key, shown, article):
            yield found.thing, found.role, str(found.day), found.other

    key, shown = derived(turtle)
    return set(plain())


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


def test_dated_by_its_article() -> None:
    """A record's day is when it was said, else when its article came out."""
    for told, day in (("", "2025-01-01"), ("; sg:saidOn '2024-06'", "2024-06-01")):
        (found,) = rows(f":s1 a sg:Stance ; sg:reportedIn id:article\\/x {told} .")["stances"]
        assert (found["day"], found["published_from"]) == (day, "2025-01-01")
        assert (found["published_to"], found["publisher"]) == ("2025-01-31", "company/quay")
    (undated,) = rows(":s1 a sg:Stance .", {})["stances"]
    assert (undated["day"], undated["published_from"], undated["publisher"]) == (None, None, None)
    assert row("conditions", ":c1 a sg:Condition .")["day"] == "2025-01-01"


def test_left_out() -> None:
    """What is not said, or said to be false, is not shown; a nought is."""
    assert thing(":k1 a sg:Claim ; sg:negated false .") == {"class": "Claim"}
    assert thing(":k1 a sg:Claim ; sg:negated true .")["negated"] is True
    assert thing(":e1 a sg:Evidence ; oa:start 0 .") == {"class": "Evidence", "start": 0}


def test_a_condition() -> None:
    """A condition shows the article that owns it, where one does."""
    assert thing(":c1 a sg:Condition .")["article"] == "article/2025-01-one"
    assert "article" not in thing("<urn:c> a sg:Condition .")


def test_conditions() -> None:
    """A record with conditions has a row for each, and is conditional."""
    found = rows(":s1 a sg:Stance ; sg:polarity sg:Favour ; sg:condition :c2 , :c1 .")
    (stance,) = found["stances"]
    assert (stance["conditional"], stance["leaning"]) == (True, 21)
    named = [(one["record"], one["condition"]) for one in found["conditioned"]]
    article = "article/2025-01-one"
    assert named == [(f"{article}#s1", f"{article}#c1"), (f"{article}#s1", f"{article}#c2")]


def test_said_in_several_graphs() -> None:
    """What two graphs say is shown as one thing, and what both of them say counts once."""
    shown = thing(
        "GRAPH <urn:1> { id:model\\/m a sg:Model ; sg:developedBy id:company\\/x } "
        "GRAPH <urn:2> { id:model\\/m sg:developedBy id:company\\/x , id:company\\/y }"
    )
    assert shown["developed_by"] == ["company/x", "company/y"]


def test_smallest() -> None:
    """Where several values stand for one, the smallest counts, and no row is lost or doubled."""
    told = (
        ":s1 a sg:Stance ; sg:polarity sg:Undecided , sg:Against ; sg:saidOn '2025' , '2024-11' ;"
        "sg:target id:topic\\/b , id:topic\\/a ; sg:gloss 'b'@en , 'a'@en , '0'@fr ."
    )
    (stance,) = rows(told)["stances"]
    assert (stance["polarity"], stance["target"]) == ("Against", "topic/a")
    assert stance["said_from"] == "2024-11-01"
    assert thing(told)["said"] == "2024-11"
    assert thing(told)["gloss_en"] == "a"
    assert "gloss_de" not in thing(told)


def test_blank_nodes() -> None:
    """A blank node is shown nowhere, since it has no key."""
    assert thing(":s1 a sg:Stance ; sg:holder _:b ; sg:target _:c .") == {"class": "Stance"}


def test_other_things() -> None:
    """Of a thing of a class that is none of ours nothing is shown."""
    assert thing("<urn:a> a rdfs:Class ; rdfs:label 'a' .") == {}
    assert thing("id:person\\/ada rdfs:label 'Ada'@en .") == {}


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
    stance = f":s1 a sg:Stance ; sg:saidOn '{written}' ."
    found = row("stances", stance)
    assert (found["said_from"], found["said_to"]) == (first, last)
    assert thing(stance)["said"] == written


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
    assert thing(estimate).get("min_value") == kept


@pytest.mark.parametrize(
    ("written", "kept"), [("0", 0), ("2147483647", 2**31 - 1), ("2147483648", None), ("-1", None)]
)
def test_whole_numbers(written: str, kept: int | None) -> None:
    """A place in a text is a whole number; one that no text reaches is left out."""
    assert thing(f":e1 a sg:Evidence ; oa:start {written} .").get("start") == kept


def test_digests() -> None:
    """A hash is the digits of a SHA-256, and nothing else."""
    assert thing(f":e1 a sg:Evidence ; sg:spanHash '{'0a' * 32}' .")["hash"] == "0a" * 32
    assert "hash" not in thing(":e1 a sg:Evidence ; sg:spanHash 'none' .")


def test_codes() -> None:
    """A value that is in no code list is none."""
    assert row("stances", ":s1 a sg:Stance ; sg:polarity <urn:x#Favour> .")["polarity"] is None
    assert row("stances", ":s1 a sg:Stance ; sg:polarity 'Favour' .")["polarity"] is None


def test_names() -> None:
    """Labels, then aliases, are names, each with its language; their words are folded for search.

    So are those of headlines. A word that several names have has a row for each of them.
    """
    ada = "id:person\\/ada a sg:Person ; rdfs:label 'Ada Müller'@de ; skos:altLabel 'A. Müller' ."
    assert thing(ada)["names"] == [["Ada Müller", "de", True], ["A. Müller", None, False]]
    assert {(one["word"], one["folded"]) for one in rows(ada)["words"]} == {
        ("ada", "ada muller"),
        ("muller", "ada muller"),
        ("a", "a muller"),
        ("muller", "a muller"),
    }
    headed = rows("id:article\\/a a sg:Article ; schema:headline 'A gull'@en .")["words"]
    assert {(one["word"], one["class"]) for one in headed} == {
        ("a", "Article"),
        ("gull", "Article"),
    }


def test_references_of_a_stance() -> None:
    """A stance names its holders and its target, dated by itself; in its article, by that."""
    told = (
        ":s1 a sg:Stance ; sg:holder id:person\\/a ; sg:target id:topic\\/t ; sg:saidOn '2024' ;"
        " sg:speaker id:person\\/b ; sg:reportedIn id:article\\/2025-01-one ; sg:reason :k1 ."
    )
    article = "article/2025-01-one"
    assert references(told) == {
        ("person/a", "holder", "2024-01-01", f"{article}#s1"),
        ("topic/t", "target", "2024-01-01", f"{article}#s1"),
        (f"{article}#k1", "reasons", "2024-01-01", f"{article}#s1"),
        ("person/a", "mentioned", "2025-01-01", article),
        ("person/b", "mentioned", "2025-01-01", article),
        ("topic/t", "mentioned", "2025-01-01", article),
    }


@pytest.mark.parametrize(
    ("told", "shows"),
    [
        ("sg:modality sg:Asserted", True),
        ("sg:modality sg:Asserted ; sg:negated false", True),
        ("sg:modality sg:Asserted ; sg:negated true", False),
        ("sg:modality sg:Possible", False),
        ("rdfs:comment 'nothing'", False),
    ],
)
def test_places(told: str, shows: bool) -> None:
    """A claim shows somebody's place where it asserts it, and neither doubts nor denies it."""
    claim = ":k1 a sg:Claim ; rdf:subject id:person\\/a ; rdf:object id:company\\/x ;"
    found = references(f"{claim} rdf:predicate org:headOf ; {told} .", {})
    one = "article/2025-01-one#k1"
    about = {("person/a", "about", "None", one), ("company/x", "about", "None", one)}
    role = "role headOf person/a company/x"
    places = {("person/a", role, "None", one), ("company/x", role, "None", one)}
    assert found == (about | places if shows else about)
    other = references(f"{claim} rdf:predicate sg:requires ; {told} .", {})
    assert other == about


def test_other_references() -> None:
    """An article names its publisher, a topic what is broader; what nobody dates has no day."""
    article = "id:article\\/a a sg:Article ; schema:publisher id:company\\/q"
    assert references(f"{article} .") == {("company/q", "mentioned", "None", "article/a")}
    assert references(f"{article} ; schema:datePublished '2024' .") == {
        ("company/q", "mentioned", "2024-01-01", "article/a")
    }
    topic = "id:topic\\/t a sg:Topic ; skos:broader id:topic\\/u ; sg:concerns id:model\\/m ."
    assert references(topic) == {
        ("topic/u", "broader", "None", "topic/t"),
        ("model/m", "concerns", "None", "topic/t"),
    }
