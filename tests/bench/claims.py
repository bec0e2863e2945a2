"""Claims, estimates and findings, as articles report them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.terms import XSD
from tests.bench import glosses
from tests.bench.nquads import both, iri, typed
from tests.bench.outlines import outline
from tests.bench.sheets import TERMS
from tests.bench.stances import TRUE

if TYPE_CHECKING:
    from tests.bench.glosses import Condition
    from tests.bench.nquads import Said
    from tests.bench.register import Thing
    from tests.bench.sheets import Sheet

    Content = tuple[Thing, str, Thing]

DECIMAL, YEAR = str(XSD.decimal), str(XSD.gYear)
COUNTS = (0, 0, 0, 1, 1, 1, 2, 3)

_ROOM = 95
"""Code points of a German gloss that are left for what a claim is about."""
_MODALITIES = ("Asserted",) * 11 + ("Expected",) * 4 + ("Possible",) * 3 + ("Hypothetical",) * 2
_FINDINGS = ("Met",) * 4 + ("NotMet",) * 4 + ("Unclear",) * 2
_CURRENCIES = ("USD",) * 6 + ("EUR",) * 5 + ("GBP", "DKK", "PLN")
_UNITS = {
    "energy use of": ("KWH", "kilowatt-hours", "Kilowattstunden"),
    "number of": ("C62", "pieces", "Stück"),
    "response time of": ("SEC", "seconds", "Sekunden"),
}
_SOON = (
    ("in the next few years", "in den nächsten Jahren"),
    ("before long", "bald"),
    ("by the end of the decade", "bis zum Ende des Jahrzehnts"),
)


def claim(sheet: Sheet, name: str, reasons: list[str]) -> None:
    """Claim something, one time in five in the article's own voice.

    :param reasons: the claims it can rest on, which do not rest on it
    """
    chance = sheet.chance
    reason = (
        [(TERMS["reason"], chance.choice(reasons))] if reasons and chance.random() < 0.4 else []
    )
    if chance.random() < 0.2:
        content = _fact(sheet)
        gloss = glosses.claim(chance, "Asserted", glosses.ARTICLE, content)
        said = [*_content(content), (TERMS["modality"], TERMS["Asserted"]), *reason]
        sheet.record(name, "Claim", gloss, said, sheet.own_span())
        sheet.say(content[0].iri, [(TERMS[content[1]], content[2].iri)])
        return
    holder, content = chance.choice(sheet.cast), _opinion(sheet)
    modality, negated = chance.choice(_MODALITIES), chance.random() < 0.12
    if modality == "Asserted" and not sheet.world.imagined.isdisjoint((content[0], content[2])):
        modality = "Hypothetical"
    who = glosses.name(holder), glosses.name(holder, 1)
    gloss = glosses.claim(chance, "denied" if negated else modality, who, content)
    said, _ = sheet.voiced(holder)
    said += [*_content(content), (TERMS["modality"], TERMS[modality]), *reason]
    if negated:
        said.append((TERMS["negated"], TRUE))
    sheet.record(name, "Claim", gloss, said)


def _content(content: Content) -> list[Said]:
    subject, predicate, object_ = content
    return [
        (TERMS["subject"], subject.iri),
        (TERMS["predicate"], TERMS[predicate]),
        (TERMS["object"], object_.iri),
    ]


def _fact(sheet: Sheet) -> Content:
    """Choose what an article can state by itself: who heads, developed or opened what."""
    world, chance = sheet.world, sheet.chance
    for somebody in sheet.cast:
        if somebody in world.heads:
            return somebody, "headOf", world.heads[somebody]
    company, model = world.companies.pick(chance), world.models.pick(chance)
    if model in world.imagined or chance.random() < 0.3:
        return company, "openSourced", world.projects.pick(chance)
    return model, "developedBy", company


def _opinion(sheet: Sheet) -> Content:
    """Choose what somebody can think: what something leads to, prevents or requires."""
    world, chance = sheet.world, sheet.chance
    drawn, topic = chance.random(), sheet.outline.topic
    if drawn < 0.1:
        return world.companies.pick(chance), "openSourced", world.models.pick(chance)
    subject = topic if drawn < 0.6 and len(topic.accusative) < 50 else world.models.pick(chance)
    object_ = world.topics.pick(chance)
    if object_ == topic or len(subject.accusative) + len(object_.accusative) > _ROOM:
        object_ = world.quantities.pick(chance)
    return subject, chance.choice(("leadsTo", "leadsTo", "prevents", "requires")), object_


def estimate(sheet: Sheet) -> None:
    """Estimate a quantity, with one bound or two, in a currency or a unit."""
    chance, world = sheet.chance, sheet.world
    holder, quantity = chance.choice(sheet.cast), world.quantities.pick(chance)
    low = chance.randrange(1, 100) * 10 ** chance.choice((0, 0, 1, 2))
    high = low * chance.randrange(1, 5)
    said, _ = sheet.voiced(holder)
    said += [
        (TERMS["modality"], TERMS[chance.choice(("Expected", "Expected", "Possible", "Asserted"))]),
        (TERMS["quantity"], quantity.iri),
    ]
    measure = world.measures[quantity]
    if measure in _UNITS:
        code, *units = _UNITS[measure]
        factor, unit = "", (TERMS["unitCode"], f'"{code}"')
    else:
        currency = chance.choice(_CURRENCIES)
        factor, unit = "000000", (TERMS["currency"], f'"{currency}"')
        units = [f"million {currency}", f"Millionen {currency}"]
    said.append(unit)
    bounds = chance.random()
    if bounds < 0.9:
        said.append((TERMS["minValue"], typed(f"{low}{factor}.0", DECIMAL)))
    if bounds > 0.2:
        said.append((TERMS["maxValue"], typed(f"{high}{factor}.0", DECIMAL)))
    said += _horizon(sheet)
    gloss = glosses.estimate(holder, quantity, (low, high), (units[0], units[1]))
    sheet.record(sheet.next("q"), "Estimate", gloss, said)


def _horizon(sheet: Sheet) -> list[Said]:
    """Say for which years, or roughly when, or not at all."""
    chance, drawn = sheet.chance, sheet.chance.random()
    year = int(sheet.published[:4]) + chance.randrange(0, 6)
    if drawn < 0.3:
        last = year + chance.randrange(0, 10)
        return [(TERMS["horizonFrom"], typed(year, YEAR)), (TERMS["horizonTo"], typed(last, YEAR))]
    if drawn < 0.5:
        return [(TERMS["horizonTo"], typed(year, YEAR))]
    return both(TERMS["horizonText"], *chance.choice(_SOON)) if drawn < 0.7 else []


def assess(sheet: Sheet) -> None:
    """Find conditions met or not: now and then one of the article's own, or of an earlier one."""
    chance, here = sheet.chance, sheet.outline
    if here.conditions and chance.random() < 0.2:
        _finding(sheet, here.iri, here.conditions)
    if here.number and chance.random() < 0.1:
        there = outline(sheet.world, earlier(sheet))
        if there.conditions:
            _finding(sheet, there.iri, there.conditions)


def _finding(sheet: Sheet, article: str, conditions: tuple[Condition, ...]) -> None:
    chance, holder = sheet.chance, sheet.holder()
    number = chance.randrange(len(conditions))
    found = chance.choice(_FINDINGS)
    said, _ = sheet.voiced(holder)
    said += [
        (TERMS["modality"], TERMS["Asserted"]),
        (TERMS["assesses"], iri(f"{article}#c{number + 1}")),
        (TERMS["finding"], TERMS[found]),
    ]
    gloss = glosses.finding(holder, found, conditions[number])
    sheet.record(sheet.next("k"), "Claim", gloss, said)


def earlier(sheet: Sheet) -> int:
    """Choose the number of an earlier article, rather a late one."""
    number = sheet.outline.number
    return max(0, number - 1 - int(sheet.chance.expovariate(0.01)))
