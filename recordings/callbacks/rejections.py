"""Callbacks that were refused, counted in this process's memory and written once a minute, for the health page.

A flood of forgeries must not become a flood of writes. What a process counted since its last minute is lost when
it is killed: these are figures for people, and nothing follows from them.
"""

import atexit
import threading
from collections import Counter

import structlog
from django.db import connection
from django.db.models import F
from django.utils import timezone

from recordings.models import Project

log = structlog.get_logger(__name__)
FLUSH_SECONDS = 60.0
UNKNOWN_TOKEN = 0

_lock = threading.Lock()
_counted: Counter[int] = Counter()
_timer: threading.Timer | None = None


def note(project_pk: int | None) -> None:
    """Count one; None is an unknown token."""
    global _timer
    with _lock:
        _counted[project_pk or UNKNOWN_TOKEN] += 1
        if _timer is None:
            _timer = threading.Timer(FLUSH_SECONDS, _flush_in_its_own_thread)
            _timer.daemon = True
            _timer.start()


def flush() -> None:
    """Write what was counted; what cannot be written is kept for the next time. Never raises."""
    counted = _take()
    for project_pk, times in list(counted.items()):
        log.warning("callbacks_rejected", project=project_pk or "unknown token", times=times)
        if project_pk != UNKNOWN_TOKEN:
            try:
                Project.objects.filter(pk=project_pk).update(
                    callbacks_rejected=F("callbacks_rejected") + times, callbacks_rejected_at=timezone.now()
                )
            except Exception as error:
                log.warning("callbacks_rejected_not_written", why=type(error).__name__)
                with _lock:
                    _counted[project_pk] += times


def _take() -> Counter[int]:
    global _timer
    with _lock:
        taken = Counter(_counted)
        _counted.clear()
        if _timer is not None:
            _timer.cancel()
            _timer = None
    return taken


def _flush_in_its_own_thread() -> None:
    flush()
    connection.close()


def forget() -> None:
    """Start counting from zero, for tests."""
    _take()


atexit.register(flush)
