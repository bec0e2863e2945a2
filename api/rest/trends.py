"""``/api/timeline``, ``/api/changes``, ``/api/compare``: stances over time and side by side."""

from __future__ import annotations

from flask import Blueprint, Response

from api.openapi import TRENDS, documented
from api.rest import answers, asked
from api.rest.reading import read
from kg.lookup import changes as change_lookup
from kg.lookup import comparison
from kg.lookup.timeline import timeline as stances_in_time

blueprint = Blueprint("trends", __name__)


@blueprint.get("/timeline")
@documented(asked.TimelineQuestion, answers.TimelineAnswer, TRENDS)
def timeline() -> Response:
    """Count stances by period and side.

    Of a holder, on a target, both or neither. Periods without a stance are there, without counts;
    `undated` counts stances that cannot be put into one period.
    """
    question = read(asked.TimelineQuestion)
    with answers.looking(question) as (projection, language):
        found = stances_in_time(
            projection,
            question.unit,
            question.holder,
            question.target,
            question.narrower,
            language,
        )
    return answers.answered(found, language)


@blueprint.get("/changes")
@documented(asked.ChangeQuestion, answers.ShiftsAnswer, TRENDS)
def changes() -> Response:
    """List where a holder took one side on a target, and later another.

    That is seen from the dates and sides alone. `reported` holds claims that say so; where it is
    empty, nobody on record calls it a change.
    """
    question = read(asked.ChangeQuestion)
    with answers.looking(question) as (projection, language):
        found = change_lookup.listing(
            projection,
            question.holder,
            question.target,
            question.narrower,
            question.page(),
            language,
        )
    return answers.listed(found, language)


@blueprint.get("/compare")
@documented(asked.ComparisonQuestion, answers.ComparisonAnswer, TRENDS)
def compare() -> Response:
    """Compare what several holders hold on the same targets.

    One target a row, one side a holder, in the order asked for; null where there is none.
    """
    question = read(asked.ComparisonQuestion)
    with answers.looking(question) as (projection, language):
        found = comparison.compare(
            projection, question.holder, question.target, question.page(), language
        )
    return answers.answered(found, language, found.targets.next)
