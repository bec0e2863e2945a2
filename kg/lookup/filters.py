"""What lists can be asked for: each filter says in SQL which rows it means.

Values are keys (or whole IRIs) and names from the code lists; dates are partial. A value that
names nothing raises NotFound, one that cannot be read InputError; both name the parameter.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from kg import folding, iris, terms
from kg.errors import InputError, NotFound
from kg.lookup.labels import named
from kg.lookup.merged import Merged
from kg.lookup.where import Where, coded

if TYPE_CHECKING:
    from kg.store.projection import Projection

# Each name stands in ``words``, which is sorted, beside its first word: twice as fast as all names.
_LABELLED = """
    WITH labelled AS MATERIALIZED (
        SELECT entity FROM words
        WHERE starts_with(word, $first) AND starts_with(folded, $label) AND class <> 'Article'
    )
    SELECT entity FROM labelled"""
_FIRST_OF_THEM = (
    "list_filter(holders, lambda one: list_contains($held::VARCHAR[], one))[1] = holder"
)
_LARGEST = Decimal(10) ** 20 - 1
"""That the projection's decimals hold."""


@dataclass(frozen=True, kw_only=True)
class RecordFilter:
    """What stances and claims have in common.

    ``said_from`` to ``published_to`` are partial dates; a record matches where what it can mean
    and what is asked for have a day in common.
    """

    holder: str | None = None
    speaker: str | None = None
    on_behalf_of: str | None = None
    article: str | None = None
    publisher: str | None = None
    said_from: str | None = None
    said_to: str | None = None
    published_from: str | None = None
    published_to: str | None = None

    def where(self, projection: Projection, merged: Merged | None = None) -> Where:
        """Say which rows are meant.

        :param merged: what the parameters name, where that is known already
        :raises NotFound: a value names nothing
        :raises InputError: a value cannot be read
        """
        where = Where()
        where.within(("said_from", "said_to"), self.said_from, self.said_to)
        where.within(("published_from", "published_to"), self.published_from, self.published_to)
        self._coded(where)
        merged = merged or Merged(projection, self._named())
        self._held(where, merged)
        for name in ("speaker", "on_behalf_of", "publisher"):
            if getattr(self, name) is not None:
                where.among(name, merged.keys(name), name)
        self._about(where, merged)
        if self.article is not None:
            where.equal("article", _article(projection, self.article), "article")
        return where

    def _named(self) -> dict[str, str]:
        """Return the parameters that name entities, or records."""
        names = ("holder", "speaker", "on_behalf_of", "publisher", *self._subjects())
        given = {name: getattr(self, name) for name in names}
        return {name: value for name, value in given.items() if value is not None}

    def _held(self, where: Where, merged: Merged) -> None:
        where.once = "lead"
        if self.holder is not None:
            keys = merged.keys("holder")
            where.among("holder", keys, "holder")
            where.held = True
            where.once = None if len(keys) == 1 else _FIRST_OF_THEM
            if where.once:
                where.parameters["held"] = list(keys)

    def _subjects(self) -> tuple[str, ...]:
        return ()

    def _coded(self, where: Where) -> None:
        """Add what is asked of code lists and the like."""

    def _about(self, where: Where, merged: Merged) -> None:
        """Add what records are asked to be about."""


@dataclass(frozen=True, kw_only=True)
class StanceFilter(RecordFilter):
    """Which stances. ``narrower``: on the target, or on a topic that is narrower than it.

    ``about``: what others hold on it, on topics that concern it, and on what is narrower.
    """

    target: str | None = None
    narrower: bool = True
    about: str | None = None
    polarity: tuple[str, ...] = ()
    commitment: tuple[str, ...] = ()
    conditional: bool | None = None

    def _subjects(self) -> tuple[str, ...]:
        return ("target", "about")

    def _coded(self, where: Where) -> None:
        coded(where, "polarity", self.polarity, terms.POLARITIES)
        coded(where, "commitment", self.commitment, terms.COMMITMENTS)
        where.equal("conditional", self.conditional, "conditional")

    def _about(self, where: Where, merged: Merged) -> None:
        if self.target is not None:
            keys = merged.narrower("target") if self.narrower else merged.keys("target")
            where.among("target", keys, "target")
        if self.about is not None:
            where.among("target", merged.concerning("about"), "about")
            where.conditions.append("NOT list_has_any(holders, $itself::VARCHAR[])")
            where.parameters["itself"] = list(merged.keys("about"))


@dataclass(frozen=True, kw_only=True)
class ClaimFilter(RecordFilter):
    """Which claims, estimates among them. ``about``: what is the subject or the object."""

    subject: str | None = None
    predicate: str | None = None
    object: str | None = None
    about: str | None = None
    modality: tuple[str, ...] = ()
    negated: bool | None = None
    assesses: str | None = None
    finding: tuple[str, ...] = ()

    def _subjects(self) -> tuple[str, ...]:
        return ("subject", "object", "about", "assesses")

    def _coded(self, where: Where) -> None:
        if self.predicate is not None:
            coded(where, "predicate", (self.predicate,), terms.CONTENT_PREDICATES)
        coded(where, "modality", self.modality, terms.MODALITIES)
        coded(where, "finding", self.finding, terms.FINDINGS)
        where.equal("negated", self.negated, "negated")

    def _about(self, where: Where, merged: Merged) -> None:
        for name in ("subject", "object", "assesses"):
            if getattr(self, name) is not None:
                where.among(name, merged.keys(name), name)
        if self.about is not None:
            keys = merged.keys("about")
            either = [where.one_of(column, keys, "about") for column in ("subject", "object")]
            where.conditions.append(f"({' OR '.join(either)})")


