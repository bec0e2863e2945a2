"""The killer, and the supervisor that starts the server again."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from random import Random
from typing import TYPE_CHECKING

from tests.soak.server import ServerError, family

if TYPE_CHECKING:
    from tests.soak.clients import Field


def killer(field: Field, seconds: float) -> None:
    """Kill a process below the server every few seconds, and the server itself every fifth time.

    Below it are the one that serves, which it starts again itself, and those that run queries.
    """
    chance = Random(1)
    pause = min(3.0, seconds / 10)
    server, left = field.server, 3
    while field.going():
        time.sleep(pause * (0.5 + chance.random()))
        left -= 1
        try:
            if left < 0:
                left = 4
                server.kill()
                field.kills["server"] += 1
                server.start()
                continue
        except ServerError as error:
            field.problem(str(error))
            field.deadline = 0
            return
        process = server.process
        below = server.family() - ({process.pid} if process else set())
        queries = {pid for pid in below if family(pid) == {pid}}
        chosen = sorted(below - queries if chance.random() < 0.2 else queries)
        if chosen:
            with suppress(ProcessLookupError):
                os.kill(chance.choice(chosen), signal.SIGKILL)
                field.kills["worker"] += 1
