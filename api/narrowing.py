"""How a list is narrowed on its page: the filters that are set, and those on offer.

A form sends what is empty as well, and names where a key is wanted; ``strictly`` leads from there
to the address that says the same as the look-ups under ``/api`` want it said.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, get_args
from urllib.parse import quote, urlencode

from flask import redirect, render_template, request

from api import parameters
from api.i18n import date, marked
from api.i18n import gettext as _
from api.pages import opened
from api.wording import word
from kg import iris
from kg.lookup import search
from kg.lookup.labels import named
from kg.lookup.paging import Page
from kg.lookup.results import EntityClass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from werkzeug.wrappers import Response

    from kg.lookup.results import Facet, Hit, Language, Named
    from kg.store.projection import Projection

AGENTS = ("Person", "Company", "Group")
WHO = {"holder": AGENTS, "speaker": AGENTS}
"""Parameters that name agents; other names may be of any class."""
WHAT = ("target", "about", "subject", "object", "mentions", "quantity")
COMPANY = ("publisher", "on_behalf_of")
LONGEST = 200
"""Characters of a name."""
CANDIDATES = 8
"""Things to choose from, where a name fits several."""
TITLES = {
    "holder": marked("Who"),
    "speaker": marked("Told by"),
    "on_behalf_of": marked("On behalf of"),
    "target": marked("On"),
    "about": marked("About"),
    "subject": marked("Subject"),
    "object": marked("Object"),
    "quantity": marked("Quantity"),
    "mentions": marked("Mentioned"),
    "polarity": marked("Side"),
    "commitment": marked("Commitment"),
    "conditional": marked("Conditions"),
    "modality": marked("Modality"),
    "finding": marked("Finding"),
    "predicate": marked("Predicate"),
    "article": marked("Article"),
    "publisher": marked("Publisher"),
    "said_from": marked("Said from"),
    "said_to": marked("Said until"),
    "published_from": marked("Published from"),
    "published_to": marked("Published until"),
    "currency": marked("Currency"),
    "includes": marked("Includes"),
    "narrower": marked("With narrower topics"),
    "negated": marked("Negated"),
    "kind": marked("Kind"),
}
"""What parameters are called on the pages."""
FLAGS = {
    "conditional": {"true": marked("with conditions"), "false": marked("unconditional")},
    "narrower": {"true": marked("yes"), "false": marked("no")},
    "negated": {"true": marked("yes"), "false": marked("no")},
}


PARAMETERS = {"class": "kind"}
"""Facets that are not called as the parameter is."""


@dataclass(frozen=True)
class Chip:
    """A filter that is set, and the address of the page without it."""

    title: str
    text: str
    without: str


@dataclass(frozen=True)
class Option:
    """A value of a facet, and the address of the list with it or, where it is chosen, without."""

    text: str
    count: int
    address: str
    chosen: bool


@dataclass(frozen=True)
class Choice:
    """A parameter that takes some values of a code list."""

    name: str
    title: str
    options: tuple[str, ...]


def strictly() -> Response | tuple[str, int] | None:
    """Lead to the strict address, or to a choice where a name fits several; None: this is it."""
    values = parameters.of_url()
    given = {name: [value for value in some if value.strip()] for name, some in values.items()}
    given = {name: some for name, some in given.items() if some}
    for name in {*WHO, *WHAT} & given.keys():
        for place, value in enumerate(given[name]):
            if "/" in value or len(value) > LONGEST:
                continue
            hits = _called(value, WHO.get(name, ()))
            if not _clear(hits):
                return _choice(value, hits, partial(_with, given, name, place))
            given[name][place] = iris.key(hits[0].id)
    return None if given == values else redirect(_address(given))


def names(projection: Projection, chosen: Language) -> dict[str, Named]:
    """Name the things that parameters of this page name, by parameter."""
    keys = {}
    for name, values in parameters.of_url().items():
        if name in {*WHO, *WHAT, *COMPANY, "article"}:
            key = iris.key(values[0])
            kind = "company/" if name in COMPANY else "article/"
            keys[name] = key if "/" in key else kind + key
    found = named(projection, keys.values(), chosen)
    return {name: found[key] for name, key in keys.items()}


def chips(things: Mapping[str, Named]) -> list[Chip]:
    """Return the filters that are set."""
    found = []
    for name, values in filters().items():
        for value in values:
            text = things[name].label if name in things else said(name, value)
            others = [other for other in values if other != value]
            found.append(Chip(_(TITLES[name]), text, _replaced(name, others)))
    return found


def options(
    facets: Mapping[str, tuple[Facet, ...]], without: tuple[str, ...] = ()
) -> dict[str, list[Option]]:
    """Return what a list can be narrowed to, by parameter, with addresses.

    :param without: facets that the page offers otherwise
    """
    given = filters()
    found = {}
    for facet, values in facets.items():
        name = PARAMETERS.get(facet, facet)
        if name in TITLES and name not in without:
            found[name] = [_option(name, value, given.get(name, [])) for value in values]
    return found


def said(name: str, value: str) -> str:
    """Say a value of a parameter in words."""
    if name in FLAGS:
        return _(FLAGS[name].get(value, value))
    if name.endswith(("_from", "_to")):
        return date(value)
    return word(value.capitalize() if name == "kind" else value)


def _option(name: str, value: Facet, chosen: list[str]) -> Option:
    key = value.id.lower() if name == "kind" else value.id
    text = word(value.id) if name == "kind" else value.label
    return Option(text, value.count, _replaced(name, [] if key in chosen else [key]), key in chosen)


def filters() -> dict[str, list[str]]:
    """Return the parameters that narrow the list, with each of their values."""
    return {
        name: [part for value in values for part in value.split(",")]
        for name, values in parameters.of_url().items()
        if name in TITLES
    }


def _replaced(name: str, values: list[str]) -> str:
    given = {other: some for other, some in parameters.of_url().items() if other != "after"}
    return _address({**given, name: values})


def _called(text: str, classes: tuple[str, ...]) -> tuple[Hit, ...]:
    with opened() as (projection, chosen):
        kinds = classes or get_args(EntityClass)
        return search.search(projection, text, kinds, Page(CANDIDATES), chosen).items


def _clear(hits: tuple[Hit, ...]) -> bool:
    """Tell whether the first thing found is the one that is meant."""
    return bool(hits) and (len(hits) == 1 or (hits[0].how == "exact" and hits[1].how != "exact"))


def _choice(text: str, hits: tuple[Hit, ...], leading: Callable[[str], str]) -> tuple[str, int]:
    page = render_template(
        "choice.html", text=text, hits=[(hit, leading(iris.key(hit.id))) for hit in hits]
    )
    return page, HTTPStatus.MULTIPLE_CHOICES if hits else HTTPStatus.NOT_FOUND


def _with(given: Mapping[str, list[str]], name: str, place: int, key: str) -> str:
    values = given[name]
    return _address({**given, name: [*values[:place], key, *values[place + 1 :]]})


def _address(given: Mapping[str, list[str]]) -> str:
    query = urlencode(given, doseq=True, safe="/,")
    return quote(request.script_root + request.path) + (f"?{query}" if query else "")
