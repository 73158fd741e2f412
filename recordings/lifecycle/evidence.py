"""From rows to evidence, and from the fold back to the row: the only place that moves a recording's states.

Callers hold the recording's lock (`lock_recording`) and a transaction, store their evidence, then apply it to the row.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from recordings.compiled_query import CompiledQuery, parameter
from recordings.domain.fold import Evidence, fold, runs_on_since
from recordings.domain.retries import pause_before, pauses_after
from recordings.domain.scan_plan import Phase, pause, phase_of
from recordings.domain.signs import CLOCK_TOLERANCE
from recordings.domain.states import LIVE, OVER, Choice, State
from recordings.lifecycle.attention import refresh_attention
from recordings.lifecycle.batch_items import follow_starts
from recordings.lifecycle.callback_signs import signs_of
from recordings.models import ApiCall, CallbackEvent, Recording
from recordings.trro.event_type import EventType
from recordings.trro.requests import TASK_NOT_FOUND, CreateCloudRecording, DeleteCloudRecording
from recordings.wakeups import wake

APPLIED_FIELDS = (
    "state", "upload_state", "task_id", "request_id", "error_code", "error_message", "is_duplicate", "duplicate_since",
    "started_at", "ended_at", "not_before", "tries", "stop_wanted_at", "stop_due_at", "next_scan_at", "scan_count",
    "last_file_at", "origin", "claimed_by", "end_reported_at", "worked_at", "runs_on_since",
)  # fmt: skip
"""What a change of state saves: the outcome of a recording, never its request."""


def lock_recording(recording_id: int) -> Recording:
    """The recording with its project, locked until the transaction ends."""
    return Recording.objects.select_for_update(of=("self",)).select_related("project", "device").get(pk=recording_id)


_LOCKED = CompiledQuery(lambda: Recording.objects.select_for_update().filter(pk=parameter("pk")))


def lock_again(recording: Recording) -> Recording:
    """The same of one that was read before, in a quarter of the time. Its project and device never change."""
    locked = _LOCKED.first(pk=recording.pk)
    if locked is None:
        raise Recording.DoesNotExist
    locked.project, locked.device = recording.project, recording.device
    return locked


def apply_evidence(
    recording: Recording,
    evidence: Evidence | None = None,
    *,
    is_alone: bool = False,
    saves: Callable[[Recording], object] | None = None,
) -> None:
    """Save a locked recording in the states its evidence now gives, with what changed beside them.

    `evidence` is all that is stored of it, where the caller knows that; `is_alone` says that no other recording of its
    stream is live. With `saves` the caller saves APPLIED_FIELDS and lets its item follow. Evidence about a closed
    recording changes no state, nor does work after an end: its attention is refreshed at once instead.
    """
    before, ran_on = recording.state, recording.runs_on_since
    evidence = evidence or evidence_of(recording)
    state, upload_state = fold(evidence)
    recording.state, recording.upload_state = Recording.State(state), Recording.UploadState(upload_state)
    if state is State.QUEUED:
        recording.not_before = timezone.now() + pause_before(recording.tries, recording.error_code)
    if state in LIVE and State(before) not in LIVE and _stream_is_taken(recording):
        _mark_duplicate(recording)  # started again meanwhile: two recordings run, which needs attention
    if state not in LIVE and state is not State.REFUSED and recording.ended_at is None:
        recording.ended_at = timezone.now()
    if state in LIVE:
        recording.ended_at = recording.end_reported_at = None
    recording.runs_on_since = None if state in LIVE or not recording.task_id else runs_on_since(evidence)
    if recording.runs_on_since and _is_settled_by_stop(recording, recording.runs_on_since):
        recording.runs_on_since = None
    _schedule_scan(State(before), recording)
    if saves:
        saves(recording)
    else:
        recording.save(update_fields=APPLIED_FIELDS)
        if recording.batch_id and before != recording.state:
            follow_starts([recording])
    was_closed = State(before) is State.CLOSED
    if is_alone:
        return
    if (State(before) in LIVE or was_closed or ran_on) and not recording.runs_on_since and _is_over(state, evidence):
        _leave_stream(recording)
    elif State(before) in LIVE and state is State.CLOSED and recording.is_duplicate:
        live_beside(recording).filter(is_duplicate=False).update(is_duplicate=True, duplicate_since=recording.ended_at)
    has_turned = bool(ran_on) is not bool(recording.runs_on_since)
    if has_turned or ((State(before) in LIVE or state in LIVE) and state is not State(before)):
        transaction.on_commit(partial(_attend_others, recording), robust=True)
    if (was_closed and state is State.CLOSED) or recording.runs_on_since != ran_on:
        refresh_attention(recording.pk, now=timezone.now())


def set_task_id(recording: Recording, task_id: str, *, request_id: str = "", callbacks_wait: bool = True) -> None:
    """Give a locked recording its TaskId, from a response, the bucket or a user; then call `apply_evidence`.

    Callbacks that came before and waited for this TaskId are interpreted again, now as this recording's. A second,
    different TaskId for the same start means that two recordings run: it is not kept here, but `is_duplicate` is set.
    """
    if recording.task_id and recording.task_id != task_id:
        _mark_duplicate(recording)
        return
    if not recording.task_id:
        recording.task_id = task_id
        recording.error_code = recording.error_message = ""
        recording.started_at = recording.started_at or timezone.now()
        if callbacks_wait:
            callbacks_waiting_for(recording, task_id).update(interpreted_at=None)
        if recording.stop_wanted_at:  # while the start was still out: now there is something to stop
            recording.stop_due_at = timezone.now()
            wake("stop", recording.pk)
    recording.request_id = recording.request_id or request_id


def callbacks_waiting_for(recording: Recording, task_id: str) -> QuerySet[CallbackEvent]:
    """Callbacks of the recording's project that name this TaskId and belong to no recording yet."""
    waiting = CallbackEvent.objects.filter(project=recording.project_id, recording=None, task_id=task_id)
    return waiting.exclude(task_id="")  # repeated: without it SQLite does not use the partial index


