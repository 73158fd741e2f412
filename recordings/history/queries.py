"""The history: which recordings somebody may see, filtered, a page at a time."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.db.models import Exists, OuterRef, Q, QuerySet

from recordings.models import ApiCall, Device, Recording, User
from recordings.people.permissions import projects_where
from recordings.worker.heartbeat import is_worked

PAGE_LENGTH = 50
MOST_FOUND = 1000
FEW_DEVICES = 100
DEVICE_ID = re.compile(r"[a-z0-9_]{1,32}")
OVERDUE = timedelta(seconds=10)
"""A worker looks each second for what is due, and says every few seconds that it lives."""


def visible_recordings(user: User, permission: str = "recording.see") -> QuerySet[Recording]:
    """Every recording of the projects in which this person holds `permission`, newest first."""
    return (
        Recording.objects.filter(project__in=projects_where(user, permission))
        .select_related("project", "device", "requested_by", "claimed_by")
        .order_by("-created_at", "-id")
    )


def with_words(recordings: QuerySet[Recording], words: str) -> QuerySet[Recording]:
    """Recordings with exactly this TaskId or RequestId, also of any try, or whose device's id begins with it.

    Ids are looked up at once, each by its index: in one condition with the devices no database would use them.
    """
    found = list(with_id(words)[:MOST_FOUND])
    if not DEVICE_ID.fullmatch(words):
        return recordings.filter(pk__in=found)
    return recordings.filter(Q(pk__in=found) | _of_devices(words) if found else _of_devices(words))


def _of_devices(beginning: str) -> Q:
    """Recordings of the devices whose id begins so: of a few, found by them; of many, found while going back in time.

    A database that finds those of many devices by them would have to sort nearly the whole history.
    """
    devices = Device.objects.filter(device_id__startswith=beginning).order_by()
    few = list(devices.values_list("pk", flat=True)[: FEW_DEVICES + 1])
    if len(few) <= FEW_DEVICES:
        return Q(device__in=few)
    return Q(Exists(devices.filter(pk=OuterRef("device"))))


def with_id(words: str) -> QuerySet[Any, int]:
    """The keys of recordings that had exactly this TaskId or RequestId, themselves or in one of their calls."""
    calls = ApiCall.objects.filter(recording__isnull=False).order_by()
    own = Recording.objects.order_by()
    task, *others = (
        # not empty: what the partial indexes promise
        rows.filter(**{name: words}).exclude(**{name: ""}).values_list(pk, flat=True)
        for rows, pk in ((own, "pk"), (calls, "recording_id"))
        for name in ("task_id", "request_id")
    )
    return task.union(*others)


def waits_for_no_worker(recording: Recording, calls: Iterable[ApiCall], now: datetime) -> bool:
    """Whether something should have happened to it by now, and no worker seems to run that would do it."""
    due = [call.lease_until for call in calls if call.outcome == ApiCall.Outcome.OPEN]
    due += [at for at in (recording.not_before, recording.stop_due_at) if at is not None]
    return any(at < now - OVERDUE for at in due) and not is_worked(now, within=OVERDUE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of the history, and the address of the one after it."""

    recordings: list[Recording]
    next_cursor: str


def page_of(recordings: QuerySet[Recording], cursor: str) -> Page:
    """The page that begins after `cursor`, or the first; a cursor that is not ours gives the first.

    The condition's form lets both databases run it from the index, however far down the page is.
    """
    after = _read_cursor(cursor)
    if after:
        created_at, pk = after
        recordings = recordings.filter(created_at__lte=created_at).filter(Q(created_at__lt=created_at) | Q(pk__lt=pk))
    rows = list(recordings[: PAGE_LENGTH + 1])
    more = len(rows) > PAGE_LENGTH
    rows = rows[:PAGE_LENGTH]
    return Page(recordings=rows, next_cursor=_cursor(rows[-1]) if more else "")


def _cursor(recording: Recording) -> str:
    return signing.dumps([recording.created_at.isoformat(), recording.pk], salt="history", compress=False)


def _read_cursor(cursor: str) -> tuple[datetime, int] | None:
    try:
        created_at, pk = signing.loads(cursor, salt="history")
    except (signing.BadSignature, ValueError):
        return None
    return datetime.fromisoformat(created_at), pk
