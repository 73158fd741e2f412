"""One start: the request that is sent, and what is stored of the response."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from recordings import calls, vault
from recordings.audit_log.record import SYSTEM, record_audit
from recordings.domain.retries import TOO_LATE
from recordings.lifecycle.decisions import record_decision
from recordings.lifecycle.due import first_due_of
from recordings.lifecycle.duplicates import create_duplicate
from recordings.lifecycle.evidence import apply_evidence, lock_again, lock_recording, set_task_id
from recordings.lifecycle.first_response import first_evidence, read_stored_state
from recordings.lifecycle.queries import may_be_started
from recordings.models import ApiCall, Decision, Recording
from recordings.permissions import holds
from recordings.trro.outcome import Accepted, Outcome, Refused, Unknown
from recordings.trro.requests import MASK, CloudStorage, CreateCloudRecording


class LostRace(Exception):
    """Another process claimed the work first: normal, and no error."""


TASK_ID_TAKEN = Unknown(
    code="AnswerLost.TaskIdTaken", message="The answer's TaskId already belongs to another recording of this account."
)


def request_for(recording: Recording, *, access_key: str, secret_key: str) -> CreateCloudRecording:
    """The call that starts a recording, from its frozen parameters: the page shows the call that is sent."""
    return CreateCloudRecording(
        project_id=recording.project.project_id,
        device_id=recording.device.device_id,
        video_stream_id=recording.video_stream_id,
        cloud_storage=CloudStorage(
            vendor=recording.vendor,
            region=recording.region,
            bucket=recording.bucket,
            access_key=access_key,
            secret_key=secret_key,
            file_name_prefix=tuple(recording.file_name_prefix),
        ),
        output_format=recording.output_format,
        max_media_file_duration=recording.max_media_file_duration,
        max_idle_time=recording.max_idle_time,
    )


def shown_call(recording: Recording) -> dict[str, object]:
    """The exact call with its secrets masked, under TRRO's names."""
    return request_for(recording, access_key=MASK, secret_key=MASK).shown()


def sealed_request(recording: Recording) -> CreateCloudRecording:
    """The call with its frozen storage key, decrypted. Raises CannotCall when the key cannot be decrypted."""
    try:
        return request_for(
            recording,
            access_key=vault.open_sealed(recording.storage_key, "access_key"),
            secret_key=vault.open_sealed(recording.storage_key, "secret_key"),
        )
    except vault.CannotOpen as error:
        raise calls.CannotCall(str(error)) from None


def conclude_start(row: ApiCall, outcome: Outcome) -> Recording:
    """Store the outcome of one attempt to start, in the caller's transaction; the recording as it then is.

    Safe to run again with the same response.
    """
    assert row.recording is not None  # noqa: S101 (a start always has its recording)
    recording = lock_again(row.recording)
    beside = read_stored_state(recording, row, outcome.task_id if isinstance(outcome, Accepted) else "")
    if beside.task_id_is_taken:
        outcome = TASK_ID_TAKEN
    if isinstance(outcome, Refused) and _may_repeat_internal_error(recording, outcome):
        outcome = Refused(code=outcome.code, message=outcome.message, request_id=outcome.request_id, repeatable=True)
    if not calls.close(row, outcome):
        return recording
    is_another = isinstance(outcome, Accepted) and recording.task_id not in {"", outcome.task_id}
    if isinstance(outcome, Accepted):
        if not is_another:
            recording.request_id = ""  # that of an earlier attempt, which was refused
        set_task_id(recording, outcome.task_id, request_id=outcome.request_id, callbacks_wait=beside.callbacks_wait)
    elif not recording.task_id:
        recording.request_id, recording.error_code = outcome.request_id, outcome.code
        recording.error_message = outcome.message
    if beside.is_first_response:
        apply_evidence(recording, first_evidence(recording, row), is_alone=beside.is_alone)
    else:
        apply_evidence(recording)
    if isinstance(outcome, Accepted) and is_another:
        origin = Recording.Origin.LATE_RESPONSE
        create_duplicate(recording, outcome.task_id, origin=origin, request_id=outcome.request_id)
    record_audit(
        actor=SYSTEM,
        action=f"recording.start_{calls.OUTCOMES[type(outcome)]}",
        target=recording,
        project_id=recording.project.project_id,
        after={
            "state": recording.state,
            "task_id": recording.task_id,
            "request_id": outcome.request_id,
            "error_code": recording.error_code,
        },
    )
    return recording


def send_queued(recording_id: int, *, now: datetime) -> Outcome | None:
    """Send one queued start that is due; None when another process has it or it was cancelled."""
    recording = (
        Recording.objects.select_related("account", "project", "device", "storage", "storage_key", "requested_by")
        .filter(pk=recording_id, state=Recording.State.QUEUED, not_before__lte=now)
        .first()
    )
    if recording is None:
        return None
    tries = recording.calls.filter(action=CreateCloudRecording.action, late=False).order_by("id")
    due = first_due_of(recording, list(tries))
    if due and due < now - TOO_LATE:
        _cancel(recording_id, gettext_noop("It could not be sent within ten minutes. It may not be wanted any more."))
        return None
    requester = recording.requested_by
    if requester is None or not holds(requester, "recording.start", recording.project):
        _cancel(recording_id, gettext_noop("The person who asked for this may no longer start recordings."))
        return None
    if not may_be_started(recording.device, recording.storage):
        _cancel(recording_id, gettext_noop("The device or the storage may no longer be used for this."))
        return None

    def before_call() -> Recording:
        won = Recording.objects.filter(pk=recording_id, state=Recording.State.QUEUED, not_before__lte=now).update(
            state=Recording.State.SENDING, not_before=None, sent_at=timezone.now()
        )
        if won != 1:
            raise LostRace
        record_audit(
            actor=SYSTEM,
            action="recording.start_repeated",
            target=recording,
            project_id=recording.project.project_id,
            after={"tries": recording.tries + 1},
        )
        return recording

    try:
        return calls.call(
            account=recording.account,
            request=sealed_request(recording),
            before_call=before_call,
            after_call=conclude_start,
        )
    except LostRace:
        return None


def _cancel(recording_id: int, reason: str) -> None:
    with transaction.atomic():
        recording = lock_recording(recording_id)
        if recording.state == Recording.State.QUEUED:
            record_decision(recording, Decision.Choice.CANCELLED, actor=None, reason=reason)


def _may_repeat_internal_error(recording: Recording, outcome: Refused) -> bool:
    is_internal = outcome.code.partition(".")[0] == "InternalError"
    return is_internal and recording.account.repeat_internal_error