def task_id_is_taken(recording: Recording, task_id: str) -> bool:
    """Whether another recording of the same account has this TaskId: then it cannot be this one's."""
    return owners_of(recording, task_id).exists()


def owners_of(recording: Recording, task_id: str) -> QuerySet[Recording]:
    """Other recordings of the same account that have this TaskId: at most one."""
    others = Recording.objects.filter(account=recording.account_id, task_id=task_id).exclude(pk=recording.pk)
    return others.exclude(task_id="")  # as above


def evidence_of(recording: Recording) -> Evidence:
    """All that is stored about a recording, as the fold takes it."""
    calls = list(recording.calls.order_by("id"))
    decision = recording.decisions.filter(choice__in=OVER).order_by("decided_at", "id").last()
    seen = _seen(recording)
    times = recording.files.aggregate(first=Min("begins_at"), last=Max("begins_at"))
    return Evidence(
        start=state_after(recording, [call for call in calls if call.action == CreateCloudRecording.action]),
        has_task_id=bool(recording.task_id),
        stop_accepted=any(
            call.action == DeleteCloudRecording.action and call.outcome == ApiCall.Outcome.ACCEPTED for call in calls
        ),
        choice=Choice(decision.choice) if decision else None,
        choice_knew_task_id=decision.knew_task_id if decision else False,
        signs=signs_of(recording),
        output_format=recording.output_format,
        in_bucket=frozenset(name.rpartition(".")[2] for name in seen),
        seen=seen,
        bucket_settled=_is_settled(recording),
        files_from=times["first"],
        files_until=max(filter(None, (times["last"], recording.worked_at)), default=None),
        last_file_at=recording.last_file_at,
    )


def _schedule_scan(before: State, recording: Recording) -> None:
    """Restart the bucket scan when what it looks for has changed (bucket_scan.py continues it)."""
    known = bool(recording.task_id)
    phase = phase_of(State(recording.state), has_task_id=known)
    if phase in {Phase.GIVEN_UP, phase_of(before, has_task_id=known)}:
        return
    first = pause(phase, scan_count=0, age=timedelta(0))
    recording.next_scan_at, recording.scan_count = timezone.now() + first if first else None, 0


