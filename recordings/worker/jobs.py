"""What can be due for a row, and the work it is woken for. A job that finds nothing due any more does nothing.

Whoever works on a row claims it by a conditional update with a lease, so a wake-up may come twice, late or never.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

import structlog
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from recordings.audit_log.checks import do_check, due_checks
from recordings.calls import CannotCall
from recordings.clock import database_now
from recordings.exports.build import make_due
from recordings.exports.leases import due_exports
from recordings.exports.services import KEPT, delete_file, old_exports
from recordings.lifecycle.bucket_scan import due_looks, look_at_recording
from recordings.lifecycle.device_status import EVERY, projects_to_refresh, refresh_devices
from recordings.lifecycle.send import send_queued
from recordings.lifecycle.stop import send_stop
from recordings.models import Recording

log = structlog.get_logger(__name__)
UNABLE = timedelta(minutes=1)
"""When a row whose account cannot make calls, since a key does not open, is tried again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """`rows(now)`: whose time has come. `due`: the field that says when, kept apart so that each time counts once."""

    label: Promise
    """What waits, for the status page."""
    rows: Callable[[datetime], QuerySet[Any]]
    due: str
    after: timedelta = timedelta(0)
    """How long after the moment in `due` a row's time comes."""
    work: Callable[[Any, datetime], object]
    """Its key is what these rows have: an integer, or a UUID."""

    def do(self, key: Any, now: datetime) -> None:
        """Work for one row. What cannot be done as things stand makes room for others, and is tried again later."""
        try:
            self.work(key, now)
        except CannotCall as error:
            log.error("cannot_call", key=key, why=str(error))
            self.rows(now).filter(pk=key).update(**{self.due: now + UNABLE})


def _queued(now: datetime) -> QuerySet[Recording]:
    return Recording.objects.filter(state=Recording.State.QUEUED, not_before__lte=now)


def _to_stop(now: datetime) -> QuerySet[Recording]:
    return Recording.objects.filter(stop_due_at__lte=now)


JOBS: Mapping[str, Job] = MappingProxyType(
    {
        "stop": Job(label=_("Stops"), rows=_to_stop, due="stop_due_at", work=lambda key, now: send_stop(key, now=now)),
        "start": Job(
            label=_("Starts"), rows=_queued, due="not_before", work=lambda key, now: send_queued(key, now=now)
        ),
        "look": Job(label=_("Bucket checks"), rows=due_looks, due="look_at", work=look_at_recording),
        "devices": Job(
            label=_("Device refreshes"),
            rows=projects_to_refresh,
            due="devices_refreshed_at",
            after=EVERY,
            work=lambda key, now: refresh_devices(key, now=now),
        ),
        "check": Job(label=_("Checks of the audit trail"), rows=due_checks, due="due_at", work=do_check),
        "export": Job(label=_("Exports"), rows=due_exports, due="due_at", work=make_due),
        "old_export": Job(
            label=_("Expired exports to delete"), rows=old_exports, due="finished_at", after=KEPT, work=delete_file
        ),
    }
)
"""In the order in which a cycle does them: what runs is billed, so stops come first."""


def work(job: str, key: Any) -> None:
    """Do one job for one row, now."""
    JOBS[job].do(key, database_now())
