"""How long every REST call and page takes, on one core, over a store of many articles.

The application is called in this process, so that what is timed is the work and no socket. Each
address is asked for with many different values (the busiest things there are, things met by chance,
and rare ones), each once after the first few, so that nothing is answered from memory.

    python -m tests.bench.data --articles 100000 --data DIR
    python tests/bench/calls.py DIR
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from itertools import islice, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from api.app import create_app
from api.state import KEY
from kg.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.testing import FlaskClient

    from kg.store.projection import Projection

WARM = 3
"""Requests of each kind that are not counted: templates and SQL are compiled by then."""
ASKED = 40
"""Requests of each kind that are."""


def sample(projection: Projection, kind: str, by: str) -> list[str]:
    """Return keys of one kind: the busiest, met by chance, and rare, taken in turn."""
    query = f"SELECT entity FROM counts WHERE entity LIKE $kind AND {by} > 0 ORDER BY "  # noqa: S608
    orders = (f"{by} DESC, entity", "hash(entity)", f"{by}, hash(entity)")
    rows = [
        [key for (key,) in projection.rows(f"{query}{order} LIMIT {ASKED}", {"kind": f"{kind}/%"})]
        for order in orders
    ]
    taken = [key for some in zip_longest(*rows) for key in some if key is not None]
    return list(dict.fromkeys(taken))


def by_chance(projection: Projection, column: str, table: str) -> list[str]:
    """Return some values of a column, by chance, but the same in every run."""
    rows = projection.rows(
        f"SELECT DISTINCT {column} FROM {table} ORDER BY hash({column}) LIMIT {WARM + ASKED}"  # noqa: S608
    )
    return [str(row[0]) for row in rows]


def address(path: str, **parameters: object) -> str:
    """Write an address with its parameters."""
    return f"{path}?{urlencode(parameters, doseq=True)}" if parameters else path


class Addresses:
    """Concrete addresses of each call and page, made from what the store holds."""

    def __init__(self, projection: Projection) -> None:
        self.people = sample(projection, "person", "held")
        self.companies = sample(projection, "company", "mentions")
        self.topics = sample(projection, "topic", "targeted")
        self.publishers = sample(projection, "company", "published")
        self.articles = by_chance(projection, "id", "articles")
        self.stances = by_chance(projection, "id", "stances")
        self.claims = by_chance(projection, "id", "claims")
        self.names = by_chance(projection, "folded", "words")
        self.years = [str(year) for year in range(2015, 2027)]

    def calls(self) -> dict[str, list[str]]:
        """Return each REST call by name, with the addresses to ask."""
        stances, claims = "/api/stances", "/api/claims"
        limits = range(1, 1 + WARM + ASKED)
        kinds = ("person", "company", "topic", "model", "project", "group", "occasion")
        months = zip(self.years * 4, self.topics, strict=False)
        return {
            "entities by kind": [address("/api/entities", kind=kind) for kind in kinds * 7],
            "entities by label": [address("/api/entities", label=name) for name in self.names],
            "person": [f"/api/entities/{key}" for key in self.people],
            "company": [f"/api/entities/{key}" for key in self.companies],
            "topic": [f"/api/entities/{key}" for key in self.topics],
            "stances": [address(stances, limit=limit) for limit in limits],
            "stances of a holder": [address(stances, holder=key) for key in self.people],
            "stances on a target": [address(stances, target=key) for key in self.topics],
            "stances of a publisher": [address(stances, publisher=key) for key in self.publishers],
            "stances, facets": [address(stances, facets="true", limit=n) for n in limits],
            "stances of a holder, facets": [
                address(stances, holder=key, facets="true") for key in self.people
            ],
            "stances on a target, facets": [
                address(stances, target=key, facets="true") for key in self.topics
            ],
            "stances by several": [
                address(stances, polarity="Against", conditional="true", said_from=year, target=key)
                for year, key in months
            ],
            "claims of a holder": [address(claims, holder=key) for key in self.people],
            "claims about": [address(claims, about=key) for key in self.companies],
            "estimates": [address("/api/estimates", includes=n * 10**8) for n in limits],
            "conditions of a holder": [address("/api/conditions", holder=k) for k in self.people],
            "articles": [address("/api/articles", publisher=key) for key in self.publishers],
            "article": [f"/api/articles/{quote(slug(key))}" for key in self.articles],
            "search": [address("/api/search", q=name) for name in self.names],
            "search, a prefix": [address("/api/search", q=name[:5]) for name in self.names],
            "search, mistyped": [address("/api/search", q=mistyped(name)) for name in self.names],
            "timeline of a holder": [address("/api/timeline", holder=key) for key in self.people],
            "timeline of a target": [address("/api/timeline", target=key) for key in self.topics],
            "timeline of everything": [
                address("/api/timeline", unit=unit) for unit in ("year", "quarter", "month") * 15
            ],
            "changes of a holder": [address("/api/changes", holder=key) for key in self.people],
            "changes of everything": [address("/api/changes", limit=limit) for limit in limits],
            "compare": [
                address("/api/compare", holder=pair)
                for pair in zip(self.people, self.people[1:], strict=False)
            ],
        }

    def pages(self) -> dict[str, list[str]]:
        """Return each page by name, with the addresses to ask."""
        languages = ("en", "de") * 22
        return {
            "home": [address("/", language=language) for language in languages],
            "person": [f"/doc/{key}" for key in self.people],
            "company": [f"/doc/{key}" for key in self.companies],
            "topic": [f"/doc/{key}" for key in self.topics],
            "article": [f"/doc/{quote(key)}" for key in self.articles],
            "stance": [record(key) for key in self.stances],
            "claim": [record(key) for key in self.claims],
            "search": [address("/search", q=name) for name in self.names],
            "stances": [address("/stances", holder=key) for key in self.people],
            "timeline": [address("/timeline", target=key) for key in self.topics],
            "ontology": [address("/ns", language=language) for language in languages],
        }

    def documents(self) -> dict[str, list[str]]:
        """Return linked data by name, with the addresses to ask."""
        return {
            "person.ttl": [f"/doc/{key}.ttl" for key in self.people],
            "company.jsonld": [f"/doc/{key}.jsonld" for key in self.companies],
            "article.ttl": [f"/doc/{quote(key)}.ttl" for key in self.articles],
        }


def slug(key: str) -> str:
    """Return what follows the kind in a key."""
    return key.partition("/")[2]


def record(key: str) -> str:
    """Return the address of a record's page."""
    article, _, fragment = key.partition("#")
    return f"/record/{quote(slug(article))}/{quote(fragment)}"


