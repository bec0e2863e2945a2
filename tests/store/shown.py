"""What SPARQL says that a projection shows of each thing, and what names what.

Written without the code under test, as projected.py is, and for conforming data alone.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.store.said import ENTITY, age, select

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.store.base import Snapshot
    from kg.store.projection import Projection
    from tests.store.said import Row

ENTITIES = ("Person", "Company", "Group", "Model", "Project", "Topic", "Occasion")
ENTITY_SAYS = """label rdfs:label, existence sg:existence, date dcterms:date,
    replaced_by dcterms:isReplacedBy, broader skos:broader, concerns sg:concerns,
    developed_by sg:developedBy, contributor dcterms:contributor, about dcterms:subject,
    exact_match skos:exactMatch"""
RECORD_SAYS = """article sg:reportedIn, holders sg:holder, speaker sg:speaker,
    on_behalf_of sg:onBehalfOf, occasion sg:saidAt, said sg:saidOn, gloss sg:gloss,
    conditions sg:condition, reasons sg:reason, evidence sg:evidence, revises sg:revises,
    contradicts sg:contradicts, repeats sg:repeats"""
CLAIM_SAYS = f"""{RECORD_SAYS}, subject rdf:subject, predicate rdf:predicate, object rdf:object,
    modality sg:modality, negated sg:negated, assesses sg:assesses, finding sg:finding,
    quantity sg:quantity, min_value schema:minValue, max_value schema:maxValue,
    currency schema:currency, unit schema:unitCode, horizon_from sg:horizonFrom,
    horizon_to sg:horizonTo, horizon sg:horizonText"""
SAYS = dict.fromkeys(ENTITIES, ENTITY_SAYS) | {
    "Stance": f"""{RECORD_SAYS}, target sg:target, polarity sg:polarity,
        commitment sg:commitment""",
    "Claim": CLAIM_SAYS,
    "Estimate": CLAIM_SAYS,
    "Article": """headline schema:headline, language schema:inLanguage, url schema:url,
        publisher schema:publisher, published schema:datePublished, text_hash sg:textHash,
        text_length sg:textLength, text_norm sg:textNorm""",
    "Condition": "kind sg:kind, gloss sg:gloss",
    "Evidence": """source oa:hasSource, start oa:start, end oa:end, hash sg:spanHash,
        speech_form sg:speechForm""",
}
"""By class, what each value is called and the property that says it."""
SEVERAL = {"holders", "conditions", "reasons", "evidence", "revises", "contradicts", "repeats"} | {
    "broader",
    "concerns",
    "developed_by",
    "contributor",
    "about",
    "exact_match",
}
"""Values of which there can be several; the others stand alone."""
BY_LANGUAGE = {"gloss", "horizon", "label"}
"""Texts, of which there is one in English and one in German."""
ONE_VALUE = """SELECT DISTINCT ?id ?{name} (LANG(?{name}) AS ?language_of) {{
    ?id a sg:{kind} ; {path} ?{name} }}"""
NAMES = f"""SELECT DISTINCT ?id ?text (LANG(?text) AS ?language) ?preferred {{ {ENTITY} ?id a ?class
    {{ ?id rdfs:label ?text BIND(true AS ?preferred) }}
    UNION {{ ?id skos:altLabel ?text BIND(false AS ?preferred) }} }}"""

NAMED = """
    ("holder" sg:Stance sg:holder) ("target" sg:Stance sg:target)
    ("claimant" sg:Claim sg:holder) ("claimant" sg:Estimate sg:holder)
    ("about" sg:Claim rdf:subject) ("about" sg:Claim rdf:object)
    ("about" sg:Estimate rdf:subject) ("about" sg:Estimate rdf:object)
    ("assesses" sg:Claim sg:assesses) ("assesses" sg:Estimate sg:assesses)
