"""What SPARQL says that the tables of a projection hold, written without the code under test.

Each table has a SELECT of its own over the union of all graphs; what it gives is put in the shape
of the table's rows. Keys, marks and days are worked out here in the plainest way. Only for
conforming data: where a value stands twice, a SELECT gives two rows.
"""

from __future__ import annotations

import calendar
import zlib
from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from rdflib import URIRef

from kg.folding import folded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from kg.store.base import Snapshot, Term
    from kg.store.projection import Projection

    Row = dict[str, Any]

PREFIXES = """
PREFIX sg: <https://w3id.org/stancegraph/ns#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX schema: <https://schema.org/>
PREFIX oa: <http://www.w3.org/ns/oa#>
"""
ENTITY = "VALUES ?class { sg:Person sg:Company sg:Group sg:Model sg:Project sg:Topic sg:Occasion }"
RECORD = """
    ?id a ?class .
    OPTIONAL { ?id sg:reportedIn ?article
        OPTIONAL { ?article a sg:Article ; schema:datePublished ?published }
        OPTIONAL { ?article a sg:Article ; schema:publisher ?publisher } }
    OPTIONAL { ?id sg:holder ?holder }
    OPTIONAL { ?id sg:speaker ?speaker }
    OPTIONAL { ?id sg:onBehalfOf ?on_behalf_of }
    OPTIONAL { ?id sg:saidAt ?occasion }
    OPTIONAL { ?id sg:saidOn ?said }
    OPTIONAL { ?id sg:gloss ?gloss_en FILTER(LANG(?gloss_en) = "en") }
    OPTIONAL { ?id sg:gloss ?gloss_de FILTER(LANG(?gloss_de) = "de") }
    OPTIONAL { ?id sg:condition ?condition }
"""
STANCES = f"""SELECT * {{ VALUES ?class {{ sg:Stance }} {RECORD}
    OPTIONAL {{ ?id sg:target ?target }}
    OPTIONAL {{ ?id sg:polarity ?polarity }}
    OPTIONAL {{ ?id sg:commitment ?commitment }} }}"""
CLAIMS = f"""SELECT * {{ VALUES ?class {{ sg:Claim sg:Estimate }} {RECORD}
    OPTIONAL {{ ?id rdf:subject ?subject }}
    OPTIONAL {{ ?id rdf:predicate ?predicate }}
    OPTIONAL {{ ?id rdf:object ?object }}
    OPTIONAL {{ ?id sg:modality ?modality }}
    OPTIONAL {{ ?id sg:negated ?negated }}
    OPTIONAL {{ ?id sg:assesses ?assesses }}
    OPTIONAL {{ ?id sg:finding ?finding }}
    OPTIONAL {{ ?id sg:quantity ?quantity }}
    OPTIONAL {{ ?id schema:minValue ?min_value }}
    OPTIONAL {{ ?id schema:maxValue ?max_value }}
    OPTIONAL {{ ?id schema:currency ?currency }}
    OPTIONAL {{ ?id schema:unitCode ?unit }}
    OPTIONAL {{ ?id sg:horizonFrom ?horizon_from }}
    OPTIONAL {{ ?id sg:horizonTo ?horizon_to }}
    OPTIONAL {{ ?id sg:horizonText ?horizon_en FILTER(LANG(?horizon_en) = "en") }}
    OPTIONAL {{ ?id sg:horizonText ?horizon_de FILTER(LANG(?horizon_de) = "de") }} }}"""
ARTICLES = """SELECT ?id ?headline (LANG(?headline) AS ?headline_language) ?language ?publisher
    ?published ?url ?text_hash ?text_length ?text_norm {
    ?id a sg:Article
    OPTIONAL { ?id schema:headline ?headline }
    OPTIONAL { ?id schema:inLanguage ?language }
    OPTIONAL { ?id schema:publisher ?publisher }
    OPTIONAL { ?id schema:datePublished ?published }
    OPTIONAL { ?id schema:url ?url }
    OPTIONAL { ?id sg:textHash ?text_hash }
    OPTIONAL { ?id sg:textLength ?text_length }
    OPTIONAL { ?id sg:textNorm ?text_norm } }"""
