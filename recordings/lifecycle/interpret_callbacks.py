"""Reading what the vendor posted, and moving the recordings it is about: the worker's part.

Any number of workers may do it at once, in any order and again: an event is marked in the same transaction as what
follows from it, and what follows is a fold over all events of the recording.
"""

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import structlog
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from recordings.domain.signs import RECORDER_AT_WORK
from recordings.lifecycle.callback_rows import write_parsed
from recordings.lifecycle.evidence import apply_evidence
from recordings.lifecycle.reported_files import merge_reported
from recordings.lifecycle.unclaimed_rows import forget_claimed, record_unclaimed
from recordings.models import CallbackEvent, Recording
from recordings.sqlite_lock import turn
from recordings.trro.callback import ParsedCallback, read
from recordings.trro.event_type import EventType

log = structlog.get_logger(__name__)
AT_ONCE = {"sqlite": 10, "postgresql": 40}
"""Events in one transaction: few enough that no other writer waits long where only one can write at a time."""
BUDGET_SECONDS = 2.5
"""How long one call continues while more is waiting: the worker has other work too."""
LONGEST_PAUSE = 0.05
"""Seconds. After each transaction on SQLite as long a pause, at most: who receives callbacks gets the lock first."""
SWEPT = timedelta(minutes=10)
Kinds = set[tuple[int | None, int | None]]
"""Event types, each with a status."""
_ONLY_ONCE = {*RECORDER_AT_WORK, EventType.RECORDER_CHANGED, EventType.HLS_UPLOADED}
News = list[tuple[CallbackEvent, ParsedCallback]]


def interpret_waiting(now: datetime, *, seconds: float = BUDGET_SECONDS) -> int:
    """Interpret events that wait for it, oldest first, for so many seconds or until none is left; their number."""
    _wake_overlooked(now)
    ends = time.monotonic() + seconds
    last = done = 0
    while parsed := _read(_waiting().filter(pk__gt=last)[: AT_ONCE[connection.vendor]]):
        began = time.monotonic()
        done += _interpret_or_isolate(parsed, now)
        last = max(parsed)
        if connection.vendor == "sqlite":
            time.sleep(min(LONGEST_PAUSE, time.monotonic() - began))
        if time.monotonic() > ends:
            break
    return done


def interpret(events: Iterable[CallbackEvent], parsed: Mapping[int, ParsedCallback], now: datetime) -> int:
    """Interpret locked events in the caller's transaction: what they say, whose they are, and what follows."""
    pairs = [(event, parsed[event.pk]) for event in events]
    again = [event for event, _ in pairs if event.task_id]  # interpreted before, as those of an unclaimed task
    recordings = _recordings_of(pairs)
    signs = _signs_of(recordings.values())
    news: dict[Recording, News] = defaultdict(list)
    for event, content in pairs:
        event.interpreted_at = now
        event.event_type, event.status, event.task_id = content.event_type, content.status, content.task_id
        event.happened_at, event.complaint = content.happened_at, content.complaint
        event.recording = recordings.get((event.project_id, content.task_id))
        if event.recording:
            news[event.recording].append((event, content))
    write_parsed([event for event, _ in pairs])
    record_unclaimed(event for event, _ in pairs)
    forget_claimed(again)
    for recording in sorted(news, key=lambda each: each.pk):
        _apply_events(recording, news[recording], signs[recording.pk])
    return len(pairs)


def read_all(events: Iterable[CallbackEvent]) -> dict[int, ParsedCallback]:
    """What each event says, by its number."""
    return {event.pk: read(bytes(event.body)) for event in events}


def _apply_events(recording: Recording, news: News, signs: Kinds) -> None:
    """Let a locked recording follow from what is new about it."""
    last_file_at = recording.last_file_at
    merge_reported(recording, [(content.files, event.received_at) for event, content in news])
    if any(event.event_type in {EventType.RECORDER_STARTED, EventType.RECORDER_LEFT} for event, _ in news):
        _take_times(recording)
    elif (
        recording.is_live
        and not recording.scan_count
        and _is_known({(row.event_type, row.status) for row, _ in news}, signs)
    ):
        if recording.last_file_at != last_file_at:  # the fold knows all this already: another part, as a rule
            recording.save(update_fields=["last_file_at"])
        return
    apply_evidence(recording)


