"""Makes requests to every surface that reads what others write."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote_from_bytes

from tests.fuzz import seeds
from tests.fuzz.calls import Call
from tests.fuzz.mutations import mutated

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

FORM = b"application/x-www-form-urlencoded"
GRAPHS = (b"?graph=https://example.org/g", b"?default", b"?graph=urn:g", b"/some/graph")
ACCEPTS = (
    *(b"*/*", b"text/html", b"text/turtle", b"application/sparql-results+xml", b"text/csv"),
    *(
        b"application/ld+json",
        b"application/rdf+xml",
        b"application/problem+json",
        b"application/*",
    ),
    *(b"", b";", b"text/html;q=x", b"*/*;q=0", b"a/b/c", b"text/turtle;q=1e9, */*;q=-1", b"\xff"),
    *(b"text/" + b"x" * 5_000, b", , ,", b'text/html;a="\\', b"*", b"image/*"),
)
METHODS = (
    *("GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH", "TRACE", "QUERY", "PROPFIND"),
    *("FOO", "get", "M-SEARCH"),
)
HEADERS: tuple[tuple[str, bytes], ...] = (
    ("If-None-Match", b'"1"'), ("If-None-Match", b"*"), ("If-None-Match", b'W/"x", ,,"'),
    ("If-Match", b'"999999999999999999999999"'), ("If-Match", b"*"), ("If-Match", b'"1'),
    ("If-Match", b'"' + b"9" * 5_000 + b'"'),
    ("If-Modified-Since", b"yesterday"), ("If-Modified-Since", b"Mon, 99 Foo 99999 99:99:99 GMT"),
    ("Range", b"bytes=0-1"), ("Range", b"bytes=-99999999999999999999"), ("Range", b"lines=1-2,x"),
    ("Range", b"bytes=5-2"), ("If-Range", b'"x"'),
    ("Accept-Encoding", b"gzip;q=0, br;q=x, zstd"), ("Accept-Encoding", b"*"),
    ("Accept-Encoding", b"identity;q=0"), ("Accept-Encoding", b"zstd"),
    ("Accept-Language", b"de-CH-1996;q=0.9, *;q=0"), ("Accept-Language", b"\xe4" * 40),
    ("Accept-Language", b"x" * 9_000), ("Accept-Language", b"en_US@euro;q=,,"),
    ("Authorization", b"Bearer"), ("Authorization", b"Basic !!!"),
    ("Authorization", b"Bearer \xff"),
    ("Cookie", b"a=b; =; ;\xff"), ("Origin", b"null"), ("Origin", b"https://x.example"),
    ("Access-Control-Request-Method", b"PUT"), ("Access-Control-Request-Headers", b"\xe4, x"),
    ("X-Request-ID", b"x" * 3_000), ("X-Request-ID", b"\xe4 <b>"), ("X-Forwarded-For", b"\xff,,"),
    ("X-Forwarded-Host", b"evil.example"), ("X-HTTP-Method-Override", b"DELETE"),
    ("Expect", b"200-maybe"), ("Content-Encoding", b"gzip"), ("Content-Encoding", b"deflate, br"),
    ("Forwarded", b'for="[::1'), ("User-Agent", b"\xc3\xa4\xff" * 99), ("Cache-Control", b"x" * 99),
    ("Cache-Control", b"no-cache, max-age=-1, only-if-cached"), ("Via", b"1.1 x"), ("Date", b"0"),
)  # fmt: skip
TYPES = (
    *(b"text/plain", b"", b"x", b"text/turtle; charset=utf-16", b"text/turtle;charset=nope", b"/"),
    *(b"application/json", b"multipart/form-data", b"multipart/form-data; boundary=x", b"*/*"),
    *(b"application/sparql-query; charset=latin-1", b'text/turtle; charset="', b"text/html"),
    *(b"application/x-www-form-urlencoded; charset=\xff", b"application/ld+json;profile=\xe4"),
)
NAMES = (
    *(
        "narrower",
        "holder",
        "speaker",
        "on_behalf_of",
        "article",
        "publisher",
        "said_from",
        "after",
    ),
    *("said_to", "published_from", "published_to", "target", "about", "polarity", "commitment"),
    *("conditional", "language", "revision", "limit", "facets", "subject", "predicate", "object"),
    *("modality", "negated", "assesses", "finding", "quantity", "currency", "unit", "includes"),
    *("kind", "label", "q", "in_language", "mentions", "format", "sort", "nonesuch", "", "graph"),
    *("default-graph-uri", "named-graph-uri", "query", "update", "default"),
)
VALUES = (
    *(b"", b"0", b"-1", b"1", b"true", b"2024", b"2024-02-30", b"2024-13", b"0000", b"99999-01-01"),
    *(b"9" * 30, b"9" * 5_000, b"1e9", b"\xc2\xb2", b"\xd9\xa1", b"NaN", b"%", b"%zz", b"%ff"),
    *(b"%00", b"%ed%a0%80", b"%0d%0aX:y", b"+"),
    *(b"..", b"a/b/c", b"person/mark-zuckerberg", b"Favour"),
    *(b"topic/", b"/", b"zukerberg", b"%C3%A4%CC%88"),
    *(b"x" * 3_000, b"W10", b"WyJ4Il0", b"bnVsbA=="),
    *(b"eyJhIjoxfQ", b"[]", b"%5B1%2C%5B%5D%5D"),
    *(b"https://example.org/", b"urn:x", b"_:b", b"a%20b"),
    *(b"https://w3id.org/stancegraph/id/person/mark-zuckerberg", b"quarter"),
    *(b"en", b"de-CH", b"csv"),
    *(b"%F0%9F%98%80", b"%E2%80%AE", b"'", b"%22", b"%3Cscript%3E"),
    *(b"%25", b"_", b"*", b"?", b"\\"),
)  # fmt: skip
PATHS = (
    *(b"/", b"/stances", b"/claims", b"/estimates"),
    *(b"/articles", b"/entities", b"/search", b"/health"),
    *(b"/timeline", b"/changes"),
    *(b"/compare", b"/id/person/mark-zuckerberg", b"/doc/company/anthropic"),
    *(b"/doc/person/mark-zuckerberg.ttl", b"/ns", b"/ns.ttl"),
    *(b"/shapes", b"/shapes.jsonld", b"/ns/1"),
    *(b"/context.jsonld", b"/api/", b"/api/stances"),
    *(b"/api/claims", b"/api/estimates", b"/metrics"),
    *(b"/api/conditions", b"/api/entities"),
    *(b"/api/entities/person/mark-zuckerberg", b"/api/search"),
    *(b"/api/articles", b"/api/timeline", b"/api/changes", b"/api/compare", b"/api/openapi.json"),
    *(b"/api/docs", b"/api/docs/x", b"/dump.ttl"),
    *(b"/dump.nq", b"/dump.jsonld.gz", b"/static/x.css"),
    *(b"/record/2025-03-acme/s1", b"/api/records/2025-03-acme/s1", b"/api/articles/2025-03-acme"),
    *(b"/sparql", b"/update", b"/graphs", b"/validate", b"/graphs/x", b"/.well-known/void"),
    *(b"/api/queries", b"/api/queries/1", b"/nowhere"),
)  # fmt: skip


class Surfaces:
    """Makes calls by chance; ``token`` is a writer's."""

    def __init__(self, chance: Random, token: str) -> None:
        self._chance = chance
        self._token = token.encode()
        self._makers: Sequence[Callable[[], Call]] = (
            *(self.query, self.query, self.update, self.update, self.graph, self.graph),
            *(self.validation, self.validation, self.look_up, self.look_up, self.oddity),
        )

    def call(self) -> Call:
        """Make the next call."""
        return self._chance.choice(self._makers)()

    def query(self) -> Call:
        """Ask a broken query, in one of the protocol's three ways."""
        return self._sparql("/sparql", "query", seeds.QUERIES, seeds.UPDATES)

    def update(self) -> Call:
        """Send a broken update."""
        return self._sparql("/update", "update", seeds.UPDATES, seeds.QUERIES)

    def graph(self) -> Call:
        """Put, add or patch a broken graph."""
        target = b"/graphs" + self._chance.choice(GRAPHS)
        method = self._chance.choice(("PUT", "PUT", "POST", "PATCH", "DELETE", "GET"))
        if method == "PATCH":
            kind, text = b"application/sparql-update", self._broken(seeds.UPDATES, seeds.QUERIES)
        else:
            kind, text = self._rdf()
        body = None if method in {"GET", "DELETE"} else text
        return self._made(method, self._asked(target), kind, body)

    def validation(self) -> Call:
        """Have a broken graph validated."""
        kind, text = self._rdf()
        return self._made("POST", self._asked(b"/validate"), kind, text)

    def look_up(self) -> Call:
        """Ask for a list, a thing or a page with odd parameters."""
        target = self._chance.choice(PATHS)
        if self._chance.random() < 0.3:
            place = self._chance.randrange(1, len(target) + 1)
            odd = self._chance.choice(VALUES).replace(b"?", b"%3F")
            target = target[:place] + odd + target[place:]
        for _ in range(self._chance.choice((0, 1, 1, 2, 3))):
            target = self._asked(target, always=True)
        return self._made("GET", target, b"", None)

    def oddity(self) -> Call:
        """Call any address by any method with anything."""
        method = self._chance.choice(METHODS)
        kind, text = self._rdf()
        body = text if self._chance.random() < 0.5 else None
        return self._made(method, self._asked(self._chance.choice(PATHS)), kind, body)

    def _sparql(self, path: str, name: str, good: Sequence[bytes], others: Sequence[bytes]) -> Call:
        text = self._broken(good, others)
        target = self._asked(path.encode())
        how = self._chance.randrange(3)
        if how == 0:
            return self._made("POST", target, b"application/sparql-" + name.encode(), text)
        pair = name.encode() + b"=" + quote_from_bytes(text).encode()
        if how == 1 and len(pair) < 8_000 and name == "query":
            return self._made("GET", target + (b"&" if b"?" in target else b"?") + pair, b"", None)
        return self._made("POST", target, FORM, pair)

    def _rdf(self) -> tuple[bytes, bytes]:
        kind = self._chance.choice(tuple(seeds.RDF))
        every = tuple(text for texts in seeds.RDF.values() for text in texts)
        return kind.encode(), self._broken(seeds.RDF[kind], every)

    def _broken(self, good: Sequence[bytes], others: Sequence[bytes]) -> bytes:
        return mutated(self._chance.choice(good), others, self._chance)

    def _asked(self, target: bytes, *, always: bool = False) -> bytes:
        """Add a parameter, now and then or always."""
        if not always and self._chance.random() < 0.75:
            return target
        pair = self._chance.choice(NAMES).encode() + b"=" + self._chance.choice(VALUES)
        return target + (b"&" if b"?" in target else b"?") + pair

    def _made(self, method: str, target: bytes, kind: bytes, body: bytes | None) -> Call:
        chance = self._chance
        headers = [("Accept", chance.choice(ACCEPTS))] if chance.random() < 0.5 else []
        if chance.random() < 0.05:
            kind = chance.choice(TYPES)
        if kind and body is not None:
            headers.append(("Content-Type", kind))
        if chance.random() < 0.15:
            headers.append(chance.choice(HEADERS))
        headers.append(("Authorization", b"Bearer " + self._token))
        return Call(method, target, tuple(headers), body)