CONDITIONS = """SELECT * { ?id a sg:Condition
    OPTIONAL { ?id sg:kind ?kind }
    OPTIONAL { ?id sg:gloss ?gloss_en FILTER(LANG(?gloss_en) = "en") }
    OPTIONAL { ?id sg:gloss ?gloss_de FILTER(LANG(?gloss_de) = "de") }
    BIND(IRI(STRBEFORE(STR(?id), "#")) AS ?article)
    OPTIONAL { ?article a sg:Article ; schema:datePublished ?published } }"""
EVIDENCE = """SELECT * { ?id a sg:Evidence
    OPTIONAL { ?id oa:hasSource ?article }
    OPTIONAL { ?id oa:start ?start_at }
    OPTIONAL { ?id oa:end ?end_at }
    OPTIONAL { ?id sg:spanHash ?hash }
    OPTIONAL { ?id sg:speechForm ?speech_form } }"""
SEVERAL = """SELECT DISTINCT ?record ?article ?other {
    VALUES ?class { sg:Stance sg:Claim sg:Estimate }
    ?record a ?class ; %s ?other OPTIONAL { ?record sg:reportedIn ?article } }"""
LINKS = """SELECT DISTINCT ?record ?predicate ?other {
    VALUES ?class { sg:Stance sg:Claim sg:Estimate }
    VALUES ?predicate { sg:revises sg:contradicts sg:repeats }
    ?record a ?class ; ?predicate ?other }"""
ENTITIES = f"""SELECT * {{ {ENTITY} ?id a ?class
    OPTIONAL {{ ?id rdfs:label ?label_en FILTER(LANG(?label_en) = "en") }}
    OPTIONAL {{ ?id rdfs:label ?label_de FILTER(LANG(?label_de) = "de") }}
    OPTIONAL {{ ?id sg:existence ?existence }}
    OPTIONAL {{ ?id dcterms:date ?date }}
    OPTIONAL {{ ?id dcterms:isReplacedBy ?replaced_by }} }}"""
RELATIONS = f"""SELECT DISTINCT ?entity ?predicate ?other {{ {ENTITY}
    VALUES ?predicate {{ skos:broader sg:concerns sg:developedBy dcterms:contributor
        dcterms:subject skos:exactMatch }}
    ?entity a ?class ; ?predicate ?other }}"""
NAMES = f"""SELECT DISTINCT ?entity ?class ?text (LANG(?text) AS ?language) ?preferred {{
    {{ {ENTITY} ?entity a ?class ; rdfs:label ?text BIND(true AS ?preferred) }}
    UNION {{ {ENTITY} ?entity a ?class ; skos:altLabel ?text BIND(false AS ?preferred) }}
    UNION {{ VALUES ?class {{ sg:Article }}
        ?entity a ?class ; schema:headline ?text BIND(true AS ?preferred) }} }}"""
BROADER = "SELECT DISTINCT ?topic ?ancestor { ?topic a sg:Topic . ?topic skos:broader* ?ancestor }"
ROLES = """{ SELECT DISTINCT ?entity ?article ?role ?record {
    { ?record a sg:Stance ; sg:reportedIn ?article .
      VALUES (?role ?path) { ("holder" sg:holder) ("speaker" sg:speaker)
        ("onBehalfOf" sg:onBehalfOf) ("saidAt" sg:saidAt) ("target" sg:target) }
      ?record ?path ?entity }
    UNION { VALUES ?class { sg:Claim sg:Estimate } ?record a ?class ; sg:reportedIn ?article .
      VALUES (?role ?path) { ("claimant" sg:holder) ("speaker" sg:speaker)
        ("onBehalfOf" sg:onBehalfOf) ("saidAt" sg:saidAt) ("subject" rdf:subject)
        ("object" rdf:object) ("quantity" sg:quantity) }
      ?record ?path ?entity }
    UNION { ?article a sg:Article ; schema:publisher ?entity .
      BIND("publisher" AS ?role) BIND(?article AS ?record) } } }"""
