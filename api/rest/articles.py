"""``/api/articles``: what reports the records."""

from __future__ import annotations

from flask import Blueprint, Response

from api.openapi import ARTICLES, documented
from api.rest import answers, asked
from api.rest.reading import read
from kg.lookup import articles as article_lookup
from kg.lookup.filters import ArticleFilter

blueprint = Blueprint("articles", __name__)


@blueprint.get("/articles")
@documented(asked.ArticleQuestion, answers.ArticlesAnswer, ARTICLES)
def articles() -> Response:
    """List articles, the newest first.

    Each with the number of its records of each class.
    """
    question = read(asked.ArticleQuestion)
    wanted = ArticleFilter(
        publisher=question.publisher,
        language=question.in_language,
        published_from=question.published_from,
        published_to=question.published_to,
        mentions=question.mentions,
    )
    with answers.looking(question) as (projection, language):
        found = article_lookup.listing(projection, wanted, question.page(), language)
    return answers.listed(found, language)


@blueprint.get("/articles/<article>")
@documented(asked.Question, answers.ArticleAnswer, ARTICLES)
def article_in_full(article: str) -> Response:
    """Show one article with all its records, in the order of their evidence in the text.

    Evidence is a span of the normalised text, with its SHA-256; the text itself is not here.
    """
    question = read(asked.Question)
    key = f"article/{article}"
    with answers.looking(question, key) as (projection, language):
        found = article_lookup.in_full(projection, key, language)
    return answers.answered(found, language)
