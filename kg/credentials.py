"""Tokens and roles, as values, and the text of the file that keeps them; pure.

A token reads ``sg_<id>_<secret>``: the id is public, the secret is 256 random bits in hexadecimal.
Kept is a hash of the whole, so whoever made it is the only one ever to have been shown it.
"""

from __future__ import annotations

import re
import secrets
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import VerifyMismatchError
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
)

from kg.errors import InputError, StorageError

if TYPE_CHECKING:
    from collections.abc import Iterable

FILE = "tokens.json"
NAME_LENGTH = 100
"""Characters of the longest name; the log shows it with every revision."""

# The costs of argon2 slow down those who guess passwords, of which people choose few. Nobody
# guesses 256 random bits, so the least costs do, and unknown tokens cannot be used to keep a
# server's processors and memory busy.
_HASHER = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)

_ID = r"[0-9a-f]{8}"
_TOKEN = re.compile(f"sg_({_ID})_[0-9a-f]{{64}}")
_DAYS = re.compile(r"([0-9]{1,6})d")


class Role(StrEnum):
    """What a token is good for. A role may all that those before it may."""

    WRITER = "writer"
    ADMIN = "admin"

    def includes(self, needed: Role) -> bool:
        """Tell whether this role may what ``needed`` may."""
        order = list(Role)
        return order.index(self) >= order.index(needed)


def _hash(text: str) -> str:
    extract_parameters(text)
    return text


class Token(BaseModel):
    """What is known of a token: all but itself. Times are UTC; ``expires`` None is never."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(pattern=f"^{_ID}$")]
    name: str
    role: Role
    made: AwareDatetime
    expires: AwareDatetime | None = None
    hash: Annotated[str, AfterValidator(_hash), Field(repr=False)]

    def is_hash_of(self, text: str) -> bool:
        """Tell whether ``text`` is this token, at the cost of a hash, compared in constant time."""
        try:
            return _HASHER.verify(self.hash, text)
        except VerifyMismatchError:
            return False

    def expired(self, now: datetime) -> bool:
        """Tell whether its time is over."""
        return self.expires is not None and self.expires <= now


_TOKENS = TypeAdapter(tuple[Token, ...])


def make(role: Role, name: str, expires: datetime | None) -> tuple[str, Token]:
    """Make a token; return it, and what may be kept of it.

    :param name: who its revisions are by; where it is empty, that is made of the id
    :raises InputError: the name is too long, or more than one line of printable characters
    """
    if len(name) > NAME_LENGTH or not name.isprintable():
        raise InputError(
            f"{name[:NAME_LENGTH]!r} is no name for a token: it has to be one line of at most "
            f"{NAME_LENGTH} printable characters"
        )
    id_ = secrets.token_hex(4)
    text = f"sg_{id_}_{secrets.token_hex(32)}"
    token = Token(
        id=id_,
        name=name.strip() or f"token {id_}",
        role=role,
        made=datetime.now(UTC).replace(microsecond=0),
        expires=expires,
        hash=_HASHER.hash(text),
    )
    return text, token


def id_of(text: str) -> str | None:
    """Return the id within a token; None where ``text`` has not the form of one."""
    form = _TOKEN.fullmatch(text)
    return form[1] if form else None


def is_id(text: str) -> bool:
    """Tell whether ``text`` has the form of an id."""
    return re.fullmatch(_ID, text) is not None


def dumped(tokens: Iterable[Token]) -> bytes:
    """Write tokens as the file's text."""
    return _TOKENS.dump_json(tuple(tokens), indent=1) + b"\n"


def parsed(text: bytes) -> dict[str, Token]:
    """Read the file's text, by ids, in its order.

    :raises StorageError: it is damaged; that is never taken for one without tokens
    """
    try:
        tokens = _TOKENS.validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = " ".join(str(part) for part in first["loc"])
        raise _damaged(f"{where}: {first['msg']}" if where else first["msg"]) from None
    found = {token.id: token for token in tokens}
    if len(found) < len(tokens):
        raise _damaged("an id is there twice")
    return found


def _damaged(problem: str) -> StorageError:
    return StorageError(
        f"{FILE} is damaged ({problem}), and no token can be checked: put a copy of it back, or "
        "remove it and make new tokens"
    )


def expiry(text: str, now: datetime) -> datetime:
    """Read when a token expires: ``30d`` from ``now``, or the end of the day ``2027-01-31``, UTC.

    :raises InputError: it is neither, or not in the future
    """
    try:
        if days := _DAYS.fullmatch(text):
            found = now.replace(microsecond=0) + timedelta(days=int(days[1]))
        else:
            day = date.fromisoformat(text)
            found = datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=UTC)
    except (ValueError, OverflowError):
        raise InputError(
            f"{text!r} is no time to expire: write a number of days (30d) or a date (2027-01-31)"
        ) from None
    if found <= now:
        raise InputError(f"a token that expires on {found:%Y-%m-%d} would be of no use to anybody")
    return found