MENTIONS = f"""SELECT ?entity ?article ?role (COUNT(?record) AS ?records) {{ {ROLES} }}
    GROUP BY ?entity ?article ?role"""
COUNTS = f"""SELECT ?entity (SUM(IF(?role = "holder", 1, 0)) AS ?held)
    (SUM(IF(?role = "target", 1, 0)) AS ?targeted) (SUM(IF(?role = "claimant", 1, 0)) AS ?claimed)
    (SUM(IF(?role = "speaker", 1, 0)) AS ?spoken)
    (SUM(IF(?role = "publisher", 1, 0)) AS ?published)
    (COUNT(?record) AS ?mentions) (COUNT(DISTINCT ?article) AS ?articles) {{ {ROLES} }}
    GROUP BY ?entity"""

SHORT = {"class", "predicate", "polarity", "commitment", "modality", "finding", "kind"} | {
    "speech_form",
    "existence",
}
"""Columns whose values are local names."""
NUMBERS = {"text_length", "start_at", "end_at", "horizon_from", "horizon_to", "records"} | {
    "held",
    "targeted",
    "claimed",
    "spoken",
    "mentions",
    "articles",
}


def key(iri: str) -> str:
    """Shorten an IRI of ours."""
    return iri.replace("https://w3id.org/stancegraph/id/", "", 1)


def mark(of: str) -> int:
    """Return the mark of what a key names."""
    return zlib.crc32(
        of.split("#", maxsplit=1)[0].encode() if of.startswith("article/") else of.encode()
    )


def days(said: str | None) -> tuple[date | None, date | None]:
    """Return the first and the last day of a year, a month or a day."""
    if said is None:
        return None, None
    numbers = [int(part) for part in said.split("-")]
    if len(numbers) == 3:
        return date(*numbers), date(*numbers)
    year, first, last = numbers[0], numbers[-1], numbers[-1]
    if len(numbers) == 1:
        first, last = 1, 12
    return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])


def expected(snapshot: Snapshot) -> dict[str, list[Row]]:
    """Work out the rows of every table but meta, each as a dict, from what SPARQL says."""

    def select(query: str) -> list[Row]:
        return [
            {name: _value(name, term) for name, term in row.items()}
            for row in snapshot.select(PREFIXES + query)
        ]

    names = [
        {"language": None, **row, "folded": folded(row["text"]), "mark": mark(row["entity"])}
        for row in select(NAMES)
    ]
    words = {
        (word, row["folded"], row["entity"], row["class"], row["mark"])
        for row in names
        for word in row["folded"].split()
    }
    return {
        "articles": [_article(row) for row in select(ARTICLES)],
        "stances": list(_records(select(STANCES), "class")),
        "claims": list(_records(select(CLAIMS))),
        "conditions": [_condition(row) for row in select(CONDITIONS)],
        "evidence": [row | {"mark": mark(row["id"])} for row in select(EVIDENCE)],
        **{
            table: [
                {
                    "record": row["record"],
                    "article": row.get("article"),
                    column: row["other"],
                    "mark": mark(row["record"]),
                }
                | ({"condition_mark": mark(row["other"])} if column == "condition" else {})
                for row in select(SEVERAL % f"sg:{column}")
            ]
            for table, column in (
                ("conditioned", "condition"),
                ("reasoned", "reason"),
                ("cited", "evidence"),
            )
        },
        "links": select(LINKS),
        "entities": [row | {"mark": mark(row["id"])} for row in select(ENTITIES)],
        "relations": select(RELATIONS),
        "names": names,
        "broader": select(BROADER),
        "mentions": [row | {"mark": mark(row["article"])} for row in select(MENTIONS)],
        "counts": [
            row | {"published": int(row["published"])} for row in select(COUNTS) if "entity" in row
        ],
        "words": [
            dict(zip(("word", "folded", "entity", "class", "mark"), row, strict=True))
            for row in words
        ],
    }


