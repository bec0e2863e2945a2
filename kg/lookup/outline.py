"""One record in full: what it rests on, as an outline, what rests on it, and how to cite it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.errors import NotFound
from kg.lookup import citing, records
from kg.lookup.labels import named
from kg.lookup.results import Claim, Link, Named, RecordInFull, Stance

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Final

    from kg.lookup.results import Language, LinkName
    from kg.store.projection import Projection

LINKS: Final[tuple[LinkName, ...]] = ("contradicts", "repeats", "revises")
"""What editors say between records."""
DEEPEST = 40
"""Levels of an outline. What lies deeper is named, and can be looked up; pydantic writes no value
as JSON that nests a few hundred deep."""

Record = Stance | Claim


def in_full(projection: Projection, key: str, language: Language) -> RecordInFull:
    """Return a record with what it rests on, each reason in full where it comes first.

    ``supports`` names the records that rest on it, and those about it: claims that have it as
    subject or object (such as that it revises another) and stances on it.

    :raises NotFound: there is no such record
    """
    reasons = _reasons(projection, key)
    found = records.records(projection, reasons, language)
    if key not in found:
        raise NotFound(f"there is no record {key}")
    things = projection.things
    about = {
        reference.other
        for role in ("reasons", "about", "target")
        for reference in things.naming(key, role)
    }
    own = things.get([key])[key]
    links = [(link, True, other) for link in LINKS for other in own.get(link, ())]
    links += [
        (link, False, other)
        for link in LINKS
        for other in sorted(reference.other for reference in things.naming(key, link))
        if other != key  # what is said of itself is there already
    ]
    names = named(projection, about | {other for *_, other in links}, language)
    return RecordInFull(
        record=_outlined(key, reasons, found),
        supports=tuple(names[other] for other in sorted(about - {key})),
        links=tuple(
            Link(predicate=predicate, inverse=not ours, record=names[other])
            for predicate, ours, other in links
        ),
        citation=citing.record(found[key], projection.revision, language),
    )


def _reasons(projection: Projection, key: str) -> dict[str, set[str]]:
    """Return the reasons of a record and of each of its reasons, as far as they are shown.

    Those of one level are read at once.
    """
    known: dict[str, set[str]] = {}
    new = {key}
    for _ in range(DEEPEST):
        if not new:
            break
        found = projection.things.get(new)
        known |= {record: set(found.get(record, {}).get("reasons", ())) for record in new}
        new = {reason for record in new for reason in known[record]} - known.keys()
    return known | {record: set[str]() for record in new}


def _outlined(key: str, reasons: Mapping[str, set[str]], found: Mapping[str, Record]) -> Record:
    """Put each reason under the first record that gives it, in depth-first order.

    It goes without recursion, and a circle comes to a record that is shown already.
    """
    shown: dict[str, list[str]] = {}
    places: set[tuple[str, str]] = set()
    walk: list[Iterator[tuple[str, str]]] = [iter([("", key)])]
    while walk:
        step = next(walk[-1], None)
        if step is None:
            walk.pop()
        elif step[1] not in shown and len(walk) <= DEEPEST:
            current = step[1]
            places.add(step)
            shown[current] = sorted(
                (reason for reason in reasons[current] if reason in found),
                key=lambda reason: _order(found[reason]),
            )
            walk.append(iter([(current, reason) for reason in shown[current]]))
    made: dict[str, Record] = {}
    for current, given in reversed(shown.items()):
        below = (
            made[reason] if (current, reason) in places else _named(found[reason])
            for reason in given
        )
        made[current] = found[current].model_copy(update={"reason": tuple(below)})
    return made[key]


def _order(record: Record) -> tuple[int, str]:
    """Return what sorts reasons: where the evidence begins, then the IRI."""
    return (record.evidence[0].start if record.evidence else 0, record.id)


def _named(record: Record) -> Named:
    return Named(id=record.id, type=record.type, label=record.gloss)
