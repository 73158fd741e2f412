"""What can be due for a row, and the work it is woken for. A job that finds nothing due any more does nothing.

Whoever works on a row claims it by a conditional update with a lease, so a wake-up may come twice, late or never.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from django.db.models import QuerySet
from django.utils import timezone

from recordings.capture.sending import send_queued
from recordings.capture.stopping import send_stop
from recordings.models import Project, Recording


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """`rows(now)`: whose time has come. `due`: the field that says when, kept apart so that each time counts once."""

    rows: Callable[[datetime], QuerySet[Recording] | QuerySet[Project]]
    due: str
    work: Callable[[int, datetime], object]


def _queued(now: datetime) -> QuerySet[Recording]:
    return Recording.objects.filter(state=Recording.State.QUEUED, not_before__lte=now)


def _to_stop(now: datetime) -> QuerySet[Recording]:
    return Recording.objects.filter(stop_due_at__lte=now)


JOBS: Mapping[str, Job] = MappingProxyType(
    {
        "stop": Job(rows=_to_stop, due="stop_due_at", work=lambda key, now: send_stop(key, now=now)),
        "start": Job(rows=_queued, due="not_before", work=lambda key, now: send_queued(key, now=now)),
    }
)
"""In the order in which a cycle does them: what runs is billed, so stops come first."""


def work(job: str, key: int) -> None:
    """Do one job for one row, now."""
    JOBS[job].work(key, timezone.now())
