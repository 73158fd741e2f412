"""From rows to evidence, and from the fold back to the row: the only place that moves a recording's states.

Callers hold the recording's lock (`lock`) and a transaction, store their evidence, then `move` the row.
"""

from datetime import timedelta

from django.utils import timezone

from recordings.capture.states import LIVE, Evidence, State, Verdict, fold
from recordings.models import ApiCall, Recording
from recordings.trro.requests import CreateCloudRecording, DeleteCloudRecording

PAUSES = (1, 2, 4, 8)
"""Seconds before the second, third, fourth and fifth try of a start that was refused and may be repeated."""

MOVED = (
    "state", "upload_state", "task_id", "request_id", "error_code", "error_message", "doubled", "started_at",
    "ended_at", "not_before", "tries",
)  # fmt: skip
"""What a move saves: what came of a recording, never what was asked for."""

INTERNAL_ERROR_PAUSES = (3, 6, 12)
"""The same after InternalError, for accounts that repeat it. Source: TRRO API, advice on InternalError at start."""


def lock(recording_id: int) -> Recording:
    """The recording with its project, locked until the transaction ends."""
    return Recording.objects.select_for_update(of=("self",)).select_related("project").get(pk=recording_id)


def move(recording: Recording) -> None:
    """Save a locked recording in the states its evidence now gives, with what changed beside them."""
    before = recording.state
    state, upload_state = fold(evidence_of(recording))
    recording.state, recording.upload_state = Recording.State(state), Recording.UploadState(upload_state)
    if state is State.QUEUED:
        recording.not_before = timezone.now() + _pause(recording)
    if state in LIVE and State(before) not in LIVE and _stream_is_taken(recording):
        recording.doubled = True  # started again meanwhile: two recordings run, and somebody must know
    if state not in LIVE and state is not State.REFUSED and recording.ended_at is None:
        recording.ended_at = timezone.now()
    if state in LIVE:
        recording.ended_at = None
    recording.save(update_fields=MOVED)


def evidence_of(recording: Recording) -> Evidence:
    """All that is stored about a recording, as the fold wants it."""
    calls = list(recording.calls.order_by("id"))
    decision = recording.decisions.order_by("decided_at", "id").last()
    return Evidence(
        start=_start(recording, [call for call in calls if call.action == CreateCloudRecording.action]),
        has_task_id=bool(recording.task_id),
        stop_accepted=any(
            call.action == DeleteCloudRecording.action and call.outcome == ApiCall.Outcome.ACCEPTED for call in calls
        ),
        verdict=Verdict(decision.verdict) if decision else None,
        verdict_knew_task_id=decision.knew_task_id if decision else False,
        output_format=recording.output_format,
    )


def _start(recording: Recording, tries: list[ApiCall]) -> State:
    """Where the last try stands. A try whose answer came late counts through the TaskId it brought."""
    in_time = [call for call in tries if not call.late]
    recording.tries = len(in_time)
    if not in_time:
        return State.QUEUED
    last = in_time[-1]
    match last.outcome:
        case ApiCall.Outcome.OPEN:
            return State.SENDING
        case ApiCall.Outcome.ACCEPTED:
            return State.ACCEPTED
        case ApiCall.Outcome.REFUSED:
            return State.QUEUED if last.repeatable and len(in_time) <= len(_pauses(last.code)) else State.REFUSED
        case _:
            return State.UNKNOWN


def _pauses(code: str) -> tuple[int, ...]:
    return INTERNAL_ERROR_PAUSES if code.partition(".")[0] == "InternalError" else PAUSES


def _pause(recording: Recording) -> timedelta:
    return timedelta(seconds=_pauses(recording.error_code)[recording.tries - 1])


def _stream_is_taken(recording: Recording) -> bool:
    return (
        Recording.objects.filter(
            device=recording.device_id,
            video_stream_id=recording.video_stream_id,
            state__in=Recording.LIVE,
            doubled=False,
        )
        .exclude(pk=recording.pk)
        .exists()
    )
