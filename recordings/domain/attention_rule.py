"""Why a recording needs attention: a rule over what is known of it. Touches no database.

Each reason counts from a moment. What a user has handled (DISMISSED) by then is not raised again; a reason that
comes later is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from recordings.domain.attention_reasons import Attention
from recordings.domain.states import LIVE, State, UploadState

SEARCH = timedelta(minutes=2)
"""How long an unknown start is looked for in the bucket before a person is asked."""

PATIENCE = timedelta(minutes=2)
"""How long the recorder may take to report that it began, or that it left."""

OVERDUE = timedelta(minutes=10)
"""How long after its longest length a file may take to be there."""

SEGMENTS = timedelta(minutes=5)
"""How long an HLS recording may write no segment, each of which takes seconds."""

UPLOAD = timedelta(hours=1)
"""How long files may take after the end."""

LAST_FILES = timedelta(minutes=15)
"""How long after it was closed a file may be the last one of a recording that is over."""

UNSENT = timedelta(minutes=1)
"""How long after its time has come a start or a stop may wait for the worker."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of one recording; a moment is None for what has not happened."""

    state: State
    upload_state: UploadState = UploadState.NONE
    is_duplicate: bool = False
    duplicate_since: datetime | None = None
    """When it was found to be one of two; None for one that was doubled before this was kept."""
    asked_at: datetime
    answered_at: datetime | None = None
    """When the last try to start was answered, or given up."""
    started_at: datetime | None = None
    stopped_at: datetime | None = None
    """When the vendor accepted the last stop."""
    stop_failed_at: datetime | None = None
    """When the last stop was refused or lost, if no other try is due."""
    ended_at: datetime | None = None
    """When it was over at the latest: the vendor's clock may be behind."""
    runs_on_since: datetime | None = None
    """Since when it is known that a recorder works after the end."""
    closed_at: datetime | None = None
    """When a person closed it for the last time."""
    reported_at: datetime | None = None
    """When a callback last said that the recorder is at work; of a closed one only."""
    has_left: bool = False
    """Whether the recorder said that it left, and was not at work later; of a closed one only."""
    due_since: datetime | None = None
    """Since when a start or a stop of it should have been sent."""
    offline_since: datetime | None = None
    """Since when its device is offline; None while it is not."""
    last_file_at: datetime | None = None
    scanned_at: datetime | None = None
    """When its folder in the bucket was last listed."""
    is_hls: bool = False
    """Whether its format writes segments all the time."""
    uploaded_at: datetime | None = None
    """When the vendor reported that all of its HLS is uploaded (305), which comes after the end only."""
    max_idle_time: int = 30
    longest_file: int | None = None
    """In minutes; None for a format that is not cut."""
    has_callbacks: bool = False
    can_list: bool | None = None
    dismissed_at: datetime | None = None


def attention_of(facts: Facts, now: datetime) -> str:
    """The most urgent reason for attention at `now`, as a value of Attention; empty when there is none."""
    for reason, since in _reasons(facts):
        if since <= now and not (facts.dismissed_at and since <= facts.dismissed_at):
            return reason.value
    return ""


def _reasons(facts: Facts) -> Iterator[tuple[Attention, datetime]]:
    """Every reason that is there or will be, the most urgent first, with the moment from which it counts."""
    answered_at = facts.answered_at or facts.asked_at
    started_at = facts.started_at or answered_at
    ended_at = max(facts.ended_at or started_at, started_at)
    is_live = facts.state in LIVE
    if is_live and facts.is_duplicate:
        yield Attention.DOUBLED, facts.duplicate_since or started_at
    if facts.runs_on_since:
        yield from _after_the_end(facts, facts.runs_on_since)
    elif facts.state is State.CLOSED:
        yield from _after_closing(facts)
    elif is_live and facts.stop_failed_at:
        yield Attention.STOP_REFUSED, facts.stop_failed_at
    may_run = is_live or facts.runs_on_since or (facts.state is State.CLOSED and not facts.has_left)
    if facts.due_since and may_run:
        yield Attention.NOT_SENT, facts.due_since + UNSENT
    match facts.state:
        case State.UNKNOWN if facts.can_list is False:
            yield Attention.CANNOT_LIST, answered_at
        case State.UNKNOWN:
            yield Attention.UNKNOWN, answered_at + SEARCH
        case State.FAILED:
            yield Attention.FAILED, ended_at
        case State.STOPPING:
            yield Attention.NOT_STOPPING, (facts.stopped_at or started_at) + PATIENCE
        case State.ACCEPTED | State.RECORDING:
            yield from ((Attention.SILENT, moment) for moment in silent_from(facts, started_at))
            if facts.state is State.ACCEPTED and facts.has_callbacks:
                yield Attention.NOT_RECORDING, started_at + PATIENCE
        case State.ENDED if facts.upload_state is not UploadState.COMPLETE and not facts.runs_on_since:
            yield Attention.UPLOAD_LATE, ended_at + UPLOAD


def _after_the_end(facts: Facts, since: datetime) -> Iterator[tuple[Attention, datetime]]:
    """Why a person is needed for a recording whose recorder worked after its end.

    A stop that was accepted since then ends it, and the recorder has to say so; what was accepted before ended what
    was before.
    """
    if facts.stop_failed_at and facts.stop_failed_at >= since:
        yield Attention.STOP_REFUSED, facts.stop_failed_at
    if facts.stopped_at and facts.stopped_at >= since:
        yield Attention.NOT_STOPPING, facts.stopped_at + PATIENCE
    else:
        yield Attention.RUNS_ON, since


def _after_closing(facts: Facts) -> Iterator[tuple[Attention, datetime]]:
    """Why a closed recording needs attention: closing stops nothing, and no callback has reported its end.

    A stop of it failed; or a new sign of it arrived. What comes within an hour of an accepted stop, or of
    being handled, is nothing new: files take so long.
    """
    if facts.closed_at is None or facts.has_left:
        return
    if facts.stop_failed_at and facts.stop_failed_at > facts.closed_at:
        yield Attention.STOP_REFUSED, facts.stop_failed_at
    seen_to_at = facts.dismissed_at if facts.dismissed_at and facts.dismissed_at > facts.closed_at else None
    known = max((at for at in (facts.stopped_at, seen_to_at) if at), default=None)
    signs = ((facts.reported_at, timedelta(0)), (facts.last_file_at, LAST_FILES))
    for sign, grace in signs:
        if sign and sign > facts.closed_at + grace and not (known and sign <= known + UPLOAD):
            yield Attention.RUNS_ON, sign


def silent_from(facts: Facts, started_at: datetime) -> Iterator[datetime]:
    """From when it must be assumed that a recording ended by itself and that the report of it was lost.

    Its device is offline for longer than MaxIdleTime, after which the recorder leaves; its last HLS file was reported;
    the next file should have been cut long ago; or the bucket was searched and shows no segment of longer than the
    recorder may wait for the stream.
    """
    last_sign = max(started_at, facts.last_file_at or started_at)
    if facts.offline_since:
        yield max(last_sign, facts.offline_since) + timedelta(seconds=facts.max_idle_time)
    if facts.uploaded_at:
        yield facts.uploaded_at + PATIENCE
    no_segment = last_sign + max(SEGMENTS, timedelta(seconds=facts.max_idle_time))
    if facts.is_hls and facts.scanned_at and facts.scanned_at >= no_segment:
        yield no_segment
    if facts.longest_file:
        yield last_sign + timedelta(minutes=facts.longest_file) + OVERDUE
