"""Reading what the vendor posted, and moving the recordings it is about: the worker's part.

Any number of workers may do it at once, in any order and again: an event is marked in the same transaction as what
follows from it, and what follows is a fold over all events of the recording.
"""

import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import structlog
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from recordings.callbacks.announcing import announce
from recordings.capture.evidence import move
from recordings.models import CallbackEvent, Recording
from recordings.trro.callback import Said, read

log = structlog.get_logger(__name__)
AT_ONCE = 40
"""Events in one transaction: few enough that nobody waits long for it."""
BUDGET_SECONDS = 0.8
"""How long one call goes on while more is waiting: the worker has other work too."""
SWEPT = timedelta(minutes=10)
STARTED, LEFT = 301, 302
WRITTEN = ("interpreted_at", "recording", "event_type", "status", "task_id", "happened_at", "complaint")


def interpret_waiting(now: datetime, *, seconds: float = BUDGET_SECONDS) -> int:
    """Interpret events that wait for it, oldest first, for so many seconds or until none is left; their number."""
    _wake_overlooked(now)
    ends = time.monotonic() + seconds
    last = done = 0
    while ids := list(_waiting().filter(pk__gt=last).values_list("pk", flat=True)[:AT_ONCE]):
        began = time.monotonic()
        done += _interpret_or_isolate(ids, now)
        last = ids[-1]
        if time.monotonic() > ends:
            break
        if connection.vendor == "sqlite" and len(ids) == AT_ONCE:
            time.sleep(min(0.1, time.monotonic() - began))  # its one lock is for those who receive, too
    return done


def interpret(events: Iterable[CallbackEvent], now: datetime) -> int:
    """Interpret locked events in the caller's transaction: what they say, whose they are, and what follows."""
    said = [(event, read(bytes(event.body))) for event in events]
    recordings = _recordings_of(said)
    news: dict[Recording, list[tuple[CallbackEvent, Said]]] = defaultdict(list)
    for event, content in said:
        event.interpreted_at = now
        event.event_type, event.status, event.task_id = content.event_type, content.status, content.task_id
        event.happened_at, event.complaint = content.happened_at, content.complaint
        event.recording = recordings.get((event.project_id, content.task_id))
        if event.recording:
            news[event.recording].append((event, content))
    CallbackEvent.objects.bulk_update([event for event, _ in said], WRITTEN)
    for recording in sorted(news, key=lambda each: each.pk):
        for event, content in news[recording]:
            announce(recording, content.files, at=event.received_at)
        if any(event.event_type in {STARTED, LEFT} for event, _ in news[recording]):
            _take_times(recording)
        move(recording)
    return len(said)


def _waiting() -> QuerySet[CallbackEvent]:
    return CallbackEvent.objects.filter(interpreted_at=None).order_by("pk")


def _interpret_or_isolate(ids: Sequence[int], now: datetime) -> int:
    """Interpret all at once; when that fails, one by one, so that what fails stays and holds up nothing else."""
    try:
        return _interpret_claimed(ids, now)
    except Exception:
        if len(ids) > 1:
            return sum(_interpret_or_isolate([pk], now) for pk in ids)
        log.exception("callback_not_interpreted", callback=ids[0])
        return 0


def _interpret_claimed(ids: Sequence[int], now: datetime) -> int:
    with transaction.atomic():
        return interpret(_waiting().filter(pk__in=ids).select_for_update(skip_locked=True), now)


def _recordings_of(said: Iterable[tuple[CallbackEvent, Said]]) -> dict[tuple[int, str], Recording]:
    """The recordings that are meant, locked, by project and TaskId: a project's callbacks touch only its own."""
    meant = {(event.project_id, content.task_id) for event, content in said if content.task_id}
    found = Recording.objects.select_for_update().filter(
        project__in={project for project, _ in meant}, task_id__in={task_id for _, task_id in meant}
    )
    by_name = {(recording.project_id, recording.task_id): recording for recording in found.order_by("pk")}
    return {name: recording for name, recording in by_name.items() if name in meant}


def _take_times(recording: Recording) -> None:
    """When it really began and ended, by the events' own times; none is later than when we heard of it."""
    rows = recording.events.filter(event_type__in=(STARTED, LEFT))
    told = [
        (kind, status or 0, min(happened_at or received_at, received_at))
        for kind, status, happened_at, received_at in rows.values_list(
            "event_type", "status", "happened_at", "received_at"
        )
    ]
    if began := [at for kind, status, at in told if kind == STARTED and status == 0]:
        recording.started_at = min(began)
    failed = [at for kind, status, at in told if kind == STARTED and status != 0]
    if ended := [at for kind, _, at in told if kind == LEFT] or failed:
        recording.ended_at = max(ended)


def _wake_overlooked(now: datetime) -> None:
    """Have events interpreted again whose TaskId became known in the very moment in which they were interpreted."""
    known = Recording.objects.filter(project=OuterRef("project"), task_id=OuterRef("task_id"))
    CallbackEvent.objects.filter(Exists(known), recording=None, interpreted_at__gte=now - SWEPT).exclude(
        task_id=""
    ).update(interpreted_at=None)
