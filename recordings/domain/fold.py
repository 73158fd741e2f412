"""The fold: the states that follow from all that is known of a recording.

Nothing here knows Django or a database. Evidence comes in any order, late and more than once; the same
evidence gives the same states. What a callback does not report is no evidence: it starts, ends and completes
nothing. Activity reported after an end changes no state; `runs_on_since` records it. Use cases store
evidence, then ask `fold`, then move the row there by a conditional update.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from recordings.domain.signs import (
    CLOCK_TOLERANCE,
    RECORDER_FAILED,
    Sign,
    began_at,
    is_ahead,
    is_work,
    last_of,
    last_words,
    readable,
    work_since,
)
from recordings.domain.states import HLS_FORMATS, PROMISED, Choice, State, UploadState
from recordings.trro.event_type import EventType


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that is known of one recording."""

    start: State
    """The state of its last attempt to start: queued, sending, accepted, refused or unknown."""
    has_task_id: bool = False
    stop_accepted: bool = False
    choice: Choice | None = None
    choice_knew_task_id: bool = False
    """Whether the TaskId was known when a person decided: what was not known can overrule them."""
    signs: frozenset[Sign] = field(default_factory=frozenset)
    output_format: int = 3
    in_bucket: frozenset[str] = field(default_factory=frozenset)
    """The endings of the files that were seen in the bucket: m3u8, mp4, aac."""
    seen: frozenset[str] = field(default_factory=frozenset)
    """The names of the files that were seen in the bucket."""
    bucket_settled: bool = False
    """Whether the recording was over for a while, all announced files were seen, and nothing came any more."""
    files_from: datetime | None = None
    """When the earliest file begins whose times are known."""
    files_until: datetime | None = None
    """The latest moment at which a recorder certainly worked, as the contents of files prove."""
    last_file_at: datetime | None = None
    """When the last file was written or reported."""


def fold(evidence: Evidence) -> tuple[State, UploadState]:
    """The states that follow from the evidence, whatever order it came in."""
    return _state(evidence), _upload_state(evidence)


def runs_on_since(evidence: Evidence) -> datetime | None:
    """Since when it is known, by this server's clock, that a recorder worked after the last end; None if it did not.

    An end is what a recorder said: that it left (302), or that it could not start. Work is a recorder that starts,
    takes over or begins a file later than that, and a file whose content is later. Whatever is written for a recorder
    that failed is work too. A later 302 ends it again.
    """
    signs = readable(evidence.signs)
    left = last_of([sign for sign in signs if sign.event_type == EventType.RECORDER_LEFT])
    failed = None if any(map(is_work, signs)) else last_of([sign for sign in signs if _has_failed(sign)])
    end = left or failed
    if end is None:
        return None
    began = began_at(signs, evidence.files_from)
    news = [sign.reported_at for sign in work_since(end, signs, began=began)]
    worked_at = evidence.files_until
    if worked_at and evidence.last_file_at and not is_ahead(end):
        worked_at = min(worked_at, evidence.last_file_at)
    if worked_at and worked_at > end.at + CLOCK_TOLERANCE and (began is None or began <= end.at + CLOCK_TOLERANCE):
        news.append(evidence.last_file_at or worked_at)
    if left is None and evidence.last_file_at:
        news.append(evidence.last_file_at)
    return max(news, default=None)


def _has_failed(sign: Sign) -> bool:
    return (sign.event_type, sign.status) == (RECORDER_FAILED.event_type, RECORDER_FAILED.status)


def _state(evidence: Evidence) -> State:
    if not evidence.has_task_id:
        return State(evidence.choice) if evidence.choice else evidence.start
    # Money may be spent under this TaskId, so only a decision made in its knowledge overrides it
    if evidence.choice is Choice.CLOSED and evidence.choice_knew_task_id:
        return State.CLOSED
    signs = readable(evidence.signs)
    at_work = any(map(is_work, signs))
    if any(map(_has_failed, signs)) and not at_work:
        return State.FAILED
    if any(sign.event_type == EventType.RECORDER_LEFT for sign in signs):
        return State.ENDED
    if evidence.stop_accepted:
        return State.STOPPING
    return State.RECORDING if at_work else State.ACCEPTED


def _upload_state(evidence: Evidence) -> UploadState:
    """How far the files are: 305 speaks for HLS (formats 0 to 2), 310 for mp4 and aac (1 to 4).

    The last word on the HLS files counts, and on each other file; of a file that was named without a readable status
    the bucket tells whether it is there. 310 comes once for each part of a cut recording, so
    it is complete only with the end (302) as well, and never while a recorder runs on; what was said of uploads before
    a recorder went to work again says nothing of what that one writes. 308 (an error of the storage, which names no
    file) is survived when 305 or 310 report everything there. Where these are missing the bucket replaces them,
    unless something was reported missing: each kind of file that the format promises was seen, and nothing came any
    more.
    """
    signs = readable(evidence.signs)
    began = began_at(signs, evidence.files_from)
    hls = last_of([sign for sign in signs if sign.event_type == EventType.HLS_UPLOADED])
    media = [sign for sign in signs if sign.event_type == EventType.FILE_FINISHED]
    if not evidence.in_bucket and not any(sign.event_type in FILE_EVENTS for sign in signs):
        return UploadState.NONE
    over = runs_on_since(evidence) is None
    ended = over and any(sign.event_type == EventType.RECORDER_LEFT for sign in signs)
    media_whole = all(status == 0 for status in last_words(media))
    hls_whole = hls is not None and hls.status in {0, 2} and not work_since(hls, signs, began=began)
    hls_done = evidence.output_format not in HLS_FORMATS or hls_whole
    newest = last_of(media)
    media_reported = newest is not None and not work_since(newest, signs, began=began)
    media_done = evidence.output_format == 0 or (ended and media_reported and not _left_open(evidence, media))
    if over and hls_done and media_done:
        return UploadState.COMPLETE if media_whole else UploadState.INCOMPLETE
    refused = any(sign.event_type == EventType.STORAGE_ERROR for sign in signs)
    hurt = (hls and hls.status == 1) or not media_whole or refused
    if over and evidence.bucket_settled and not hurt and PROMISED[evidence.output_format] <= evidence.in_bucket:
        return UploadState.COMPLETE
    return UploadState.INCOMPLETE if hurt and ended else UploadState.PARTIAL


def _left_open(evidence: Evidence, media: Iterable[Sign]) -> frozenset[str]:
    """The files that were named only without a readable status, and not seen in the bucket."""
    named = {name for sign in evidence.signs if sign.event_type == EventType.FILE_FINISHED for name in sign.files}
    return frozenset(named - {name for sign in media for name in sign.files} - evidence.seen)


FILE_EVENTS = frozenset(
    {
        EventType.UPLOAD_STARTED,
        EventType.FIRST_PLAYLIST,
        EventType.HLS_UPLOADED,
        EventType.FIRST_SEGMENT,
        EventType.STORAGE_ERROR,
        EventType.FILE_FINISHED,
    }
)
