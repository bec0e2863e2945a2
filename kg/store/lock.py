"""The lock that lets one writer at a time into a data directory."""

from __future__ import annotations

import fcntl
import json
import os
import socket
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import Locked

if TYPE_CHECKING:
    from collections.abc import Iterator

PAUSE = 0.02
"""Seconds between two tries; a commit takes about 0.1 s."""


@contextmanager
def exclusive(path: Path, patience: float) -> Iterator[None]:
    """Hold the lock file ``path``, waiting up to ``patience`` seconds for it.

    It is an advisory lock of the kernel's (flock): the death of its holder frees it, however it
    died. The file names the holder, for the message to whoever waits in vain (Locked).
    """
    started = time.monotonic()
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        while not _try(descriptor):
            waited = time.monotonic() - started
            if waited >= patience:
                raise Locked(_holder(path), waited)
            time.sleep(min(PAUSE, max(patience - waited, 0.001)))
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, _introduction().encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _try(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _introduction() -> str:
    return json.dumps(
        {
            "process": os.getpid(),
            "host": socket.gethostname(),
            "command": " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])[:200],
            "since": datetime.now(UTC).isoformat(timespec="seconds"),
        }
    )


def _holder(path: Path) -> str:
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        who = f"process {said['process']} on {said['host']} ({said['command']})"
    except (ValueError, KeyError):
        return "a process that has not yet said who it is"
    return f"{who} since {said['since']}"
