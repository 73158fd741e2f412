"""The history: the recordings that a user may see, filtered, a page at a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing
from django.db.models import Q, QuerySet

from recordings.heartbeat import is_worked
from recordings.models import ApiCall, Recording

PAGE_LENGTH = 50
OVERDUE = timedelta(seconds=10)
"""A worker checks every second what is due, and writes a heartbeat every few seconds."""


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
    """The page that begins after `cursor`, or the first; an invalid cursor gives the first.

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