@dataclass(frozen=True, kw_only=True)
class EstimateFilter(ClaimFilter):
    """Which estimates. ``includes``: neither bound excludes the number; one not given never does.

    ``narrower``: of the quantity, or of a topic that is narrower than it.
    """

    quantity: str | None = None
    narrower: bool = True
    currency: str | None = None
    unit: str | None = None
    includes: Decimal | None = None

    def _subjects(self) -> tuple[str, ...]:
        return (*super()._subjects(), "quantity")

    def _coded(self, where: Where) -> None:
        super()._coded(where)
        where.equal("class", "Estimate", "class")
        where.equal("currency", self.currency, "currency")
        where.equal("unit", self.unit, "unit")
        if self.includes is not None:
            if not self.includes.is_finite():
                raise InputError(f"includes: {self.includes} is no number that can be reached")
            for bound, sign in (("min_value", "<="), ("max_value", ">=")):
                where.conditions.append(
                    f"({bound} IS NULL OR {bound} {sign} $includes::DECIMAL(38, 18))"
                )
            number = max(-_LARGEST, min(self.includes, _LARGEST))
            where.parameters["includes"] = f"{number:f}"

    def _about(self, where: Where, merged: Merged) -> None:
        super()._about(where, merged)
        if self.quantity is not None:
            keys = merged.narrower("quantity") if self.narrower else merged.keys("quantity")
            where.among("quantity", keys, "quantity")


@dataclass(frozen=True, kw_only=True)
class EntityFilter:
    """Which entities, merged ones left out. ``label``: how a name of it begins, folded."""

    kind: str | None = None
    label: str | None = None

    def where(self) -> Where:
        """Say which rows are meant.

        :raises InputError: there is no such kind
        """
        where = Where(["replaced_by IS NULL"])
        if self.kind is not None:
            coded(where, "class", (self.kind.capitalize(),), terms.ENTITY_CLASSES)
        if self.label is not None:
            label = folding.folded(self.label)
            if label:
                where.conditions.append(f"id IN ({_LABELLED})")
                where.parameters |= {"label": label, "first": label.split(" ")[0]}
        return where


@dataclass(frozen=True, kw_only=True)
class ArticleFilter:
    """Which articles. ``mentions``: a record of it names the entity in some role."""

    publisher: str | None = None
    language: str | None = None
    published_from: str | None = None
    published_to: str | None = None
    mentions: str | None = None

    def where(self, projection: Projection, merged: Merged | None = None) -> Where:
        """Say which rows are meant; it takes and raises what that of records does."""
        where = Where()
        where.within(("published_from", "published_to"), self.published_from, self.published_to)
        where.equal("language", self.language, "language")
        merged = merged or Merged(projection, _given(self, "publisher", "mentions"))
        if self.publisher is not None:
            where.among("publisher", merged.keys("publisher"), "publisher")
        if self.mentions is not None:
            mentioned = Where()
            mentioned.among("entity", merged.keys("mentions"), "mentions")
            where.conditions.append(
                f"id IN (SELECT article FROM mentions WHERE {mentioned.text()})"  # noqa: S608 - ours
            )
            where.parameters |= mentioned.parameters
        return where


@dataclass(frozen=True, kw_only=True)
class ConditionFilter:
    """Which conditions: by kind, by a finding on it, by a record that stands under it.

    ``holder`` and ``target`` (or what is narrower) are those of one and the same record.
    """

    kind: tuple[str, ...] = ()
    finding: tuple[str, ...] = ()
    holder: str | None = None
    target: str | None = None
    article: str | None = None

    def where(self, projection: Projection) -> Where:
        """Say which rows are meant; it raises as that of records does."""
        where, found = Where(), Where()
        coded(where, "kind", self.kind, terms.CONDITION_KINDS)
        coded(found, "finding", self.finding, terms.FINDINGS)
        if self.finding:
            where.conditions.append(f"id IN (SELECT assesses FROM claims WHERE {found.text()})")  # noqa: S608 - ours
            where.parameters |= found.parameters
        merged = Merged(projection, _given(self, "holder", "target"))
        if self.holder is not None or self.target is not None:
            where.conditions.append(f"id IN ({self._under(where, merged)})")
        if self.article is not None:
            where.equal("article", _article(projection, self.article), "article")
        return where

    def _under(self, where: Where, merged: Merged) -> str:
        records = Where(["conditional"])
        if self.holder is not None:
            records.among("holder", merged.keys("holder"), "holder")
        tables = ["stances"]
        if self.target is not None:
            records.among("target", merged.narrower("target"), "target")
        else:
            tables.append("claims")
        where.parameters |= records.parameters
        named = " UNION ALL ".join(
            f"SELECT mark, id FROM {table} WHERE {records.text()}"  # noqa: S608 - our own names
            for table in tables
        )
        return (
            f"WITH under AS MATERIALIZED ({named}) SELECT condition FROM conditioned "  # noqa: S608 - ours
            "WHERE mark IN (SELECT mark FROM under) AND record IN (SELECT id FROM under)"
        )


def _given(asked: ArticleFilter | ConditionFilter, *names: str) -> dict[str, str]:
    given = {name: getattr(asked, name) for name in names}
    return {name: value for name, value in given.items() if value is not None}


def _article(projection: Projection, value: str) -> str:
    key = iris.key(value)
    if named(projection, [key], "en")[key].type != "Article":
        raise NotFound(f"article: there is no {key}")
    return key
