"""The first page of each list of an entity against the list itself, which is searched for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from kg import iris
from kg.errors import Replaced
from kg.lookup import articles, claims, facets, stances
from kg.lookup.entities import in_full
from kg.lookup.filters import ArticleFilter, ClaimFilter, StanceFilter
from kg.lookup.firsts import FIRST, MOST_ROLES
from kg.lookup.merged import replaced
from kg.lookup.paging import Page
from tests.lookup.made import article, claim, entity, stance

if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.lookup.results import EntityInFull, Language
    from kg.store.projection import Projection
    from tests.lookup.made import Thing

    Made = dict[str, Thing]

X, OLD, OTHER = "person/x", "person/old", "person/other"
LISTS: dict[str, tuple[Callable[..., Any], Callable[[str], Any]]] = {
    "held": (stances.listing, lambda key: StanceFilter(holder=key)),
    "about": (stances.listing, lambda key: StanceFilter(about=key)),
    "claimed": (claims.listing, lambda key: ClaimFilter(holder=key)),
    "said_of": (claims.listing, lambda key: ClaimFilter(about=key)),
    "articles": (articles.listing, lambda key: ArticleFilter(mentions=key)),
}


def walk(projection: Projection, name: str, key: str, size: int, after: str | None) -> list[str]:
    """Read one of an entity's lists by pages from a cursor to its end; keys."""
    listing, asked = LISTS[name]
    found: list[str] = []
    while True:
        page = listing(projection, asked(key), Page(size, after), "en")
        found += [iris.key(item.id) for item in page.items]
        after = page.next
        if after is None:
            return found


def goes_on(projection: Projection, key: str, size: int) -> dict[str, list[str]]:
    """See that each list of an entity begins as it should, and that it goes on to its end."""
    whole = {name: walk(projection, name, key, 100, None) for name in LISTS}
    found = in_full(projection, key, "en")
    for name, keys in whole.items():
        first: Any = getattr(found, name)
        shown = [iris.key(item.id) for item in first.items]
        assert len(shown) == min(len(keys), FIRST)
        assert (first.next is not None) == (len(keys) > FIRST)
        rest = walk(projection, name, key, size, first.next) if first.next else []
        assert shown + rest == keys
        assert len(set(keys)) == len(keys) == first.total
    return whole


def current(projection: Projection) -> list[str]:
    """List the entities that were not merged into another one."""
    rows = projection.rows("SELECT id FROM entities WHERE replaced_by IS NULL ORDER BY id")
    assert len(rows) > 50
    return [key for (key,) in rows]


@pytest.mark.parametrize("language", ["en", "de"])
def test_each_list_begins_as_the_list_of_its_filter(lists: Projection, language: Language) -> None:
    """Items, cursor and total are those of the first page, whatever the entity and the language."""
    for key in current(lists):
        found = in_full(lists, key, language)
        for name, (listing, asked) in LISTS.items():
            assert getattr(found, name) == listing(lists, asked(key), Page(FIRST), language)


def test_each_list_goes_on_to_its_end(lists: Projection) -> None:
    """From the cursor on, the list has all that is left, without gap or repetition."""
    longest = dict.fromkeys(LISTS, 0)
    for key in current(lists):
        for name, keys in goes_on(lists, key, 3).items():
            longest[name] = max(longest[name], len(keys))
    assert all(longest.values())
    assert max(longest.values()) > FIRST


def test_an_old_name_has_the_lists_of_the_new_one(lists: Projection) -> None:
    """What was merged is shown as what took its place, which has the lists of both names."""
    merged = replaced(lists)
    assert merged
    for old in merged:
        with pytest.raises(Replaced) as refused:
            in_full(lists, old, "en")
        found = in_full(lists, refused.value.by, "en")
        for name, (listing, asked) in LISTS.items():
            first, same = getattr(found, name), listing(lists, asked(old), Page(FIRST), "en")
            assert (first.items, first.total) == (same.items, same.total)


def people(*, merged: bool = False) -> Made:
    """Make somebody, who was somebody else as well, if ``merged``, and another one."""
    found = {X: entity("Person", "X"), OTHER: entity("Person", "Other")}
    return found | ({OLD: entity("Person", "Old", replaced_by=X)} if merged else {})


def sources(count: int) -> Made:
    """Make articles: some of one day, some without any, and not in the order of their keys."""
    days = ("2024-03-01", "2024-01-01", None, "2025", "2024-03-01", "2023-06")
    return {f"article/a{n:02}": article(days[n % len(days)], publisher=OTHER) for n in range(count)}


def by_turns(merged: bool, n: int) -> str:
    """Call somebody by one name and the other."""
    return OLD if merged and n % 2 else X


