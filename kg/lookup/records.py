"""Records as they are shown: with holders, conditions and findings, evidence and source.

However many records are asked for, what they mention is read all at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from kg import iris
from kg.lookup import findings, sources
from kg.lookup.labels import in_words, label, named
from kg.lookup.results import Claim, Evidence, Stance
from kg.lookup.sources import partial
from kg.store.derivation import RECORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from kg.lookup.findings import Conditions
    from kg.lookup.results import Language, Named
    from kg.store.projection import Projection
    from kg.store.things import Thing

_MENTIONS = (
    "speaker",
    "on_behalf_of",
    "occasion",
    "target",
    "subject",
    "object",
    "quantity",
    "assesses",
)


def stances(projection: Projection, keys: Iterable[str], language: Language) -> dict[str, Stance]:
    """Return stances by key, in the order asked for; one that is not there is left out."""
    found = records(projection, keys, language)
    return {key: record for key, record in found.items() if isinstance(record, Stance)}


def claims(projection: Projection, keys: Iterable[str], language: Language) -> dict[str, Claim]:
    """Return claims and estimates by key, as ``stances`` does."""
    found = records(projection, keys, language)
    return {key: record for key, record in found.items() if isinstance(record, Claim)}


def records(
    projection: Projection, keys: Iterable[str], language: Language
) -> dict[str, Stance | Claim]:
    """Return records of all classes by key, as ``stances`` does."""
    return shown(projection, projection.things.get(keys), language)


def of_article(
    projection: Projection, article: str, language: Language
) -> dict[str, Stance | Claim]:
    """Return all records of an article, in the order of their first evidence."""
    owned = projection.things.of_article(article)
    reported = {key: thing for key, thing in owned.items() if thing.get("article") == article}
    found = shown(projection, reported, language)
    return dict(sorted(found.items(), key=lambda item: reading_order(item[1])))


def reading_order(record: Stance | Claim) -> tuple[str, int, int, str]:
    """Return what sorts records as their evidence stands in the text."""
    first = record.evidence[0] if record.evidence else None
    place = (first.start, first.end) if first else (0, 0)
    return (record.reported_in.id, *place, record.id)


@dataclass(frozen=True)
class _Parts:
    """What records are put together from, read for all of them at once."""

    language: Language
    articles: Mapping[str, Thing]
    names: Mapping[str, Named]
    conditions: Conditions
    evidence: Mapping[str, Thing]


def shown(
    projection: Projection, things: Mapping[str, Thing], language: Language
) -> dict[str, Stance | Claim]:
    """Show those of some things that are records."""
    rows = {key: thing for key, thing in things.items() if thing["class"] in RECORDS}
    conditions = findings.read(projection, _several(rows, "conditions"))
    articles = sources.read(
        projection,
        {row["article"] for row in rows.values() if "article" in row} | conditions.articles(),
    )
    mentioned = {row[name] for row in rows.values() for name in _MENTIONS if name in row}
    mentioned |= _several(rows, "holders") | conditions.holders() | sources.publishers(articles)
    parts = _Parts(
        language,
        articles,
        named(projection, mentioned, language),
        conditions,
        projection.things.get(_several(rows, "evidence")),
    )
    return {key: _record(key, row, parts) for key, row in rows.items()}


def _several(rows: Mapping[str, Thing], name: str) -> set[str]:
    return {key for row in rows.values() for key in row.get(name, ())}


def _record(key: str, row: Thing, parts: _Parts) -> Stance | Claim:
    return _stance(key, row, parts) if row["class"] == "Stance" else _claim(key, row, parts)


def _stance(key: str, row: Thing, parts: _Parts) -> Stance:
    return Stance(
        **_common(key, row, parts),
        target=parts.names[row["target"]],
        polarity=row["polarity"],
        commitment=row.get("commitment"),
        unconditional=None if "conditions" in row else True,
    )


def _claim(key: str, row: Thing, parts: _Parts) -> Claim:
    def name(field: str) -> Named | None:
        return parts.names.get(row.get(field, ""))

    return Claim(
        **_common(key, row, parts),
        type=row["class"],
        subject=name("subject"),
        predicate=row.get("predicate"),
        object=name("object"),
        modality=row["modality"],
        negated=row.get("negated"),
        assesses=name("assesses"),
        finding=row.get("finding"),
        quantity=name("quantity"),
        min_value=plain(row.get("min_value")),
        max_value=plain(row.get("max_value")),
        currency=row.get("currency"),
        unit_code=row.get("unit"),
        horizon_from=_year(row.get("horizon_from")),
        horizon_to=_year(row.get("horizon_to")),
        horizon_text=in_words(row, "horizon", parts.language),
    )


def _common(key: str, row: Thing, parts: _Parts) -> dict[str, Any]:
    """Say what every record has, as fields of a result."""
    names = parts.names
    return {
        "id": iris.iri(key),
        "gloss": label(key, row, parts.language),
        "holder": tuple(names[holder] for holder in row.get("holders", ())),
        "speaker": names.get(row.get("speaker", "")),
        "on_behalf_of": names.get(row.get("on_behalf_of", "")),
        "said_at": names.get(row.get("occasion", "")),
        "said_on": partial(row.get("said")),
        "reported_in": sources.source(row["article"], parts.articles, names),
        "evidence": _evidence(row, parts),
        "condition": tuple(
            parts.conditions.condition(condition, parts.articles, names, parts.language)
            for condition in row.get("conditions", ())
            if condition in parts.conditions.things
        ),
    }


def _evidence(row: Thing, parts: _Parts) -> tuple[Evidence, ...]:
    """Show what a record cites, in the order of the text."""
    found = {key: parts.evidence[key] for key in row.get("evidence", ()) if key in parts.evidence}
    spans = sorted((span["start"], span["end"], key) for key, span in found.items())
    return tuple(
        Evidence(
            id=iris.iri(key),
            source=iris.iri(found[key]["source"]),
            start=start,
            end=end,
            span_hash=found[key]["hash"],
            speech_form=found[key]["speech_form"],
        )
        for start, end, key in spans
    )


def _year(year: int | None) -> str | None:
    return None if year is None else f"{year:04}"


def plain(number: str | None) -> str | None:
    """Write a decimal with neither exponent nor sign or zeros that say nothing."""
    if number is None:
        return None
    digits = f"{Decimal(number) or Decimal():f}"  # zero bears no sign
    return digits.rstrip("0").rstrip(".") if "." in digits else digits
