from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kg.credentials import Role, Token, dumped, expiry, id_of, is_id, make, parsed
from kg.errors import InputError, StorageError

NOW = datetime(2026, 11, 23, 12, 30, 15, 999, tzinfo=UTC)


@pytest.fixture(scope="module")
def made() -> tuple[str, Token]:
    """A token, and what is kept of it."""
    return make(Role.WRITER, "Ada", None)


def test_form(made: tuple[str, Token]) -> None:
    """A token is recognised by its prefix, shows its id, and has 256 bits that nobody can guess."""
    text, token = made
    assert re.fullmatch(rf"sg_{token.id}_[0-9a-f]{{64}}", text)
    assert id_of(text) == token.id
    others = {make(Role.WRITER, "", None)[0].rpartition("_")[2] for _ in range(20)}
    assert len(others) == 20


def test_only_a_hash_is_kept(made: tuple[str, Token]) -> None:
    """What is kept of a token has its hash, salted, and the secret neither whole nor in part."""
    text, token = made
    kept = dumped([token]).decode()
    assert token.hash.startswith("$argon2id$")
    assert text.rpartition("_")[2][:8] not in kept
    assert token.hash not in repr(token)
    assert make(Role.WRITER, "Ada", None)[1].hash != token.hash


def test_which_text_it_is_the_hash_of(made: tuple[str, Token]) -> None:
    """The hash is of this token alone: its id is part of what is hashed."""
    text, token = made
    assert token.is_hash_of(text)
    last = "0" if text[-1] != "0" else "1"
    assert not token.is_hash_of(text[:-1] + last)
    assert not token.is_hash_of(text.replace(token.id, "0" * 8))


def test_roles() -> None:
    """An admin may all that a writer may, and not the other way round."""
    assert Role.ADMIN.includes(Role.WRITER)
    assert Role.ADMIN.includes(Role.ADMIN)
    assert Role.WRITER.includes(Role.WRITER)
    assert not Role.WRITER.includes(Role.ADMIN)


@pytest.mark.parametrize(
    "text", ["", "sg_", "sg_0123abcd_", "xy_0123abcd_" + "0" * 64, f"sg_0123abcd_{'0' * 64}\n"]
)
def test_no_token(text: str) -> None:
    """What has not the form of a token has no id."""
    assert id_of(text) is None
    assert not is_id(text)


def test_name() -> None:
    """A token without a name is called by its id, and blanks around a name do not count."""
    _, token = make(Role.ADMIN, " ", None)
    assert token.name == f"token {token.id}"
    assert make(Role.ADMIN, " Łukasz ", None)[1].name == "Łukasz"


@pytest.mark.parametrize("name", ["two\nlines", "\x1b[31mred", "x" * 101, "\u202ecba"])
def test_bad_name(name: str) -> None:
    """A name that would spoil the log is refused."""
    with pytest.raises(InputError, match="is no name for a token"):
        make(Role.WRITER, name, None)


def test_round_trip(made: tuple[str, Token]) -> None:
    """Tokens are read as they were written, in their order."""
    later = make(Role.ADMIN, "", NOW)[1]
    tokens = [made[1], later]
    assert list(parsed(dumped(tokens)).values()) == tokens
    assert parsed(dumped([])) == {}


def damaged(**changed: Any) -> bytes:
    """Write one token's entry, with parts of it changed, or left out where they are None."""
    entry = json.loads(dumped([make(Role.WRITER, "", None)[1]]))[0] | changed
    return json.dumps([{k: v for k, v in entry.items() if v is not None}]).encode()


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (b"", "EOF"),
        (b"\x00\x00", "expected value"),
        (b"\xff", "damaged"),
        (b"{}", "array"),
        (b"null", "array"),
        (dumped([make(Role.WRITER, "", None)[1]])[:-5], "EOF"),
        (damaged(role="reader"), "0 role: Input should be 'writer' or 'admin'"),
        (damaged(role=None), "0 role: Field required"),
        (damaged(hash="secret"), "0 hash"),
        (damaged(id="../../x"), "0 id"),
        (damaged(made="2026-11-23T12:00:00"), "0 made"),
        (damaged(more=1), "0 more"),
        (dumped([make(Role.WRITER, "", None)[1]] * 2), "an id is there twice"),
    ],
)
def test_damaged(text: bytes, what: str) -> None:
    """A damaged file is an error that says so, and what to do; no hash is in it."""
    with pytest.raises(StorageError, match=r"tokens\.json is damaged \(.*make new tokens") as error:
        parsed(text)
    assert what in str(error.value)
    assert "argon2id" not in str(error.value)


def test_expiry() -> None:
    """A number of days counts from now; a date is the last day, to its end in UTC."""
    assert expiry("30d", NOW) == datetime(2026, 12, 23, 12, 30, 15, tzinfo=UTC)
    assert expiry("2027-01-31", NOW) == datetime(2027, 1, 31, 23, 59, 59, tzinfo=UTC)
    assert expiry("2026-11-23", NOW) - NOW < timedelta(hours=12)


@pytest.mark.parametrize("text", ["", "d", "-1d", "1.5d", "30", "soon", "2027-02-30", "999999d\n"])
def test_bad_expiry(text: str) -> None:
    """What is neither is refused with the ways to write it."""
    with pytest.raises(InputError, match=r"no time to expire: write a number of days \(30d\)"):
        expiry(text, NOW)


def test_expiry_beyond_the_calendar() -> None:
    """More days than the calendar has are no time, either."""
    assert expiry("99999d", NOW).year == 2300
    with pytest.raises(InputError, match="no time to expire"):
        expiry("9999999d", NOW)
    with pytest.raises(InputError, match="no time to expire"):
        expiry("999999d", NOW.replace(year=9000))


@pytest.mark.parametrize("text", ["0d", "2026-11-22", "0001-01-01"])
def test_expired_when_made(text: str) -> None:
    """A token that would be expired already is refused."""
    with pytest.raises(InputError, match="of no use"):
        expiry(text, NOW)


def test_expired() -> None:
    """A token is over from the very second it expires on; one without an end never."""
    _, token = make(Role.WRITER, "", NOW)
    assert token.expired(NOW)
    assert not token.expired(NOW - timedelta(microseconds=1))
    assert not make(Role.WRITER, "", None)[1].expired(NOW)
