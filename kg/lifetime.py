"""A process that must not outlive the one that started it."""

from __future__ import annotations

import multiprocessing
import os
import threading
from multiprocessing import connection


def end_with_parent() -> None:
    """End this process at once when its parent is gone, however that ended.

    A thread waits for it, so it works while the process is busy in an engine that lets go of the
    interpreter. (The kernel's own signal for this, PR_SET_PDEATHSIG, comes when the parent's
    thread ends, and a server's threads come and go.)
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        raise RuntimeError("this process was not started by multiprocessing")
    threading.Thread(target=_wait, args=(parent.sentinel,), daemon=True).start()


def _wait(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)  # pragma: no cover  # nobody is left to be told
