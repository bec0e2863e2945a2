"""What records say, in one sentence of English and one of German, in words of our own."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tests.bench import words

if TYPE_CHECKING:
    from random import Random

    from tests.bench.register import Thing
    from tests.bench.words import Pair

_ROOM = 200 - len("Earlier: .")
"""Code points that a sentence can have: a gloss has up to 200 (shapes/core.ttl)."""

_SIDES: dict[str, tuple[Pair, ...]] = {
    "Favour": (
        ("{h} is for {t}", "{h} ist für {t}"),
        ("{h} backs {t}", "{h} befürwortet {t}"),
        ("{h} supports {t}", "{h} unterstützt {t}"),
        ("{h} comes out for {t}", "{h} spricht sich für {t} aus"),
        ("{h} calls for {t}", "{h} fordert {t}"),
        ("{h} praises {t}", "{h} lobt {t}"),
    ),
    "Against": (
        ("{h} is against {t}", "{h} ist gegen {t}"),
        ("{h} rejects {t}", "{h} lehnt {t} ab"),
        ("{h} opposes {t}", "{h} stellt sich gegen {t}"),
        ("{h} criticises {t}", "{h} kritisiert {t}"),
        ("{h} wants to stop {t}", "{h} will {t} stoppen"),
        ("{h} speaks out against {t}", "{h} spricht sich gegen {t} aus"),
    ),
    "Undecided": (
        ("{h} is still weighing {t}", "{h} wägt {t} noch ab"),
        ("{h} does not commit to {t}", "{h} legt sich nicht auf {t} fest"),
        ("{h} wavers over {t}", "{h} schwankt, was {t} angeht"),
    ),
    "Neutral": (
        ("{h} takes no side on {t}", "{h} bewertet {t} nicht"),
        ("{h} describes {t} without judging", "{h} beschreibt {t}, ohne zu werten"),
    ),
}
_REPLIES: dict[str, Pair] = {
    "Favour": ("{h} agrees with what {t} says", "{h} stimmt dem zu, was {t} sagt"),
    "Against": ("{h} contradicts what {t} says", "{h} widerspricht dem, was {t} sagt"),
    "Undecided": ("{h} leaves open whether {t} is right", "{h} lässt offen, ob {t} recht hat"),
    "Neutral": ("{h} only repeats what {t} says", "{h} wiederholt nur, was {t} sagt"),
}
_TERMS: Pair = (", but only on certain terms", ", aber nur unter Bedingungen")
_TAILS: tuple[Pair, ...] = (
    ("", ""),
    (" and points to {e} for {w}", " und verweist auf {e} für {w}"),
    (" and speaks of {e} {p}", " und nennt {e} {p}"),
    (", after {n} months of thought", ", nach {n} Monaten Bedenkzeit"),
    (", with an eye on {e} and {f} for {w}", ", mit Blick auf {e} und {f} für {w}"),
)
_CONDITIONS: dict[str, tuple[Pair, ...]] = {
    "Safety": (
        (
            "Independent tests of {o} find no more than {n} serious faults.",
            "Unabhängige Tests von {o} finden höchstens {n} schwere Fehler.",
        ),
        (
            "At least {n} outside teams have looked into the use of {o} {p}.",
            "Mindestens {n} fremde Teams haben den Einsatz von {o} {p} untersucht.",
        ),
        (
            "A person can stop the use of {o} {p} within {n} minutes.",
            "Ein Mensch kann den Einsatz von {o} {p} binnen {n} Minuten stoppen.",
        ),
    ),
    "Business": (
        (
            "The business with {o} {p} grows by {n} per cent a year.",
            "Das Geschäft mit {o} {p} wächst um {n} Prozent im Jahr.",
        ),
        (
            "Income from {o} covers {n} per cent of the costs.",
            "Einnahmen aus {o} decken {n} Prozent der Kosten.",
        ),
        (
            "At least {n} customers ask for {o} {p}.",
            "Mindestens {n} Kunden fragen nach {o} {p}.",
        ),
    ),
    "Legal": (
        (
            "A law limits liability for {o} {p} to {n} million euros.",
            "Ein Gesetz begrenzt die Haftung bei {o} {p} auf {n} Millionen Euro.",
        ),
        (
            "Courts in {n} countries allow the use of {o} {p}.",
            "Gerichte in {n} Ländern erlauben den Einsatz von {o} {p}.",
        ),
    ),
    "Benefit": (
        (
            "At least {n} per cent of those affected by {o} gain by it.",
            "Mindestens {n} Prozent der von {o} Betroffenen haben etwas davon.",
        ),
        (
            "People save {n} hours a month with {o} {p}.",
            "Menschen sparen mit {o} {p} {n} Stunden im Monat.",
        ),
    ),
    "Other": (
        (
            "No more than {n} members object to the use of {o} {p}.",
            "Höchstens {n} Mitglieder haben Einwände gegen den Einsatz von {o} {p}.",
        ),
    ),
}
_KINDS, _KIND_WEIGHTS = tuple(_CONDITIONS), (38, 62, 82, 95, 100)
_LEADS: dict[str, tuple[Pair, ...]] = {
    "Asserted": (("says", "sagt"), ("stresses", "betont"), ("explains", "erklärt")),
    "Expected": (("expects", "erwartet"), ("predicts", "sagt voraus")),
    "Possible": (
        ("thinks it possible", "hält für möglich"),
        ("does not rule out", "schließt nicht aus"),
    ),
    "Hypothetical": (("imagines", "stellt sich vor"), ("supposes", "nimmt einmal an")),
    "denied": (("denies", "bestreitet"), ("rejects the view", "weist die Ansicht zurück")),
}
_CONTENTS: dict[str, Pair] = {
    "headOf": ("{s} heads {o}", "{s} leitet {o}"),
    "developedBy": ("{s} was developed by {o}", "{s} wurde von {o} entwickelt"),
    "openSourced": ("{s} has opened {o}", "{s} hat {o} geöffnet"),
    "leadsTo": ("{s} brings about {o}", "{s} bewirkt {o}"),
    "prevents": ("{s} prevents {o}", "{s} verhindert {o}"),
    "requires": ("{s} requires {o}", "{s} erfordert {o}"),
}
_FINDINGS: dict[str, Pair] = {
    "Met": ("{h} holds this to be met: {c}", "{h} hält dies für erfüllt: {c}"),
    "NotMet": ("{h} holds this not to be met: {c}", "{h} hält dies für nicht erfüllt: {c}"),
    "Unclear": ("{h} holds this to be open: {c}", "{h} hält dies für offen: {c}"),
}
_TURN: tuple[Pair, Pair] = (
    ("{h} has changed sides on {t}.", "{h} hat, was {t} angeht, die Seite gewechselt."),
    ("{h} denies having changed sides on {t}.", "{h} will {t} nie anders gesehen haben."),
)
ARTICLE: Pair = ("The article", "Der Artikel")
"""Who says what nobody else is quoted with."""
_HEADLINES: tuple[Pair, ...] = (
    ("{h} on {t}", "{h} über {t}"),
    ("Dispute over {t}", "Streit um {t}"),
    ("Who is for {t}, and who is not", "Wer für {t} ist, und wer nicht"),
    ("{n} answers to {h}", "{n} Antworten an {h}"),
)


class Condition(NamedTuple):
    """What a condition says: a kind of the code list and two glosses."""

    kind: str
    english: str
    german: str


def condition(chance: Random) -> Condition:
    """Think of a condition; safety comes most often, other kinds than the four hardly ever."""
    drawn = chance.random() * 100
    kind = next(k for k, upto in zip(_KINDS, _KIND_WEIGHTS, strict=True) if drawn < upto)
    english, german = chance.choice(_CONDITIONS[kind])
    (thing, ding), (place, ort) = chance.choice(words.THINGS), chance.choice(words.PLACES)
    number = chance.randrange(2, 90)
    return Condition(
        kind,
        english.format(o=thing, p=place, n=number),
        german.format(o=ding, p=ort, n=number),
    )


def stance(
    chance: Random, holder: Thing, target: Thing, polarity: str, *, conditional: bool = False
) -> Pair:
    """Say that a holder takes a side on a target."""
    english, german = chance.choice(_SIDES[polarity])
    return _sentence(
        chance,
        english.format(h=name(holder), t=target.english),
        german.format(h=name(holder, 1), t=target.accusative),
        _TERMS if conditional else ("", ""),
    )


def reply(chance: Random, holder: Thing, other: Thing, polarity: str) -> Pair:
    """Say that a holder takes a side on what somebody else says."""
    english, german = _REPLIES[polarity]
    return _sentence(
        chance,
        english.format(h=name(holder), t=other.english),
        german.format(h=name(holder, 1), t=other.nominative),
    )


def claim(chance: Random, lead: str, who: Pair, content: tuple[Thing, str, Thing]) -> Pair:
    """Say that somebody says something.

    :param lead: a modality, or "denied"
    :param who: who says so, with a capital, in both languages
    :param content: subject, local name of the predicate, object
    """
    says, sagt = chance.choice(_LEADS[lead])
    subject, predicate, object_ = content
    english, german = _CONTENTS[predicate]
    return _sentence(
        chance,
        f"{who[0]} {says}: {english.format(s=subject.english, o=object_.english)}",
        f"{who[1]} {sagt}: {german.format(s=name(subject, 1), o=object_.accusative)}",
    )


def finding(holder: Thing, found: str, condition: Condition) -> Pair:
    """Say what a holder finds about a condition."""
    english, german = _FINDINGS[found]
    return (
        english.format(h=name(holder), c=condition.english),
        german.format(h=name(holder, 1), c=condition.german),
    )


def earlier(gloss: Pair) -> Pair:
    """Say that something was so before."""
    return f"Earlier: {gloss[0]}", f"Früher: {gloss[1]}"


def turn(holder: Thing, target: Thing, *, denied: bool = False) -> Pair:
    """Say that a holder changed sides on a target, or that they deny it."""
    english, german = _TURN[denied]
    return (
        english.format(h=name(holder), t=target.english),
        german.format(h=name(holder, 1), t=target.accusative),
    )


def estimate(holder: Thing, quantity: Thing, bounds: tuple[int, int], unit: Pair) -> Pair:
    """Say how much a holder thinks that something is, between two bounds."""
    low, high = (f"{bound:,}" for bound in bounds)
    niedrig, hoch = (bound.replace(",", ".") for bound in (low, high))
    return (
        f"{name(holder)} puts the {quantity.english} at {low} to {high} {unit[0]}.",
        f"{name(holder, 1)} beziffert {quantity.accusative} auf {niedrig} bis {hoch} {unit[1]}.",
    )


def headline(chance: Random, holder: Thing, topic: Thing) -> Pair:
    """Think of a headline."""
    english, german = chance.choice(_HEADLINES)
    number = chance.randrange(2, 20)
    return (
        english.format(h=name(holder), t=topic.english, n=number),
        german.format(h=name(holder, 1), t=topic.accusative, n=number),
    )


def name(thing: Thing, german: int = 0) -> str:
    """Name an entity at the beginning of a sentence, in English or (1) in German."""
    called = thing.nominative if german else thing.english
    return called[0].upper() + called[1:]


def _sentence(chance: Random, english: str, german: str, terms: Pair = ("", "")) -> Pair:
    """End a sentence, with terms and one more thought as far as there is room for them."""
    tail = chance.choice(_TAILS)
    if tail[0]:
        effect, other = chance.choice(words.EFFECTS), chance.choice(words.EFFECTS)
        folk, place = chance.choice(words.CONCERNED), chance.choice(words.PLACES)
        number = chance.randrange(2, 60)
        tail = (
            tail[0].format(e=effect[0], f=other[0], w=folk[0], p=place[0], n=number),
            tail[1].format(e=effect[1], f=other[1], w=folk[1], p=place[1], n=number),
        )
    for more in ((terms[0] + tail[0], terms[1] + tail[1]), terms):
        if len(english) + len(more[0]) <= _ROOM and len(german) + len(more[1]) <= _ROOM:
            return f"{english}{more[0]}.", f"{german}{more[1]}."
    return f"{english}.", f"{german}."
