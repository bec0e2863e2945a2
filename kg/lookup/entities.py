"""Entities: lists of them, and one with what people ask of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg import iris
from kg.errors import NotFound, Replaced
from kg.lookup import paging
from kg.lookup.firsts import NAMED, firsts
from kg.lookup.labels import label, named
from kg.lookup.merged import Merged
from kg.lookup.results import Counts, Entity, EntityInFull, Listing, Role
from kg.lookup.sources import partial
from kg.lookup.where import Where
from kg.store.derivation import ENTITIES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kg.lookup.filters import EntityFilter
    from kg.lookup.paging import Page
    from kg.lookup.results import Claim, Language
    from kg.store.projection import Projection
    from kg.store.things import Thing

_COUNTS = tuple(Counts.model_fields)
_LIST = f"""
    SELECT coalesce(-mentions, 0) AS weight, id, [{", ".join(_COUNTS)}]
    FROM entities LEFT JOIN counts ON counts.entity = entities.id
    WHERE {{rows}}
    ORDER BY weight, id LIMIT $limit"""  # noqa: S608 - our own names
_BEHIND = "(coalesce(-mentions, 0), id) > ($weight, $last)"
_SUMS = f"""
    SELECT {", ".join(f"coalesce(sum({name}), 0)::INTEGER" for name in _COUNTS)}
    FROM counts WHERE {{rows}}"""  # noqa: S608 - our own names
_RELATED = ("developed_by", "concerns", "broader", "contributor", "about")


def listing(
    projection: Projection, asked: EntityFilter, page: Page, language: Language
) -> Listing[Entity]:
    """List entities, those mentioned most first, then by key; merged ones are left out.

    :raises InputError: the filter or the cursor cannot be read
    """
    where = asked.where()
    of = paging.scope("entities", asked)
    behind: dict[str, object] = {}
    if page.after:
        behind = dict(zip(("weight", "last"), paging.place(page.after, of, int, str), strict=True))
    rows = projection.rows(
        _LIST.format(rows=where.text(*([_BEHIND] if behind else []))),
        where.parameters | behind | {"limit": page.limit + 1},
    )
    shown = rows[: page.limit]
    return Listing[Entity](
        items=_entities(projection, {key: counts for _, key, counts in shown}, language),
        next=paging.cursor(of, *shown[-1][:2]) if len(rows) > page.limit else None,
        total=paging.total(projection, "entities", where),
    )


def in_full(projection: Projection, key: str, language: Language) -> EntityInFull:
    """Return an entity with its roles and the first pages of its lists.

    Each ``next`` goes on with the list of that kind: ``held`` is stances with ``holder``, ``about``
    stances with ``about``, ``claimed`` claims with ``holder``, ``said_of`` claims with ``about``,
    ``articles`` articles with ``mentions``.

    :raises NotFound: there is no such entity
    :raises Replaced: it was merged into another one
    """
    thing = projection.things.get([key]).get(key)
    if thing is None or thing["class"] not in ENTITIES:
        raise NotFound(f"there is no {key}")
    merged = Merged(projection, dict.fromkeys(NAMED, key))
    if "replaced_by" in thing:
        raise Replaced(key, merged.current(key))
    keys = (key, *(old for old in merged.keys(NAMED[0]) if old != key))
    where = Where()
    where.among("entity", keys, "keys")
    (sums,) = projection.rows(_SUMS.format(rows=where.text()), where.parameters)
    (entity,) = _entities(projection, {key: sums}, language)
    found = firsts(projection, merged, keys, entity.counts, language)
    return EntityInFull(
        entity=entity,
        roles=_roles(found.roles, keys),
        held=found.held,
        about=found.about,
        claimed=found.claimed,
        said_of=found.said_of,
        articles=found.articles,
    )


def _entities(
    projection: Projection, counts: Mapping[str, Sequence[int | None]], language: Language
) -> tuple[Entity, ...]:
    """Show entities, given the counts of each, with their aliases and relations."""
    things = projection.things.get(counts)
    related = {key: _related(projection, key, thing) for key, thing in things.items()}
    others = {other for some in related.values() for keys in some.values() for other in keys}
    names = named(projection, others, language)
    return tuple(
        Entity(
            id=iris.iri(key),
            type=thing["class"],
            label=label(key, thing, language),
            alt_label=_aliases(thing, language),
            exact_match=tuple(thing.get("exact_match", ())),
            existence=thing.get("existence"),
            date=partial(thing.get("date")),
            counts=Counts(**{n: c or 0 for n, c in zip(_COUNTS, counts[key], strict=True)}),
            **{name: tuple(names[key] for key in some) for name, some in related[key].items()},
        )
        for key, thing in things.items()
    )


def _related(projection: Projection, key: str, thing: Thing) -> dict[str, list[str]]:
    """Return what an entity is related to: keys, by fields of a result."""
    narrower = sorted(reference.other for reference in projection.things.naming(key, "broader"))
    return {name: thing[name] for name in _RELATED if name in thing} | {"narrower": narrower}


def _aliases(thing: Thing, language: Language) -> tuple[str, ...]:
    """Return aliases: those in a language or in none, else those in the other."""
    aliases = [(text, spoken) for text, spoken, preferred in thing["names"] if not preferred]
    chosen = [text for text, spoken in aliases if spoken in {language, None}]
    return tuple(dict.fromkeys(chosen or [text for text, _ in aliases]))


def _roles(found: Sequence[Claim], keys: Sequence[str]) -> tuple[Role, ...]:
    """Say which role each claim gives to an entity, or to something else that names it."""
    own = {iris.iri(key) for key in keys}
    roles = []
    for claim in found:
        inverse = claim.subject is None or claim.subject.id not in own
        other = claim.subject if inverse else claim.object
        if other is not None and claim.predicate is not None:
            roles.append(Role(predicate=claim.predicate, inverse=inverse, other=other, claim=claim))
    return tuple(roles)
