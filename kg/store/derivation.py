"""What a projection says of one thing: its description in, a thing, rows and references out; pure.

A thing is what look-ups show: values as JSON has them (dates, decimals and digests as texts), and
what is not said left out. Rows are what they search and count, and references what they go back by.
Both follow from the thing and from its article's, since a record is dated by that where it says no
day itself.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from kg import terms
from kg.folding import folded
from kg.iris import iri
from kg.store.description import Columns, Description, days, local_names, mark
from kg.store.things import UNDATED, Reference, age
from kg.terms import DCTERMS, OA, RDF, RDFS, SCHEMA, SG, SKOS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg.store.description import Row
    from kg.store.things import Thing

ENTITIES = frozenset(local_names(terms.ENTITY_CLASSES).values())
"""The local names of the classes of entities."""
RECORDS = frozenset(local_names(terms.RECORD_CLASSES).values())
"""Those of the classes of records."""
LEANINGS = tuple(
    product(
        (None, *sorted(local_names(terms.POLARITIES).values())),
        (None, *sorted(local_names(terms.COMMITMENTS).values())),
        (False, True),
    )
)
"""Polarity, commitment and whether there are conditions, by what stances.leaning has for them."""
ROLES = ("headOf", "developedBy", "openSourced")
"""What a claim says of somebody's or something's place."""
_LEANING: dict[tuple[object, ...], int] = {
    leaning: number for number, leaning in enumerate(LEANINGS)
}
_LINKS = {"revises": SG.revises, "contradicts": SG.contradicts, "repeats": SG.repeats}
_LABELS = (str(RDFS.label), True), (str(SKOS.altLabel), False)

_RECORD = {
    "article": (Description.key, SG.reportedIn),
    "holders": (Description.keys, SG.holder),
    "speaker": (Description.key, SG.speaker),
    "on_behalf_of": (Description.key, SG.onBehalfOf),
    "occasion": (Description.key, SG.saidAt),
    "said": (Description.text, SG.saidOn),
    "gloss_en": (Description.english, SG.gloss),
    "gloss_de": (Description.german, SG.gloss),
    "conditions": (Description.keys, SG.condition),
    "reasons": (Description.keys, SG.reason),
    "evidence": (Description.keys, SG.evidence),
    **{name: (Description.keys, predicate) for name, predicate in _LINKS.items()},
}
_STANCE = Columns(
    _RECORD
    | {
        "target": (Description.key, SG.target),
        "polarity": (Description.code, SG.polarity),
        "commitment": (Description.code, SG.commitment),
    }
)
_CLAIM = Columns(
    _RECORD
    | {
        "subject": (Description.key, RDF.subject),
        "predicate": (Description.code, RDF.predicate),
        "object": (Description.key, RDF.object),
        "modality": (Description.code, SG.modality),
        "negated": (Description.is_true, SG.negated),
        "assesses": (Description.key, SG.assesses),
        "finding": (Description.code, SG.finding),
        "quantity": (Description.key, SG.quantity),
        "min_value": (Description.decimal, SCHEMA.minValue),
        "max_value": (Description.decimal, SCHEMA.maxValue),
        "currency": (Description.text, SCHEMA.currency),
        "unit": (Description.text, SCHEMA.unitCode),
        "horizon_from": (Description.year, SG.horizonFrom),
        "horizon_to": (Description.year, SG.horizonTo),
        "horizon_en": (Description.english, SG.horizonText),
        "horizon_de": (Description.german, SG.horizonText),
    }
)
_ENTITY = Columns(
    {
        "label_en": (Description.english, RDFS.label),
        "label_de": (Description.german, RDFS.label),
        "existence": (Description.code, SG.existence),
        "date": (Description.text, DCTERMS.date),
        "replaced_by": (Description.key, DCTERMS.isReplacedBy),
        "broader": (Description.keys, SKOS.broader),
        "concerns": (Description.keys, SG.concerns),
        "developed_by": (Description.keys, SG.developedBy),
        "contributor": (Description.keys, DCTERMS.contributor),
        "about": (Description.keys, DCTERMS.subject),
        "exact_match": (Description.keys, SKOS.exactMatch),
    }
)
_COLUMNS = {
    "Stance": _STANCE,
    "Claim": _CLAIM,
    "Estimate": _CLAIM,
    "Article": Columns(
        {
            "headline": (Description.text, SCHEMA.headline),
            "headline_language": (Description.language, SCHEMA.headline),
            "language": (Description.text, SCHEMA.inLanguage),
            "publisher": (Description.key, SCHEMA.publisher),
            "published": (Description.text, SCHEMA.datePublished),
            "url": (Description.iri, SCHEMA.url),
            "text_hash": (Description.text, SG.textHash),
            "text_length": (Description.number, SG.textLength),
            "text_norm": (Description.text, SG.textNorm),
        }
    ),
    "Condition": Columns(
        {
            "kind": (Description.code, SG.kind),
            "gloss_en": (Description.english, SG.gloss),
            "gloss_de": (Description.german, SG.gloss),
        }
    ),
    "Evidence": Columns(
        {
            "source": (Description.key, OA.hasSource),
            "start": (Description.number, OA.start),
            "end": (Description.number, OA.end),
            "hash": (Description.digest, SG.spanHash),
            "speech_form": (Description.code, SG.speechForm),
        }
    ),
    **dict.fromkeys(ENTITIES, _ENTITY),
}
_FILTERED = ("article", "holders", "speaker", "on_behalf_of", "occasion")
"""What rows of stances and claims take over."""
_ARGUED = ("subject", "predicate", "object", "modality", "assesses", "finding", "quantity")
_MEASURED = ("min_value", "max_value", "currency", "unit")
_MENTIONED = {
    "speaker": "speaker",
    "on_behalf_of": "onBehalfOf",
    "occasion": "saidAt",
    "target": "target",
    "subject": "subject",
    "object": "object",
    "quantity": "quantity",
}
"""The role in mentions.role of what a record names."""


def thing(said: Description) -> Row | None:
    """Say what is shown of a thing; None where it is of no class that is."""
    columns = _COLUMNS.get(said.kind)
    if columns is None:
        return None
    shown: Row = {"class": said.kind}
    shown |= {name: value for name, value in said.row(columns).items() if value or value == 0}
    shown = {name: value for name, value in shown.items() if value is not False}
    if said.kind in ENTITIES:
        shown["names"] = [
            [text, language, preferred]
            for predicate, preferred in _LABELS
            for text, language in said.texts(predicate)
        ]
    elif said.kind == "Condition" and said.article is not None:
        shown["article"] = said.article
    return shown


def rows(key: str, thing: Thing, article: Thing) -> Iterator[tuple[str, Row]]:
    """Yield each row that follows from a thing, with its table.

    :param article: what is shown of its article; empty where there is none
    """
    kind = thing["class"]
    its_mark = mark(iri(key))
    own: Row = {"id": key, "mark": its_mark}
    for entity, its_article, role in mentions(key, thing):
        row = {"entity": entity, "article": its_article, "role": role, "records": 1}
        yield "mentions", row | {"mark": mark(iri(its_article))}
    if kind in RECORDS:
        yield from _record(own, thing, article)
    elif kind in ENTITIES:
        yield "entities", own | {"class": kind, "replaced_by": thing.get("replaced_by")}
        for word, name in _words(text for text, *_ in thing["names"]):
            yield "words", _word(word, name, key, kind, its_mark)
    elif kind == "Article":
        same = {name: thing.get(name) for name in ("language", "publisher")}
        yield "articles", own | same | _published(thing)
        for word, name in _words(filter(None, [thing.get("headline")])):
            yield "words", _word(word, name, key, kind, its_mark)
    elif kind == "Condition":
        day = days(article.get("published"))[0]
        same = {name: thing.get(name) for name in ("kind", "article")}
        yield "conditions", own | same | {"day": day}


def _record(own: Row, thing: Thing, article: Thing) -> Iterator[tuple[str, Row]]:
    said_from, said_to = days(thing.get("said"))
    published = _published(article)
    holders = thing.get("holders", ())
    row = own | {name: thing.get(name) for name in _FILTERED} | published
    row |= {
        "holders": list(holders),
        "said_from": said_from,
        "said_to": said_to,
        "publisher": article.get("publisher"),
        "day": said_from or published["published_from"],
        "conditional": "conditions" in thing,
    }
    if thing["class"] == "Stance":
        table = "stances"
        row |= {name: thing.get(name) for name in ("target", "polarity", "commitment")}
        leaning = row["polarity"], row["commitment"], row["conditional"]
        row |= {"leaning": _LEANING.get(leaning)}
    else:
        table = "claims"
        row |= {name: thing.get(name) for name in (*_ARGUED, *_MEASURED)}
        row |= {"class": thing["class"], "negated": thing.get("negated", False)}
    for place, holder in enumerate(holders or [None]):
        yield table, {**row, "holder": holder, "lead": place == 0}
    for condition in thing.get("conditions", ()):
        yield (
            "conditioned",
            {"record": own["id"], "condition": condition, "mark": own["mark"]},
        )


def mentions(key: str, thing: Thing) -> Iterator[tuple[str, str, str]]:
    """Yield the entities that a thing mentions, with the article and the role there."""
    if thing["class"] == "Article" and "publisher" in thing:
        yield thing["publisher"], key, "publisher"
    if "article" in thing:
        role = "holder" if thing["class"] == "Stance" else "claimant"
        for holder in thing.get("holders", ()):
            yield holder, thing["article"], role
        for name, role in _MENTIONED.items():
            if name in thing:
                yield thing[name], thing["article"], role


def _published(article: Thing) -> Row:
    first, last = days(article.get("published"))
    return {"published_from": first, "published_to": last}


def _words(names: Iterable[str]) -> set[tuple[str, str]]:
    """Return the words of names, each with the name that it stands in; all folded."""
    plain = {folded(name) for name in names}
    return {(word, name) for name in plain for word in name.split()}


def _word(word: str, name: str, key: str, kind: str, its_mark: int) -> Row:
    return {"word": word, "folded": name, "entity": key, "class": kind, "mark": its_mark}


def references(key: str, thing: Thing, article: Thing) -> Iterator[Reference]:
    """Yield what a thing names, some more than once; it takes what ``rows`` does.

    Roles are those in which lists ask for it: ``holder``, ``target`` of stances, ``claimant``,
    ``about`` (subject or object) of claims, ``role headOf person/x company/y`` of those that show a
    place, ``mentioned`` of articles; else they are called as in the thing.
    """
    published = days((thing if thing["class"] == "Article" else article).get("published"))[0]
    said = days(thing.get("said"))[0]
    for named, role in _named(thing):
        yield Reference(named, role, age(said or published), key)
    for named, its_article, _ in mentions(key, thing):
        yield Reference(named, "mentioned", age(published), its_article)
    for role in ("broader", "concerns"):
        for named in thing.get(role, ()):
            yield Reference(named, role, UNDATED, key)


def _named(thing: Thing) -> Iterator[tuple[str, str]]:
    stance = thing["class"] == "Stance"
    for holder in thing.get("holders", ()):
        yield holder, "holder" if stance else "claimant"
    if stance and "target" in thing:
        yield thing["target"], "target"
    for named in _several(thing, ("subject", "object")):
        yield named, "about"
        if _shows_a_role(thing):
            yield named, f"role {thing['predicate']} {thing.get('subject')} {thing.get('object')}"
    if "assesses" in thing:
        yield thing["assesses"], "assesses"
    for several in ("conditions", "reasons", *_LINKS):
        for named in thing.get(several, ()):
            yield named, several


def _shows_a_role(claim: Thing) -> bool:
    """Tell whether a claim asserts somebody's or something's place."""
    return (
        claim.get("predicate") in ROLES
        and not claim.get("negated")
        and claim.get("modality") == "Asserted"
    )


def _several(thing: Thing, names: Iterable[str]) -> list[str]:
    return [thing[name] for name in names if name in thing]
