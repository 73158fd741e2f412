"""Wakes rows whose time has come: what waited for its moment, what was left by a killed worker, and lost messages."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from recordings import wakeups
from recordings.worker.cycle import due_of
from recordings.worker.jobs import JOBS

AGAIN = timedelta(seconds=20)
"""When a row that is still due for the same moment is woken once more: its message may be lost."""


class Sweep:
    """Remembers what this process has woken, so that a row that waits in a full queue is not woken each second.

    Two workers may wake the same row: who comes second finds it claimed.
    """

    def __init__(self, ticks: Callable[[], float] = time.monotonic) -> None:
        self._ticks = ticks
        self._woken: dict[tuple[str, Any, datetime], float] = {}

    def __call__(self, now: datetime) -> int:
        """Put a message into the queue for every due row that had none lately; the number of messages.

        Ends with the first that cannot be sent: a store that does not answer may cost seconds for each.
        """
        tick = self._ticks()
        self._woken = {row: at for row, at in self._woken.items() if tick - at < AGAIN.total_seconds()}
        sent = 0
        for name in JOBS:
            for key, due in due_of(name, now):
                if (name, key, due) in self._woken:
                    continue
                if not wakeups.send(name, key):
                    return sent
                self._woken[name, key, due] = tick
                sent += 1
        return sent