@pytest.mark.parametrize("merged", [False, True])
def test_long_lists_go_on(handmade: Callable[..., Projection], merged: bool) -> None:
    """More than ten items in each list, of both names of what was merged: all come, each once."""
    made = people(merged=merged) | sources(24)
    for n in range(24):
        name, source = by_turns(merged, n // 2), f"article/a{n:02}"
        said = None if n % 5 else "2024-02"
        made |= {
            f"{source}#s1": stance(source, holders=[name], said=said),
            f"{source}#s2": stance(source, name, [OTHER], said=said),
            f"{source}#k1": claim(source, holders=[name], said=said),
            f"{source}#k2": claim(source, subject=name, object=OTHER, said=said),
            f"{source}#k3": claim(source, subject=OTHER, object=name, said=said),
        }
    projection = handmade(made)
    lengths = {"held": 24, "about": 24, "claimed": 24, "said_of": 48, "articles": 24}
    for size in (1, 4, FIRST):
        found = goes_on(projection, X, size)
        assert {name: len(keys) for name, keys in found.items()} == lengths


@pytest.mark.parametrize("merged", [False, True])
@pytest.mark.parametrize("others", [0, 3, 10, 11, 25])
def test_own_stances_are_not_about_oneself(
    handmade: Callable[..., Projection], merged: bool, others: int
) -> None:
    """Its own, held by either name or both, alone or with others, are left out, however many."""
    made = people(merged=merged) | sources(2)
    for n in range(32):
        holders = {by_turns(merged, n), (OTHER, X, by_turns(merged, 1))[n % 3]}
        own = stance("article/a00", by_turns(merged, n // 2), holders, said="2025-01-01")
        made[f"article/a00#s{n:02}"] = own
    for n in range(others):
        on_it = stance("article/a01", by_turns(merged, n), [OTHER], said=f"2024-01-{n + 1:02}")
        made[f"article/a01#s{n:02}"] = on_it
    found = goes_on(handmade(made), X, 4)
    assert found["about"] == [f"article/a01#s{n:02}" for n in reversed(range(others))]
    assert len(found["held"]) == 32


def test_what_concerns_it_is_about_it(handmade: Callable[..., Projection]) -> None:
    """Stances on topics that concern it come with those on itself, the newest first, each once."""
    made = people() | sources(1) | {"topic/news": entity("Topic", "news", concerns=[X])}
    made["topic/more"] = entity("Topic", "more", broader=["topic/news"])
    targets = (X, "topic/news", "topic/more", "topic/unrelated")
    for n in range(40):
        day = f"2024-{n % 12 + 1:02}"
        made[f"article/a00#s{n:02}"] = stance("article/a00", targets[n % 4], [OTHER], said=day)
        own = stance("article/a00", targets[n % 4], [X, OTHER], said=day)
        made[f"article/a00#z{n:02}"] = own
    found = goes_on(handmade(made), X, 7)
    assert len(found["about"]) == 30
    assert not any("#z" in key for key in found["about"])


@pytest.mark.parametrize("count", [1, 10, 11, 23])
def test_both_names_of_one_holder_count_once(
    handmade: Callable[..., Projection], count: int
) -> None:
    """A record that names its holder by the old key and the new is one item, and counts as one."""
    made = people(merged=True) | sources(count)
    for n in range(count):
        source, holders = f"article/a{n:02}", sorted([OLD, X, OTHER])
        made[f"{source}#s1"] = stance(source, holders=holders)
        made[f"{source}#k1"] = claim(source, holders=holders)
    made["article/a00#s2"] = stance("article/a00")
    made["article/a00#s3"] = stance("article/a00", holders=[OTHER])
    projection = handmade(made)
    found = goes_on(projection, X, 3)
    assert (len(found["held"]), len(found["claimed"])) == (count + 1, count)
    assert len(found["articles"]) == count
    for name in (X, OLD):
        asked = StanceFilter(holder=name)
        assert walk(projection, "held", name, 2, None) == found["held"]
        counted = facets.of_stances(projection, asked.where(projection), "en")
        assert {one.id: one.count for one in counted["holder"]} == {
            OLD: count,
            OTHER: count,
            X: count + 1,
        }
        for facet in ("polarity", "conditional", "target"):
            assert [one.count for one in counted[facet]] == [count + 1]
        listed = stances.listing(projection, asked, Page(1, facets=True), "en")
        assert listed.total == count + 1


def roles(found: EntityInFull) -> list[tuple[str, bool, str, str]]:
    """Return roles, each with the claim that shows it, by keys."""
    return [
        (role.predicate, role.inverse, iris.key(role.other.id), iris.key(role.claim.id))
        for role in found.roles
    ]


def test_the_newest_claim_shows_a_role(handmade: Callable[..., Projection]) -> None:
    """Of several on one role the newest, then by key; of what is denied or expected, none."""
    head: Thing = {"subject": X, "predicate": "headOf", "object": "company/c"}
    opened: Thing = {"subject": "company/c", "predicate": "openSourced", "object": X}
    said: Made = {
        "k1": head | {"said": "2023"},
        "k2": head | {"said": "2024-05"},
        "k3": head | {"said": "2024-05"},
        "k4": head | {"said": "2025", "negated": True},
        "k5": head | {"said": "2025", "modality": "Expected"},
        "k6": head | {"said": "2025", "predicate": "leadsTo"},
        "k7": head,
        "k8": opened | {"said": "2022"},
        "k9": opened,
    }
    made = people() | {f"article/a#{key}": claim("article/a", **some) for key, some in said.items()}
    assert roles(in_full(handmade(made), X, "en")) == [
        ("headOf", False, "company/c", "article/a#k2"),
        ("openSourced", True, "company/c", "article/a#k8"),
    ]


def test_the_newest_roles_are_shown(handmade: Callable[..., Projection]) -> None:
    """Where there are more roles than are shown, those with the newest claims are."""
    made = people()
    count = MOST_ROLES + 9
    for n in range(count):
        head = {"subject": X, "predicate": "headOf", "object": f"company/c{n:02}"}
        day = f"2024-01-{(n * 11) % count + 1:02}"  # not in the order of the companies
        made[f"article/a#k{n:02}"] = claim("article/a", said=day, **head)
        made[f"article/a#z{n:02}"] = claim("article/a", said="2020", **head)
    found = roles(in_full(handmade(made), X, "en"))
    newest = sorted(range(count), key=lambda n: -((n * 11) % count))[:MOST_ROLES]
    assert found == [("headOf", False, f"company/c{n:02}", f"article/a#k{n:02}") for n in newest]
