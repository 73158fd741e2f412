"""The sandbox's own time, and the background work that waits for it.

Recorder steps, idle checks and callback attempts are calls with a due time; a test moves the clock instead.
"""

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable

log = logging.getLogger("recordings.sandbox")


class Clock:
    """Seconds since 1970, as on the wall plus what `advance` added."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def now(self) -> float:
        """The present moment, in seconds."""
        return time.time() + self._ahead

    def advance(self, seconds: float) -> None:
        """Advance the time immediately; waiting threads are woken by `Background.wake`."""
        self._ahead += seconds


class Background:
    """Calls that become due, run by a few daemon threads, earliest first.

    Daemon threads, so that a receiver that hangs for five seconds does not hold up the end of the process.
    """

    def __init__(self, clock: Clock, *, name: str, threads: int) -> None:
        self._clock = clock
        self._changed = threading.Condition()
        self._due: list[tuple[float, int, Callable[[float], None]]] = []
        self._order = itertools.count()
        self._busy = 0
        self._closed = False
        for number in range(threads):
            threading.Thread(target=self._work, name=f"sandbox-{name}-{number}", daemon=True).start()

    def at(self, due: float, call: Callable[[float], None]) -> None:
        """Run `call(due)` once the clock has reached `due`; at once when it has already."""
        with self._changed:
            heapq.heappush(self._due, (due, next(self._order), call))
            self._changed.notify()

    def wake(self) -> None:
        """Look at the clock again: it was moved."""
        with self._changed:
            self._changed.notify_all()

    def settle(self, timeout: float) -> bool:
        """Wait until nothing is due and nothing runs; False when `timeout` seconds were not enough."""
        with self._changed:
            self._changed.notify_all()
            return self._changed.wait_for(self._is_settled, timeout)

    def forget(self) -> None:
        """Drop everything that has not begun."""
        with self._changed:
            self._due.clear()
            self._changed.notify_all()

    def close(self) -> None:
        """Begin nothing more; a call that runs is left to its end."""
        with self._changed:
            self._closed = True
            self._due.clear()
            self._changed.notify_all()

    def _is_settled(self) -> bool:
        return self._busy == 0 and (not self._due or self._due[0][0] > self._clock.now())

    def _work(self) -> None:
        while (job := self._take()) is not None:
            due, call = job
            try:
                call(due)
            except Exception:
                log.exception("background work of the sandbox failed")
            with self._changed:
                self._busy -= 1
                self._changed.notify_all()

    def _take(self) -> tuple[float, Callable[[float], None]] | None:
        with self._changed:
            while not self._closed:
                wait = self._due[0][0] - self._clock.now() if self._due else None
                if wait is not None and wait <= 0:
                    due, _, call = heapq.heappop(self._due)
                    self._busy += 1
                    return due, call
                self._changed.wait(wait)
            return None
