"""What things and terms are called, in one language."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING
from zlib import crc32

from rdflib import RDFS, Graph, Literal

from kg import iris, resources
from kg.lookup.results import Named
from kg.terms import SG

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from kg.lookup.results import Language
    from kg.store.projection import Projection

ENTITIES = """
    SELECT id, class, label_en, label_de FROM entities
    WHERE mark IN (SELECT unnest($marks::UINTEGER[]))"""
ARTICLES = """
    SELECT id, 'Article', headline, NULL FROM articles
    WHERE mark IN (SELECT unnest($marks::UINTEGER[]))"""
OWNED = {
    "s": """
    SELECT id, 'Stance', gloss_en, gloss_de FROM stances
    WHERE lead AND mark IN (SELECT unnest($marks::UINTEGER[]))""",
    "k": """
    SELECT id, class, gloss_en, gloss_de FROM claims
    WHERE lead AND mark IN (SELECT unnest($marks::UINTEGER[]))""",
    "c": """
    SELECT id, 'Condition', gloss_en, gloss_de FROM conditions
    WHERE mark IN (SELECT unnest($marks::UINTEGER[]))""",
}
"""By the letter with which their fragments begin by custom."""

_FOREIGN: Mapping[str, Mapping[Language, str]] = MappingProxyType(
    {"headOf": {"en": "head of", "de": "leitet"}}
)
"""Terms that claims use and that other vocabularies define."""


def named(projection: Projection, keys: Iterable[str], language: Language) -> dict[str, Named]:
    """Name things by their keys: entities, articles, and records and conditions by their glosses.

    Each key is answered: what the graph only mentions bears its key as its label.
    """
    wanted = sorted(set(keys))
    found: dict[str, Named] = {}
    for query, some in _asked(wanted):
        if left := [key for key in some if key not in found]:
            for key, kind, en, de in projection.rows(query, {"marks": marks(left)}):
                label = spoken(language, en, de) or key
                found[key] = Named(id=iris.iri(key), type=kind, label=label)
    return {key: found.get(key) or _unknown(key) for key in wanted}


def _asked(keys: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """Say what to ask for which keys; each table of records first for those that look like it."""
    kinds: defaultdict[str, list[str]] = defaultdict(list)
    for key in keys:
        kind = key.partition("#")[2][:1] if key.startswith("article/") else "entity"
        kinds[kind or "article"].append(key)
    owned = [
        key for kind, some in kinds.items() if kind not in {"entity", "article"} for key in some
    ]
    yield ENTITIES, kinds["entity"]
    yield ARTICLES, kinds["article"]
    yield from ((query, kinds[letter]) for letter, query in OWNED.items())
    yield from ((query, owned) for query in OWNED.values())


def _unknown(key: str) -> Named:
    return Named(id=iris.iri(key), type="rdfs:Resource", label=key)


def spoken(language: Language, en: str | None, de: str | None) -> str | None:
    """Choose the text in a language, else the one in the other."""
    return (de or en) if language == "de" else (en or de)


def marks(keys: Collection[str]) -> list[int]:
    """Return the marks by which things are found (see projection.sql), each once."""
    return sorted({crc32(_owner(key).encode()) for key in keys})


def _owner(key: str) -> str:
    article = iris.article_of(iris.iri(key))
    return key if article is None else iris.key(article)


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
