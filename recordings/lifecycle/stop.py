"""Stopping one recording: by a person at once, or by the worker once there is a TaskId to stop.

A stop is safe to repeat, since a TaskId names one recording for ever. So a lost answer is followed by another try, a
bounded number of times; a refusal leaves the state as it is and asks for a person. That the vendor does not know
the TaskId any more (ResourceNotFound) is no success: a user has to check.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from recordings import calls
from recordings.audit_log.record import SYSTEM, record_audit
from recordings.clock import database_now
from recordings.domain.attention_rule import PATIENCE
from recordings.lifecycle.attention import refresh_attention
from recordings.lifecycle.batch_items import follow_stop
from recordings.lifecycle.decisions import record_decision
from recordings.lifecycle.evidence import apply_evidence, lock_recording
from recordings.lifecycle.send import LostRace
from recordings.models import ApiCall, BatchItem, Decision, Recording, User
from recordings.permissions import demand
from recordings.trro.outcome import Accepted, Outcome, Refused, Unknown
from recordings.trro.requests import DeleteCloudRecording

PAUSES = (2, 4, 8)
"""Seconds before the second, third and fourth try of a stop whose answer was lost, or that may be repeated."""


ITEM_STATES = {
    Accepted: BatchItem.State.ACCEPTED,
    Refused: BatchItem.State.REFUSED,
    Unknown: BatchItem.State.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Nothing had been sent yet, and nothing will be."""


@dataclass(frozen=True, slots=True)
class StopDeferred:
    """There is no TaskId yet: it is stopped as soon as there is one."""


Stop = Cancelled | StopDeferred | Outcome


class NotLive(Exception):
    """Nothing was changed: the recording is over, as far as is known, or never began."""


class StopInProgress(Exception):
    """Nothing was changed: a stop was already requested, and is out, accepted or deferred."""


def _alone(_settled: Cancelled | StopDeferred | None) -> None:
    """A stop that belongs to no batch."""


def stop_recording(
    *,
    actor: User,
    recording: Recording,
    reason: str = "",
    joined: Callable[[Cancelled | StopDeferred | None], None] = _alone,
) -> Stop:
    """Ask the vendor to end one recording, or see to it that it ends as soon as it can be named.

    Also one that is over here and may run on; it stays closed or ended. Files go on uploading after this returns.
    `joined` runs in the transaction that stores the request, with None when a call
    follows; what it raises calls everything off.
    Raises PermissionDenied, CannotCall, NotLive, StopInProgress; then nothing was changed. Source: TRRO API,
    DeleteCloudRecording.
    """
    demand(actor, "recording.stop", recording.project)
    if not recording.task_id:
        with transaction.atomic():
            locked = lock_recording(recording.pk)
            if not locked.task_id:
                settled = _stop_unnamed(locked, actor=actor, reason=reason)
                joined(settled)
                return settled
        recording = locked  # its response arrived a moment ago

    def before_call() -> Recording:
        locked = lock_recording(recording.pk)
        _refuse_unless_stoppable(locked)
        locked.stop_wanted_at, locked.stop_due_at = timezone.now(), None
        locked.save(update_fields=["stop_wanted_at", "stop_due_at"])
        joined(None)
        _record(locked, "stop_asked", actor=actor, reason=reason)
        return locked

    return _call(recording, before_call=before_call)


def send_stop(recording_id: int, *, now: datetime) -> Outcome | None:
    """Send one stop that is due; None when another worker has it or the recording ended meanwhile.

    The user had the permission when requesting the stop: what runs is billed, so it is stopped even when
    they have lost it since.
    """
    due = Recording.objects.filter(pk=recording_id, stop_due_at__lte=now).exclude(task_id="")
    recording = due.select_related("account", "project").first()
    if recording is None:
        return None

    def before_call() -> Recording:
        if due.update(stop_due_at=None) != 1:
            raise LostRace
        locked = lock_recording(recording_id)
        _record(locked, "stop_repeated" if stops_of(locked).exists() else "stop_sent")
        return locked

    if not recording.may_be_stopped:
        due.update(stop_due_at=None)
        follow_stop(recording, BatchItem.State.ACCEPTED)
        return None
    try:
        return _call(recording, before_call=before_call)
    except LostRace:
        return None


