"""What the tables of the projection say of one thing: its description in, rows out; pure.

A row maps columns to values as JSON has them (dates, decimals and digests as texts); a column that
is left out is null. What a record's row says of its article is not here: it is looked up in the
article's row.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from kg import terms
from kg.folding import folded
from kg.iris import iri
from kg.store.description import Columns, Description, local_names, mark
from kg.terms import DCTERMS, OA, RDF, RDFS, SCHEMA, SG, SKOS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kg.store.description import Row

ENTITIES = frozenset(local_names(terms.ENTITY_CLASSES).values())
"""The local names of the classes of entities."""
LEANINGS = tuple(
    product(
        (None, *sorted(local_names(terms.POLARITIES).values())),
        (None, *sorted(local_names(terms.COMMITMENTS).values())),
        (False, True),
    )
)
"""Polarity, commitment and whether there are conditions, by what stances.leaning has for them."""
_RECORDS = set(local_names(terms.RECORD_CLASSES).values())
_LEANING: dict[tuple[object, ...], int] = {
    leaning: number for number, leaning in enumerate(LEANINGS)
}
_HOLDER = str(SG.holder)
_LABELS = (str(RDFS.label), True), (str(SKOS.altLabel), False)
_HEADLINES = ((str(SCHEMA.headline), True),)

_RECORD = {
    "article": (Description.key, SG.reportedIn),
    "holders": (Description.keys, SG.holder),
    "speaker": (Description.key, SG.speaker),
    "on_behalf_of": (Description.key, SG.onBehalfOf),
    "occasion": (Description.key, SG.saidAt),
    "said": (Description.text, SG.saidOn),
    "said_from": (Description.first_day, SG.saidOn),
    "said_to": (Description.last_day, SG.saidOn),
    "gloss_en": (Description.english, SG.gloss),
    "gloss_de": (Description.german, SG.gloss),
    "conditional": (Description.has, SG.condition),
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
_CONDITION = Columns(
    {
        "kind": (Description.code, SG.kind),
        "gloss_en": (Description.english, SG.gloss),
        "gloss_de": (Description.german, SG.gloss),
    }
)
_EVIDENCE = Columns(
    {
        "article": (Description.key, OA.hasSource),
        "start_at": (Description.number, OA.start),
        "end_at": (Description.number, OA.end),
        "hash": (Description.digest, SG.spanHash),
        "speech_form": (Description.code, SG.speechForm),
    }
)
_ARTICLE = Columns(
    {
        "headline": (Description.text, SCHEMA.headline),
        "headline_language": (Description.language, SCHEMA.headline),
        "language": (Description.text, SCHEMA.inLanguage),
        "publisher": (Description.key, SCHEMA.publisher),
        "published": (Description.text, SCHEMA.datePublished),
        "published_from": (Description.first_day, SCHEMA.datePublished),
        "published_to": (Description.last_day, SCHEMA.datePublished),
        "url": (Description.iri, SCHEMA.url),
        "text_hash": (Description.text, SG.textHash),
        "text_length": (Description.number, SG.textLength),
        "text_norm": (Description.text, SG.textNorm),
    }
)
_ENTITY = Columns(
    {
        "label_en": (Description.english, RDFS.label),
        "label_de": (Description.german, RDFS.label),
        "existence": (Description.code, SG.existence),
        "date": (Description.text, DCTERMS.date),
        "replaced_by": (Description.key, DCTERMS.isReplacedBy),
    }
)
_SEVERAL = {
    "conditioned": ("condition", str(SG.condition)),
    "reasoned": ("reason", str(SG.reason)),
    "cited": ("evidence", str(SG.evidence)),
}
_LINKS = local_names(terms.LINK_PREDICATES)
_RELATIONS = local_names(
    [
        SKOS.broader,
        SG.concerns,
        SG.developedBy,
        DCTERMS.contributor,
        DCTERMS.subject,
        SKOS.exactMatch,
    ]
)


def derive(said: Description) -> Iterator[tuple[str, Row]]:
    """Yield each row that follows from what is said of one thing, with the table it is for."""
    if said.kind in _RECORDS:
        yield from _record(said)
    elif said.kind in ENTITIES:
        yield "entities", said.row(_ENTITY) | {"class": said.kind}
        yield from _names(said, _LABELS)
        yield from _related(said, "relations", "entity", _RELATIONS)
    elif said.kind == "Article":
        yield "articles", said.row(_ARTICLE)
        yield from _names(said, _HEADLINES)
    elif said.kind == "Condition":
        yield "conditions", said.row(_CONDITION) | {"article": said.article}
    elif said.kind == "Evidence":
        yield "evidence", said.row(_EVIDENCE)


def _record(said: Description) -> Iterator[tuple[str, Row]]:
    if said.kind == "Stance":
        table, row = "stances", said.row(_STANCE)
        leaning = row["polarity"], row["commitment"], row["conditional"]
        row |= {"leaning": _LEANING.get(leaning)}
    else:
        table, row = "claims", said.row(_CLAIM) | {"class": said.kind}
    for place, holder in enumerate(said.keys(_HOLDER) or [None]):
        yield table, {**row, "holder": holder, "lead": place == 0}
    link: Row = {"record": said.id, "article": row["article"], "mark": said.mark}
    for several, (column, predicate) in _SEVERAL.items():
        for named in said.keys(predicate):
            marked: Row = {"condition_mark": mark(iri(named))} if column == "condition" else {}
            yield several, link | {column: named} | marked
    yield from _related(said, "links", "record", _LINKS)


def _related(
    said: Description, table: str, column: str, predicates: Mapping[str, str]
) -> Iterator[tuple[str, Row]]:
    for predicate, name in predicates.items():
        for other in said.keys(predicate):
            yield table, {column: said.id, "predicate": name, "other": other}


def _names(said: Description, predicates: Iterable[tuple[str, bool]]) -> Iterator[tuple[str, Row]]:
    for predicate, preferred in predicates:
        for text, language in said.texts(predicate):
            row: Row = {"entity": said.id, "class": said.kind, "language": language, "text": text}
            row |= {"preferred": preferred, "folded": folded(text), "mark": said.mark}
            yield "names", row
