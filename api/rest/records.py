"""``/api/stances``, ``claims``, ``estimates``, ``conditions``, and ``records`` for one in full."""

from __future__ import annotations

from flask import Blueprint, Response

from api.openapi import RECORDS, documented
from api.rest import answers, asked
from api.rest.reading import read
from kg.lookup import claims as claim
from kg.lookup import conditions as condition
from kg.lookup import outline
from kg.lookup import stances as stance
from kg.lookup.filters import ClaimFilter, ConditionFilter, EstimateFilter, StanceFilter

blueprint = Blueprint("records", __name__)


@blueprint.get("/stances")
@documented(asked.StanceQuestion, answers.StancesAnswer, RECORDS)
def stances() -> Response:
    """List stances, the newest first.

    Each with its holder, its target, the side taken, its conditions and what was found of them, its
    evidence and the article that reports it. Facets are `polarity`, `commitment`, `conditional`,
    `publisher`, `holder`, `target` and `year`.
    """
    question = read(asked.StanceQuestion)
    wanted = question.picked(StanceFilter)
    with answers.looking(question) as (projection, language):
        found = stance.listing(projection, wanted, question.page(), language)
    return answers.listed(found, language)


@blueprint.get("/claims")
@documented(asked.ClaimQuestion, answers.ClaimsAnswer, RECORDS)
def claims() -> Response:
    """List claims, the newest first.

    A claim without a holder is the article's own. Estimates are listed by themselves.
    """
    question = read(asked.ClaimQuestion)
    wanted = question.picked(ClaimFilter)
    with answers.looking(question) as (projection, language):
        found = claim.listing(projection, wanted, question.page(), language)
    return answers.listed(found, language)


@blueprint.get("/estimates")
@documented(asked.EstimateQuestion, answers.ClaimsAnswer, RECORDS)
def estimates() -> Response:
    """List estimates, the newest first.

    Bounds are decimals as text; what is not known of an estimate is not there.
    """
    question = read(asked.EstimateQuestion)
    wanted = question.picked(EstimateFilter)
    with answers.looking(question) as (projection, language):
        found = claim.estimates(projection, wanted, question.page(), language)
    return answers.listed(found, language)


@blueprint.get("/conditions")
@documented(asked.ConditionQuestion, answers.ConditionsAnswer, RECORDS)
def conditions() -> Response:
    """List conditions, with what was found of them and the records that stand under them.

    A finding is somebody's, and dated; where there is none, nobody on record has judged it.
    """
    question = read(asked.ConditionQuestion)
    wanted = question.picked(ConditionFilter)
    with answers.looking(question) as (projection, language):
        found = condition.listing(projection, wanted, question.page(), language)
    return answers.listed(found, language)


@blueprint.get("/records/<article>/<fragment>")
@documented(asked.Question, answers.RecordAnswer, RECORDS)
def record_in_full(article: str, fragment: str) -> Response:
    """Show one stance, claim or estimate in full.

    With its reasons, followed as far as they go, what rests on it, what editors say between it and
    others, and how to cite it.
    """
    question = read(asked.Question)
    key = f"article/{article}#{fragment}"
    with answers.looking(question, key) as (projection, language):
        found = outline.in_full(projection, key, language)
    return answers.answered(found, language)
