"""Stances and their conditions, as articles report them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.terms import XSD
from tests.bench import glosses
from tests.bench.nquads import both, date, typed
from tests.bench.outlines import favourites, side
from tests.bench.sheets import TERMS
from tests.bench.world import dated

if TYPE_CHECKING:
    from tests.bench.nquads import Said
    from tests.bench.register import Thing
    from tests.bench.sheets import Sheet

TRUE = typed("true", str(XSD.boolean))

_COMMITMENTS = ("Preference",) * 4 + ("Willingness",) * 3 + ("Intention",) * 2 + ("Promise",)
_COUNTS = (1, 2, 2, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 11, 15)


def take(sheet: Sheet, grounds: list[str]) -> None:
    """Take some stances, six on average; each condition is on one of them at least.

    :param grounds: the claims that can be reasons
    """
    chance, conditions = sheet.chance, sheet.outline.conditions
    count, known = chance.choice(_COUNTS), range(1, len(conditions) + 1)
    conditional = min(count, chance.randrange(len(known), len(known) + 4)) if known else 0
    on: list[set[int]] = [set() for _ in range(count)]
    for number in known:
        on[number % conditional].add(number)
    for numbers in on[:conditional]:
        if not numbers:
            numbers.add(chance.choice(known))
    chance.shuffle(on)
    for numbers in on:
        _stance(sheet, sorted(numbers), grounds)
    for number, condition in enumerate(conditions, 1):
        about = [(TERMS["type"], TERMS["Condition"]), (TERMS["kind"], TERMS[condition.kind])]
        about += both(TERMS["gloss"], condition.english, condition.german)
        sheet.say(sheet.part(f"c{number}"), about)


def _stance(sheet: Sheet, conditions: list[int], grounds: list[str]) -> None:
    chance, name, holder = sheet.chance, sheet.next("s"), sheet.quoted()
    said, day = sheet.voiced(holder)
    others = [voice for voice in sheet.voices if voice[1] != holder]
    if others and chance.random() < 0.06:
        target, other = chance.choice(others)
        polarity, _ = side(holder, other, day)
        gloss = glosses.reply(chance, holder, other, polarity)
    else:
        about = _target(sheet, holder)
        target, (polarity, turned) = about.iri, side(holder, about, day)
        gloss = glosses.stance(chance, holder, about, polarity, conditional=bool(conditions))
        if turned and chance.random() < 0.1:
            _turn(sheet, name, holder, about, turned)
    sheet.voices.append((name, holder))
    said += [(TERMS["target"], target), (TERMS["polarity"], TERMS[polarity])]
    said += [(TERMS["condition"], sheet.part(f"c{number}")) for number in conditions]
    if not conditions:
        said.append((TERMS["unconditional"], TRUE))
    if chance.random() < 0.35:
        said.append((TERMS["commitment"], TERMS[chance.choice(_COMMITMENTS)]))
    if grounds and chance.random() < 0.25:
        said.append((TERMS["reason"], chance.choice(grounds)))
    if chance.random() < 0.02:
        said = _shared(said, sheet.world.groups.pick(chance))
    sheet.record(name, "Stance", gloss, said)


def _shared(said: list[Said], group: Thing) -> list[Said]:
    """Add a holder, unless they speak; the two share no occasion, and no company to speak for."""
    if any(who == group.iri for _, who in said):
        return said
    return [
        *(pair for pair in said if pair[0] not in {TERMS["saidAt"], TERMS["onBehalfOf"]}),
        (TERMS["holder"], group.iri),
    ]


def _turn(sheet: Sheet, now: str, holder: Thing, target: Thing, turned: int) -> None:
    """Tell what somebody held before, and that this is a change, which they can deny."""
    chance, before, claim = sheet.chance, sheet.next("s"), sheet.next("k")
    day = turned - chance.randrange(1, 400)
    polarity, _ = side(holder, target, day)
    said = [
        (TERMS["holder"], holder.iri),
        (TERMS["saidOn"], date(dated(day, chance, 0.7))),
        (TERMS["target"], target.iri),
        (TERMS["polarity"], TERMS[polarity]),
        (TERMS["unconditional"], TRUE),
    ]
    gloss = glosses.stance(chance, holder, target, polarity)
    sheet.record(before, "Stance", glosses.earlier(gloss), said)
    revised = [
        (TERMS["subject"], now),
        (TERMS["predicate"], TERMS["revises"]),
        (TERMS["object"], before),
        (TERMS["modality"], TERMS["Asserted"]),
    ]
    if chance.random() < 0.6:
        sheet.record(claim, "Claim", glosses.turn(holder, target), revised, sheet.own_span())
    else:
        revised += [(TERMS["holder"], holder.iri), (TERMS["negated"], TRUE)]
        sheet.record(claim, "Claim", glosses.turn(holder, target, denied=True), revised)


def _target(sheet: Sheet, holder: Thing) -> Thing:
    """Choose what a stance is on: mostly a topic of the article's or the holder's own."""
    chance, world = sheet.chance, sheet.world
    drawn = chance.random()
    if drawn < 0.3:
        return sheet.outline.topic
    if drawn < 0.75:
        return chance.choice(favourites(world, holder))
    if drawn < 0.9:
        return world.topics.pick(chance)
    company = world.companies.pick(chance)
    return company if drawn < 0.93 and company != holder else world.models.pick(chance)