""" + "".join(
    f'("{role}" sg:{kind} sg:{name}) '
    for kind in ("Stance", "Claim", "Estimate")
    for role, name in (
        ("conditions", "condition"),
        ("reasons", "reason"),
        ("revises", "revises"),
        ("contradicts", "contradicts"),
        ("repeats", "repeats"),
    )
)
DATED = """OPTIONAL { ?other sg:saidOn ?said }
    OPTIONAL { ?other sg:reportedIn ?article . ?article a sg:Article ; schema:datePublished ?day }
    BIND(COALESCE(?said, ?day) AS ?dated)"""
BY_RECORDS = f"""SELECT DISTINCT ?thing ?role ?dated ?other {{
    VALUES (?role ?class ?property) {{ {NAMED} }} ?other a ?class ; ?property ?thing . {DATED} }}"""
PLACES = f"""SELECT DISTINCT ?thing ?predicate ?subject ?object ?dated ?other {{
    VALUES ?class {{ sg:Claim sg:Estimate }}
    VALUES ?predicate {{ org:headOf sg:developedBy sg:openSourced }}
    ?other a ?class ; rdf:predicate ?predicate ; sg:modality sg:Asserted ;
        rdf:subject|rdf:object ?thing
    OPTIONAL {{ ?other rdf:subject ?subject }}
    OPTIONAL {{ ?other rdf:object ?object }}
    FILTER NOT EXISTS {{ ?other sg:negated true }} {DATED} }}"""
MENTIONED = """SELECT DISTINCT ?thing ?role ?dated ?other { BIND("mentioned" AS ?role)
    { VALUES (?class ?property) {
        (sg:Stance sg:holder) (sg:Claim sg:holder) (sg:Estimate sg:holder)
        (sg:Stance sg:speaker) (sg:Claim sg:speaker) (sg:Estimate sg:speaker)
        (sg:Stance sg:onBehalfOf) (sg:Claim sg:onBehalfOf) (sg:Estimate sg:onBehalfOf)
        (sg:Stance sg:saidAt) (sg:Claim sg:saidAt) (sg:Estimate sg:saidAt)
        (sg:Stance sg:target)
        (sg:Claim rdf:subject) (sg:Claim rdf:object) (sg:Claim sg:quantity)
        (sg:Estimate rdf:subject) (sg:Estimate rdf:object) (sg:Estimate sg:quantity) }
      ?record a ?class ; ?property ?thing ; sg:reportedIn ?other }
    UNION { ?other a sg:Article ; schema:publisher ?thing }
    OPTIONAL { ?other a sg:Article ; schema:datePublished ?dated } }"""
BY_ENTITIES = f"""SELECT DISTINCT ?thing ?role ?other {{ {ENTITY}
    VALUES (?role ?property) {{ ("broader" skos:broader) ("concerns" sg:concerns) }}
    ?other a ?class ; ?property ?thing }}"""


def things(snapshot: Snapshot) -> list[Row]:
    """Work out what is shown of every thing, with its key as ``id``."""
    found: dict[str, Row] = {}
    for kind, says in SAYS.items():
        for row in select(snapshot, f"SELECT ?id {{ ?id a sg:{kind} }}"):
            found[row["id"]] = {"class": kind, "id": row["id"]}
        for name, path in (pair.split() for pair in says.split(",")):
            for row in select(snapshot, ONE_VALUE.format(name=name, kind=kind, path=path)):
                _put(found[row["id"]], name, row)
    for key, names in _names(snapshot).items():
        found[key]["names"] = sorted(names, key=_labels_first)
    for key, shown in found.items():
        if shown["class"] == "Condition" and key.startswith("article/"):
            shown["article"] = key.split("#", maxsplit=1)[0]
    return list(found.values())


def _names(snapshot: Snapshot) -> dict[str, list[list[Any]]]:
    names: dict[str, list[list[Any]]] = {
        row["id"]: [] for row in select(snapshot, f"SELECT ?id {{ {ENTITY} ?id a ?class }}")
    }
    for row in select(snapshot, NAMES):
        names[row["id"]].append([row["text"], row.get("language"), row["preferred"]])
    return names


def _labels_first(name: list[Any]) -> tuple[object, ...]:
    text, language, preferred = name
    return not preferred, text, language or ""


def _put(shown: Row, name: str, row: Row) -> None:
    """Put one value where it is shown, as JSON has it."""
    value = f"{row[name]:f}" if isinstance(row[name], Decimal) else row[name]
    if name in BY_LANGUAGE:
        if row["language_of"] not in {"en", "de"}:
            return
        name = f"{name}_{row['language_of']}"
    if name in SEVERAL:
        shown[name] = sorted([*shown.get(name, ()), value])
    elif value is not False:
        if name in shown:
            raise AssertionError(f"{shown['id']} has several values of {name}")
        shown[name] = value
        if name == "headline" and row["language_of"]:
            shown["headline_language"] = row["language_of"]


def references(snapshot: Snapshot) -> list[Row]:
    """Work out every reference: which thing is named, in which role, how old, by which other."""
    places = [
        row | {"role": f"role {row['predicate']} {row.get('subject')} {row.get('object')}"}
        for row in select(snapshot, PLACES)
    ]
    others = [
        row for query in (BY_RECORDS, MENTIONED, BY_ENTITIES) for row in select(snapshot, query)
    ]
    return [
        {name: row[name] for name in ("thing", "role", "other")} | {"age": age(row.get("dated"))}
        for row in places + others
    ]


def held(projection: Projection) -> Iterator[tuple[str, list[Row]]]:
    """Read all things and all references of a projection."""
    yield "things", [{**row, "id": key} for key, row in projection.things.all()]
    yield "references", [found._asdict() for found in projection.things.references()]