def mistyped(name: str) -> str:
    """Swap two letters in the middle of the longest word."""
    words = name.split()
    longest = max(range(len(words)), key=lambda i: len(words[i]))
    word, middle = words[longest], len(words[longest]) // 2
    words[longest] = word[: middle - 1] + word[middle : middle - 2 : -1] + word[middle + 1 :]
    return " ".join(words)


def measure(client: FlaskClient, addresses: Sequence[str], accept: str) -> list[float]:
    """Ask for each address once; return the milliseconds, without those of the first few."""
    took = []
    for place in islice(addresses, WARM + ASKED):
        started = time.perf_counter()
        response = client.get(place, headers={"Accept": accept})
        body = response.get_data()
        took.append((time.perf_counter() - started) * 1000)
        if response.status_code != 200 or not body:
            raise RuntimeError(f"{place} answered {response.status}: {body[:300]!r}")
    return took[WARM:]


def main() -> None:
    """Ask for everything and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="a data directory, as made by data.py")
    parser.add_argument("--only", default="", help="only names that hold this")
    options = parser.parse_args()
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    app = create_app(Settings(data=options.data, cache_mebibytes=0))
    try:
        with app.app_context(), app.extensions[KEY].reading() as reading:
            addresses = Addresses(reading.projection)
            quads = len(reading.snapshot)
        client = app.test_client()
        sys.stdout.write(f"{quads:,} quads, one core, milliseconds\n")
        sys.stdout.write(f"{'':<36} {'n':>4} {'p50':>7} {'p95':>7} {'most':>7}\n")
        for title, some, accept in (
            ("call", addresses.calls(), "application/json"),
            ("page", addresses.pages(), "text/html"),
            ("linked data", addresses.documents(), "*/*"),
        ):
            for name, places in some.items():
                if options.only in f"{title}: {name}":
                    took = sorted(measure(client, places, accept))
                    p95 = took[max(0, -(-len(took) * 95 // 100) - 1)]
                    sys.stdout.write(
                        f"{title + ': ' + name:<36} {len(took):4} {statistics.median(took):7.1f}"
                        f" {p95:7.1f} {took[-1]:7.1f}\n"
                    )
                    sys.stdout.flush()
    finally:
        app.extensions[KEY].close()


if __name__ == "__main__":
    main()
