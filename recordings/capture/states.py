"""A recording's two states: the table of moves, and the fold that finds them from the evidence.

Nothing here knows Django or a database. Evidence comes in any order, late and more than once; the same
evidence gives the same states. Use cases store evidence, then ask `fold`, then move the row there by a
conditional update.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class State(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    RECORDING = "recording"
    STOPPING = "stopping"
    ENDED = "ended"
    FAILED = "failed"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    NOT_STARTED = "not_started"
    CLOSED = "closed"


class UploadState(StrEnum):
    NONE = "none"
    PARTIAL = "partial"
    COMPLETE = "complete"
    INCOMPLETE = "incomplete"


class Verdict(StrEnum):
    """What a person decided, with a reason."""

    CANCELLED = "cancelled"
    NOT_STARTED = "not_started"
    CLOSED = "closed"
    DISMISSED = "dismissed"
    """A user has handled what needed attention."""
    CLAIMED = "claimed"
    """A user said which recording an unclaimed TaskId is."""
    MATCHED = "matched"
    """A user gave an unknown start its TaskId."""


OVER = frozenset({Verdict.CANCELLED, Verdict.NOT_STARTED, Verdict.CLOSED})
"""The verdicts that the fold gets. The others are no evidence that anything ended: the TaskId they bring is."""


LIVE = frozenset({State.QUEUED, State.SENDING, State.UNKNOWN, State.ACCEPTED, State.RECORDING, State.STOPPING})
"""One for each device and stream: the vendor may be recording, or is about to."""

CLOSABLE = frozenset({State.UNKNOWN, State.ACCEPTED, State.RECORDING, State.STOPPING})

TABLE: Mapping[State, frozenset[State]] = {
    State.QUEUED: frozenset({State.SENDING, State.CANCELLED}),
    State.SENDING: frozenset({State.ACCEPTED, State.REFUSED, State.QUEUED, State.UNKNOWN}),
    State.UNKNOWN: frozenset({State.ACCEPTED, State.NOT_STARTED, State.CLOSED}),
    State.ACCEPTED: frozenset({State.RECORDING, State.FAILED, State.STOPPING, State.ENDED, State.CLOSED}),
    State.RECORDING: frozenset({State.STOPPING, State.ENDED, State.CLOSED}),
    State.STOPPING: frozenset({State.ENDED, State.CLOSED}),
    # Late news that the recorder, which has left, had failed to begin
    State.ENDED: frozenset({State.FAILED}),
    # The recorder said it failed, and then wrote all the same (the task went to another recorder)
    State.FAILED: frozenset({State.RECORDING}),
    # What follows is a start whose TaskId turned up after everybody had given it up
    State.REFUSED: frozenset({State.ACCEPTED}),
    State.CANCELLED: frozenset({State.ACCEPTED}),
    State.NOT_STARTED: frozenset({State.ACCEPTED}),
    State.CLOSED: frozenset({State.ACCEPTED}),
}
"""Every single step. Late evidence can take several at once (unknown to ended); `reachable` says which."""


def reachable(start: State) -> frozenset[State]:
    """Every state that can follow `start`, in one step or in several."""
    seen: set[State] = set()
    edge = {start}
    while edge:
        edge = {after for state in edge for after in TABLE[state]} - seen
        seen |= edge
    return frozenset(seen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """One callback event about a recording. Source: TRRO API, recording callbacks."""

    event_type: int
    status: int = 0
    """Payload Status; for 305 also seen as LeaveCode."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that is known of one recording."""

    start: State
    """Where its last try to start stands: queued, sending, accepted, refused or unknown."""
    has_task_id: bool = False
    stop_accepted: bool = False
    verdict: Verdict | None = None
    verdict_knew_task_id: bool = False
    """Whether the TaskId was known when a person decided: what was not known can overrule them."""
    signs: frozenset[Sign] = field(default_factory=frozenset)
    output_format: int = 3
    in_bucket: frozenset[str] = field(default_factory=frozenset)
    """The endings of the files that were seen in the bucket: m3u8, mp4, aac."""
    bucket_settled: bool = False
    """Whether the recording was over for a while, all announced files were seen, and nothing came any more."""


RECORDER_STARTED = Sign(event_type=301, status=0)
RECORDER_FAILED = Sign(event_type=301, status=1)
RECORDER_AT_WORK = frozenset({304, 307})
RECORDER_LEFT = 302


def fold(evidence: Evidence) -> tuple[State, UploadState]:
    """The states that follow from the evidence, whatever order it came in."""
    return _state(evidence), _upload_state(evidence)


def _state(evidence: Evidence) -> State:
    if not evidence.has_task_id:
        return State(evidence.verdict) if evidence.verdict else evidence.start
    # Money may be spent under this TaskId, so only a decision made in its knowledge stands against it
    if evidence.verdict is Verdict.CLOSED and evidence.verdict_knew_task_id:
        return State.CLOSED
    kinds = {sign.event_type for sign in evidence.signs}
    at_work = RECORDER_STARTED in evidence.signs or bool(kinds & RECORDER_AT_WORK)
    if RECORDER_FAILED in evidence.signs and not at_work:
        return State.FAILED
    if RECORDER_LEFT in kinds:
        return State.ENDED
    if evidence.stop_accepted:
        return State.STOPPING
    return State.RECORDING if at_work else State.ACCEPTED


def _upload_state(evidence: Evidence) -> UploadState:
    """How far the files are: 305 speaks for HLS (formats 0 to 2), 310 for mp4 and aac (1 to 4).

    310 comes once for each part of a cut recording, so it is complete only with the end (302) as well.
    308 (an error of the storage) is survived when 305 or 310 later report everything there. Where these are missing
    the bucket stands in for them, unless something was reported missing: each kind of file that the format promises
    was seen, and nothing came any more.
    """
    signs = evidence.signs
    hls = [sign.status for sign in signs if sign.event_type == 305]
    media = [sign.status for sign in signs if sign.event_type == 310]
    if not evidence.in_bucket and not any(sign.event_type in {303, 304, 305, 307, 308, 310} for sign in signs):
        return UploadState.NONE
    ended = any(sign.event_type == RECORDER_LEFT for sign in signs)
    media_whole = all(status == 0 for status in media)
    hls_done = evidence.output_format not in {0, 1, 2} or any(status in {0, 2} for status in hls)
    media_done = evidence.output_format == 0 or (ended and bool(media))
    if hls_done and media_done:
        return UploadState.COMPLETE if media_whole else UploadState.INCOMPLETE
    hurt = any(status == 1 for status in hls) or not media_whole or any(sign.event_type == 308 for sign in signs)
    if evidence.bucket_settled and not hurt and PROMISED[evidence.output_format] <= evidence.in_bucket:
        return UploadState.COMPLETE
    return UploadState.INCOMPLETE if hurt and ended else UploadState.PARTIAL


PROMISED: Mapping[int, frozenset[str]] = {
    0: frozenset({"m3u8"}),
    1: frozenset({"m3u8", "mp4"}),
    2: frozenset({"m3u8", "aac"}),
    3: frozenset({"mp4"}),
    4: frozenset({"aac"}),
}
"""The endings of the files that each output format makes. Source: TRRO API, CreateCloudRecording.OutputFormat."""
