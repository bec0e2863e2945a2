"""What look-ups answer: the JSON of the REST look-ups, and what the pages show.

Names are those of the ontology's JSON-LD context, so that an answer with that context says in RDF
what the graph says; names that are no term of it (total, next, facets, counts, citation) are counts
and ways on, not facts. Labels and glosses are in the one language that was asked for.
"""

from __future__ import annotations

import operator
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

EntityClass = Literal["Person", "Company", "Group", "Model", "Project", "Topic", "Occasion"]
RecordClass = Literal["Stance", "Claim", "Estimate"]
Polarity = Literal["Favour", "Against", "Undecided", "Neutral"]
Commitment = Literal["Promise", "Intention", "Willingness", "Preference"]
Modality = Literal["Asserted", "Expected", "Possible", "Hypothetical"]
FindingValue = Literal["Met", "NotMet", "Unclear"]
LinkName = Literal["revises", "contradicts", "repeats"]
ConditionKind = Literal["Safety", "Benefit", "Business", "Legal", "Other"]
SpeechForm = Literal["Direct", "Indirect", "FreeIndirect", "Reported", "ArticleVoice"]
Existence = Literal["Released", "Announced", "Imagined"]
Language = Literal["en", "de"]


class Result(BaseModel):
    """Names are in camel case in JSON; what a thing does not have is left out there."""

    model_config = ConfigDict(
        frozen=True, alias_generator=to_camel, populate_by_name=True, extra="forbid"
    )


class Named(Result):
    """A thing that is mentioned: its IRI, its class, its label (a record's is its gloss)."""

    id: str
    type: str
    label: str


class PartialDate(Result):
    """A day, a month or a year, as written: ``type`` says which."""

    value: str
    type: Literal["xsd:date", "xsd:gYearMonth", "xsd:gYear"]


class Source(Result):
    """The article that reports a record."""

    id: str
    type: Literal["Article"] = "Article"
    headline: str | None = None
    in_language: str | None = None
    publisher: Named | None = None
    date_published: PartialDate | None = None


class Evidence(Result):
    """A span of an article's normalised text, in code points, with its SHA-256."""

    id: str
    type: Literal["Evidence"] = "Evidence"
    source: str
    start: int
    end: int
    span_hash: str
    speech_form: SpeechForm


class Finding(Result):
    """Somebody's judgement whether a condition is met: a claim. No holder: the article's voice."""

    id: str
    type: RecordClass
    gloss: str
    finding: FindingValue
    holder: tuple[Named, ...] = ()
    said_on: PartialDate | None = None
    reported_in: Source


class Condition(Result):
    """What has to be so, with the findings on it, the newest first."""

    id: str
    type: Literal["Condition"] = "Condition"
    kind: ConditionKind
    gloss: str
    findings: tuple[Finding, ...] = ()


class ConditionInUse(Condition):
    """A condition with the records that stand under it."""

    records: tuple[Named, ...] = ()


class Record(Result):
    """What any record says.

    ``reason`` holds, outlined, what it rests on: filled for one record looked up, not in lists.
    """

    id: str
    type: RecordClass
    gloss: str
    holder: tuple[Named, ...] = ()
    speaker: Named | None = None
    on_behalf_of: Named | None = None
    said_at: Named | None = None
    said_on: PartialDate | None = None
    reported_in: Source
    evidence: tuple[Evidence, ...] = ()
    condition: tuple[Condition, ...] = ()
    reason: tuple[Stance | Claim | Named, ...] = Field(default=(), exclude_if=operator.not_)


class Stance(Record):
    """A holder takes a side on a target; ``unconditional`` is true where there is no condition."""

    type: Literal["Stance"] = "Stance"
    target: Named
    polarity: Polarity
    commitment: Commitment | None = None
    unconditional: Literal[True] | None = None


class Claim(Record):
    """A holder says that subject, predicate, object; an Estimate says how much.

    Bounds are decimals, as text, so that none loses a digit; horizons are years.
    """

    type: Literal["Claim", "Estimate"]
    subject: Named | None = None
    predicate: str | None = None
    object: Named | None = None
    modality: Modality
    negated: bool | None = None
    assesses: Named | None = None
    finding: FindingValue | None = None
    quantity: Named | None = None
    min_value: str | None = None
    max_value: str | None = None
    currency: str | None = None
    unit_code: str | None = None
    horizon_from: str | None = None
    horizon_to: str | None = None
    horizon_text: str | None = None


class Link(Result):
    """What editors say between this record and another; ``inverse``: the other says it of this."""

    predicate: LinkName
    inverse: bool = False
    record: Named


