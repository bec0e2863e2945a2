from __future__ import annotations

import shutil
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from rocksdict import DbClosedError

from kg.errors import Damaged
from kg.store.things import UNDATED, Reference, Things, age

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


ADA = {"class": "Person", "label_en": "Ada Müller", "names": [["Ada", None, True]]}


@pytest.fixture
def things(tmp_path: Path) -> Iterator[Things]:
    """An empty folder, open for writing."""
    with closing(Things.make(tmp_path / "things")) as made:
        yield made


def numbered(*keys: str) -> dict[str, dict[str, object]]:
    """Make a thing of each key."""
    return {key: {"class": "Person", "date": key} for key in keys}


def test_what_is_written_is_read(things: Things) -> None:
    """Things are read as they were written, in the order of their keys, and taken away by None."""
    things.write({"person/b": {"class": "Person"}, "person/ada": ADA})
    assert things.get(["person/b", "person/ada"]) == {
        "person/b": {"class": "Person"},
        "person/ada": ADA,
    }
    assert list(things.all()) == [("person/ada", ADA), ("person/b", {"class": "Person"})]
    things.write({"person/b": None, "person/never": None, "person/ada": {"class": "Group"}})
    assert list(things.all()) == [("person/ada", {"class": "Group"})]


@pytest.mark.parametrize(
    "odd",
    [
        "person/nobody",
        "",
        "\x00",
        "\x01",
        "\x01person/ada\x00holder\x009999999\x00article/x",
        "\x02",
        "\ud800",
        "\udfff person/ada",
        "person/ad",
        "person/ada\x00",
        "person/" + "a" * 1_000_000,
        "\U0010ffff",
    ],
    ids=ascii,
)
def test_unknown(things: Things, odd: str) -> None:
    """A key that is not there is left out, however odd: also one that something else lies under."""
    things.write({"person/ada": ADA}, [Reference("person/ada", "holder", UNDATED, "article/x")])
    things.state([1, 2])
    assert things.get([odd]) == {}
    assert things.get([odd, "person/ada", odd]) == {"person/ada": ADA}
    assert things.of_article(odd) == {}
    assert list(things.naming(odd, "about")) == list(things.first_naming(odd, "about")) == []


def test_repeated(things: Things) -> None:
    """Each thing is read once, where it is first asked for; who asks for none gets none."""
    things.write(numbered("person/a", "person/b"))
    found = things.get(["person/b", "person/a", "person/b", "person/none", "person/a"])
    assert list(found) == ["person/b", "person/a"]
    assert things.get([]) == {}
    assert things.get(iter(["person/a"])) == numbered("person/a")


def test_of_article(things: Things) -> None:
    """What an article owns is neither itself, nor what one owns whose key begins alike."""
    owned = ["article/a#c1", "article/a#s1", "article/a#s10"]
    others = ["article/a", "article/a-b", "article/a-b#s1", "article/ab", "article/ab#s1"]
    things.write(numbered(*owned, *others, "article/A#s1", "article/#s1"))
    assert things.of_article("article/a") == numbered(*owned)
    assert things.of_article("article/none") == {}


def test_naming(things: Things) -> None:
    """What names a thing comes newest first, then by key, and last what has no day."""
    days = {
        "k1": None,
        "k2": "2024-02-01",
        "k3": "2025-12-31",
        "k4": "2024-02-01",
        "k5": "0001-01-01",
    }
    all_of_them = [Reference("topic/a", "about", age(day), key) for key, day in days.items()]
    things.write({}, all_of_them)
    found = list(things.naming("topic/a", "about"))
    assert [one.other for one in found] == ["k3", "k2", "k4", "k5", "k1"]
    assert [str(one.day) for one in found[2:]] == ["2024-02-01", "0001-01-01", "None"]
    assert list(things.references()) == found


def test_naming_apart(things: Things) -> None:
    """Things and roles that begin alike are kept apart."""
    asked = [(thing, role) for thing in ("topic/a", "topic/ab", "topic/a b") for role in ROLES]
    things.write({}, [Reference(*one, 5, f"{one}") for one in asked])
    for one in asked:
        assert [found.other for found in things.naming(*one)] == [f"{one}"]
    assert list(things.naming("topic", "about")) == list(things.naming("topic/a", "abou")) == []


ROLES = ("about", "aboutx", "about x", "role headOf a b", "role headOf a b c", "role openSourced a")


def test_first_naming(things: Things) -> None:
    """Of each role that begins so there is the newest, and of no other thing any."""
    things.write(
        {},
        [
            Reference(thing, role, at, f"{role} {at}")
            for thing in ("topic/a", "topic/ab")
            for role in ROLES
            for at in (3, 9, UNDATED)
        ],
    )
    found = list(things.first_naming("topic/a", "role "))
    assert {one.thing for one in found} == {"topic/a"}
    assert [one.other for one in found] == [f"{role} 3" for role in ROLES if role[:5] == "role "]
    assert [one.role for one in things.first_naming("topic/a", "role headOf")] == [*ROLES[3:5]]
    assert list(things.first_naming("topic/a", "none")) == []


