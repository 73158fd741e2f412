"""What a user does about an unclaimed TaskId: match it with a start, claim it as a recording, or stop it."""

from dataclasses import dataclass, replace

from django.db import IntegrityError, transaction
from django.utils import timezone

from recordings import calls
from recordings.audit_log.record import record_audit
from recordings.lifecycle.decisions import record_decision
from recordings.lifecycle.dismiss import NotUnclaimed
from recordings.lifecycle.evidence import apply_evidence, set_task_id, task_id_is_taken
from recordings.lifecycle.interpret_callbacks import interpret, read_all
from recordings.lifecycle.reference import new_reference, read_reference
from recordings.lifecycle.unclaimed_tasks import TaskDetail
from recordings.models import (
    ApiCall,
    CallbackEvent,
    Decision,
    Device,
    Recording,
    StorageCredential,
    UnclaimedTask,
    User,
)
from recordings.permissions import demand
from recordings.trro.outcome import Accepted, Outcome, Refused
from recordings.trro.requests import TASK_NOT_FOUND, DeleteCloudRecording


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRequest:
    """What a person says an unknown task is, every value checked by the form."""

    device: Device
    video_stream_id: int
    storage: StorageCredential
    output_format: int
    file_name_prefix: tuple[str, ...]
    max_idle_time: int = 30


def claim_task(*, actor: User, task: TaskDetail, named: ClaimRequest, reason: str) -> Recording:
    """Claim a task that was started elsewhere as a recording; doubled when its stream is live here already.

    What is not known of it, as who started it and how, stays unknown: it has no requester and no call.

    Raises PermissionDenied, NotUnclaimed; StorageKey.DoesNotExist when the storage has no key.
    """
    demand(actor, "recording.decide", task.project)
    storage, now = named.storage, timezone.now()
    recording = Recording(
        account=task.project.account,
        project=task.project,
        device=named.device,
        origin=Recording.Origin.CLAIMED,
        claimed_by=actor,
        video_stream_id=named.video_stream_id,
        storage=storage,
        storage_key=storage.keys.get(replaced_at=None),
        vendor=storage.vendor,
        region=storage.region,
        bucket=storage.bucket,
        output_format=named.output_format,
        max_idle_time=named.max_idle_time,
        file_name_prefix=list(named.file_name_prefix),
        reference=read_reference(new_reference()),
        state=Recording.State.NOT_STARTED,  # until its events are folded in, in this same transaction
        created_at=now,
        started_at=task.first_seen,
    )
    try:
        with transaction.atomic():
            if task_id_is_taken(recording, task.task_id):
                raise NotUnclaimed
            recording.save(force_insert=True)
            set_task_id(recording, task.task_id)
            _fold_in(recording)
            after = {"task_id": recording.task_id, "origin": recording.origin, "is_duplicate": recording.is_duplicate}
            choice = Decision.Choice.CLAIMED
            record_decision(recording, choice, actor=actor, reason=reason, before={}, after=after)
    except IntegrityError:
        if task_id_is_taken(recording, task.task_id):
            raise NotUnclaimed from None
        raise
    return recording


def stop_unclaimed_task(*, actor: User, task: TaskDetail) -> Outcome:
    """Ask the vendor to end an unclaimed task. Safe to repeat.

    Raises PermissionDenied, NotUnclaimed, CannotCall. Source: TRRO API, DeleteCloudRecording.
    """
    demand(actor, "recording.stop", task.project)

    def before_call() -> None:
        if Recording.objects.filter(account=task.project.account_id, task_id=task.task_id).exists():
            raise NotUnclaimed
        tell("task.stop_asked", {})

    def after_call(row: ApiCall, outcome: Outcome) -> None:
        if isinstance(outcome, Accepted):
            outcome = replace(outcome, task_id=task.task_id)  # so that the ledger says what was stopped
        kept = UnclaimedTask.objects.filter(project=task.project, task_id=task.task_id)
        match outcome:
            case Accepted():
                kept.update(stop_accepted_at=timezone.now())
            case Refused(code=code) if code.partition(".")[0] == TASK_NOT_FOUND:
                kept.update(not_found_at=timezone.now())
        if calls.close(row, outcome):
            tell(f"task.stop_{ApiCall.objects.get(pk=row.pk).outcome}", {"request_id": outcome.request_id})

    def tell(action: str, after: dict[str, str]) -> None:
        record_audit(
            actor=actor,
            action=action,
            target=task.task_id,
            target_type="TaskId",
            target_id=task.task_id[:64],
            project_id=task.project.project_id,
            after=after,
        )

    request = DeleteCloudRecording(task_id=task.task_id)
    return calls.call(account=task.project.account, request=request, before_call=before_call, after_call=after_call)


def _fold_in(recording: Recording) -> None:
    """Move a locked recording by its TaskId, and by the callbacks that waited for it."""
    apply_evidence(recording)
    waiting = CallbackEvent.objects.filter(project=recording.project_id, recording=None, task_id=recording.task_id)
    events = list(waiting.select_for_update())
    interpret(events, read_all(events), timezone.now())
    recording.refresh_from_db()
