"""The work of a web process beside its requests, since its machine may have no worker.

Spilled responses and small exports are on the disk of their process, which a worker elsewhere cannot reach.
Several processes can do this at once: restoring a spill skips what another process is restoring.
"""

import os
import threading
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import close_old_connections, connection

from recordings.exports.sweep import EVERY as SWEEP_EVERY
from recordings.exports.sweep import sweep_files
from recordings.worker.process import Loop
from recordings.worker.spills import has_spills, restore_spills

EVERY = 5.0
"""Seconds between two looks at the spill file."""

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def run_beside(application: Application) -> Application:
    """A WSGI application that starts the work at its process's first request: before, the process may yet fork."""
    started = _Started()

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if started.is_first():
            start()
        return application(environ, start_response)

    return answer


def start() -> None:
    """Start the work in a thread of this process, which ends with it."""
    threading.Thread(target=_run, name="beside", daemon=True).start()


class _Started:
    """Knows whether this process has started its thread. A fork has not."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process = 0

    def is_first(self) -> bool:
        if self._process == os.getpid():
            return False
        with self._lock:
            is_first, self._process = self._process != os.getpid(), os.getpid()
        return is_first


def _run() -> None:
    loop = Loop((timedelta(0), _take_in), (SWEEP_EVERY, sweep_files))
    pause = threading.Event()
    while True:
        close_old_connections()
        loop.turn_now()
        connection.close()
        pause.wait(EVERY)


def _take_in(_now: datetime) -> None:
    if has_spills():
        restore_spills()
