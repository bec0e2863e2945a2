"""Languages: which one an answer is in, its messages, and how it writes dates and numbers.

English is the language of the templates and of the code; ``messages/de.po`` says it in German.
"""

from __future__ import annotations

from datetime import date as day
from decimal import Decimal
from functools import cache, lru_cache
from gettext import NullTranslations
from importlib.resources import files
from io import BytesIO
from typing import TYPE_CHECKING, Literal, cast, get_args

from babel.dates import format_date, format_skeleton
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_compact_decimal, format_decimal, get_currency_name
from babel.support import Translations
from flask import g, request

from api import parameters
from kg.lookup.results import Language

if TYPE_CHECKING:
    from flask import Flask, Response

LANGUAGES: tuple[Language, ...] = get_args(Language)
LOCALES: dict[Language, Literal["en_GB", "de_DE"]] = {"en": "en_GB", "de": "de_DE"}
SCALES = (10**12, 10**9, 10**6)
"""Numbers from these on are written in words, 10 billion, if ``DECIMALS`` are enough for them."""
DECIMALS = 2


def register(app: Flask) -> None:
    """Give the templates of ``app`` their messages, and its pages the headers for languages."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # the extension's own
        gettext, ngettext, newstyle=True
    )
    app.jinja_env.filters.update(date=date, number=number, amount=amount)
    app.jinja_env.globals.update(language=language, languages=LANGUAGES, other_language=other)
    app.after_request(_labelled)


def language() -> Language:
    """Return the language of this answer: that of ``language=``, else the best by Accept-Language.

    One that is not there is passed over here, since a refusal has to be in some language, too.
    """
    if "language" not in g:
        given = request.args.get("language")
        g.switched = given if given in LANGUAGES else None
        best = request.accept_languages.best_match(LANGUAGES, default="en")
        g.language = g.switched or best
    return cast("Language", g.language)


def check() -> None:
    """Refuse a language that is not there."""
    given = parameters.single(parameters.of_url(), "language")
    if given not in {None, *LANGUAGES}:
        problem = f"language is {given!r}; there are {', '.join(LANGUAGES)}"
        raise parameters.Refused("language", problem, allowed=LANGUAGES)


def other() -> Language:
    """Return the language that the switch leads to."""
    return "en" if language() == "de" else "de"


def gettext(message: str) -> str:
    """Say a message in the language of this answer."""
    return _messages(language()).gettext(message)


def ngettext(one: str, several: str, number: int) -> str:
    """Say a message about a number of things."""
    return _messages(language()).ngettext(one, several, number)


def marked(message: str) -> str:
    """Mark a message that is said elsewhere, so that it is found for translation."""
    return message


def plural(one: str, several: str) -> tuple[str, str]:
    """Mark a message about a number of things that is said elsewhere."""
    return one, several


def date(value: str) -> str:
    """Write a partial date or a period in the language of this answer: 18 April 2024, Q2 2024."""
    return _date(value, language())


def number(value: int) -> str:
    """Write a whole number with its thousands set off."""
    return _number(value, language())


def amount(value: str, currency: str | None = None) -> str:
    """Write a decimal, large ones in words and none rounded, before the name of a currency."""
    return _amount(value, currency, language())


@cache
def _messages(chosen: Language) -> NullTranslations:
    if chosen == "en":
        return NullTranslations()
    source = files("api") / "messages" / f"{chosen}.po"
    compiled = BytesIO()
    with source.open("rb") as text:
        write_mo(compiled, read_po(text, locale=chosen))
    compiled.seek(0)
    return Translations(compiled)


@lru_cache(maxsize=1 << 14)
def _date(value: str, chosen: Language) -> str:
    locale = LOCALES[chosen]
    try:
        parts = [int(part.removeprefix("Q")) for part in value.split("-")]
        match parts:
            case [year, quarter] if "Q" in value:
                return format_skeleton("yQQQ", day(year, 3 * quarter - 2, 1), locale=locale)
            case [year, month]:
                return format_skeleton("yMMMM", day(year, month, 1), locale=locale)
            case [year, month, of_month]:
                return format_date(day(year, month, of_month), "long", locale=locale)
    except ValueError:
        pass  # years before 1 and dates with a time zone stand as they were written
    return value


@lru_cache(maxsize=1 << 14)
def _number(value: int, chosen: Language) -> str:
    return format_decimal(value, locale=LOCALES[chosen])


@lru_cache(maxsize=1 << 12)
def _amount(value: str, currency: str | None, chosen: Language) -> str:
    locale = LOCALES[chosen]
    exact = Decimal(value).normalize()
    scale = next((scale for scale in SCALES if abs(exact) >= scale), None)
    written = format_decimal(exact, locale=locale, decimal_quantization=False)
    if scale is not None:
        decimals = max(0, -cast("int", (exact / scale).normalize().as_tuple().exponent))
        if decimals <= DECIMALS:
            written = format_compact_decimal(
                exact, format_type="long", locale=locale, fraction_digits=decimals
            )
    if currency is None:
        return written
    return f"{written} {get_currency_name(currency, count=exact, locale=locale)}"


def _labelled(response: Response) -> Response:
    """Say which language a page is in, and that it may come in another one."""
    if response.mimetype == "text/html" and "language" in g:
        response.content_language.add(language())
        response.vary.add("Accept-Language")
    return response
