from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from kg import iris, pipeline, resources
from kg.errors import InputError, NotFound
from kg.lookup import paging
from kg.lookup.changes import listing
from kg.lookup.paging import Page
from kg.settings import Settings
from kg.store.reading import read
from kg.store.revisions import Revisions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kg.lookup.results import Shift
    from kg.store.projection import Projection

LINDQVIST = "person/mara-lindqvist"
WEIGHTS = "topic/publishing-weights"


def _changes(positions: list[Any]) -> list[tuple[str, str, str, str]]:
    """List changes from positions in time order, the newest day first."""
    pairs = {(p.holder, p.target) for p in positions}
    found = []
    for pair in pairs:
        own = [p for p in positions if (p.holder, p.target) == pair]
        for before, after in pairwise(own):
            if before.polarity != after.polarity:
                place = positions.index(after)
                found.append((after.day, place, (*pair, before.stance, after.stance)))
    found.sort(key=lambda change: change[1])
    found.sort(key=lambda change: change[0], reverse=True)
    return [change for _, _, change in found]


def _shown(shift: Shift) -> tuple[str, str, str, str]:
    things = (shift.holder, shift.target, shift.before, shift.after)
    return tuple(iris.key(thing.id) for thing in things)  # type: ignore[return-value]


@pytest.mark.parametrize("holder", [None, LINDQVIST])
@pytest.mark.parametrize("target", [None, WEIGHTS])
@pytest.mark.parametrize("narrower", [True, False])
def test_changes_are_those_that_sparql_finds(
    lists: Projection,
    positions: list[Any],
    holder: str | None,
    target: str | None,
    narrower: bool,
) -> None:
    """Two stances in a row of one holder on one target that differ, the newest change first."""
    wanted = [
        p
        for p in positions
        if holder in {None, p.holder}
        and (target is None or target in (p.broader if narrower else {p.target}))
    ]
    expected = _changes(wanted)
    assert expected
    found = listing(lists, holder, target, narrower, Page(100), "en")
    assert [_shown(shift) for shift in found.items] == expected
    assert found.next is None


def test_a_change_has_both_stances(lists: Projection) -> None:
    """Both are of the holder on the target, differ in polarity, and are whole."""
    items = listing(lists, None, None, True, Page(100), "en").items
    assert items
    for shift in items:
        assert shift.before.polarity != shift.after.polarity
        assert shift.holder in shift.before.holder
        assert shift.before.evidence
        assert shift.after.evidence


def test_pages_are_the_list(lists: Projection) -> None:
    """Going from page to page shows each change once, in order."""
    whole = listing(lists, None, None, True, Page(100), "en").items
    shown: list[Shift] = []
    after = None
    while after is not None or not shown:
        page = listing(lists, None, None, True, Page(1, after), "en")
        shown += page.items
        after = page.next
    assert shown == list(whole)
    assert len(shown) > 2


def test_a_cursor_is_of_its_list(lists: Projection) -> None:
    """The cursor of changes of all is none of those of one holder."""
    after = listing(lists, None, None, True, Page(1), "en").next
    with pytest.raises(InputError, match=r"^after: "):
        listing(lists, LINDQVIST, None, True, Page(1, after), "en")


def test_an_article_that_has_gone_is_passed_over(lists: Projection) -> None:
    """A cursor whose stance is there no more goes on behind its article."""
    whole = listing(lists, None, None, True, Page(100), "en").items
    of = paging.scope("changes", None, None, True)
    day = "2100-01-01"
    after = paging.cursor(of, day, 7, "article/gone#s1", LINDQVIST)
    assert listing(lists, None, None, True, Page(100, after), "en").items == whole
    after = paging.cursor(of, "2100-02-30", 7, "article/gone#s1", LINDQVIST)
    with pytest.raises(InputError, match=r"^after: "):
        listing(lists, None, None, True, Page(100, after), "en")


def test_what_is_not_there_is_refused(lists: Projection) -> None:
    """An unknown holder or target is named."""
    with pytest.raises(NotFound, match="holder: there is no person/nobody"):
        listing(lists, "person/nobody", None, True, Page(), "en")
    with pytest.raises(NotFound, match="target: there is no topic/nothing"):
        listing(lists, None, "topic/nothing", True, Page(), "en")


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Projection]:
    """The example of a reported change and that of editors' links, and nothing else."""
    folder = resources.folder("ontology") / "examples"
    store = Revisions(Settings(data=tmp_path_factory.mktemp("changes") / "data"))
    paths = [*folder.glob("07-*.ttl"), *folder.glob("08-*.ttl")]
    assert store.commit(pipeline.change([read(path) for path in paths])).changed
    found = store.projection()
    yield found
    found.close()


def test_who_reports_a_change_is_named(alone: Projection) -> None:
    """A claim that the later revises the earlier is, a denial is not; an editor's link is."""
    reported = {
        _shown(shift)[3]: [(iris.key(named.id), named.type) for named in shift.reported]
        for shift in listing(alone, None, None, True, Page(100), "en").items
    }
    claimed = [("article/2025-08-turnaround#k1", "Claim")]
    linked = [(str(iris.LINKS_GRAPH), "Link")]
    assert reported["article/2025-08-turnaround#s2"] == claimed
    assert reported["article/2025-10-panel#s2"] == linked
