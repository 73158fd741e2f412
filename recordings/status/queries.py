"""The state of the installation: workers and work queue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from recordings import wakeups
from recordings.heartbeat import is_alive
from recordings.jobs import registered
from recordings.models import ApiCall, CallbackEvent, Heartbeat

LATE = timedelta(seconds=30)
"""Work that waits longer than this is overdue."""

MAX_COUNTED = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Due work of one kind: its amount, its age, and whether it is overdue."""

    label: Promise
    count: int
    since: datetime | None
    """The due time of the oldest."""
    is_late: bool


def workers(now: datetime) -> Sequence[tuple[Heartbeat, bool]]:
    """The workers with a heartbeat within a day, and whether each still runs."""
    return [(worker, is_alive(worker.seen_at, now)) for worker in Heartbeat.objects.all()[:50]]


def wake_ups() -> int | None:
    """How many messages wait in the queue; None when its store does not respond."""
    try:
        return wakeups.waiting()
    except Exception:  # whatever the store's client raises
        return None


def open_calls(now: datetime) -> Waiting:
    """Calls to the vendor whose response is not stored yet; those whose lease has expired are overdue."""
    found = ApiCall.objects.filter(outcome=ApiCall.Outcome.OPEN).aggregate(
        count=Count("pk"), since=Min("created_at"), lease=Min("lease_until")
    )
    is_late = found["lease"] is not None and found["lease"] < now - LATE
    return Waiting(label=_("Open API calls"), count=found["count"], since=found["since"], is_late=is_late)


def due_work(now: datetime) -> Sequence[Waiting]:
    """The worker's due work by kind, with callbacks that are not interpreted yet."""
    found = []
    for job in registered().values():
        seen = job.rows(now).aggregate(count=Count("pk"), since=Min(job.due))
        since = seen["since"] + job.after if seen["since"] else None
        found.append(_waiting(job.label, seen["count"], since, now))
    unread = CallbackEvent.objects.filter(interpreted_at=None).order_by("id")
    first = unread.values_list("received_at", flat=True).first()
    found.append(_waiting(_("Callbacks to process"), unread[:MAX_COUNTED].count(), first, now))
    return found


def _waiting(label: Promise, count: int, since: datetime | None, now: datetime) -> Waiting:
    return Waiting(label=label, count=count, since=since, is_late=since is not None and since < now - LATE)
