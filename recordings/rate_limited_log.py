"""Log lines about something that goes on failing: at most one a minute for each kind, in each process."""

import logging
import threading
import time
from collections.abc import Callable

import structlog

log = structlog.get_logger(__name__)
PAUSE = 60.0
"""Seconds between two lines of one kind."""


class Rarely:
    """Says of each kind whether a line is due. Lines left out are counted, and the next line says how many."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._last: dict[str, float] = {}
        self._left_out: dict[str, int] = {}

    def due(self, kind: str) -> int | None:
        """How many lines were left out since the last one; None if this one is left out too."""
        with self._lock:
            now = self._clock()
            if kind in self._last and now - self._last[kind] < PAUSE:
                self._left_out[kind] = self._left_out.get(kind, 0) + 1
                return None
            self._last[kind] = now
            return self._left_out.pop(kind, 0)


_rarely = Rarely()


def warn_rarely(event: str, **values: object) -> None:
    """A warning with these values, unless this event was logged within the last minute."""
    left_out = _rarely.due(event)
    if left_out is not None:
        log.warning(event, left_out=left_out, **values)


def exception_rarely(event: str, error: Exception, **values: object) -> None:
    """An error line with its traceback, unless the same event failed alike within the last minute."""
    left_out = _rarely.due(f"{event} {type(error).__name__} {values}")
    if left_out is not None:
        log.error(event, exc_info=error, left_out=left_out, **values)


class QueueTrouble(logging.Filter):
    """On a handler: huey tells of a queue that does not answer several times a second, with a traceback each."""

    def __init__(self) -> None:
        super().__init__()
        self._rarely = Rarely()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the line is written. A repeated line also loses its traceback: its exception's name is enough."""
        if not record.name.startswith("huey") or not record.exc_info:
            return True
        error = record.exc_info[1]
        left_out = self._rarely.due(f"{record.msg} {type(error).__name__}")
        if left_out is None:
            return False
        record.msg = f"{record.getMessage()}: {type(error).__name__}: {str(error)[:500]} ({left_out} left out)"
        record.args, record.exc_info, record.exc_text = None, None, None
        return True
