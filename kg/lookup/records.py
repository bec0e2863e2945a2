"""Records as they are shown: with holders, conditions and findings, evidence and source.

However many records are asked for, it takes a handful of queries, and a few more where there are
conditions or where a record is about other records.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg import iris
from kg.lookup import findings, sources
from kg.lookup.labels import marks, named, spoken
from kg.lookup.results import Claim, Evidence, Stance
from kg.lookup.sources import partial

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from decimal import Decimal
    from typing import Any

    from kg.lookup.findings import Conditions
    from kg.lookup.results import Language, Named
    from kg.lookup.sources import Row
    from kg.store.projection import Projection

_ALL = (
    "id",
    "article",
    "holders",
    "speaker",
    "on_behalf_of",
    "occasion",
    "said",
    "gloss_en",
    "gloss_de",
    "conditional",
    "mark",
)
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "stances": (*_ALL, "target", "polarity", "commitment"),
    "claims": (
        *_ALL,
        "class",
        "subject",
        "predicate",
        "object",
        "modality",
        "negated",
        "assesses",
        "finding",
        "quantity",
        "min_value",
        "max_value",
        "currency",
        "unit",
        "horizon_from",
        "horizon_to",
        "horizon_en",
        "horizon_de",
    ),
}
_MENTIONS = ("speaker", "on_behalf_of", "occasion", "target", "subject", "object", "quantity")
_BY_MARK = "lead AND mark IN (SELECT unnest($marks::UINTEGER[]))"
_BY_PLACE = "rowid IN (SELECT unnest($places::BIGINT[]))"
CITED = """
    SELECT record, evidence FROM cited WHERE mark IN (SELECT unnest($marks::UINTEGER[]))"""
# Joined to the former by the engine, it took more than twice as long as both on their own.
EVIDENCE = """
    SELECT id, start_at, end_at, hash, speech_form FROM evidence
    WHERE mark IN (SELECT unnest($marks::UINTEGER[]))"""
CONDITIONED = """
    SELECT record, condition FROM conditioned
    WHERE mark IN (SELECT unnest($marks::UINTEGER[]))
    ORDER BY condition"""


def stances(projection: Projection, keys: Iterable[str], language: Language) -> dict[str, Stance]:
    """Return stances by key, in the order asked for; one that is not there is left out."""
    found = _of_keys(projection, ("stances",), keys, language)
    return {key: record for key, record in found.items() if isinstance(record, Stance)}


def claims(projection: Projection, keys: Iterable[str], language: Language) -> dict[str, Claim]:
    """Return claims and estimates by key, as ``stances`` does."""
    found = _of_keys(projection, ("claims",), keys, language)
    return {key: record for key, record in found.items() if isinstance(record, Claim)}


def records(
    projection: Projection, keys: Iterable[str], language: Language
) -> dict[str, Stance | Claim]:
    """Return records of all classes by key, as ``stances`` does."""
    return _of_keys(projection, tuple(COLUMNS), keys, language)


def placed(
    projection: Projection, table: str, places: Sequence[int], language: Language
) -> tuple[Stance | Claim, ...]:
    """Return the records in rows of ``stances`` or ``claims``, in the order of their places."""
    read = _rows(projection, table, f"rowid, {', '.join(COLUMNS[table])}", places)
    rows = {row[0]: dict(zip(COLUMNS[table], row[1:], strict=True)) for row in read}
    return tuple(_shown(projection, [rows[place] for place in places], language).values())


def together(
    projection: Projection, places: Mapping[str, Iterable[int]], language: Language
) -> dict[str, Stance | Claim]:
    """Return the records in rows of both tables at once, by key; ``places`` are by table."""
    rows = [
        dict(zip(COLUMNS[table], row, strict=True))
        for table, some in places.items()
        for row in _rows(projection, table, ", ".join(COLUMNS[table]), sorted(set(some)))
    ]
    return _shown(projection, rows, language)


def of_articles(
    projection: Projection, keys: Iterable[str], language: Language
) -> dict[str, Stance | Claim]:
    """Return all records of articles, those of each in the order of their first evidence."""
    wanted = set(keys)
    rows = [row for row in _marked(projection, tuple(COLUMNS), wanted) if row["article"] in wanted]
    found = _shown(projection, rows, language)
    return dict(sorted(found.items(), key=lambda item: reading_order(item[1])))


def reading_order(record: Stance | Claim) -> tuple[str, int, int, str]:
    """Return what sorts records as their evidence stands in the text."""
    first = record.evidence[0] if record.evidence else None
    place = (first.start, first.end) if first else (0, 0)
    return (record.reported_in.id, *place, record.id)


def _rows(
    projection: Projection, table: str, columns: str, places: Sequence[int]
) -> list[tuple[Any, ...]]:
    query = f"SELECT {columns} FROM {table} WHERE {_BY_PLACE}"  # noqa: S608 - our own names
    return projection.rows(query, {"places": list(places)}) if places else []


def _marked(projection: Projection, tables: Iterable[str], keys: Iterable[str]) -> list[Row]:
    """Read all rows of the articles that own some keys (and of others that share their marks)."""
    asked = {"marks": marks(set(keys))}
    return [
        dict(zip(COLUMNS[table], row, strict=True))
        for table in tables
        for row in projection.rows(
            f"SELECT {', '.join(COLUMNS[table])} FROM {table} WHERE {_BY_MARK}",  # noqa: S608 - our own names
            asked,
        )
    ]


def _of_keys(
    projection: Projection, tables: Sequence[str], keys: Iterable[str], language: Language
) -> dict[str, Stance | Claim]:
    order = list(dict.fromkeys(keys))
    if not order:
        return {}
    rows = {row["id"]: row for row in _marked(projection, tables, order)}
    return _shown(projection, [rows[key] for key in order if key in rows], language)


@dataclass(frozen=True)
class _Parts:
    """What records are put together from, read for all of them at once."""

    language: Language
    articles: Mapping[str, Row]
    names: Mapping[str, Named]
    conditions: Conditions
    conditioned: Mapping[str, list[str]]
    cited: Mapping[str, list[Evidence]]


def _shown(
    projection: Projection, rows: Sequence[Row], language: Language
) -> dict[str, Stance | Claim]:
    if not rows:
        return {}
    keys = {row["id"] for row in rows}
    conditioned = _grouped(
        projection, CONDITIONED, {row["mark"] for row in rows if row["conditional"]}, keys
    )
    conditions = findings.read(projection, {key for some in conditioned.values() for key in some})
    articles = sources.read(
        projection, {row["article"] for row in rows if row["article"]} | conditions.articles()
    )
    mentioned = {row[name] for row in rows for name in _MENTIONS if row.get(name) is not None}
    mentioned |= {row["assesses"] for row in rows if row.get("assesses") is not None}
    mentioned |= {holder for row in rows for holder in row["holders"]}
    mentioned |= conditions.holders() | sources.publishers(articles)
    parts = _Parts(
        language,
        articles,
        named(projection, mentioned, language),
        conditions,
        conditioned,
        _evidence(projection, rows),
    )
    return {row["id"]: _record(row, parts) for row in rows}


def _grouped(
    projection: Projection, query: str, asked: set[int], keys: set[str]
) -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for record, other in projection.rows(query, {"marks": sorted(asked)}) if asked else []:
        if record in keys:
            found[record].append(other)
    return found


def _evidence(projection: Projection, rows: Sequence[Row]) -> Mapping[str, list[Evidence]]:
    """Read what records cite, in the order of the text; it lies in the article that has them."""
    asked = {row["mark"] for row in rows}
    sources_of = {row["id"]: row["article"] for row in rows}
    spans = {
        key: (start, end, key, digest, form)
        for key, start, end, digest, form in projection.rows(EVIDENCE, {"marks": sorted(asked)})
    }
    cited = _grouped(projection, CITED, asked, set(sources_of))
    return {
        record: [
            Evidence(
                id=iris.iri(key),
                source=iris.iri(sources_of[record]),
                start=start,
                end=end,
                span_hash=digest.hex(),
                speech_form=form,
            )
            for start, end, key, digest, form in sorted(spans[key] for key in keys if key in spans)
        ]
        for record, keys in cited.items()
    }


def _record(row: Row, parts: _Parts) -> Stance | Claim:
    return _claim(row, parts) if "class" in row else _stance(row, parts)


def _stance(row: Row, parts: _Parts) -> Stance:
    return Stance(
        **_common(row, parts),
        target=parts.names[row["target"]],
        polarity=row["polarity"],
        commitment=row["commitment"],
        unconditional=None if row["conditional"] else True,
    )


def _claim(row: Row, parts: _Parts) -> Claim:
    names = parts.names
    return Claim(
        **_common(row, parts),
        type=row["class"],
        subject=names.get(row["subject"]),
        predicate=row["predicate"],
        object=names.get(row["object"]),
        modality=row["modality"],
        negated=row["negated"] or None,
        assesses=names.get(row["assesses"]),
        finding=row["finding"],
        quantity=names.get(row["quantity"]),
        min_value=plain(row["min_value"]),
        max_value=plain(row["max_value"]),
        currency=row["currency"],
        unit_code=row["unit"],
        horizon_from=_year(row["horizon_from"]),
        horizon_to=_year(row["horizon_to"]),
        horizon_text=spoken(parts.language, row["horizon_en"], row["horizon_de"]),
    )


def _common(row: Row, parts: _Parts) -> dict[str, Any]:
    """Say what every record has, as fields of a result."""
    names = parts.names
    return {
        "id": iris.iri(row["id"]),
        "gloss": spoken(parts.language, row["gloss_en"], row["gloss_de"]) or row["id"],
        "holder": tuple(names[holder] for holder in row["holders"]),
        "speaker": names.get(row["speaker"]),
        "on_behalf_of": names.get(row["on_behalf_of"]),
        "said_at": names.get(row["occasion"]),
        "said_on": partial(row["said"]),
        "reported_in": sources.source(row["article"], parts.articles, names),
        "evidence": tuple(parts.cited.get(row["id"], ())),
        "condition": tuple(
            parts.conditions.condition(key, parts.articles, names, parts.language)
            for key in parts.conditioned.get(row["id"], ())
            if key in parts.conditions.rows
        ),
    }


def _year(year: int | None) -> str | None:
    return None if year is None else f"{year:04}"


def plain(number: Decimal | None) -> str | None:
    """Write a decimal with neither exponent nor zeros that say nothing."""
    if number is None:
        return None
    digits = f"{number:f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits
