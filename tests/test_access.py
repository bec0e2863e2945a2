from __future__ import annotations

import os
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from kg import access
from kg.access import LOCK, Access
from kg.credentials import FILE, Role
from kg.errors import (
    Locked,
    NotFound,
    StorageError,
    TooManyAttempts,
    Unauthenticated,
)
from kg.store.lock import exclusive

if TYPE_CHECKING:
    from pathlib import Path

UNKNOWN = f"sg_00000000_{'0' * 64}"
HERE, ELSEWHERE = "192.0.2.1", "192.0.2.2"

MANY = """
import sys
from pathlib import Path
from kg.access import Access
from kg.credentials import FILE, Role
for i in range(10):
    Access(Path(sys.argv[1])).create(Role.WRITER, f"{sys.argv[2]} {i}")
"""


@pytest.fixture
def here(tmp_path: Path) -> Access:
    """The tokens of a data directory that is not there yet."""
    return Access(tmp_path / "data")


def test_off_until_a_token_exists(here: Access) -> None:
    """Without any token nobody gets in, and the sentence says how to make one."""
    for text in ("", UNKNOWN):
        with pytest.raises(Unauthenticated, match="`stancegraph token create`"):
            here.verify(text, HERE)
    assert here.tokens() == []


def test_known(here: Access) -> None:
    """A token that was made is known, to this process and to any other over the same data."""
    text, token = here.create(Role.ADMIN, "Ada")
    assert here.verify(text, HERE) == token
    assert here.verify(text, HERE) == token
    assert (token.name, token.role, token.expires) == ("Ada", Role.ADMIN, None)


def test_made_by_another(here: Access, tmp_path: Path) -> None:
    """A token that another process makes counts at once."""
    here.create(Role.WRITER)
    text, token = Access(tmp_path / "data").create(Role.WRITER)
    assert here.verify(text, HERE) == token
    assert [known.id for known in here.tokens()][1] == token.id


@pytest.mark.parametrize("text", [UNKNOWN, "x", "sg_", "\x00", "ü", "\udc80", "x" * 100_000])
def test_unknown(here: Access, text: str) -> None:
    """What is no token, or no known one, is refused."""
    here.create(Role.WRITER)
    with pytest.raises(Unauthenticated, match="not known here"):
        here.verify(text, HERE)


def test_right_id_wrong_secret(here: Access) -> None:
    """The id alone opens nothing."""
    text, token = here.create(Role.WRITER)
    with pytest.raises(Unauthenticated, match="not known here"):
        here.verify(f"sg_{token.id}_{'0' * 64}", HERE)
    assert here.verify(text, HERE) == token


def test_none_sent(here: Access) -> None:
    """Who sends no token is told how to."""
    here.create(Role.WRITER)
    with pytest.raises(Unauthenticated, match="Authorization: Bearer"):
        here.verify("", HERE)


def test_revoked_at_once(here: Access, tmp_path: Path) -> None:
    """A token that another process revokes is refused from then on, though it was remembered."""
    here.create(Role.WRITER)
    text, token = here.create(Role.WRITER)
    assert here.verify(text, HERE) == token
    assert Access(tmp_path / "data").revoke(token.id) == token
    with pytest.raises(Unauthenticated, match="may have been revoked"):
        here.verify(text, HERE)
    assert token not in here.tokens()


def test_last_one_revoked(here: Access) -> None:
    """With the last token revoked it is as before the first."""
    text, token = here.create(Role.WRITER)
    here.revoke(token.id)
    with pytest.raises(Unauthenticated, match="there is no token yet"):
        here.verify(text, HERE)


def test_file_removed(here: Access, tmp_path: Path) -> None:
    """Removing the file revokes all, those that were remembered too."""
    text, _ = here.create(Role.WRITER)
    here.verify(text, HERE)
    (tmp_path / "data" / FILE).unlink()
    with pytest.raises(Unauthenticated, match="there is no token yet"):
        here.verify(text, HERE)


def test_revoke_unknown(here: Access, tmp_path: Path) -> None:
    """Revoking what there is not is an error, which makes no directory."""
    with pytest.raises(NotFound, match="there is no token 00000000: `stancegraph token list`"):
        here.revoke("00000000")
    assert not (tmp_path / "data").exists()


def test_revoke_by_the_whole_token(here: Access) -> None:
    """Who gives a whole token for its id does not see it repeated."""
    text, _ = here.create(Role.WRITER)
    with pytest.raises(NotFound, match="there is no token of this id") as error:
        here.revoke(text)
    assert text not in str(error.value)


def test_expired(here: Access) -> None:
    """An expired token is refused with the time since when, to who has it and to nobody else."""
    text, token = here.create(Role.WRITER, expires=datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC))
    with pytest.raises(Unauthenticated, match="expired on 2026-01-31 at 23:59:59 UTC: use a newer"):
        here.verify(text, HERE)
    with pytest.raises(Unauthenticated, match="not known here"):
        here.verify(f"sg_{token.id}_{'0' * 64}", HERE)


