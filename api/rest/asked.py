"""What can be asked: the parameters of each look-up, with what they mean."""

from dataclasses import fields
from typing import TYPE_CHECKING, Annotated, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.rest.values import (
    Agent,
    Article,
    Company,
    Count,
    Currency,
    Date,
    Entity,
    EntityKind,
    Flag,
    FoundKind,
    Number,
    Predicate,
    Thing,
    Whole,
    Word,
)
from kg.lookup.paging import Page
from kg.lookup.results import (
    Commitment,
    ConditionKind,
    FindingValue,
    Language,
    Modality,
    Polarity,
)

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

SEVERAL = "Several: repeat it, or separate them by commas."
PERSON = "person/mark-zuckerberg"
COMPANY = "company/meta"
TOPIC = "topic/opening-ai-models"
ARTICLE = "2024-04-zuckerberg-open-source"
EARLIEST = "matches where the dates overlap: 2024-04 is any day of that April"


Filter = TypeVar("Filter", bound="DataclassInstance")


class Question(BaseModel):
    """What every look-up can be asked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    language: Language | None = Field(
        None, description="Of labels and glosses. Without it Accept-Language decides."
    )
    revision: Whole | None = Field(
        None, description="Answer from this revision, if it is kept; else from the current one."
    )

    def picked(self, kind: type[Filter]) -> Filter:
        """Make a filter of the parameters that are named as its fields."""
        return kind(**{field.name: getattr(self, field.name) for field in fields(kind)})


class Paged(Question):
    """A list, some items at a time."""

    limit: Count = Field(20, description="How many items at most.")
    after: Word | None = Field(
        None, description="Go on behind the items that came before: the `next` of an answer."
    )

    def page(self) -> Page:
        """Say which part of the list is wanted."""
        return Page(self.limit, self.after)


class Faceted(Paged):
    """A list that can say by which values it can be narrowed."""

    facets: Flag = Field(
        False, description="Count the whole list by the values of some parameters, 10 of each."
    )

    def page(self) -> Page:
        """Say which part of the list is wanted, and whether with facets."""
        return Page(self.limit, self.after, self.facets)


class Records(Faceted):
    """Records: who said it for whom, where and when."""

    holder: Agent | None = Field(None, description="Whose it is.", examples=[PERSON])
    speaker: Agent | None = Field(
        None, description="Who spoke, where that is not the holder.", examples=[PERSON]
    )
    on_behalf_of: Company | None = Field(
        None, description="For which company the holder spoke.", examples=[COMPANY]
    )
    article: Article | None = Field(None, description="Reported there.", examples=[ARTICLE])
    publisher: Company | None = Field(
        None, description="Reported by a publication of this company.", examples=["the-decoder"]
    )
    said_from: Date | None = Field(
        None, description=f"Said on or after; {EARLIEST}.", examples=["2024-04-18"]
    )
    said_to: Date | None = Field(
        None, description=f"Said on or before; {EARLIEST}.", examples=["2024-04"]
    )
    published_from: Date | None = Field(
        None, description=f"Published on or after; {EARLIEST}.", examples=["2024"]
    )
    published_to: Date | None = Field(
        None, description=f"Published on or before; {EARLIEST}.", examples=["2024-12"]
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        in_order(self.said_from, self.said_to, "said")
        in_order(self.published_from, self.published_to, "published")
        return self


class Narrowing(BaseModel):
    """A topic as target or quantity, with or without what is narrower."""

    narrower: Flag = Field(
        True, description="Whether topics that are narrower than the one asked for count, too."
    )


class StanceQuestion(Records, Narrowing):
    """Stances."""

    target: Thing | None = Field(
        None, description="What they are about: a topic, an entity or a record.", examples=[TOPIC]
    )
    about: Thing | None = Field(
        None,
        description=(
            "What others hold on it, on topics that concern it, and on what is narrower: `about` "
            "of an entity in full."
        ),
        examples=[COMPANY],
    )
    polarity: tuple[Polarity, ...] = Field(
        (), description=f"The side taken. {SEVERAL}", examples=[["Favour", "Undecided"]]
    )
    commitment: tuple[Commitment, ...] = Field(
        (), description=f"How far the holder is bound. {SEVERAL}", examples=[["Willingness"]]
    )
    conditional: Flag | None = Field(None, description="Whether they have a condition.")


class Claims(Records):
    """Claims and estimates."""

    subject: Thing | None = Field(None, description="Of what it is said.", examples=[COMPANY])
    predicate: Predicate | None = Field(
        None, description="What is said of it.", examples=["openSourced"]
    )
    object: Thing | None = Field(
        None, description="The other thing in it.", examples=["project/pytorch"]
    )
    about: Thing | None = Field(None, description="Subject or object.", examples=[COMPANY])
    modality: tuple[Modality, ...] = Field(
        (), description=f"How sure it is put. {SEVERAL}", examples=[["Asserted", "Possible"]]
    )
    negated: Flag | None = Field(None, description="Whether it is denied.")
    assesses: Thing | None = Field(
        None,
        description="The condition that it judges, as `article/<slug>#<fragment>`.",
        examples=[f"article/{ARTICLE}#c4"],
    )
    finding: tuple[FindingValue, ...] = Field(
        (), description=f"What it finds of a condition. {SEVERAL}", examples=[["Met", "NotMet"]]
    )


class ClaimQuestion(Claims):
    """Claims without numbers."""


class EstimateQuestion(Claims, Narrowing):
    """Claims with numbers."""

    quantity: Thing | None = Field(
        None, description="What is estimated.", examples=["topic/cost-of-producing-an-ai-model"]
    )
    currency: Currency | None = Field(
        None, description="The currency, by its code of ISO 4217.", examples=["USD"]
    )
    unit: Word | None = Field(None, description="The unit, by its code.", examples=["MTR"])
    includes: Number | None = Field(
        None, description="A number within the bounds.", examples=["10000000000"]
    )


class EntityQuestion(Faceted):
    """People, companies, groups, models, projects, topics, occasions."""

    kind: EntityKind | None = Field(None, description="Of this kind only.", examples=["person"])
    label: Word | None = Field(
        None, description="Whose label or alias begins so, in either language.", examples=["Meta"]
    )


class ArticleQuestion(Faceted):
    """Articles."""

    publisher: Company | None = Field(
        None, description="Published by this company.", examples=["the-decoder"]
    )
    in_language: Annotated[str, Field(max_length=35)] | None = Field(
        None, description="Written in this language, by its tag.", examples=["de"]
    )
    published_from: Date | None = Field(
        None, description=f"Published on or after; {EARLIEST}.", examples=["2024"]
    )
    published_to: Date | None = Field(
        None, description=f"Published on or before; {EARLIEST}.", examples=["2024-12"]
    )
    mentions: Entity | None = Field(
        None, description="With a record that mentions this entity.", examples=[COMPANY]
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        in_order(self.published_from, self.published_to, "published")
        return self


class ConditionQuestion(Faceted):
    """Conditions of stances and other records."""

    kind: tuple[ConditionKind, ...] = Field(
        (), description=f"Of these kinds. {SEVERAL}", examples=[["Safety", "Business"]]
    )
    finding: tuple[FindingValue, ...] = Field(
        (), description=f"Somebody found this of it. {SEVERAL}", examples=[["NotMet"]]
    )
    holder: Agent | None = Field(None, description="Whose records it is of.", examples=[PERSON])
    target: Thing | None = Field(
        None, description="What the stances under it are about.", examples=[TOPIC]
    )
    article: Article | None = Field(None, description="Reported there.", examples=[ARTICLE])


class SearchQuestion(Faceted):
    """Entities and articles by what they are called."""

    q: Annotated[str, Field(min_length=1, max_length=200)] = Field(
        description="Names, or their beginnings; typing errors are forgiven.",
        examples=["zuckerb", "gatekeper"],
    )
    kind: tuple[FoundKind, ...] = Field(
        (), description=f"Of these kinds only. {SEVERAL}", examples=[["person", "company"]]
    )


class TimelineQuestion(Question, Narrowing):
    """Stances in time."""

    holder: Agent | None = Field(None, description="Whose they are.", examples=[PERSON])
    target: Thing | None = Field(None, description="What they are about.", examples=[TOPIC])
    unit: Literal["year", "quarter", "month"] = Field(
        "year", description="How long a period is.", examples=["month"]
    )


class ChangeQuestion(Paged, Narrowing):
    """Changes of side."""

    holder: Agent | None = Field(None, description="Whose they are.", examples=[PERSON])
    target: Thing | None = Field(None, description="What they are about.", examples=[TOPIC])


class ComparisonQuestion(Paged):
    """Holders side by side."""

    holder: Annotated[tuple[Agent, ...], Field(min_length=2, max_length=5)] = Field(
        description=f"Whom to compare, 2 to 5 of them. {SEVERAL}",
        examples=[[PERSON, "group/many-developers"]],
    )
    target: Thing | None = Field(
        None, description="Only on this, and on what is narrower.", examples=[TOPIC]
    )


def in_order(first: str | None, last: str | None, name: str) -> None:
    """Check that a time does not end before it begins; ValueError, with the parameter's name."""
    if first is None or last is None:
        return
    shorter = min(len(first), len(last))
    if first[:shorter] > last[:shorter]:
        raise ValueError(f"{name}_from is {first!r}, which is after {name}_to, {last!r}")
