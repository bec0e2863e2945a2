"""What SPARQL says that a projection holds, written without the code under test.

Each table has a SELECT of its own over the union of all graphs; what it gives is put in the shape
of the table's rows. Things and references stand beside them as if they were tables (shown.py). Only
for conforming data: where a value stands twice, a SELECT gives two rows.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from kg.folding import folded
from tests.store import shown
from tests.store.said import ENTITY, days, mark, select

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kg.store.base import Snapshot
    from kg.store.projection import Projection
    from tests.store.said import Row

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
    OPTIONAL {{ ?id schema:unitCode ?unit }} }}"""
ARTICLES = """SELECT * { ?id a sg:Article
    OPTIONAL { ?id schema:inLanguage ?language }
    OPTIONAL { ?id schema:publisher ?publisher }
    OPTIONAL { ?id schema:datePublished ?published } }"""
CONDITIONS = """SELECT * { ?id a sg:Condition
    OPTIONAL { ?id sg:kind ?kind }
    BIND(IRI(STRBEFORE(STR(?id), "#")) AS ?article)
    OPTIONAL { ?article a sg:Article ; schema:datePublished ?published } }"""
CONDITIONED = """SELECT DISTINCT ?record ?condition {
    VALUES ?class { sg:Stance sg:Claim sg:Estimate } ?record a ?class ; sg:condition ?condition }"""
ENTITIES = f"""SELECT * {{ {ENTITY} ?id a ?class
    OPTIONAL {{ ?id dcterms:isReplacedBy ?replaced_by }} }}"""
NAMES = f"""SELECT DISTINCT ?entity ?class ?text {{
    {{ {ENTITY} ?entity a ?class ; rdfs:label|skos:altLabel ?text }}
    UNION {{ VALUES ?class {{ sg:Article }} ?entity a ?class ; schema:headline ?text }} }}"""
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


def expected(snapshot: Snapshot) -> dict[str, list[Row]]:
    """Work out the rows of every table but meta, each as a dict, from what SPARQL says."""
    words = {
        (word, folded(row["text"]), row["entity"], row["class"])
        for row in select(snapshot, NAMES)
        for word in folded(row["text"]).split()
    }
    return {
        "articles": [_article(row) for row in select(snapshot, ARTICLES)],
        "stances": list(_records(select(snapshot, STANCES), "class", "said", "published")),
        "claims": list(_records(select(snapshot, CLAIMS), "said", "published")),
        "conditions": [_condition(row) for row in select(snapshot, CONDITIONS)],
        "conditioned": _marked(select(snapshot, CONDITIONED), "record"),
        "entities": _marked(select(snapshot, ENTITIES), "id"),
        "mentions": _marked(select(snapshot, MENTIONS), "article"),
        "counts": [
            row | {"published": int(row["published"])}
            for row in select(snapshot, COUNTS)
            if "entity" in row
        ],
        "words": [
            {"word": word, "folded": name, "entity": key, "class": kind, "mark": mark(key)}
            for word, name, key, kind in words
        ],
        "things": shown.things(snapshot),
        "references": shown.references(snapshot),
    }


def differences(projection: Projection, rows: dict[str, list[Row]]) -> dict[str, list[str]]:
    """Say, by table, which rows are in the projection (+) or among ``rows`` (-) alone.

    Things and references count as tables.
    """
    found = held(projection)
    if found.keys() != rows.keys():
        raise AssertionError(f"tables without a SELECT, or without a table: {found.keys() ^ rows}")
    different = {}
    for table in found:
        here, there = Counter(comparable(found[table])), Counter(comparable(rows[table]))
        if here != there:
            different[table] = [f"+ {row}" for row in here - there]
            different[table] += [f"- {row}" for row in there - here]
    return different


def held(projection: Projection) -> dict[str, list[Row]]:
    """Read every table of a projection but meta, and things and references; each row as a dict."""
    found = dict(shown.held(projection))
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


def _records(rows: list[Row], *dropped: str) -> Iterator[Row]:
    """Make one row of a record and a holder; the first holder's leads."""
    by_record: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_record[row["id"]].append(row)
    for record, found in by_record.items():
        holders = sorted({row["holder"] for row in found if "holder" in row})
        row = {name: value for name, value in found[0].items() if name not in dropped}
        conditional = row.pop("condition", None) is not None
        row["said_from"], row["said_to"] = days(found[0].get("said"))
        row["published_from"], row["published_to"] = days(found[0].get("published"))
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


def _marked(rows: list[Row], of: str) -> list[Row]:
    return [row | {"mark": mark(row[of])} for row in rows]


def _article(row: Row) -> Row:
    first, last = days(row.pop("published", None))
    return row | {"published_from": first, "published_to": last, "mark": mark(row["id"])}


def _condition(row: Row) -> Row:
    first, _ = days(row.pop("published", None))
    return row | {"day": first, "mark": mark(row["id"])}
