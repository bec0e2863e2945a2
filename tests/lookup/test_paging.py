from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.errors import InputError
from kg.lookup import paging
from kg.lookup.paging import LARGEST, Page
from kg.lookup.where import Where
from tests.lookup.made import article, condition

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kg.store.projection import Projection

DAYS = [None, *(date(2020, 1, 1) + timedelta(days=150 * step) for step in range(12))]


def conditions(
    days: Sequence[date | None], kinds: Sequence[str] = ("Safety",)
) -> dict[str, dict[str, Any]]:
    """Make conditions, each of an article of its own, which dates it."""
    made = {}
    for n, day in enumerate(days):
        made[f"article/{n}"] = article(None if day is None else day.isoformat())
        made[f"article/{n}#c"] = condition(f"article/{n}", kind=kinds[n % len(kinds)])
    return made


def walk(projection: Projection, where: Where, sizes: list[int]) -> list[str]:
    """Read a list to its end, by pages of these sizes, over and over."""
    found: list[str] = []
    after, step = None, 0
    while True:
        page = Page(sizes[step % len(sizes)], after)
        keys = paging.keys(projection, "conditions", where, page, "here")
        assert len(keys.ids) <= page.limit
        found += keys.ids
        after, step = keys.next, step + 1
        if after is None:
            return found


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    days=st.lists(st.sampled_from(DAYS), max_size=40),
    sizes=st.lists(st.integers(1, 7), min_size=1, max_size=4),
    kinds=st.lists(st.sampled_from(["Safety", "Legal"]), min_size=1, max_size=4),
)
def test_a_walk_meets_each_item_once(
    handmade: Callable[..., Projection],
    days: list[date | None],
    sizes: list[int],
    kinds: list[str],
) -> None:
    """Whatever the days, the filter and the sizes of pages, the newest come first, then by key."""
    made = conditions(days, kinds)
    where = Where(["kind = $kind"], {"kind": "Safety"})
    wanted = [
        (key, thing["article"])
        for key, thing in sorted(made.items())
        if thing.get("kind") == "Safety"
    ]
    wanted.sort(key=lambda pair: made[pair[1]].get("published", ""), reverse=True)
    projection = handmade(made)
    assert walk(projection, where, sizes) == [key for key, _ in wanted]
    assert paging.total(projection, "conditions", where) == len(wanted)


def test_an_item_that_goes_takes_no_other_with_it(handmade: Callable[..., Projection]) -> None:
    """A cursor holds a place: the page after it is right where its own item is gone since."""
    made = conditions([date(2024, 1, 9 - n) for n in range(8)])
    first = paging.keys(handmade(made), "conditions", Where(), Page(3), "here")
    assert first.ids[-1] == "article/2#c"
    del made["article/2#c"]
    second = paging.keys(handmade(made), "conditions", Where(), Page(3, first.next), "here")
    assert second.ids == ("article/3#c", "article/4#c", "article/5#c")


def test_a_full_last_page_is_the_last(handmade: Callable[..., Projection]) -> None:
    """There is no cursor to a page with nothing on it."""
    made = handmade(conditions([date(2024, 1, 1)] * 4))
    keys = paging.keys(made, "conditions", Where(), Page(4), "here")
    assert (len(keys.ids), keys.next) == (4, None)


def encoded(content: object) -> str:
    """Encode as cursors are."""
    return (
        urlsafe_b64encode(json.dumps(content, separators=(",", ":")).encode()).decode().rstrip("=")
    )


@pytest.mark.parametrize(
    "after",
    [
        "",
        "x",
        "ä",
        "%00",
        "' OR 1=1 --",
        "bm9uc2Vuc2U",
        encoded(None),
        encoded({}),
        encoded([]),
        encoded("here"),
        encoded(["here"]),
        encoded(["here", "2024-01-01"]),
        encoded(["here", "2024-13-01", "a"]),
        encoded(["here", 3, "a"]),
        encoded(["here", "2024-01-01", None]),
        encoded(["here", "2024-01-01", "a", "b"]),
        encoded(["here", "2024-01-01", "a"]) + "=",
        encoded(["here", "2024-01-01", "a"]) + "!",
        encoded([["here"], "2024-01-01", "a"]),
        encoded(["there", "2024-01-01", "a"]),
        "W" * 100_000,
        urlsafe_b64encode(b"[" * 90_000).decode(),
        urlsafe_b64encode(b'["here", "2024-01-01", "a"]').decode(),
    ],
    ids=lambda after: after[:30] or "nothing",
)
def test_what_is_no_cursor_is_refused(lists: Projection, after: str) -> None:
    """Anything but the cursor of this very list is an InputError that names the parameter."""
    with pytest.raises(InputError, match=r"^after: this "):
        paging.keys(lists, "stances", Where(), Page(5, after), "here")


@given(st.text())
def test_no_text_breaks_the_reader(after: str) -> None:
    """Whatever text is given for a cursor, it is refused and nothing else happens."""
    with pytest.raises(InputError, match=r"^after: this "):
        paging.place(after, "here", str)


@given(st.lists(st.one_of(st.text(), st.integers(), st.none()), max_size=4))
def test_a_cursor_says_what_was_put_in(parts: list[str | int | None]) -> None:
    """Texts, numbers and nothing come back as they were, and the cursor fits into an address."""
    after = paging.cursor("here", *parts)
    assert after.replace("-", "").replace("_", "").isalnum()
    kinds = tuple(type(part) for part in parts)
    assert paging.place(after, "here", *kinds) == parts


def test_scopes_tell_lists_apart() -> None:
    """Another name or another filter is another list."""
    assert paging.scope("a", 1) == paging.scope("a", 1)
    assert len({paging.scope("a", 1), paging.scope("b", 1), paging.scope("a", 2)}) == 3


@pytest.mark.parametrize("limit", [0, -1, LARGEST + 1])
def test_a_page_has_items_and_an_end(limit: int) -> None:
    """No page is empty by request, or larger than is allowed."""
    with pytest.raises(InputError, match="limit"):
        Page(limit)
