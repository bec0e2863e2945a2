"""IRIs: how they are minted and who owns them (the ontology's section on IRIs and graphs)."""

from __future__ import annotations

import re
import unicodedata

from rdflib import URIRef

from kg.errors import InputError

BASE = "https://w3id.org/stancegraph/"
ID = BASE + "id/"

ONTOLOGY_GRAPH = URIRef(BASE + "ns")
SHAPES_GRAPH = URIRef(BASE + "shapes")
ENTITIES_GRAPH = URIRef(BASE + "graph/entities")
LINKS_GRAPH = URIRef(BASE + "graph/links")
CATALOG_GRAPH = URIRef(BASE + "graph/catalog")

KINDS = ("person", "company", "group", "model", "project", "topic", "occasion", "article")
_ARTICLE = re.compile(re.escape(ID) + r"article/[^#/?]+")
_FOLDED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "o", "ł": "l"})


def slug(name: str) -> str:
    """Make the last part of an IRI from a name: lower case, ASCII letters, digits and hyphens."""
    folded = unicodedata.normalize("NFC", name).casefold().translate(_FOLDED)
    plain = unicodedata.normalize("NFKD", folded).encode("ascii", "ignore").decode()
    made = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
    if not made:
        raise InputError(f"{name!r} has no letter or digit to name it by: give a slug")
    return made


def entity(kind: str, name: str) -> URIRef:
    """Mint the IRI of an entity from its kind (one of ``KINDS``) and its name or slug."""
    if kind not in KINDS:
        raise InputError(f"{kind!r} is no kind of entity; there are {', '.join(KINDS)}")
    return URIRef(f"{ID}{kind}/{slug(name)}")


def article_of(iri: str) -> URIRef | None:
    """Tell which article owns an IRI (itself, or one of its records), or None."""
    match = _ARTICLE.match(iri)
    if match is None or iri[match.end() :][:1] not in {"", "#"}:
        return None
    return URIRef(match.group())


def key(iri: str) -> str:
    """Shorten an IRI to ``<kind>/<rest>`` where it is under one of the kinds, else keep it."""
    short = iri.removeprefix(ID)
    return short if short != iri and short.partition("/")[0] in KINDS and "/" in short else iri


def iri(key: str) -> str:
    """Return the IRI that a key stands for; the mirror of ``key``."""
    return ID + key if key.partition("/")[0] in KINDS else key