def conclude_stop(row: ApiCall, outcome: Outcome) -> None:
    """Store the outcome of one attempt to stop, in the caller's transaction. Safe to repeat with the same outcome."""
    assert row.recording_id is not None  # noqa: S101 (a stop always has its recording)
    recording = lock_recording(row.recording_id)
    if not calls.close(row, outcome):
        return
    match outcome:
        case Accepted():
            recording.stop_due_at = None
        case Refused() | Unknown() if recording.may_be_stopped:
            recording.stop_due_at = _next_try(recording, outcome)
    apply_evidence(recording)
    code = "" if isinstance(outcome, Accepted) else outcome.code
    if recording.stop_due_at is None:  # else it is repeated
        follow_stop(recording, ITEM_STATES[type(outcome)], code=code, request_id=outcome.request_id)
    _record(recording, f"stop_{ApiCall.objects.get(pk=row.pk).outcome}", code=code)
    refresh_attention(recording.pk, now=timezone.now())


def stops_of(recording: Recording) -> QuerySet[ApiCall]:
    """The tries to stop a recording, the first one first."""
    return ApiCall.objects.filter(recording=recording, action=DeleteCloudRecording.action).order_by("id")


def _call(recording: Recording, *, before_call: Callable[[], Recording]) -> Outcome:
    request = DeleteCloudRecording(task_id=recording.task_id)
    return calls.call(account=recording.account, request=request, before_call=before_call, after_call=conclude_stop)


def _stop_unnamed(recording: Recording, *, actor: User, reason: str) -> Cancelled | StopDeferred:
    """Stop a locked recording that has no TaskId: a queued one is cancelled, one that is out stopped later."""
    if recording.state == Recording.State.QUEUED:
        record_decision(recording, Decision.Choice.CANCELLED, actor=actor, reason=reason)
        return Cancelled()
    if not recording.is_live:
        raise NotLive
    if recording.stop_wanted_at:
        raise StopInProgress
    recording.stop_wanted_at = timezone.now()
    recording.save(update_fields=["stop_wanted_at"])
    _record(recording, "stop_wanted", actor=actor, reason=reason)
    return StopDeferred()


def _refuse_unless_stoppable(recording: Recording) -> None:
    if not recording.may_be_stopped:
        raise NotLive
    last = stops_of(recording).last()
    if last is None:
        return
    now = database_now()
    is_out = last.outcome == ApiCall.Outcome.OPEN and last.lease_until > now
    is_new = last.outcome == ApiCall.Outcome.ACCEPTED and last.created_at > now - PATIENCE
    if recording.runs_on_since and last.closed_at and last.closed_at < recording.runs_on_since:
        is_new = False  # it ended what ran then; another recorder went to work after it
    if is_out or is_new:
        raise StopInProgress


def _next_try(recording: Recording, outcome: Refused | Unknown) -> datetime | None:
    """When a failed stop is sent again: attempts count from a user's last request."""
    if isinstance(outcome, Refused) and not outcome.repeatable:
        return None
    asked_at = recording.stop_wanted_at or recording.created_at
    tries = stops_of(recording).filter(late=False, created_at__gte=asked_at).count()
    return timezone.now() + timedelta(seconds=PAUSES[tries - 1]) if 1 <= tries <= len(PAUSES) else None


def _record(recording: Recording, action: str, *, actor: User | str = SYSTEM, reason: str = "", code: str = "") -> None:
    after = {"state": recording.state, "task_id": recording.task_id} | ({"code": code} if code else {})
    record_audit(
        actor=actor,
        action=f"recording.{action}",
        target=recording,
        project_id=recording.project.project_id,
        reason=reason,
        after=after,
    )
