"""What came of the starts of batches: stored together, and what it means for the rest of the batch."""

from collections import Counter
from collections.abc import Sequence

from django.utils import timezone

from recordings import calls
from recordings.audit_log.record import SYSTEM, new_entry, record_audits
from recordings.group_calls import Answer, store_together
from recordings.lifecycle.batch_items import follow_starts
from recordings.lifecycle.batches.control import pause_by_refusal
from recordings.lifecycle.evidence import APPLIED_FIELDS, apply_evidence, set_task_id
from recordings.lifecycle.first_response import first_evidence
from recordings.lifecycle.send import conclude_start
from recordings.models import ApiCall, AuditEntry, Batch, CallbackEvent, Decision, Recording, RecordingFile
from recordings.row_updates import update_rows
from recordings.trro.outcome import Accepted, Refused

PAUSES = {
    "FailedOperation.RestrictedConcurrency": Batch.PauseCause.CONCURRENCY,
    "OperationDenied.LicensesNotEnoughError": Batch.PauseCause.LICENSES,
    "AuthFailure": Batch.PauseCause.CREDENTIALS,
    "UnauthorizedOperation.StorageAuthFailed": Batch.PauseCause.STORAGE,
}
"""Refusals that the next starts would meet, too: the codes, or what stands before their dot."""
CLOSED_FIELDS = ("outcome", "task_id", "request_id", "closed_at")


def store_starts(answers: Sequence[Answer]) -> None:
    """Store what came of these starts, in one transaction where that is possible, and pause batches that would only be
    refused from now on. Raises nothing but what ends a process."""
    store_together(answers, conclude_together=_conclude_together, conclude=conclude_start)
    for row, outcome in answers:
        batch = row.recording.batch if row.recording else None
        if batch and isinstance(outcome, Refused) and not outcome.repeatable:
            pause_after(batch, outcome)


def pause_after(batch: Batch, outcome: Refused) -> None:
    """Pause the batch when this refusal would be met by the next call, too."""
    cause = PAUSES.get(outcome.code) or PAUSES.get(outcome.code.partition(".")[0])
    if cause:
        pause_by_refusal(batch, cause, code=outcome.code)


def _conclude_together(answers: Sequence[Answer]) -> Sequence[Answer]:
    """Store those that are the first response to a start of which nothing else is known, as `conclude_start` would;
    returns the others."""
    accepted = [(row, outcome) for row, outcome in answers if isinstance(outcome, Accepted)]
    usual = _usual(accepted)
    now = timezone.now()
    recordings: list[Recording] = []
    for row, outcome, recording in usual:
        row.outcome, row.task_id, row.request_id = ApiCall.Outcome.ACCEPTED, outcome.task_id, outcome.request_id
        row.closed_at = now
        set_task_id(recording, outcome.task_id, request_id=outcome.request_id, callbacks_wait=False)
        apply_evidence(recording, first_evidence(recording, row), is_alone=True, saves=recordings.append)
    update_rows([row for row, _outcome, _recording in usual], CLOSED_FIELDS)
    update_rows(recordings, APPLIED_FIELDS)
    follow_starts(recordings)
    record_audits([_entry(recording) for recording in recordings])
    done = {row.pk for row, _outcome, _recording in usual}
    return [(row, outcome) for row, outcome in answers if row.pk not in done]


def _usual(answers: Sequence[tuple[ApiCall, Accepted]]) -> list[tuple[ApiCall, Accepted, Recording]]:
    """Those whose recording is being sent, has this one call, which is open, and is alone on its stream, and whose
    TaskId is new; with their recordings, locked."""
    keys = sorted(row.recording_id for row, _outcome in answers if row.recording_id)
    if not keys:
        return []
    locked = {each.pk: each for each in Recording.objects.select_for_update().filter(pk__in=keys).order_by("pk")}
    task_ids = [outcome.task_id for _row, outcome in answers]
    owners = Recording.objects.filter(account__in={row.account_id for row, _ in answers}, task_id__in=task_ids)
    projects = {recording.project_id for recording in locked.values()}
    waiting = CallbackEvent.objects.filter(project__in=projects, recording=None, task_id__in=task_ids)
    known = set(owners.exclude(task_id="").values_list("task_id", flat=True))
    known |= set(waiting.exclude(task_id="").values_list("task_id", flat=True))
    known |= {task_id for task_id in task_ids if task_ids.count(task_id) > 1}
    rows = {row.pk for row, _outcome in answers}
    is_open = set(ApiCall.objects.filter(pk__in=rows, outcome=ApiCall.Outcome.OPEN).values_list("pk", flat=True))
    more = set(ApiCall.objects.filter(recording__in=keys).exclude(pk__in=rows).values_list("recording", flat=True))
    for model in (Decision, CallbackEvent, RecordingFile):
        more |= set(model.objects.filter(recording__in=keys).values_list("recording", flat=True))
    more |= _not_alone(list(locked.values()))
    found = []
    for row, outcome in answers:
        recording = locked.get(row.recording_id or 0)
        if recording is None or row.recording is None or row.pk not in is_open or recording.pk in more:
            continue
        if recording.state != Recording.State.SENDING or recording.task_id or outcome.task_id in known:
            continue
        recording.project, recording.device = row.recording.project, row.recording.device
        found.append((row, outcome, recording))
    return found


def _not_alone(recordings: Sequence[Recording]) -> set[int]:
    """Those of which another recording of the stream is live."""
    devices = {recording.device_id for recording in recordings}
    streams = {recording.video_stream_id for recording in recordings}
    live = Recording.objects.filter(device__in=devices, video_stream_id__in=streams, state__in=Recording.LIVE)
    on_stream = Counter((each.device_id, each.video_stream_id) for each in live.only("device", "video_stream_id"))
    return {each.pk for each in recordings if on_stream[each.device_id, each.video_stream_id] > 1}


def _entry(recording: Recording) -> AuditEntry:
    return new_entry(
        actor=SYSTEM,
        action=f"recording.start_{calls.OUTCOMES[Accepted]}",
        target=recording,
        project_id=recording.project.project_id,
        after={
            "state": recording.state,
            "task_id": recording.task_id,
            "request_id": recording.request_id,
            "error_code": recording.error_code,
        },
    )