def _seen(recording: Recording) -> frozenset[str]:
    """The names of the files that were seen in the bucket."""
    if recording.last_file_at is None:
        return frozenset()
    return frozenset(recording.files.exclude(seen_in_bucket_at=None).values_list("name", flat=True))


def _is_settled(recording: Recording) -> bool:
    """Whether nothing is looked for in the bucket any more, and no announced file is missing there.

    After the end it was listed whole: a listing that was cut does not show whether another file is to come.
    """
    ended_at = recording.ended_at
    listed_whole = recording.scanned_at is not None and (
        ended_at is None or recording.scanned_at >= ended_at - CLOCK_TOLERANCE
    )
    looked = recording.scan_count > 0 and recording.next_scan_at is None and listed_whole
    return looked and not recording.files.filter(seen_in_bucket_at=None).exists()


def _is_settled_by_stop(recording: Recording, since: datetime) -> bool:
    """Whether a stop after `since` was accepted, or found no such task, and a user marked the recording as handled
    after that: its end was not reported, and it would count as running for ever."""
    settled = Q(outcome=ApiCall.Outcome.ACCEPTED) | Q(outcome=ApiCall.Outcome.REFUSED, code__startswith=TASK_NOT_FOUND)
    stop = (
        recording.calls.filter(settled, action=DeleteCloudRecording.action, closed_at__gte=since).order_by("id").last()
    )
    handled = recording.decisions.filter(choice=Choice.DISMISSED)
    return stop is not None and handled.filter(decided_at__gte=stop.closed_at).exists()


def state_after(recording: Recording, attempts: list[ApiCall]) -> State:
    """The state after the last attempt to start. A late response counts through the TaskId that it brought.

    Sets the recording's number of attempts.
    """
    in_time = [call for call in attempts if not call.late]
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
            return State.QUEUED if last.repeatable and len(in_time) <= len(pauses_after(last.code)) else State.REFUSED
        case _:
            return State.UNKNOWN


def _mark_duplicate(recording: Recording) -> None:
    """Two run: the alarm counts from now on, even if an earlier one was handled."""
    recording.is_duplicate, recording.duplicate_since = True, timezone.now()


def _is_over(state: State, evidence: Evidence) -> bool:
    """Whether nothing runs any more. Closing stops nothing: of a closed one only an end or an accepted stop says so."""
    if state is State.CLOSED:
        return evidence.stop_accepted or any(sign.event_type == EventType.RECORDER_LEFT for sign in evidence.signs)
    return state not in LIVE


def _leave_stream(recording: Recording) -> None:
    """When a recording of a stream is over, one of those that are left holds the stream and is no longer a duplicate.

    The oldest, if none holds it yet. Not one for which a response brought a TaskId that no recording has: then
    something else may still run.
    """
    left = list(live_beside(recording).order_by("created_at", "pk"))
    if any(not each.is_duplicate for each in left):
        return
    known = Recording.objects.filter(account=recording.account_id, task_id=OuterRef("task_id")).exclude(task_id="")
    for each in left:
        own = each.calls.filter(outcome=ApiCall.Outcome.ACCEPTED).exclude(task_id__in=["", each.task_id])
        if not own.filter(~Exists(known)).exists():
            judged = Recording.objects.filter(pk=each.pk, is_duplicate=True, state=each.state)
            judged.update(is_duplicate=False, duplicate_since=None)
            return


def _attend_others(recording: Recording) -> None:
    """Whether the others of its stream still run twice, or do from now on: at once, and not only in a few seconds.

    After the commit, so that two that move at once do not wait for each other.
    """
    for key in live_beside(recording).values_list("pk", flat=True):
        refresh_attention(key, now=timezone.now())


def live_beside(recording: Recording) -> QuerySet[Recording]:
    """The other live recordings of its stream."""
    return Recording.objects.filter(
        Recording.IS_LIVE, device=recording.device_id, video_stream_id=recording.video_stream_id
    ).exclude(pk=recording.pk)


def _stream_is_taken(recording: Recording) -> bool:
    return live_beside(recording).filter(is_duplicate=False).exists()
