"""A worker's sign of life, for /status/."""

import os
import socket
from datetime import datetime, timedelta

from recordings.models import Heartbeat

EVERY = timedelta(seconds=5)

STALE = timedelta(seconds=30)
"""A worker that was not seen for longer is taken for dead."""

AHEAD = timedelta(seconds=30)
"""Clocks differ a little. A sign of life from further in the future is of a clock that was set back, and is none."""

FORGOTTEN = timedelta(days=1)


def name_of_this_process() -> str:
    """Host and process: two workers on one machine are two."""
    return f"{socket.gethostname()[:80]}:{os.getpid()}"


def beat(now: datetime) -> None:
    """Say that this process is alive; forget those that died long ago."""
    Heartbeat.objects.update_or_create(
        name=name_of_this_process(), defaults={"seen_at": now}, create_defaults={"started_at": now, "seen_at": now}
    )
    Heartbeat.objects.exclude(seen_at__range=(now - FORGOTTEN, now + FORGOTTEN)).delete()


def has_live_worker(now: datetime, *, within: timedelta = STALE) -> bool:
    """Whether any worker was seen lately: without one, nothing that is due gets done."""
    return Heartbeat.objects.filter(seen_at__gte=now - within, seen_at__lte=now + AHEAD).exists()


def is_alive(seen_at: datetime, now: datetime) -> bool:
    """Whether a worker that was last seen then is alive."""
    return now - STALE <= seen_at <= now + AHEAD


def leave() -> None:
    """Remove the heartbeat of this process, which ends in order: it is not missed."""
    Heartbeat.objects.filter(name=name_of_this_process()).delete()
