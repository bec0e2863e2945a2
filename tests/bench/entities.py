"""How the entities of the invented world are made, kind by kind; the best known come first."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, TypeVar

from kg.terms import SG, SKOS
from tests.bench import words
from tests.bench.nquads import iri

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.bench.register import Population, Register, Thing

T = TypeVar("T")
U = TypeVar("U")

MEASURES = (
    ("cost of", "Kosten von", "die"),
    ("energy use of", "Energieverbrauch von", "den"),
    ("number of", "Zahl von", "die"),
    ("response time of", "Antwortzeit von", "die"),
)
"""What can be estimated, with the German article in the accusative."""
BROADER, CONCERNS, DEVELOPED_BY, EXISTENCE = (
    iri(p) for p in (SKOS.broader, SG.concerns, SG.developedBy, SG.existence)
)


def people(register: Register, count: int) -> list[Thing]:
    """Make people with names of many languages."""
    chance, made = register.chance, []

    def name() -> str:
        last = chance.choice(words.STEMS) + chance.choice(words.ENDINGS)
        kind = chance.random()
        if kind < 0.03:
            last = f"O'{last}"
        elif kind < 0.08:
            last += f"-{chance.choice(words.STEMS)}{chance.choice(words.ENDINGS)}"
        return f"{chance.choice(words.FIRST)} {last}"

    for called in register.names(count, name):
        first, _, last = called.partition(" ")
        said = register.match(0.2) + register.alias(0.3, f"{first[0]}. {last}")
        made.append(register.add("person", called, said=said))
    return made


def firms(register: Register, count: int) -> list[Thing]:
    """Make firms, and a public body in place of every ninth."""
    chance, made = register.chance, []
    bodies = list(product(words.ACTIONS, words.THINGS))
    chance.shuffle(bodies)

    def name() -> str:
        firm = chance.choice(words.STEMS) + chance.choice(words.FIRMS)
        return f"{firm} {chance.choice(words.FORMS)}"

    for number, called in enumerate(register.names(count, name)):
        if number % 9 == 5 and bodies:
            (action, done), (thing, things) = bodies.pop()
            body = f"Office for {action} {thing}", f"Amt zum {done} von {things}"
            made.append(register.add("company", *body))
        else:
            said = register.match(0.15)
            said += register.alias(0.25, f"{called}, Inc.", f"{called} GmbH")
            made.append(register.add("company", called, said=said))
    return made


def papers(register: Register, count: int) -> list[Thing]:
    """Make companies that publish articles."""
    names = [f"{town} {paper}" for town, paper in product(words.TOWNS, words.PAPERS)]
    chosen = register.chance.sample(names, count)
    return [register.add("company", name, said=register.match(0.3)) for name in chosen]


def groups(register: Register, count: int) -> list[Thing]:
    """Make groups, people spoken of collectively."""
    possible = list(product(words.GATHERINGS, words.FOLK, words.TOWNS))
    return [
        register.add("group", f"{some} {folk} in {town}", f"{einige} {leute} in {town}")
        for (some, einige), (folk, leute), town in register.chance.sample(possible, count)
    ]


def models(register: Register, count: int, companies: Population) -> dict[Thing, str]:
    """Make models, each with whether it exists: Released, Announced or Imagined."""
    chance = register.chance
    made: dict[Thing, str] = {}
    for family, version in chance.sample(list(product(words.MODELS, words.VERSIONS)), count):
        existence = chance.choices(("Released", "Announced", "Imagined"), (80, 14, 6))[0]
        said = [(EXISTENCE, iri(SG[existence])), *register.match(0.1)]
        said += register.alias(0.2, f"{family}-{version}")
        if existence != "Imagined" and chance.random() < 0.6:
            said.append((DEVELOPED_BY, companies.pick(chance).iri))
        made[register.add("model", f"{family} {version}", said=said)] = existence
    return made


def projects(register: Register, count: int, companies: Population) -> list[Thing]:
    """Make projects, half of them developed by a company."""
    chance, made = register.chance, []
    names = [f"{stem}{kit}" for stem, kit in product(words.STEMS, words.KITS)]
    for name in chance.sample(names, count):
        said = [(DEVELOPED_BY, companies.pick(chance).iri)] if chance.random() < 0.5 else []
        made.append(register.add("project", name, said=said))
    return made


def quantities(register: Register, count: int) -> dict[Thing, str]:
    """Make topics that have numbers, each with its measure's English words."""
    made: dict[Thing, str] = {}
    chosen = register.chance.sample(list(product(MEASURES, words.THINGS)), count)
    for (measure, mass, article), (thing, things) in chosen:
        topic = register.add("topic", f"{measure} {thing}", f"{mass} {things}")
        made[_declined(topic, article)] = measure
    return made


def topics(register: Register, count: int, concerned: Sequence[Thing]) -> list[Thing]:
    """Make topics on four levels: a thing, an action on it, that somewhere, and that with a model.

    :param concerned: the models that the narrowest topics concern
    """
    chance = register.chance
    things = chance.sample(words.THINGS, max(4, min(len(words.THINGS), count // 16)))
    roots = {
        thing: _declined(
            register.add("topic", f"dealing with {thing[0]}", f"Umgang mit {thing[1]}"), "den"
        )
        for thing in things
    }
    actions: list[Thing] = []
    for thing, (action, done) in _some(register, things, words.ACTIONS, count // 4):
        names = f"{action} {thing[0]}", f"{done} von {thing[1]}"
        said = register.alias(0.2, f"the {action} of {thing[0]}", f"das {names[1]}")
        said.append((BROADER, roots[thing].iri))
        actions.append(_declined(register.add("topic", *names, said=said), "das"))
    somewhere = _narrower(register, actions, words.PLACES, int(count * 0.45))
    with_a_model = _some(
        register, somewhere, concerned, count - len(somewhere) - len(actions) - len(roots)
    )
    narrowest = []
    for topic, model in with_a_model:
        names = (
            f"{topic.english} with {model.english}",
            f"{topic.nominative[4:]} mit {model.english}",
        )
        said = [(BROADER, topic.iri), (CONCERNS, model.iri)]
        narrowest.append(_declined(register.add("topic", *names, said=said), "das"))
    made = [*roots.values(), *actions, *somewhere, *narrowest]
    chance.shuffle(made)
    return made


def _narrower(
    register: Register, wide: list[Thing], places: tuple[words.Pair, ...], count: int
) -> list[Thing]:
    """Make topics that are others in one place."""
    made = []
    for topic, (place, ort) in _some(register, wide, places, count):
        names = f"{topic.english} {place}", f"{topic.nominative[4:]} {ort}"
        narrow = register.add("topic", *names, said=[(BROADER, topic.iri)])
        made.append(_declined(narrow, "das"))
    return made


def _some(
    register: Register, ones: Sequence[T], others: Sequence[U], count: int
) -> list[tuple[T, U]]:
    """Return some of the pairs of two lists, each pair once."""
    total = len(ones) * len(others)
    chosen = register.chance.sample(range(total), min(count, total))
    return [(ones[number // len(others)], others[number % len(others)]) for number in chosen]


def _declined(topic: Thing, article: str) -> Thing:
    """Add the article to a topic's German name; ``article`` is that of the accusative."""
    nominative = "der" if article == "den" else article
    return topic._replace(
        nominative=f"{nominative} {topic.nominative}", accusative=f"{article} {topic.accusative}"
    )
