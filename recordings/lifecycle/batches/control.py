"""What a user does about a batch: pause it, resume it, cancel what is queued, confirm that of another user.

And what the worker does: pause it when nothing more would be accepted, and finish it.
"""

from collections.abc import Collection
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_noop

from recordings.audit_log.record import SYSTEM, record_audit
from recordings.clock import database_now
from recordings.lifecycle.decisions import record_decision
from recordings.lifecycle.evidence import lock_recording
from recordings.models import Batch, BatchItem, Decision, Recording, User
from recordings.permissions import holds
from recordings.wakeups import wake

CANCELLED_WITH_BATCH = gettext_noop("The rest of its batch was cancelled.")


class WrongState(Exception):
    """Nothing was changed: the batch is in another state meanwhile."""


class OwnBatch(Exception):
    """Nothing was changed: the user who requested a batch cannot confirm it."""


def may_control(actor: User, batch: Batch, permission: str = "batch.control") -> bool:
    """Whether the actor holds `permission` in every project of the batch."""
    return all(holds(actor, permission, project) for project in batch.projects.all())


def demand_control(actor: User, batch: Batch, permission: str = "batch.control") -> None:
    """Raise PermissionDenied unless the actor holds `permission` in every project of the batch."""
    if not may_control(actor, batch, permission):
        raise PermissionDenied


def pause_batch(*, actor: User, batch: Batch, reason: str = "") -> None:
    """Send nothing more of it until it is resumed; what is out stays out. Raises PermissionDenied, WrongState."""
    demand_control(actor, batch)
    with transaction.atomic():
        changes = {"state": Batch.State.PAUSED, "pause_cause": Batch.PauseCause.USER, "pause_code": ""}
        _move(batch, Batch.State.RUNNING, **changes)
        _record(batch, "batch.paused", actor=actor, reason=reason, cause=Batch.PauseCause.USER)


def resume_batch(*, actor: User, batch: Batch) -> None:
    """Go on with a paused batch. Raises PermissionDenied, WrongState."""
    demand_control(actor, batch)
    with transaction.atomic():
        _move(batch, Batch.State.PAUSED, state=Batch.State.RUNNING, pause_cause="", pause_code="")
        _record(batch, "batch.resumed", actor=actor)
        wake("batch", batch.pk)


def confirm_batch(*, actor: User, batch: Batch) -> None:
    """Let the batch of another user begin. Raises PermissionDenied, OwnBatch, WrongState."""
    demand_control(actor, batch, "batch.confirm")
    if actor.pk == batch.requested_by_id:
        raise OwnBatch
    with transaction.atomic():
        _move(batch, Batch.State.AWAITING_CONFIRMATION, state=Batch.State.RUNNING, confirmed_by=actor)
        _record(batch, "batch.confirmed", actor=actor)
        wake("batch", batch.pk)


def cancel_queued(*, actor: User, batch: Batch, reason: str = "") -> int:
    """Cancel what was not sent yet; the number of items. The batch then finishes. Raises PermissionDenied."""
    demand_control(actor, batch)
    with transaction.atomic():
        return cancel_items(batch, actor=actor, reason=reason)


def cancel_items(batch: Batch, *, actor: User, reason: str) -> int:
    """The same in the transaction of the caller, which has checked the permission.

    A start that was refused and waits to be repeated is cancelled, too.
    """
    queued = BatchItem.objects.filter(batch=batch, state=BatchItem.State.QUEUED)
    cancelled = queued.update(state=BatchItem.State.CANCELLED, due_at=None, changed_at=database_now())
    waiting = Recording.objects.filter(batch=batch, state=Recording.State.QUEUED)
    for key in waiting.order_by("pk").values_list("pk", flat=True):
        recording = lock_recording(key)
        if recording.state == Recording.State.QUEUED:
            why = reason or CANCELLED_WITH_BATCH
            record_decision(recording, Decision.Choice.CANCELLED, actor=actor, reason=why)
            cancelled += 1
    if cancelled:
        _record(batch, "batch.cancelled", actor=actor, reason=reason, items=cancelled)
    finish_batches([batch.pk])
    batch.refresh_from_db()
    return cancelled


def pause_by_refusal(batch: Batch, cause: Batch.PauseCause, *, code: str) -> None:
    """Pause a running batch since nothing more of it would be accepted now; any other is left as it is."""
    changes = {"state": Batch.State.PAUSED, "pause_cause": cause, "pause_code": code}
    with transaction.atomic():
        if Batch.objects.filter(pk=batch.pk, state=Batch.State.RUNNING).update(**changes) == 1:
            _record(batch, "batch.paused", actor=SYSTEM, cause=cause, code=code)


def pause_lane(account_id: UUID, action: str, cause: Batch.PauseCause) -> None:
    """Pause the running batches that have something queued for an account that cannot make calls."""
    queued = BatchItem.objects.filter(batch=OuterRef("pk"), state=BatchItem.State.QUEUED, account=account_id)
    for batch in Batch.objects.filter(Exists(queued), state=Batch.State.RUNNING, action=action):
        pause_by_refusal(batch, cause, code="")


def finish_done_batches() -> int:
    """Finish every batch in which nothing is queued or sending any more; their number."""
    unfinished = Batch.objects.exclude(state=Batch.State.FINISHED).order_by()
    return finish_batches(list(unfinished.values_list("pk", flat=True)))


def finish_batches(keys: Collection[int]) -> int:
    """Finish those of these batches in which nothing is queued or sending any more; their number."""
    open_items = BatchItem.objects.filter(batch=OuterRef("pk"), state__in=BatchItem.OPEN)
    done = Batch.objects.filter(pk__in=keys).exclude(state=Batch.State.FINISHED).filter(~Exists(open_items))
    return sum(_finish(batch) for batch in done)


def _finish(batch: Batch) -> bool:
    changes = {"state": Batch.State.FINISHED, "finished_at": database_now(), "pause_cause": "", "pause_code": ""}
    with transaction.atomic():
        unfinished = Batch.objects.filter(pk=batch.pk).exclude(state=Batch.State.FINISHED)
        if unfinished.update(**changes) != 1:
            return False
        _record(batch, "batch.finished", actor=SYSTEM)
    return True


def _move(batch: Batch, before: Batch.State, **changes: object) -> None:
    """A conditional update of the batch, and of the object in hand. Raises WrongState."""
    if Batch.objects.filter(pk=batch.pk, state=before).update(**changes) != 1:
        raise WrongState
    for name, value in changes.items():
        setattr(batch, name, value)


def _record(batch: Batch, action: str, *, actor: User | str, reason: str = "", **after: object) -> None:
    projects = list(batch.projects.all()[:2])
    project_id = projects[0].project_id if len(projects) == 1 else ""
    record_audit(actor=actor, action=action, target=batch, project_id=project_id, reason=reason, after=after)