def _is_known(news: Kinds, signs: Kinds) -> bool:
    """Whether a live recording's fold can learn nothing from one more event of these types and statuses.

    An event whose time counts is always news, and so is a whole file after one was reported missing.
    """
    if any(event_type in _ONLY_ONCE or (event_type, status) not in signs for event_type, status in news):
        return False
    return not any(kind == EventType.FILE_FINISHED for kind, _ in news) or all(
        status == 0 for kind, status in signs | news if kind == EventType.FILE_FINISHED
    )


def _waiting() -> QuerySet[CallbackEvent]:
    return CallbackEvent.objects.filter(interpreted_at=None).order_by("pk")


def _read(events: QuerySet[CallbackEvent]) -> dict[int, ParsedCallback]:
    """Read before anything is locked: a body never changes."""
    return read_all(events.only("body"))


def _interpret_or_isolate(parsed: Mapping[int, ParsedCallback], now: datetime) -> int:
    """Interpret all at once; when that fails, one by one, so that what fails stays and holds up nothing else."""
    try:
        return _interpret_claimed(parsed, now)
    except Exception:
        if len(parsed) > 1:
            return sum(_interpret_or_isolate({pk: content}, now) for pk, content in parsed.items())
        log.exception("callback_not_interpreted", callback=next(iter(parsed)))
        return 0


def _interpret_claimed(parsed: Mapping[int, ParsedCallback], now: datetime) -> int:
    with turn(), transaction.atomic():
        mine = _waiting().filter(pk__in=list(parsed)).defer("body").select_for_update(skip_locked=True)
        return interpret(mine, parsed, now)


def _signs_of(recordings: Iterable[Recording]) -> dict[int, Kinds]:
    """What the fold of each recording knows already."""
    known: dict[int, Kinds] = defaultdict(set)
    events = CallbackEvent.objects.filter(recording__in=list(recordings)).exclude(interpreted_at=None)
    for pk, event_type, status in events.values_list("recording_id", "event_type", "status").distinct():
        known[pk].add((event_type, status))
    return known


def _recordings_of(parsed: Iterable[tuple[CallbackEvent, ParsedCallback]]) -> dict[tuple[int, str], Recording]:
    """The recordings that are meant, locked, by project and TaskId: a project's callbacks touch only its own."""
    meant = {(event.project_id, content.task_id) for event, content in parsed if content.task_id}
    found = Recording.objects.select_for_update().filter(
        project__in={project for project, _ in meant}, task_id__in={task_id for _, task_id in meant}
    )
    by_name = {(recording.project_id, recording.task_id): recording for recording in found.order_by("pk")}
    return {name: recording for name, recording in by_name.items() if name in meant}


def _take_times(recording: Recording) -> None:
    """When it really began and ended, by the events' own times; none is later than its arrival here."""
    rows = recording.events.filter(event_type__in=(EventType.RECORDER_STARTED, EventType.RECORDER_LEFT))
    times = [
        (kind, status, min(happened_at or received_at, received_at), received_at)
        for kind, status, happened_at, received_at in rows.values_list(
            "event_type", "status", "happened_at", "received_at"
        )
    ]
    if began := [at for kind, status, at, _ in times if (kind, status) == (EventType.RECORDER_STARTED, 0)]:
        recording.started_at = min(began)
    failed = [
        (at, reported_at)
        for kind, status, at, reported_at in times
        if (kind, status) == (EventType.RECORDER_STARTED, 1)
    ]
    if ended := [(at, reported_at) for kind, _, at, reported_at in times if kind == EventType.RECORDER_LEFT] or failed:
        recording.ended_at, recording.end_reported_at = max(ended)


def _wake_overlooked(now: datetime) -> None:
    """Have events interpreted again whose TaskId became known in the very moment in which they were interpreted."""
    known = Recording.objects.filter(project=OuterRef("project"), task_id=OuterRef("task_id"))
    CallbackEvent.objects.filter(Exists(known), recording=None, interpreted_at__gte=now - SWEPT).exclude(
        task_id=""
    ).update(interpreted_at=None)