def test_expires_while_remembered(here: Access) -> None:
    """A token ends on time, remembered or not."""
    end = datetime.now(UTC) + timedelta(seconds=1)
    text, token = here.create(Role.WRITER, expires=end)
    assert here.verify(text, HERE) == token
    while datetime.now(UTC) < end:
        threading.Event().wait(0.05)
    with pytest.raises(Unauthenticated, match="expired on"):
        here.verify(text, HERE)


def test_remembered(here: Access, tmp_path: Path) -> None:
    """A verified token costs no second hash: it is known past the limit, where nothing is hashed.

    It is hashed again, and then limited, when the file has changed.
    """
    text, token = here.create(Role.WRITER)
    here.verify(text, HERE)
    exhaust(here, HERE)
    assert here.verify(text, HERE) == token
    Access(tmp_path / "data").create(Role.WRITER)
    with pytest.raises(TooManyAttempts):
        here.verify(text, HERE)


def test_not_remembered_for_long(here: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a while a token is hashed again."""
    monkeypatch.setattr(access, "REMEMBERED_SECONDS", 0.0)
    text, _ = here.create(Role.WRITER)
    here.verify(text, HERE)
    exhaust(here, HERE)
    with pytest.raises(TooManyAttempts):
        here.verify(text, HERE)


def exhaust(here: Access, origin: str) -> None:
    """Send as many unknown tokens as an origin may."""
    for _ in range(10):
        with pytest.raises(Unauthenticated, match="not known here"):
            here.verify(UNKNOWN, origin)


def test_attempts_are_limited(here: Access) -> None:
    """Ten unknown tokens in a minute are enough; others, from elsewhere, do not wait for it."""
    text, token = here.create(Role.WRITER)
    exhaust(here, HERE)
    with pytest.raises(TooManyAttempts) as error:
        here.verify(UNKNOWN, HERE)
    assert 1 <= error.value.seconds <= 60
    assert here.verify(text, ELSEWHERE) == token


def test_good_ones_do_not_count(here: Access) -> None:
    """However often good tokens come, or none at all, nobody has to wait."""
    text, token = here.create(Role.WRITER)
    for _ in range(30):
        assert here.verify(text, HERE) == token
        with pytest.raises(Unauthenticated, match="needs a token"):
            here.verify("", HERE)


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o277])
def test_mode(here: Access, tmp_path: Path, mask: int) -> None:
    """Only its owner can read the file, and can, whatever the umask and what lies about."""
    here.create(Role.WRITER)
    (tmp_path / "data" / f"{FILE}.new").touch(0o666)  # of one who was killed
    before = os.umask(mask)
    try:
        here.create(Role.WRITER)
    finally:
        os.umask(before)
    assert (tmp_path / "data" / FILE).stat().st_mode & 0o7777 == 0o600
    assert len(here.tokens()) == 2


def test_two_at_once(here: Access, tmp_path: Path) -> None:
    """Processes that make tokens at the same time lose none of them."""
    command = [sys.executable, "-c", MANY, str(tmp_path / "data")]
    makers = [subprocess.Popen([*command, name]) for name in "ab"]
    assert [maker.wait(60) for maker in makers] == [0, 0]
    names = sorted(token.name for token in here.tokens())
    assert names == [f"{name} {i}" for name in "ab" for i in range(10)]


def test_locked(tmp_path: Path) -> None:
    """Who waits for another one in vain is told so; the tokens can be read meanwhile."""
    data = tmp_path / "data"
    text, token = Access(data).create(Role.WRITER)
    impatient = Access(data, patience=0.05)
    with exclusive(data / LOCK, 0):
        with pytest.raises(Locked):
            impatient.create(Role.WRITER)
        with pytest.raises(Locked):
            impatient.revoke(token.id)
        assert impatient.verify(text, HERE) == token


def test_damaged(here: Access, tmp_path: Path) -> None:
    """A damaged file stops everything, and is neither taken for an empty one nor written over."""
    text, token = here.create(Role.WRITER)
    here.verify(text, HERE)
    (tmp_path / "data" / FILE).write_text("[{")
    for act in (
        here.tokens,
        lambda: here.verify(text, HERE),
        lambda: here.revoke(token.id),
        lambda: here.create(Role.WRITER),
    ):
        with pytest.raises(StorageError, match="damaged"):
            act()
    assert (tmp_path / "data" / FILE).read_text() == "[{"


def test_unreadable(here: Access, tmp_path: Path) -> None:
    """A file that cannot be read is an error, too, which names no path."""
    (tmp_path / "data" / FILE).mkdir(parents=True)
    with pytest.raises(StorageError, match=r"^tokens\.json cannot be read \(Is a directory\)"):
        here.verify(UNKNOWN, HERE)