def differences(projection: Projection, rows: dict[str, list[Row]]) -> dict[str, list[str]]:
    """Say, by table, which rows are in the projection (+) or among ``rows`` (-) alone."""
    found = tables(projection)
    if found.keys() != rows.keys():
        raise AssertionError(f"tables without a SELECT, or without a table: {found.keys() ^ rows}")
    different = {}
    for table in found:
        here, there = Counter(comparable(found[table])), Counter(comparable(rows[table]))
        if here != there:
            different[table] = [f"+ {row}" for row in here - there]
            different[table] += [f"- {row}" for row in there - here]
    return different


def tables(projection: Projection) -> dict[str, list[Row]]:
    """Read every table of a projection but meta, each row as a dict."""
    found = {}
    for (table,) in projection.rows(
        "SELECT table_name FROM duckdb_tables() "
        "WHERE database_name = current_database() AND table_name <> 'meta'"
    ):
        columns = [name for name, *_ in projection.rows(f"DESCRIBE {table}")]
        found[table] = [
            dict(zip(columns, row, strict=True)) for row in projection.rows(f"FROM {table}")
        ]
    return found


def comparable(rows: Iterable[Row]) -> list[str]:
    """Put rows in an order, as texts, without the columns that are null."""
    return sorted(
        repr(sorted((name, _exact(value)) for name, value in row.items() if value is not None))
        for row in rows
    )


def _exact(value: object) -> object:
    """Make decimals equal that differ in the zeros at their ends."""
    return Fraction(value) if isinstance(value, Decimal) else value


def _value(name: str, term: Term) -> object:
    if isinstance(term, URIRef):
        if name in SHORT:
            return str(term).replace("#", "/").rsplit("/", maxsplit=1)[-1]
        return str(term) if name == "url" else key(str(term))
    reads: dict[str, Callable[[str], object]] = {
        "min_value": Decimal,
        "max_value": Decimal,
        "hash": bytes.fromhex,
        "negated": "true".__eq__,
        "preferred": "true".__eq__,
        **dict.fromkeys(NUMBERS, int),
    }
    text = str(term)
    if name in {"headline_language", "language"} and not text:
        return None
    return reads.get(name, str)(text)


def _records(rows: list[Row], *dropped: str) -> Iterator[Row]:
    """Make one row of a record and a holder; the first holder's leads."""
    by_record: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_record[row["id"]].append(row)
    for record, found in by_record.items():
        holders = sorted({row["holder"] for row in found if "holder" in row})
        row = {name: value for name, value in found[0].items() if name not in dropped}
        conditional = row.pop("condition", None) is not None
        row["said_from"], row["said_to"] = days(row.get("said"))
        row["published_from"], row["published_to"] = days(row.get("published"))
        row["day"] = row["said_from"] or row["published_from"]
        row |= {"mark": mark(record), "holders": holders, "conditional": conditional}
        if "class" in row:
            row.setdefault("negated", False)
        else:
            row["leaning"] = leaning(row.get("polarity"), row.get("commitment"), conditional)
        for holder in holders or [None]:
            lead = not holders or holder == holders[0]
            yield row | {"holder": holder, "lead": lead}


def leaning(polarity: str | None, commitment: str | None, conditional: bool) -> int:
    """Return the number that stands for what a stance is; each list in the order of names."""
    polarities = [None, "Against", "Favour", "Neutral", "Undecided"]
    commitments = [None, "Intention", "Preference", "Promise", "Willingness"]
    return 10 * polarities.index(polarity) + 2 * commitments.index(commitment) + conditional


def _article(row: Row) -> Row:
    first, last = days(row.get("published"))
    return row | {"published_from": first, "published_to": last, "mark": mark(row["id"])}


def _condition(row: Row) -> Row:
    first, _ = days(row.pop("published", None))
    return row | {"day": first, "mark": mark(row["id"])}