class Citation(Result):
    """A ready citation: a sentence, and the same as BibTeX."""

    text: str
    bibtex: str
    revision: int
    permalink: str


class RecordInFull(Result):
    """One record with its reasons as an outline, what rests on it, links and how to cite it."""

    record: Stance | Claim
    supports: tuple[Named, ...] = ()
    links: tuple[Link, ...] = ()
    citation: Citation


class Counts(Result):
    """How often an entity occurs: stances held and about it, claims, records of others it spoke."""

    held: int = 0
    targeted: int = 0
    claimed: int = 0
    spoken: int = 0
    published: int = 0
    mentions: int = 0
    articles: int = 0


class Entity(Result):
    """Who or what it is. Which of the last fields it can have depends on its class."""

    id: str
    type: EntityClass
    label: str
    alt_label: tuple[str, ...] = ()
    exact_match: tuple[str, ...] = ()
    existence: Existence | None = None
    developed_by: tuple[Named, ...] = ()
    concerns: tuple[Named, ...] = ()
    broader: tuple[Named, ...] = ()
    narrower: tuple[Named, ...] = ()
    date: PartialDate | None = None
    contributor: tuple[Named, ...] = ()
    about: tuple[Named, ...] = ()
    counts: Counts = Counts()


class Article(Source):
    """An article, with how many records of each class it has."""

    url: str | None = None
    text_hash: str | None = None
    text_length: int | None = None
    text_norm: str | None = None
    counts: dict[str, int] = Field(default_factory=dict)


class ArticleInFull(Result):
    """An article with its records in the order in which their evidence stands in the text."""

    article: Article
    records: tuple[Stance | Claim, ...]
    citation: Citation


class Facet(Result):
    """One value of a facet; ``id`` is what to filter by."""

    id: str
    label: str
    count: int


Item = TypeVar("Item")


class Listing(Result, Generic[Item]):
    """Some items of a list.

    ``next`` is the cursor of the next ones, None at the end; ``total`` counts them all where that
    is cheap; ``facets`` say, by parameter, which values would leave how many.
    """

    items: tuple[Item, ...]
    next: str | None = None
    total: int | None = None
    facets: dict[str, tuple[Facet, ...]] = Field(default_factory=dict)

    @classmethod
    def model_parametrized_name(cls, params: tuple[Any, ...]) -> str:
        """Name a listing after what it lists."""
        return f"{params[0].__name__}Listing"


class Role(Result):
    """What a claim says of an entity's place: it heads, was developed by, opened something."""

    predicate: str
    inverse: bool = False
    other: Named
    claim: Claim


class EntityInFull(Result):
    """An entity and what people ask of it.

    ``held``: its stances, the newest first. ``about``: what others hold about it, about topics that
    concern it, and about what is narrower. ``claimed``: claims and estimates it holds. ``said_of``:
    claims whose subject or object it is.
    """

    entity: Entity
    roles: tuple[Role, ...] = ()
    held: Listing[Stance]
    about: Listing[Stance]
    claimed: Listing[Claim]
    said_of: Listing[Claim]
    articles: Listing[Article]


class Hit(Result):
    """An entity or an article found: ``matched`` is the name that fitted, ``how`` says how."""

    id: str
    type: str
    label: str
    matched: str
    how: Literal["exact", "prefix", "words", "similar"]
    counts: Counts = Counts()


class Period(Result):
    """Stances of one year, quarter or month (2024, 2024-Q2, 2024-04), by polarity."""

    period: str
    counts: dict[Polarity, int]


class Timeline(Result):
    """Stances by period, the first period first; periods without any are there with no counts."""

    unit: Literal["year", "quarter", "month"]
    holder: Named | None = None
    target: Named | None = None
    periods: tuple[Period, ...]
    undated: int = 0


class Shift(Result):
    """Two stances of one holder on one target, one after the other, of different polarity.

    ``reported``: somebody claims, or an editor notes, that the later revises an earlier one.
    """

    holder: Named
    target: Named
    before: Stance
    after: Stance
    reported: tuple[Named, ...] = ()


class Side(Result):
    """The newest stance of one holder on a target, and how many there are."""

    stance: Stance
    stances: int


class Comparison(Result):
    """What several holders hold on one target: one side a holder, None where there is none."""

    target: Named
    sides: tuple[Side | None, ...]
    agree: bool


class Compared(Result):
    """Holders, and the targets on which at least two of them take a side."""

    holders: tuple[Named, ...]
    targets: Listing[Comparison]
