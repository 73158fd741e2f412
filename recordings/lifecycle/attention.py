"""Marks recordings that need a person, and unmarks them when the reason is gone: the worker does so every few seconds.

A row is marked by a conditional update, so any number of workers may do it at once.
"""

from collections.abc import Iterator
from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from recordings.domain.attention_rule import UNSENT, UPLOAD, attention_of
from recordings.domain.states import State, UploadState
from recordings.lifecycle.attention_facts import facts_of
from recordings.models import Decision, Recording

log = structlog.get_logger(__name__)
WATCHED = (State.UNKNOWN, State.ACCEPTED, State.RECORDING, State.STOPPING)
NOT_ENDED = tuple(state for state in State if state is not State.ENDED)
"""Said this way round, so that SQLite looks for the few unfinished ones, and not for all that ever ended."""
UNFINISHED = tuple(state for state in UploadState if state is not UploadState.COMPLETE)
AT_ONCE = 200
"""Rows marked in one transaction: for fewer writes to the disk, and not so many that others wait."""


def refresh_due_attention(now: datetime) -> int:
    """Mark every recording that needs attention now, unmark those that no longer do; how many changed."""
    return sum(_settle(rows, now) for rows in _concerned(now))


def refresh_attention(recording_id: int, *, now: datetime) -> None:
    """The same for one recording, in the transaction that stored its change."""
    _settle(Recording.objects.filter(pk=recording_id), now)


def _concerned(now: datetime) -> Iterator[QuerySet[Recording]]:
    """The rows whose mark may have to change, each kind by its own index.

    Not those that were closed: new signs of them are judged at once, in the transaction that stores them.
    """
    seen_to = Decision.objects.filter(recording=OuterRef("pk"), choice=Decision.Choice.DISMISSED)
    failure_seen_to = seen_to.filter(decided_at__gte=OuterRef("over"))
    lateness_seen_to = seen_to.filter(decided_at__gte=OuterRef("over") + UPLOAD)
    unmarked = Recording.objects.filter(attention="").alias(over=Coalesce("end_reported_at", "ended_at"))
    late = unmarked.filter(upload_state__in=UNFINISHED, ended_at__lte=now - UPLOAD).exclude(state__in=NOT_ENDED)
    long_ago = now - UNSENT
    yield Recording.objects.filter(state__in=WATCHED)
    yield Recording.objects.filter(~Q(attention="")).exclude(state__in=WATCHED)
    yield unmarked.filter(~Exists(failure_seen_to), state=State.FAILED)
    yield late.filter(~Exists(lateness_seen_to))
    yield unmarked.filter(Q(not_before__lte=long_ago) | Q(sent_at__lte=long_ago), state=State.QUEUED)
    yield unmarked.filter(stop_due_at__isnull=False).exclude(state__in=WATCHED)
    yield unmarked.filter(runs_on_since__isnull=False).exclude(state__in=WATCHED)


def _settle(rows: QuerySet[Recording], now: datetime) -> int:
    changed = 0
    keys = sorted(rows.order_by().values_list("pk", flat=True))  # sorted there, SQLite would read the whole history
    for start in range(0, len(keys), AT_ONCE):
        changes = [
            (recording, reason)
            for recording, facts in facts_of(keys[start : start + AT_ONCE], now)
            if (reason := attention_of(facts, now)) != recording.attention
        ]
        if changes:
            with transaction.atomic():
                changed += sum(_mark(recording, reason, now) for recording, reason in changes)
    return changed


def _mark(recording: Recording, reason: str, now: datetime) -> bool:
    """Whether the row was still as it was judged, and has its mark now."""
    judged = Recording.objects.filter(pk=recording.pk, state=recording.state, attention=recording.attention)
    marked = judged.update(attention=reason, attention_at=now if reason else None) == 1
    if marked:
        log.info("attention_changed", recording=recording.pk, reason=reason)
    return marked
