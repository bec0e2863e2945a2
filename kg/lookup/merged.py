"""Entities that were merged: what a filter names means the entity and all that went into it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from kg import iris
from kg.errors import NotFound
from kg.lookup.labels import UNKNOWN, named

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kg.store.projection import Projection

REPLACED = """
    SELECT id, replaced_by FROM entities WHERE replaced_by IS NOT NULL"""

_REPLACED: WeakKeyDictionary[Projection, Mapping[str, str]] = WeakKeyDictionary()


def replaced(projection: Projection) -> Mapping[str, str]:
    """Return what took the place of each merged entity; read once, since a projection stays."""
    found = _REPLACED.get(projection)
    if found is None:
        found = _REPLACED[projection] = dict(projection.rows(REPLACED))
    return found


class Merged:
    """The entities that some parameters name, and those that were merged into them.

    :param given: keys or whole IRIs, by the names of the parameters
    :raises NotFound: one names nothing; it says which
    """

    def __init__(self, projection: Projection, given: Mapping[str, str]) -> None:
        self._projection = projection
        wanted = {parameter: iris.key(value) for parameter, value in given.items()}
        self._into = replaced(projection) if wanted else {}
        names = named(projection, wanted.values(), "en")
        for parameter, key in wanted.items():
            if names[key].type == UNKNOWN:
                raise NotFound(f"{parameter}: there is no {key}")
        self._named = {parameter: self.current(key) for parameter, key in wanted.items()}

    def current(self, key: str) -> str:
        """Follow a merged entity to the one that took its place in the end."""
        seen = {key}
        while (following := self._into.get(key)) is not None and following not in seen:
            seen.add(following)
            key = following
        return key

    def keys(self, parameter: str) -> tuple[str, ...]:
        """Return the keys by which records may name what a parameter names, in order."""
        return tuple(sorted(self._with_old({self._named[parameter]})))

    def narrower(self, parameter: str) -> tuple[str, ...]:
        """Return those keys and the keys of every narrower topic, in order."""
        return tuple(sorted(self._narrower({self._named[parameter]})))

    def concerning(self, parameter: str) -> tuple[str, ...]:
        """Return the keys of what is narrower, and of all topics that concern any of it."""
        found = self._narrower({self._named[parameter]})
        return tuple(sorted(found | self._narrower(self._naming(found, "concerns"))))

    def _narrower(self, keys: Iterable[str]) -> set[str]:
        found: set[str] = set()
        new = self._with_old({self.current(key) for key in keys})
        while new:
            found |= new
            new = self._with_old(self._naming(new, "broader")) - found
        return found

    def _naming(self, keys: Iterable[str], role: str) -> set[str]:
        """Return the keys of what names some things in a role."""
        things = self._projection.things
        return {reference.other for key in keys for reference in things.naming(key, role)}

    def _with_old(self, keys: Iterable[str]) -> set[str]:
        found = set(keys)
        if self._into:
            found |= {old for old in self._into if self.current(old) in found}
        return found
