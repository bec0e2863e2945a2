from __future__ import annotations

from dataclasses import fields
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import InputError, NotFound
from kg.lookup.filters import (
    ArticleFilter,
    ClaimFilter,
    ConditionFilter,
    EntityFilter,
    EstimateFilter,
    StanceFilter,
)
from kg.lookup.paging import total
from kg.lookup.where import interval

if TYPE_CHECKING:
    from kg.store.projection import Projection

FILTERS = {
    StanceFilter: "stances",
    ClaimFilter: "claims",
    EstimateFilter: "claims",
    ArticleFilter: "articles",
    ConditionFilter: "conditions",
}
NAMES = {
    "holder",
    "speaker",
    "on_behalf_of",
    "target",
    "article",
    "publisher",
    "subject",
    "object",
    "about",
    "assesses",
    "quantity",
    "mentions",
}
CODED = {"polarity", "commitment", "modality", "finding", "kind", "predicate"}
DATES = {"said_from", "said_to", "published_from", "published_to"}
HOSTILE = ("' OR 1=1 --", "$holder", "x; DROP TABLE stances", "\0", "é" * 10_000)


def parameters(names: set[str]) -> list[tuple[Any, str]]:
    """List the filters with those of their parameters that are among some."""
    found = [(kind, item.name) for kind in FILTERS for item in fields(kind) if item.name in names]
    assert {name for _, name in found} == names
    return found


@pytest.mark.parametrize(("kind", "name"), parameters(NAMES))
@pytest.mark.parametrize("value", ["person/nobody", *HOSTILE], ids=lambda value: value[:10])
def test_what_names_nothing_is_not_found(
    lists: Projection, kind: Any, name: str, value: str
) -> None:
    """A misspelt name is no empty list: the sentence tells parameter and value."""
    with pytest.raises(NotFound, match=rf"^{name}: there is no "):
        kind(**{name: value}).where(lists)


@pytest.mark.parametrize(("kind", "name"), parameters(CODED))
@pytest.mark.parametrize(
    "value", ["favour", "Sideways", "", *HOSTILE], ids=lambda value: value[:10]
)
def test_a_code_is_one_of_its_list(lists: Projection, kind: Any, name: str, value: str) -> None:
    """A value from no code list is refused, with those that there are."""
    given = value if name == "predicate" else (value,)
    with pytest.raises(InputError, match=rf"^{name}: there is no .*, only [A-Za-z]+, "):
        kind(**{name: given}).where(lists)


@pytest.mark.parametrize(("kind", "name"), parameters(DATES))
@pytest.mark.parametrize(
    "value",
    ["", "24", "2024-4", "2024-13", "2024-02-30", "0000", "2024-04-18T00:00", "٢٠٢٤", *HOSTILE],
    ids=lambda value: value[:10] or "nothing",
)
def test_a_date_is_partial_or_none(lists: Projection, kind: Any, name: str, value: str) -> None:
    """What is no year, month or day of the calendar is refused by the parameter's name."""
    with pytest.raises(InputError, match=rf"^{name}: .* is no date; write 2024, "):
        kind(**{name: value}).where(lists)


@given(st.dates())
def test_a_partial_date_is_an_interval(day: Any) -> None:
    """A day is itself; its month and its year begin and end where the calendar has them."""
    text = day.isoformat()
    assert interval(text, "x") == (day, day)
    for part in (text[:7], text[:4]):
        found = interval(part, "x")
        assert found is not None
        first, last = found
        assert first <= day <= last
        assert first.isoformat() == (part + "-01-01")[:10]
        assert last.toordinal() + 1 == 3652060 or (
            last.fromordinal(last.toordinal() + 1).isoformat()[: len(part)] != part
        )


def test_an_interval_runs_forward(lists: Projection) -> None:
    """One that ends before it begins is refused; a month and its own year are no such one."""
    with pytest.raises(InputError, match=r"said_from \(2025\) is after said_to \(2024-12\)"):
        StanceFilter(said_from="2025", said_to="2024-12").where(lists)
    assert StanceFilter(said_from="2024-12", said_to="2024").where(lists).conditions


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "sNaN"])
def test_an_estimate_includes_numbers(lists: Projection, number: str) -> None:
    """What is no number that can be reached is refused."""
    with pytest.raises(InputError, match=r"^includes: "):
        EstimateFilter(includes=Decimal(number)).where(lists)


@pytest.mark.parametrize("number", ["1E+60", "-1E+60", "1E-60", "0." + "3" * 60])
def test_any_number_can_be_asked_for(lists: Projection, number: str) -> None:
    """However large or fine a number is, bounds are compared with it."""
    where = EstimateFilter(includes=Decimal(number)).where(lists)
    open_above = 1 if Decimal(number) > 10**19 else 0
    assert total(lists, "claims", where) == open_above


def test_a_whole_iri_is_a_key(lists: Projection) -> None:
    """A thing may be named by its IRI, too."""
    iri = "https://w3id.org/stancegraph/id/person/mara-lindqvist"
    by_key = StanceFilter(holder="person/mara-lindqvist").where(lists)
    assert StanceFilter(holder=iri).where(lists) == by_key


@pytest.mark.parametrize("kind", FILTERS)
def test_nothing_asked_is_everything(lists: Projection, kind: Any) -> None:
    """A filter that asks nothing means all rows of its table, each thing once."""
    where = kind().where(lists)
    ((count,),) = lists.rows(f"SELECT count(DISTINCT id) FROM {FILTERS[kind]}")  # noqa: S608 - ours
    if kind is EstimateFilter:
        ((count,),) = lists.rows("SELECT count(DISTINCT id) FROM claims WHERE class = 'Estimate'")
    assert total(lists, FILTERS[kind], where) == count > 0


def test_entities_by_class_and_name(lists: Projection) -> None:
    """A kind is a class, a label the beginning of a folded name; merged ones are left out."""

    def found(**asked: str) -> list[str]:
        where = EntityFilter(**asked).where()
        query = f"SELECT id FROM entities WHERE {where.text()} ORDER BY id"  # noqa: S608 - ours
        return [key for (key,) in lists.rows(query, where.parameters)]

    assert found(kind="person", label="t. adey") == ["person/tomas-adeyemi"]
    assert found(label="PRÜFST") == found(label="model au") == ["company/model-audit-office"]
    assert found(label="brackwater r") == []
    assert found(label="brackwater") == ["company/brackwater-labs"]
    with pytest.raises(InputError, match=r"^class: there is no 'Nonsense', only Company, "):
        EntityFilter(kind="nonsense").where()
