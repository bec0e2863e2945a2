"""Entities: lists of them, and one with what people ask of it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from kg import iris
from kg.errors import NotFound, Replaced
from kg.lookup import paging
from kg.lookup.firsts import NAMED, firsts
from kg.lookup.labels import marks, named, spoken
from kg.lookup.merged import Merged
from kg.lookup.results import Counts, Entity, EntityInFull, Listing, Role
from kg.lookup.sources import partial

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kg.lookup.filters import EntityFilter
    from kg.lookup.paging import Page
    from kg.lookup.results import Claim, Language, Named
    from kg.store.projection import Projection

_COUNTS = tuple(Counts.model_fields)
_COLUMNS = ("id", "class", "label_en", "label_de", "existence", "date")
_LIST = f"""
    SELECT coalesce(-mentions, 0) AS weight, {", ".join(_COLUMNS)}, [{", ".join(_COUNTS)}]
    FROM entities LEFT JOIN counts ON counts.entity = entities.id
    WHERE {{rows}}
    ORDER BY weight, id LIMIT $limit"""  # noqa: S608 - our own names
_BEHIND = "(coalesce(-mentions, 0), id) > ($weight, $last)"
_ONE = f"""
    SELECT {", ".join(_COLUMNS)}, replaced_by FROM entities
    WHERE mark IN (SELECT unnest($marks::UINTEGER[])) AND id = $key"""  # noqa: S608 - our own names
_SUMS = f"""
    SELECT {", ".join(f"coalesce(sum({name}), 0)::INTEGER" for name in _COUNTS)}
    FROM counts WHERE entity IN (SELECT unnest($keys::VARCHAR[]))"""  # noqa: S608 - our own names
_ALIASES = """
    SELECT entity, language, text FROM names
    WHERE mark IN (SELECT unnest($marks::UINTEGER[])) AND NOT preferred
    ORDER BY text, language"""
_RELATIONS = """
    SELECT entity, predicate, other FROM relations
    WHERE entity IN (SELECT unnest($keys::VARCHAR[]))
    UNION ALL
    SELECT other, 'narrower', entity FROM relations
    WHERE predicate = 'broader' AND other IN (SELECT unnest($keys::VARCHAR[]))
    ORDER BY ALL"""
_RELATED = {
    "developedBy": "developed_by",
    "concerns": "concerns",
    "broader": "broader",
    "narrower": "narrower",
    "contributor": "contributor",
    "subject": "about",
}


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
    found = [dict(zip((*_COLUMNS, "counts"), row[1:], strict=True)) for row in shown]
    return Listing[Entity](
        items=_entities(projection, found, language),
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
    rows = projection.rows(_ONE, {"key": key, "marks": marks([key])})
    if not rows:
        raise NotFound(f"there is no {key}")
    merged = Merged(projection, dict.fromkeys(NAMED, key))
    if rows[0][-1] is not None:
        raise Replaced(key, merged.current(key))
    keys = (key, *(old for old in merged.keys(NAMED[0]) if old != key))
    (sums,) = projection.rows(_SUMS, {"keys": list(keys)})
    row = dict(zip((*_COLUMNS, "counts"), (*rows[0][:-1], sums), strict=True))
    (entity,) = _entities(projection, [row], language)
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
    projection: Projection, rows: Sequence[Mapping[str, Any]], language: Language
) -> tuple[Entity, ...]:
    """Show entities with their aliases and relations; four queries at most."""
    keys = [row["id"] for row in rows]
    aliases = _aliases(projection, keys, language)
    related: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for key, predicate, other in projection.rows(_RELATIONS, {"keys": keys}) if keys else ():
        related[key][predicate].append(other)
    others = {o for some in related.values() for n in _RELATED if n in some for o in some[n]}
    names = named(projection, others, language)
    return tuple(
        Entity(
            id=iris.iri(row["id"]),
            type=row["class"],
            label=spoken(language, row["label_en"], row["label_de"]) or row["id"],
            alt_label=tuple(aliases[row["id"]]),
            exact_match=tuple(related[row["id"]]["exactMatch"]),
            existence=row["existence"],
            date=partial(row["date"]),
            counts=Counts(**{n: c or 0 for n, c in zip(_COUNTS, row["counts"], strict=True)}),
            **_relations(related[row["id"]], names),
        )
        for row in rows
    )


def _relations(
    related: Mapping[str, list[str]], names: Mapping[str, Named]
) -> dict[str, tuple[Named, ...]]:
    """Name what an entity is related to, as fields of a result."""
    return {
        column: tuple(names[key] for key in related[predicate])
        for predicate, column in _RELATED.items()
        if predicate in related
    }


def _aliases(
    projection: Projection, keys: Sequence[str], language: Language
) -> defaultdict[str, list[str]]:
    """Read aliases: those in a language or in none, else those in the other."""
    found: defaultdict[str, dict[bool, list[str]]] = defaultdict(lambda: {True: [], False: []})
    read = projection.rows(_ALIASES, {"marks": marks(keys)}) if keys else []
    for key, spoken_in, text in read:
        some = found[key][spoken_in in {language, None}]
        some.extend([text] if text not in some else [])
    chosen = {key: some[True] or some[False] for key, some in found.items()}
    return defaultdict(list, chosen)


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
