"""Values of parameters: what each looks like, and what is said of one that does not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema

from kg import iris

LONGEST = 512
"""Characters of a value; no IRI here is longer."""
_NOT_IRI = re.compile(r'[\x00-\x20\x7f<>"{}|\\^`]')
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?", re.ASCII)
_DECIMAL = re.compile(r"-?\d{1,20}(\.\d{1,18})?", re.ASCII)
_WHOLE = re.compile(r"\d{1,18}", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}")
_PREFIXES = {kind: f"{kind}/…" for kind in iris.KINDS}


@dataclass(frozen=True)
class Reference:
    """Reads what names a thing of one of some kinds, and returns its key.

    That is its IRI, kind/slug, or the slug alone where there is one kind only.
    """

    kinds: tuple[str, ...]

    def __call__(self, value: str) -> str:
        """Return the key; ValueError says what would be right."""
        if _NOT_IRI.search(value):
            raise ValueError("no IRI has such characters")
        key = iris.key(value)
        if "://" in key:
            return key
        if "/" not in key and len(self.kinds) == 1:
            key = f"{self.kinds[0]}/{key}"
        kind, _, rest = key.partition("/")
        if kind not in self.kinds or not rest:
            ways = " or ".join(_PREFIXES[kind] for kind in self.kinds)
            raise ValueError(f"give an IRI, or {ways}")
        return key


def _flag(value: str) -> bool:
    if value not in {"true", "false"}:
        raise ValueError("it is either true or false")
    return value == "true"


def _whole(value: str) -> int:
    if not _WHOLE.fullmatch(value):
        raise ValueError("it is a whole number")
    return int(value)


def _date(value: str) -> str:
    if not _DATE.fullmatch(value):
        raise ValueError("a date is like 2024, 2024-04 or 2024-04-18")
    try:
        date.fromisoformat(value + "-01" * (2 - value.count("-")))
    except ValueError:
        raise ValueError("there is no such day, month or year") from None
    return value


def _decimal(value: str) -> Decimal:
    if not _DECIMAL.fullmatch(value):
        raise ValueError("a number is like 10000000000 or -0.5")
    return Decimal(value)


def _currency(value: str) -> str:
    if not _CURRENCY.fullmatch(value):
        raise ValueError("a currency is a code of ISO 4217, such as USD")
    return value


Word = Annotated[str, StringConstraints(max_length=LONGEST)]
Agent = Annotated[Word, AfterValidator(Reference(("person", "company", "group")))]
Article = Annotated[Word, AfterValidator(Reference(("article",)))]
Company = Annotated[Word, AfterValidator(Reference(("company",)))]
Topic = Annotated[Word, AfterValidator(Reference(("topic",)))]
Entity = Annotated[Word, AfterValidator(Reference(iris.KINDS[:-1]))]
Thing = Annotated[Word, AfterValidator(Reference(iris.KINDS))]
"""An entity, an article, or a record or condition of one (article/<slug>#<fragment>)."""

Flag = Annotated[bool, BeforeValidator(_flag)]
Whole = Annotated[int, Field(ge=0), BeforeValidator(_whole)]
Count = Annotated[int, Field(ge=1, le=100), BeforeValidator(_whole)]
Number = Annotated[
    Decimal,
    BeforeValidator(_decimal),
    WithJsonSchema({"type": "string", "pattern": f"^{_DECIMAL.pattern}$"}),
]
Date = Annotated[
    str,
    AfterValidator(_date),
    WithJsonSchema({"type": "string", "pattern": f"^{_DATE.pattern}$"}),
]
Currency = Annotated[
    str,
    AfterValidator(_currency),
    WithJsonSchema({"type": "string", "pattern": f"^{_CURRENCY.pattern}$"}),
]

EntityKind = Literal["person", "company", "group", "model", "project", "topic", "occasion"]
FoundKind = Literal[
    "person", "company", "group", "model", "project", "topic", "occasion", "article"
]
Predicate = Literal[
    "headOf", "developedBy", "openSourced", "leadsTo", "prevents", "requires", "revises"
]
