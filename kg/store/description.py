"""What is said of one thing, by all graphs together, read value by value; pure.

Where several values stand for one, which the gate does not let in, the smallest counts. Values of
another kind than the one asked for are passed over: a text where a thing is named, a blank node,
which has no key, a name that is in no code list.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections import defaultdict
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING
from zlib import crc32

from pyoxigraph import Literal, NamedNode

from kg import terms
from kg.iris import article_of, key
from kg.terms import RDF, SG

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pyoxigraph import Quad
    from rdflib import URIRef

    Row = dict[str, object]
    Reader = Callable[["Description", str], object]

_CLASSES = terms.ENTITY_CLASSES | terms.RECORD_CLASSES | {SG.Article, SG.Condition, SG.Evidence}
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?")
_DECIMAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_NUMBER = re.compile(r"[0-9]{1,10}")
_YEAR = re.compile(r"[0-9]{4}")
_MONTHS = 12
_INTEGER_END = 2**31
_DECIMAL_END = Decimal(10) ** 20
"""Where DECIMAL(38, 18) ends; the engine's own decimals end near there too."""


def local_names(names: Iterable[URIRef]) -> dict[str, str]:
    """Map IRIs to their local names."""
    return {str(name): re.split("[#/]", name)[-1] for name in names}


_TYPE = str(RDF.type)
KINDS = local_names(_CLASSES)
"""Classes of things that have rows, by IRI, with their local names."""
_CODES = local_names([*terms.CONTENT_PREDICATES, *frozenset().union(*terms.CODE_LISTS.values())])


class Description:
    """What is said of one thing.

    :ivar id: its key
    :ivar kind: its class's local name, '' where it has no rows
    :ivar article: the key of the article that owns its IRI, None where none does
    """

    def __init__(self, subject: str, quads: Iterable[Quad]) -> None:
        self.id = key(subject)
        self.article = _owner(subject)
        self._objects: defaultdict[str, list[object]] = defaultdict(list)
        for quad in quads:
            self._objects[quad.predicate.value].append(quad.object)
        self.kind = min((KINDS[i] for i in self.iris(_TYPE) if i in KINDS), default="")

    def iris(self, predicate: str) -> list[str]:
        """List the IRIs named, in no order."""
        found = self._objects.get(predicate, ())
        return [term.value for term in found if isinstance(term, NamedNode)]

    def iri(self, predicate: str) -> str | None:
        """Give the one IRI named."""
        return min(self.iris(predicate), default=None)

    def keys(self, predicate: str) -> list[str]:
        """List the keys of the things named, each once, in order."""
        return sorted({key(iri) for iri in self.iris(predicate)})

    def key(self, predicate: str) -> str | None:
        """Give the key of the one thing named."""
        return min(map(key, self.iris(predicate)), default=None)

    def code(self, predicate: str) -> str | None:
        """Give the local name of a value of a code list, or of what a claim can say."""
        return min((_CODES[i] for i in self.iris(predicate) if i in _CODES), default=None)

    def texts(self, predicate: str) -> list[tuple[str, str | None]]:
        """List the literals as texts with their languages, each once, in order."""
        pairs = {(term.value, term.language) for term in self._literals(predicate)}
        return sorted(pairs, key=lambda pair: (pair[0], pair[1] or ""))

    def text(self, predicate: str) -> str | None:
        """Give the one literal, whatever its language or datatype."""
        return min((term.value for term in self._literals(predicate)), default=None)

    def language(self, predicate: str) -> str | None:
        """Give the language of the one literal."""
        return next((language for _, language in self.texts(predicate)), None)

    def english(self, predicate: str) -> str | None:
        """Give the one text in English."""
        return self._said_in("en", predicate)

    def german(self, predicate: str) -> str | None:
        """Give the one text in German."""
        return self._said_in("de", predicate)

    def _said_in(self, language: str, predicate: str) -> str | None:
        found = self._literals(predicate)
        return min((term.value for term in found if term.language == language), default=None)

    def _literals(self, predicate: str) -> list[Literal]:
        found = self._objects.get(predicate, ())
        return [term for term in found if isinstance(term, Literal)]

    def number(self, predicate: str) -> int | None:
        """Give a whole number; one that no place in a text can have is left out."""
        text = self.text(predicate) or ""
        number = int(text) if _NUMBER.fullmatch(text) else _INTEGER_END
        return number if number < _INTEGER_END else None

    def decimal(self, predicate: str) -> str | None:
        """Give a decimal with as many places as the column has; one too large is left out."""
        text = self.text(predicate) or ""
        if not _DECIMAL.fullmatch(text) or abs(Decimal(text)) >= _DECIMAL_END:
            return None
        whole, _, places = text.partition(".")
        return f"{whole}.{places[:18]}" if places else whole

    def year(self, predicate: str) -> int | None:
        """Give a year of four digits."""
        text = self.text(predicate) or ""
        return int(text) if _YEAR.fullmatch(text) else None

    def digest(self, predicate: str) -> str | None:
        """Give the hexadecimal digits of a SHA-256."""
        text = self.text(predicate) or ""
        return text if _DIGEST.fullmatch(text) else None

    def is_true(self, predicate: str) -> bool:
        """Tell whether the one literal is true."""
        return self.text(predicate) == "true"

    def row(self, columns: Columns) -> Row:
        """Make a row of what each column reads."""
        row = dict(columns.empty)
        for predicate in self._objects:
            for name, read in columns.readers.get(predicate, ()):
                row[name] = read(self, predicate)
        return row


class Columns:
    """Columns of a table: the predicate that each is read from, and how.

    :ivar readers: names and ways of reading, by predicate
    :ivar empty: what is read where nothing is said
    """

    def __init__(self, columns: Mapping[str, tuple[Reader, URIRef]]) -> None:
        nothing = Description("", ())
        self.readers: defaultdict[str, list[tuple[str, Reader]]] = defaultdict(list)
        self.empty: Row = {}
        for name, (read, predicate) in columns.items():
            self.readers[str(predicate)].append((name, read))
            self.empty[name] = read(nothing, str(predicate))


def mark(subject: str) -> int:
    """Return the mark of what an IRI names: the CRC-32 of its article's key, else of its own."""
    return crc32((_owner(subject) or key(subject)).encode())


def _owner(subject: str) -> str | None:
    article = article_of(subject)
    return None if article is None else key(article)


@lru_cache(maxsize=65536)
def days(text: str | None) -> tuple[str | None, str | None]:
    """Return the first and the last day that a partial date can mean; None twice where it is none.

    >>> days("2024-02")
    ('2024-02-01', '2024-02-29')
    """
    text = text or ""
    match = _DATE.fullmatch(text)
    year, month, day = (int(part or 0) for part in match.groups()) if match else (0, 0, 0)
    if not year or month > _MONTHS or "-00" in text:
        return None, None
    length = monthrange(year, month or _MONTHS)[1]
    if day > length:
        return None, None
    return (
        f"{year:04}-{month or 1:02}-{day or 1:02}",
        f"{year:04}-{month or _MONTHS:02}-{day or length:02}",
    )
