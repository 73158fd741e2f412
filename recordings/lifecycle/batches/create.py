"""A user requests many starts or many stops at once: their targets are frozen as the items of a batch."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction

from recordings.audit_log.record import record_audit
from recordings.clock import database_now
from recordings.lifecycle.batches.control import cancel_items, demand_control
from recordings.lifecycle.reference import random_reference
from recordings.models import Batch, BatchItem, Device, Project, Recording, RecordingProfile, StorageCredential, User
from recordings.permissions import demand
from recordings.wakeups import wake

MAX_ITEMS = 20_000
REASON_ABOVE = 20
"""Stopping more recordings than this at once needs a reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartSettings:
    """What every start of a batch is requested with. A form has checked every value."""

    storage: StorageCredential
    output_format: int
    max_media_file_duration: int | None
    max_idle_time: int
    file_name_prefix: tuple[str, ...] = ()
    profile: RecordingProfile | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One stream to start."""

    device: Device
    video_stream_id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRequest:
    """Many starts as they were requested, in the order in which they are sent. `reference` is that of the form."""

    name: str
    targets: Sequence[Target]
    settings: StartSettings
    reference: str
    reason: str = ""
    repeats: Batch | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StopBatchRequest:
    """Many stops as they were requested."""

    name: str
    recordings: Sequence[Recording]
    reference: str
    reason: str = ""
    repeats: Batch | None = None


class CannotCreate(Exception):
    """No batch was created."""


class AlreadyCreated(CannotCreate):
    """This form was submitted before: `batch` is what it created."""

    def __init__(self, batch: Batch) -> None:
        super().__init__(f"reference of batch {batch.pk}")
        self.batch = batch


class NothingToDo(CannotCreate):
    """There is no target."""


class TooManyItems(CannotCreate):
    """There are more targets than MAX_ITEMS."""


class ReasonRequired(CannotCreate):
    """More than REASON_ABOVE recordings are to be stopped, and no reason was given."""


def create_batch(*, actor: User, request: BatchRequest) -> Batch:
    """Store many starts, which the worker then sends; a stream named twice is started once.

    Raises PermissionDenied, when one of the devices is in a project in which the actor may not start recordings, and
    CannotCreate (AlreadyCreated, NothingToDo, TooManyItems); then nothing was stored.
    """
    streams = {(target.device.pk, target.video_stream_id): target for target in request.targets}
    frozen = request.settings
    batch = Batch(
        name=request.name,
        action=Batch.Action.START,
        reason=request.reason,
        reference=request.reference,
        repeats=request.repeats,
        profile=frozen.profile,
        storage=frozen.storage,
        output_format=frozen.output_format,
        max_media_file_duration=frozen.max_media_file_duration,
        max_idle_time=frozen.max_idle_time,
        file_name_prefix=list(frozen.file_name_prefix),
    )
    items = [BatchItem(device=each.device, video_stream_id=each.video_stream_id) for each in streams.values()]
    return _store(batch, items, actor=actor, permission="recording.start")


def create_stop_batch(*, actor: User, request: StopBatchRequest) -> Batch:
    """Store many stops, which the worker then sends.

    Raises as `create_batch` does, and ReasonRequired.
    """
    recordings = {recording.pk: recording for recording in request.recordings}
    if len(recordings) > REASON_ABOVE and not request.reason.strip():
        raise ReasonRequired
    batch = Batch(
        name=request.name,
        action=Batch.Action.STOP,
        reason=request.reason,
        reference=request.reference,
        repeats=request.repeats,
    )
    items = [
        BatchItem(device=each.device, video_stream_id=each.video_stream_id, recording=each)
        for each in recordings.values()
    ]
    return _store(batch, items, actor=actor, permission="recording.stop")


def retry_refused(*, actor: User, batch: Batch, error_code: str = "", reference: str = "") -> Batch:
    """Request what was refused again, in a new batch with the same settings; never an unknown start.

    With `error_code` only what was refused with it. Raises as `create_batch` does.
    """
    items = batch.items.filter(state__in=BatchItem.REPEATABLE).select_related("device__project__account", "recording")
    chosen = items.filter(error_code=error_code) if error_code else items
    reference = reference or random_reference()
    if batch.action == Batch.Action.STOP:
        recordings = [item.recording for item in chosen if item.recording]
        return create_stop_batch(
            actor=actor,
            request=StopBatchRequest(
                name=batch.name, recordings=recordings, reference=reference, reason=batch.reason, repeats=batch
            ),
        )
    return create_batch(
        actor=actor,
        request=BatchRequest(
            name=batch.name,
            targets=[Target(device=item.device, video_stream_id=item.video_stream_id) for item in chosen],
            settings=settings_of(batch),
            reference=reference,
            reason=batch.reason,
            repeats=batch,
        ),
    )


def stop_all_of_batch(*, actor: User, batch: Batch, name: str, reason: str = "", reference: str = "") -> Batch | None:
    """Stop all recordings that a batch started, in a new batch, and cancel what it still has queued.

    None when none of them may be stopped any more. Raises PermissionDenied, and CannotCreate (AlreadyCreated,
    ReasonRequired); then nothing was changed.
    """
    demand_control(actor, batch)
    with transaction.atomic():
        cancel_items(batch, actor=actor, reason=reason)
        recordings = stoppable_recordings(batch)
        if not recordings:
            return None
        return create_stop_batch(
            actor=actor,
            request=StopBatchRequest(
                name=name,
                recordings=recordings,
                reference=reference or random_reference(),
                reason=reason,
                repeats=batch,
            ),
        )


def stoppable_recordings(batch: Batch) -> list[Recording]:
    """The recordings that a batch started and of which something runs, or may run."""
    started = Recording.objects.filter(batch=batch).exclude(batch=None)
    found = started.select_related("account", "project__account", "device").order_by("created_at", "id")
    return [recording for recording in found if recording.offers_stop]


def settings_of(batch: Batch) -> StartSettings:
    """The frozen settings of a batch of starts."""
    assert batch.storage is not None and batch.output_format is not None and batch.max_idle_time is not None  # noqa: PT018, S101
    return StartSettings(
        storage=batch.storage,
        output_format=batch.output_format,
        max_media_file_duration=batch.max_media_file_duration,
        max_idle_time=batch.max_idle_time,
        file_name_prefix=tuple(batch.file_name_prefix),
        profile=batch.profile,
    )


def needs_confirmation(size: int) -> bool:
    """Whether a second user has to confirm a batch of this size before anything is sent."""
    return 0 < settings.BATCH_CONFIRM_ABOVE < size


def _store(batch: Batch, items: Sequence[BatchItem], *, actor: User, permission: str) -> Batch:
    """Store a new batch with its items, and wake a worker unless another user has to confirm it first."""
    projects = {item.device.project_id: item.device.project for item in items}
    for project in projects.values():
        demand(actor, permission, project)
        demand(actor, "batch.create", project)
    if not items:
        raise NothingToDo
    if len(items) > MAX_ITEMS:
        raise TooManyItems
    waits = needs_confirmation(len(items))
    batch.state = Batch.State.AWAITING_CONFIRMATION if waits else Batch.State.RUNNING
    batch.requested_by, batch.size, batch.created_at = actor, len(items), database_now()
    try:
        with transaction.atomic():
            batch.save(force_insert=True)
            _insert(batch, items, projects.values())
            record_audit(
                actor=actor,
                action="batch.created",
                target=batch,
                project_id=_project_id(projects.values()),
                reason=batch.reason,
                after=_shown(batch),
            )
            if not waits:
                wake("batch", batch.pk)
    except IntegrityError:
        earlier = Batch.objects.filter(reference=batch.reference).first()
        if earlier is None:
            raise
        raise AlreadyCreated(earlier) from None
    return batch


def _insert(batch: Batch, items: Sequence[BatchItem], projects: Iterable[Project]) -> None:
    batch.projects.set(projects)
    for position, item in enumerate(items):
        project = item.device.project
        item.batch, item.position, item.action = batch, position, batch.action
        item.project, item.account_id, item.due_at = project, project.account_id, batch.created_at
    BatchItem.objects.bulk_create(items, batch_size=500)


def _project_id(projects: Iterable[Project]) -> str:
    """That of the only project; empty for several."""
    found = [project.project_id for project in projects]
    return found[0] if len(found) == 1 else ""


def _shown(batch: Batch) -> dict[str, object]:
    """What the audit trail says of a new batch."""
    shown: dict[str, object] = {"action": batch.action, "items": batch.size, "state": batch.state}
    if batch.repeats_id:
        shown["repeats"] = batch.repeats_id
    if batch.action == Batch.Action.START:
        shown |= {
            "storage": str(batch.storage),
            "output_format": batch.output_format,
            "max_media_file_duration": batch.max_media_file_duration,
            "max_idle_time": batch.max_idle_time,
            "file_name_prefix": batch.file_name_prefix,
        }
    return shown
