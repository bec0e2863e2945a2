"""What things and terms are called, in one language."""

from __future__ import annotations

import re
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from rdflib import RDFS, Graph, Literal

from kg import iris, resources
from kg.lookup.results import Named
from kg.terms import SG

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kg.lookup.results import Language
    from kg.store.projection import Projection
    from kg.store.things import Thing

UNKNOWN = "rdfs:Resource"
"""The class of what the graph only mentions."""
_FOREIGN: Mapping[str, Mapping[Language, str]] = MappingProxyType(
    {"headOf": {"en": "head of", "de": "leitet"}}
)
"""Terms that claims use and that other vocabularies define."""


def named(projection: Projection, keys: Iterable[str], language: Language) -> dict[str, Named]:
    """Name things by their keys: entities, articles, and records and conditions by their glosses.

    Each key is answered: what the graph only mentions bears its key as its label.
    """
    wanted = sorted(set(keys))
    found = projection.things.get(wanted)
    return {key: name(key, found.get(key), language) for key in wanted}


def name(key: str, thing: Thing | None, language: Language) -> Named:
    """Name a thing that was read already, or is not there."""
    if thing is None or thing["class"] == "Evidence":
        return Named(id=iris.iri(key), type=UNKNOWN, label=key)
    return Named(id=iris.iri(key), type=thing["class"], label=label(key, thing, language))


def label(key: str, thing: Thing, language: Language) -> str:
    """Return what a thing is called, by its key if nothing else."""
    if thing["class"] == "Article":
        return thing.get("headline") or key
    return in_words(thing, "label", language) or in_words(thing, "gloss", language) or key


def in_words(thing: Thing, field: str, language: Language) -> str | None:
    """Return what a field of a thing says in a language, else what it says in the other."""
    return spoken(language, thing.get(f"{field}_en"), thing.get(f"{field}_de"))


def spoken(language: Language, en: str | None, de: str | None) -> str | None:
    """Choose the text in a language, else the one in the other."""
    return (de or en) if language == "de" else (en or de)


def term(name: str, language: Language) -> str:
    """Return the label of a term by its local name (``Favour``, ``leadsTo``).

    A name that has none is taken apart: ``someName`` is some name.
    """
    labels = _FOREIGN.get(name) or _terms().get(name, {})
    return labels.get(language) or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()


@cache
def _terms() -> Mapping[str, Mapping[Language, str]]:
    """Read the labels of the ontology; about 0.3 s, once."""
    graph = Graph().parse(resources.folder("ontology") / "stancegraph.ttl")
    found: dict[str, dict[Language, str]] = {}
    for subject, label in graph.subject_objects(RDFS.label):
        name = str(subject).removeprefix(str(SG))
        if isinstance(label, Literal) and name != str(subject):
            if label.language == "en":
                found.setdefault(name, {})["en"] = str(label)
            elif label.language == "de":
                found.setdefault(name, {})["de"] = str(label)
    return found
