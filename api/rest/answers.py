"""How look-ups are answered: JSON that is JSON-LD, with its language and the ways on.

Members are those of ``kg.lookup.results``. Lists are always there; a value that a thing does not
have is left out.
"""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import Response, request, url_for
from pydantic import Field
from werkzeug.exceptions import NotAcceptable
from werkzeug.exceptions import NotFound as NothingThere

from api import i18n, parameters
from api.negotiate import chosen
from api.negotiate import listed as named
from api.parameters import Refused
from api.state import state
from kg import iris
from kg.errors import InputError, NotFound
from kg.formats import Format
from kg.lookup.near import near
from kg.lookup.results import (
    Article,
    ArticleInFull,
    Claim,
    Compared,
    ConditionInUse,
    Entity,
    EntityInFull,
    Hit,
    Listing,
    RecordInFull,
    Result,
    Shift,
    Stance,
    Timeline,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.rest.asked import Question
    from kg.errors import StancegraphError
    from kg.lookup.results import Language
    from kg.store.projection import Projection

FORMATS = (
    Format("json", ("application/json",), ("json",)),
    Format("jsonld", ("application/ld+json",), ("jsonld",)),
)
"""Two names of the same bytes."""
_BEGINNING = re.compile(r"(\w+)( \d+)?: ")
"""How an error of a look-up begins that is about a parameter, or about one of its values."""


class InContext(Result):
    """``@context`` says what the members mean in RDF, and in which language texts are."""

    context: tuple[str, dict[str, str]] = Field(
        alias="@context",
        examples=[["https://example.org/api/context.jsonld", {"@language": "en"}]],
    )


class StancesAnswer(InContext, Listing[Stance]):
    """Stances, the newest first."""


class ClaimsAnswer(InContext, Listing[Claim]):
    """Claims or estimates, the newest first."""


class ConditionsAnswer(InContext, Listing[ConditionInUse]):
    """Conditions with their findings and the records under them."""


class EntitiesAnswer(InContext, Listing[Entity]):
    """Entities, the most mentioned first."""


class ArticlesAnswer(InContext, Listing[Article]):
    """Articles, the newest first."""


class HitsAnswer(InContext, Listing[Hit]):
    """What was found, the best first."""


class ShiftsAnswer(InContext, Listing[Shift]):
    """Changes of side."""


class RecordAnswer(InContext, RecordInFull):
    """One record in full."""


class EntityAnswer(InContext, EntityInFull):
    """One entity in full."""


class ArticleAnswer(InContext, ArticleInFull):
    """One article in full."""


class TimelineAnswer(InContext, Timeline):
    """Stances by period."""


class ComparisonAnswer(InContext, Compared):
    """Holders side by side."""


class Unknown(NothingThere):
    """Something that was asked for by name is not there.

    ``parameter`` gave the name, None: the address did; ``near`` are values that are there.
    """

    def __init__(self, problem: str, parameter: str | None, near: tuple[str, ...]) -> None:
        others = f"; near it are {', '.join(near)}" if near else ""
        super().__init__(problem + others)
        self.parameter, self.near = parameter, near


@contextmanager
def looking(asked: Question, path: str | None = None) -> Iterator[tuple[Projection, Language]]:
    """Open the projection that is asked for, and say the language of the answer.

    :param path: the key of what the path names
    :raises Refused: a parameter cannot be used
    :raises Unknown: something that is asked for by name is not there
    """
    language = asked.language or i18n.language()
    with state().reading(asked.revision) as reading:
        try:
            yield reading.projection, language
        except InputError as error:
            raise Refused(_parameter(error, asked), str(error)) from None
        except NotFound as error:
            parameter = _parameter(error, asked)
            key = path if parameter is None else _named(error, getattr(asked, parameter))
            others = tuple(_near(reading.projection, key))
            raise Unknown(str(error), parameter, others) from None


def listed(listing: Listing[Any], language: Language) -> Response:
    """Answer with a list."""
    return answered(listing, language, listing.next)


def answered(result: Result, language: Language, following: str | None = None) -> Response:
    """Answer with a result.

    :param following: the cursor of what comes next, for the header Link
    """
    if (format_ := chosen(FORMATS, ())) is None:
        raise NotAcceptable(f"look-ups are answered as {named(FORMATS)}")
    context = json.dumps([url_for("rest.context", _external=True), {"@language": language}])
    body = result.model_dump_json(by_alias=True, exclude_none=True)
    text = f'{{"@context":{context},{body[1:]}'
    response = Response(text, content_type=format_.media_type)
    response.content_language.add(language)
    response.vary.update(["Accept", "Accept-Language"])
    response.headers["Link"] = f'<{_address()}>; rel="self"'
    if following is not None:
        response.headers.add("Link", f'<{_address(after=following)}>; rel="next"')
    return response


def _address(**changes: str) -> str:
    """Return the address of this request, with some parameters set anew."""
    values = {**parameters.of_url(), **changes}
    return request.base_url + (f"?{urlencode(values, doseq=True)}" if values else "")


def _parameter(error: StancegraphError, asked: Question) -> str | None:
    """Return the parameter with whose name an error begins; None: it begins with none."""
    found = _BEGINNING.match(str(error))
    return found[1] if found and found[1] in type(asked).model_fields else None


def _named(error: NotFound, value: str | tuple[str, ...]) -> str | None:
    """Return which of a parameter's values an error is about."""
    values = (value,) if isinstance(value, str) else value
    return next((key for key in values if key in str(error)), None)


def _near(projection: Projection, key: str | None) -> list[str]:
    kind, _, slug = (key or "").partition("/")
    return near(projection, kind, slug) if kind in iris.KINDS else []
