"""Which rows of ``stances`` are those of a holder, on a target, or both; each has one holder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg import iris
from kg.lookup.labels import named
from kg.lookup.merged import Merged, replaced
from kg.lookup.where import Where

if TYPE_CHECKING:
    from kg.lookup.results import Language, Named
    from kg.store.projection import Projection

_CURRENT = (
    " LEFT JOIN (SELECT id, replaced_by FROM entities WHERE replaced_by IS NOT NULL) AS held"
    " ON held.id = stances.holder"
    " LEFT JOIN (SELECT id, replaced_by FROM entities WHERE replaced_by IS NOT NULL) AS meant"
    " ON meant.id = stances.target"
)


class Positions:
    """Which rows are meant, and who holds them on what once merged entities are followed.

    :ivar holder: the key of the one holder asked for, None for all
    :ivar target: the key of the target, likewise
    :ivar where: the rows: of the holder, on the target and, if ``narrower``, on narrower topics
    :ivar current: what to join ``stances`` with, so that these two can be said
    :ivar held: the holder of a row, as an expression
    :ivar meant: the target of a row, likewise
    :ivar stances: how many stances some rows are, likewise: one can name a holder by two keys
    :raises NotFound: one names nothing
    """

    def __init__(
        self,
        projection: Projection,
        holder: str | None = None,
        target: str | None = None,
        *,
        narrower: bool = True,
    ) -> None:
        given = {"holder": holder, "target": target}
        merged = Merged(projection, {name: key for name, key in given.items() if key is not None})
        self.holder = None if holder is None else merged.current(iris.key(holder))
        self.target = None if target is None else merged.current(iris.key(target))
        self.where = Where()
        if holder is not None:
            self.where.among("holder", merged.keys("holder"), "holder")
        if target is not None:
            keys = merged.narrower("target") if narrower else merged.keys("target")
            self.where.among("target", keys, "target")
        self.current, self.stances = "", "count(*)"
        self.held, self.meant = "holder", "target"
        if replaced(projection):
            self.current = _CURRENT
            self.held = "coalesce(held.replaced_by, holder)"
            self.meant = "coalesce(meant.replaced_by, target)"
            if holder is None or len(merged.keys("holder")) > 1:
                self.stances = "count(DISTINCT stances.id)"

    def named(
        self, projection: Projection, language: Language
    ) -> tuple[Named | None, Named | None]:
        """Name the holder and the target."""
        keys = [key for key in (self.holder, self.target) if key is not None]
        names = named(projection, keys, language)
        return names.get(self.holder or ""), names.get(self.target or "")
