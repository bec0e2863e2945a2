"""Words of the pages for terms of the ontology: its labels, and what they lack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.i18n import gettext, language, marked, ngettext, plural
from kg.lookup.labels import term

if TYPE_CHECKING:
    from flask import Flask

INVERSE = {
    "headOf": marked("headed by"),
    "developedBy": marked("developer of"),
    "openSourced": marked("open-sourced by"),
    "leadsTo": marked("comes of"),
    "prevents": marked("prevented by"),
    "requires": marked("required by"),
    "revises": marked("revised by"),
    "contradicts": marked("contradicted by"),
    "repeats": marked("repeated by"),
}
"""A predicate seen from its object."""


NOUNS = {
    "Article": plural("article", "articles"),
    "Stance": plural("stance", "stances"),
    "Claim": plural("claim", "claims"),
    "Estimate": plural("estimate", "estimates"),
    "Condition": plural("condition", "conditions"),
    "Person": plural("person", "people"),
    "Company": plural("company", "companies"),
    "Group": plural("group", "groups"),
    "Model": plural("AI model", "AI models"),
    "Project": plural("project", "projects"),
    "Topic": plural("topic", "topics"),
    "Occasion": plural("occasion", "occasions"),
}
"""Classes, with the nouns for one member and for several."""


def register(app: Flask) -> None:
    """Give templates the words."""
    app.jinja_env.globals.update(word=word, counted=counted)


def word(value: str, *, inverse: bool = False) -> str:
    """Return the ontology's label of a term, or the word for a predicate seen from its object."""
    if inverse and value in INVERSE:
        return gettext(INVERSE[value])
    return term(value, language())


def counted(name: str, number: int) -> str:
    """Return the noun for a number of things of a class, without the number."""
    return ngettext(*NOUNS[name], number)