def test_references_go(things: Things) -> None:
    """References come and go by themselves, and what names a thing is no thing."""
    one, two = (Reference("topic/a", "about", at, "article/x#k1") for at in (1, 2))
    things.write(numbered("topic/a"), [one, two])
    assert list(things.references()) == [one, two]
    things.write({}, gone=[one])
    assert list(things.references()) == [two]
    assert list(things.all()) == list(numbered("topic/a").items())


def test_stated(tmp_path: Path, things: Things) -> None:
    """What is stated of the whole is found again, and stands in for what was stated before."""
    assert things.stated() is None
    things.state(["code", 7, 9])
    things.write(numbered("person/a"))
    things.state(["code", 8, 9])
    things.close()
    with closing(Things.open(tmp_path / "things")) as found:
        assert found.stated() == ["code", 8, 9]
        assert found.get(["person/a"]) == numbered("person/a")


def test_compact(things: Things) -> None:
    """Putting all in order changes nothing of what is there."""
    things.write(numbered("person/a", "person/b"), [Reference("person/a", "holder", 1, "x")])
    things.write({"person/b": None})
    things.compact()
    assert things.get(["person/a", "person/b"]) == numbered("person/a")
    assert len(list(things.references())) == 1


@pytest.mark.parametrize("opened", [Things.make, Things.open], ids=["writing", "reading"])
def test_copy(tmp_path: Path, opened: Callable[[Path], Things]) -> None:
    """A copy lives for itself: neither sees what happens to the other, its removal included."""
    source, target = tmp_path / "source", tmp_path / "target"
    with closing(Things.make(source)) as made:
        made.write(numbered("person/a", "person/b"), [Reference("person/a", "holder", 1, "x")])
        made.state(1)
    with closing(opened(source)) as read:
        read.copy(target)
    with closing(Things.make(target)) as copy:
        copy.write({"person/a": None, **numbered("person/c")}, gone=[*copy.references()])
        copy.state(2)
    with closing(Things.open(source)) as found:
        assert dict(found.all()) == numbered("person/a", "person/b")
        assert (found.stated(), len(list(found.references()))) == (1, 1)
    shutil.rmtree(source)
    with closing(Things.open(target)) as found:
        assert dict(found.all()) == numbered("person/b", "person/c")
        assert (found.stated(), list(found.references())) == (2, [])


def test_many_copies(tmp_path: Path) -> None:
    """Copies of copies, each with a little more, hold all of it in a bounded number of files."""
    latest = tmp_path / "0"
    with closing(Things.make(latest)) as made:
        made.write(numbered(*(f"topic/{n}" for n in range(500))))
        made.state(0)
    files = []
    for n in range(1, 61):
        following = tmp_path / str(n)
        with closing(Things.open(latest)) as read:
            read.copy(following)
        with closing(Things.make(following)) as made:
            made.write(numbered(f"person/{n:02}"), [Reference("topic/1", "about", n, "x")])
            made.state(n)
        shutil.rmtree(latest)
        latest = following
        files.append(len(list(latest.iterdir())))
    assert max(files) < 40
    with closing(Things.open(latest)) as found:
        assert found.of_article("person/60") == {}
        assert len(list(found.all())) == 560
        assert [one.age for one in found.references()] == list(range(1, 61))


def test_not_there(tmp_path: Path) -> None:
    """To open a folder that is not there, or is something else, is an error, and makes nothing."""
    with pytest.raises(Damaged, match="no things in nowhere"):
        Things.open(tmp_path / "nowhere")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "empty").mkdir()
    with pytest.raises(Damaged, match="no things in empty"):
        Things.open(tmp_path / "empty")
    assert list((tmp_path / "empty").iterdir()) == []
    (tmp_path / "file").write_text("a file")
    for opened in (Things.open, Things.make):
        with pytest.raises(Damaged):
            opened(tmp_path / "file")


def test_only_reading(tmp_path: Path, things: Things) -> None:
    """What is open for reading cannot be written; nor can one copy to where there is something."""
    things.state(1)
    with closing(Things.open(tmp_path / "things")) as found:
        with pytest.raises(Damaged, match="read only"):
            found.write(numbered("person/a"))
        with pytest.raises(Damaged, match="read only"):
            found.state(2)
        with pytest.raises(Damaged, match="exists"):
            found.copy(tmp_path / "things")
        assert (found.stated(), list(found.all())) == (1, [])


def test_broken_later(tmp_path: Path) -> None:
    """What is broken where nobody looked when it was opened is an error once somebody does."""
    keys = [f"person/{n:05}" for n in range(5_000)]
    with closing(Things.make(tmp_path / "things")) as made:
        made.write(numbered(*keys))
        made.state(1)
    (file,) = (tmp_path / "things").glob("*.sst")
    held = file.read_bytes()
    file.write_bytes(held[:2_000] + b"\xff" * 8_000 + held[10_000:])
    with closing(Things.open(tmp_path / "things")) as found:
        assert found.stated() == 1
        with pytest.raises(Damaged, match="Corruption"):
            list(found.all())
        with pytest.raises(Damaged, match="Corruption"):
            found.get(keys)


def test_closed_twice(things: Things) -> None:
    """Closing twice is fine, and a closed one does not answer."""
    things.close()
    things.close()
    with pytest.raises(DbClosedError):
        things.get(["person/a"])
