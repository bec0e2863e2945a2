"""Who may write: the tokens of a data directory, made, revoked and verified."""

from __future__ import annotations

import hashlib
import os
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import ceil
from typing import TYPE_CHECKING

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from kg import credentials
from kg.credentials import FILE
from kg.errors import NotFound, StorageError, TooManyAttempts, Unauthenticated
from kg.store import durable
from kg.store.lock import exclusive

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from kg.credentials import Role, Token

LOCK = "tokens.lock"
REMEMBERED_SECONDS = 60.0
"""How long a token that was verified is known again without another hash."""
ATTEMPTS = RateLimitItemPerMinute(10)
"""Unknown tokens that an origin may send within a minute of the first of them."""


@dataclass(frozen=True)
class _Known:
    """What one version of the file says, and which tokens were verified against it.

    ``stamp`` tells versions apart. ``verified`` holds, by the digest of a token, its id and when
    it has to be hashed again. Only good tokens get in, so it is no larger than the file.
    """

    stamp: tuple[int, ...] = ()
    tokens: dict[str, Token] = field(default_factory=dict)
    verified: dict[bytes, tuple[str, float]] = field(default_factory=dict)

    def again(self, digest: bytes) -> Token | None:
        """Return the token of a digest that was verified a short while ago."""
        id_, until = self.verified.get(digest, ("", 0.0))
        return self.tokens[id_] if time.monotonic() < until else None

    def find(self, text: str) -> Token | None:
        """Return the token that ``text`` is; it costs a hash where there is one of its id."""
        token = self.tokens.get(credentials.id_of(text) or "")
        return token if token is not None and token.is_hash_of(text) else None


class Access:
    """The tokens of a data directory; for as many threads and processes as there are.

    Every call reads the file again if it has changed, so what is made or revoked counts at once.
    Failed attempts are counted in this object, and so in each process by itself.
    """

    def __init__(self, data: Path, patience: float = 30.0) -> None:
        """Take a data directory, which need not exist, and the seconds to wait for its lock."""
        self._path = data / FILE
        self._patience = patience
        self._known = _Known()
        # The moving window's storage in memory keeps a list for each origin it ever saw.
        self._attempts = FixedWindowRateLimiter(MemoryStorage())

    def tokens(self) -> list[Token]:
        """Return all tokens, expired ones too, in the order they were made.

        :raises StorageError: the file is damaged, or cannot be read
        """
        return list(self._read().tokens.values())

    def create(
        self, role: Role, name: str = "", expires: datetime | None = None
    ) -> tuple[str, Token]:
        """Make a token; return it, which nobody can do again, and what is known of it.

        :param name: who its revisions are by; by default that is made of the id
        :raises InputError: the name is too long, or more than one line of printable characters
        :raises Locked: another process changes the tokens, and did not finish in time
        :raises StorageError: the file is damaged, or cannot be read
        """
        text, token = credentials.make(role, name, expires)
        with self._changing():
            known = self._read().tokens
            while token.id in known:  # pragma: no cover  # a chance of one in 2**32
                text, token = credentials.make(role, name, expires)
            self._write((*known.values(), token))
        return text, token

    def revoke(self, id_: str) -> Token:
        """Forget a token, and return what was known of it.

        :raises NotFound: there is none of this id
        :raises Locked: another process changes the tokens, and did not finish in time
        :raises StorageError: the file is damaged, or cannot be read
        """
        self._one(id_)  # where there is none, nothing is touched
        with self._changing():
            token = self._one(id_)
            self._write(other for other in self.tokens() if other.id != id_)
        return token

    def verify(self, text: str, origin: str) -> Token:
        """Return the token that ``text`` is; failed attempts are counted for ``origin``.

        :raises Unauthenticated: there are no tokens at all; or ``text`` is empty, none that is
            known, or one whose time is over
        :raises TooManyAttempts: the origin sent too many unknown ones; nothing was hashed
        :raises StorageError: the file is damaged, or cannot be read
        """
        known = self._read()
        if not known.tokens:
            raise Unauthenticated(
                "there is no token yet, and nobody may do this without one: whoever runs this "
                "service makes one with `stancegraph token create`"
            )
        if not text:
            raise Unauthenticated("this needs a token: send the header Authorization: Bearer sg_…")
        digest = hashlib.sha256(text.encode("utf-8", "replace")).digest()
        token = known.again(digest)
        if token is None:
            token = self._find(known, text, origin)
            known.verified[digest] = token.id, time.monotonic() + REMEMBERED_SECONDS
        if token.expired(datetime.now(UTC)):
            raise Unauthenticated(
                f"the token {token.id} expired on {token.expires:%Y-%m-%d at %H:%M:%S} UTC: "
                "use a newer one"
            )
        return token

    def _find(self, known: _Known, text: str, origin: str) -> Token:
        if not self._attempts.test(ATTEMPTS, origin):
            until = self._attempts.get_window_stats(ATTEMPTS, origin).reset_time
            raise TooManyAttempts(max(1, ceil(until - time.time())))
        token = known.find(text)
        if token is None:
            self._attempts.hit(ATTEMPTS, origin)
            raise Unauthenticated("this token is not known here: it may have been revoked")
        return token

    def _one(self, id_: str) -> Token:
        token = self._read().tokens.get(id_)
        if token is None:
            # What has not the form of an id is not repeated: it may be a whole token.
            named = f" {id_}" if credentials.is_id(id_) else " of this id"
            raise NotFound(f"there is no token{named}: `stancegraph token list` shows them all")
        return token

    def _read(self) -> _Known:
        """Return what the file says now; where there is none, there are no tokens."""
        known = self._known
        try:
            if known.stamp == _stamp(self._path.stat()):
                return known
            with self._path.open("rb") as file:
                stamp = _stamp(os.fstat(file.fileno()))
                known = _Known(stamp, credentials.parsed(file.read()))
        except FileNotFoundError:
            known = _Known()
        except OSError as error:
            raise StorageError(
                f"{FILE} cannot be read ({error.strerror}): let the user who runs this read it"
            ) from error
        self._known = known
        return known

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Hold the lock of the tokens, which is another one than the store's."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with exclusive(self._path.with_name(LOCK), self._patience):
            yield

    def _write(self, tokens: Iterable[Token]) -> None:
        """Replace the file as a whole; nobody else may read the new one at any time."""
        new = self._path.with_name(f"{FILE}.new")
        new.unlink(missing_ok=True)
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "wb") as file:  # noqa: PTH123  # it is open already
            os.fchmod(descriptor, 0o600)  # the umask may have taken something away
            file.write(credentials.dumped(tokens))
            file.flush()
            os.fsync(descriptor)
        new.replace(self._path)
        durable.sync(self._path.parent)


def _stamp(found: os.stat_result) -> tuple[int, ...]:
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
