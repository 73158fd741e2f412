"""The vendor's quota: so many calls a second for each account and action."""

import threading
from collections import defaultdict, deque

from recordings.sandbox.clock import Clock
from recordings.sandbox.errors import ApiError

WINDOW = 1.0


class Quota:
    """A sliding window of one second, the strictest reading of "20 calls a second"."""

    def __init__(self, clock: Clock, calls_per_second: int) -> None:
        self._clock = clock
        self._limit = calls_per_second
        self._lock = threading.Lock()
        self._calls: dict[tuple[str, str], deque[float]] = defaultdict(deque)

    def spend(self, *, account: str, action: str) -> None:
        """Count one call; a refused one does not count, a limit of 0 is none.

        Raises ApiError RequestLimitExceeded.
        """
        if self._limit == 0:
            return
        with self._lock:
            now, calls = self._clock.now(), self._calls[account, action]
            while calls and calls[0] <= now - WINDOW:
                calls.popleft()
            if len(calls) >= self._limit:
                raise ApiError("RequestLimitExceeded", f"More than {self._limit} calls of {action} in one second.")
            calls.append(now)

    def forget(self) -> None:
        """Start again."""
        with self._lock:
            self._calls.clear()
