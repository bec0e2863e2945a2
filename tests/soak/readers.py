"""Readers: no answer shows half a write, and no revision comes before one that was seen."""

from __future__ import annotations

import json
import re
from random import Random
from typing import TYPE_CHECKING
from urllib.parse import quote

from tests.fuzz.calls import Answer
from tests.soak.writers import GRAPHS
from tests.soak.writes import EX, PARTS, by_graph, halves

if TYPE_CHECKING:
    from tests.soak.clients import Field

COUNTED = f"""SELECT ?g ?mark (COUNT(*) AS ?n) {{ GRAPH ?g {{ ?s ?p ?mark
  FILTER (STRSTARTS(STR(?p), "{EX}of")) }} }} GROUP BY ?g ?mark"""
PLACES = (
    *("/", "/articles", "/search?q=soak", "/api/articles", "/api/stances?limit=3", "/metrics"),
    *("/api/entities?facets=true", "/api/search?q=w1", "/stances", "/ns.ttl", "/api/timeline"),
)
_REVISION = re.compile(r'(?:W/)?"([0-9]+)')


def reader(field: Field, number: int) -> None:
    """Ask for graphs, counts, dumps, look-ups and pages until the time is over."""
    chance = Random(number)
    newest = 0
    while field.going():
        way = chance.choice((_graph, _graph, _counted, _dump, _place, _place, _health))
        answer = way(field, chance)
        if isinstance(answer, Answer) and answer.status == 200:
            seen = _seen(answer)
            if seen and seen < newest:
                field.problem(f"revision {seen} after {newest}: {way.__name__}")
            newest = max(newest, seen)


def _graph(field: Field, chance: Random) -> Answer | str:
    graph = chance.choice(GRAPHS)
    answer = field.ask(f"/graphs?graph={quote(graph, safe='')}", "application/n-triples")
    if isinstance(answer, Answer) and answer.status == 200:
        _whole(
            field, graph, {line.removesuffix(" .") for line in answer.body.decode().splitlines()}
        )
    return answer


def _counted(field: Field, _: Random) -> Answer | str:
    answer = field.ask(f"/sparql?query={quote(COUNTED)}", "application/sparql-results+json")
    if isinstance(answer, Answer) and answer.status == 200:
        for row in json.loads(answer.body)["results"]["bindings"]:
            if int(row["n"]["value"]) != PARTS:
                field.problem(f"SPARQL counts {row['n']['value']} parts of {row['mark']['value']}")
    return answer


def _dump(field: Field, _: Random) -> Answer | str:
    answer = field.ask("/dump.nq")
    if isinstance(answer, Answer) and answer.status == 200:
        for graph, statements in by_graph(answer.body.decode()).items():
            _whole(field, graph, statements)
    return answer


def _place(field: Field, chance: Random) -> Answer | str:
    return field.ask(chance.choice(PLACES))


def _health(field: Field, _: Random) -> Answer | str:
    return field.ask("/health")


def _whole(field: Field, graph: str, statements: set[str]) -> None:
    for problem in halves(graph, statements):
        field.problem(f"read: {problem}")


def _seen(answer: Answer) -> int:
    """Return the revision that an answer is of, 0 where it does not say."""
    match = _REVISION.match(answer.headers.get("etag", ""))
    return int(match[1]) if match else 0
