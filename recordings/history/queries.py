"""Whether something about a recording waits for a worker that does not run."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from recordings.heartbeat import has_live_worker
from recordings.models import ApiCall, Recording

OVERDUE = timedelta(seconds=10)
"""A worker checks every second what is due, and writes a heartbeat every few seconds."""


def waits_for_no_worker(recording: Recording, calls: Iterable[ApiCall], now: datetime) -> bool:
    """Whether something should have happened to it by now, and no worker seems to run that would do it."""
    due = [call.lease_until for call in calls if call.outcome == ApiCall.Outcome.OPEN]
    due += [at for at in (recording.not_before, recording.stop_due_at) if at is not None]
    return any(at < now - OVERDUE for at in due) and not has_live_worker(now, within=OVERDUE)
