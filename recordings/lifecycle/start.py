"""What a user does about one recording: start it, start it again, close it."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Exists, QuerySet
from django.utils import timezone

from recordings import calls
from recordings.audit_log.record import record_audit
from recordings.compiled_query import CompiledQuery, parameter
from recordings.domain.states import CLOSABLE, State
from recordings.lifecycle.batch_items import take_over
from recordings.lifecycle.decisions import record_decision
from recordings.lifecycle.evidence import lock_recording
from recordings.lifecycle.queries import live_on_stream, offered_keys
from recordings.lifecycle.reference import new_reference, read_reference, without_reference
from recordings.lifecycle.selection import SelectedRecording
from recordings.lifecycle.send import LostRace, conclude_start, sealed_request, shown_call
from recordings.models import (
    ApiCall,
    BatchItem,
    Decision,
    Device,
    Recording,
    RecordingProfile,
    StorageCredential,
    StorageKey,
    User,
)
from recordings.permissions import holds
from recordings.trro.outcome import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRequest:
    """One start as it was requested; the form has checked every value."""

    device: Device
    video_stream_id: int
    storage: StorageCredential
    output_format: int
    max_media_file_duration: int | None
    max_idle_time: int
    file_name_prefix: tuple[str, ...]
    reference: str
    profile: RecordingProfile | None = None
    retry_of: Recording | None = None
    closes: Recording | None = None
    close_reason: str = ""


REPEATABLE = frozenset({State.REFUSED, State.FAILED, State.CANCELLED, State.NOT_STARTED})
"""What can be started again: nothing of it runs."""


class CannotStart(Exception):
    """Nothing was started. `blocking` is the recording in the way, if it is one."""

    blocking: Recording | None = None


class StreamIsLive(CannotStart):
    """The device's stream has a live recording."""

    def __init__(self, blocking: Recording) -> None:
        super().__init__(f"recording {blocking.pk} is {blocking.state}")
        self.blocking = blocking


class AlreadySubmitted(CannotStart):
    """This form was submitted before: `blocking` is the recording that it created."""

    def __init__(self, blocking: Recording) -> None:
        super().__init__(f"reference of recording {blocking.pk}")
        self.blocking = blocking


class NotOffered(CannotStart):
    """The device, the storage or the earlier recording can no longer be used for a start."""


class NotClosable(Exception):
    """The recording has ended, was closed in another tab, a report of it came since, or its call is still open."""


def start_recording(*, actor: User, request: StartRequest) -> tuple[Recording, Outcome]:
    """Ask TRRO, once, to record one stream of one device.

    The request and its outcome are stored whatever happens. With `closes`, an unknown or silent recording that
    blocks the stream is closed with `close_reason` in the same transaction. Raises PermissionDenied, CannotCall,
    CannotStart (StreamIsLive, AlreadySubmitted, NotOffered); then nothing was sent. Source: TRRO API,
    CreateCloudRecording.
    """
    if not holds(actor, "recording.start", request.device.project):
        raise PermissionDenied
    key = _current_key(request)
    blocking = _blocking_recording(request) if key.is_taken else None
    recording = build_recording(actor=actor, request=request, storage_key=key)

    def before_call() -> Recording:
        if blocking:
            _close_blocking(lock_recording(blocking.pk), actor=actor, reason=request.close_reason)
        found = _current_key(request)  # again: it may have changed before this transaction
        if found.is_taken:
            raise LostRace
        recording.save(force_insert=True)
        if found.is_queued:
            take_over(recording)
        record_audit(
            actor=actor,
            action="recording.start_asked",
            target=recording,
            project_id=recording.project.project_id,
            after=shown_call(recording),
        )
        return recording

    concluded = recording

    def after_call(row: ApiCall, outcome: Outcome) -> None:
        nonlocal concluded
        concluded = conclude_start(row, outcome)

    call_request = sealed_request(recording)
    try:
        outcome = calls.call(
            account=recording.account, request=call_request, before_call=before_call, after_call=after_call
        )
    except (IntegrityError, LostRace, NotClosable):
        _blocking_recording(request)  # the usual cause: it raises
        raise CannotStart("another user was starting or closing on this stream at the same moment") from None
    return concluded, outcome


def build_recording(*, actor: User, request: StartRequest, storage_key: StorageKey | None = None) -> Recording:
    """The recording that `request` becomes, not saved: its parameters, and the storage's current key.

    `storage_key` is that key where the caller has it. Raises CannotCall when the storage has no key.
    """
    storage_key = storage_key or request.storage.keys.filter(replaced_at=None).first()
    if storage_key is None:
        raise calls.CannotCall(f"{request.storage} has no key.")
    now = timezone.now()
    project = request.device.project
    return Recording(
        account=project.account,
        project=project,
        device=request.device,
        profile=request.profile,
        requested_by=actor,
        retry_of=request.retry_of,
        video_stream_id=request.video_stream_id,
        storage=request.storage,
        storage_key=storage_key,
        vendor=request.storage.vendor,
        region=request.storage.region,
        bucket=request.storage.bucket,
        output_format=request.output_format,
        max_media_file_duration=request.max_media_file_duration,
        max_idle_time=request.max_idle_time,
        file_name_prefix=[*request.file_name_prefix, request.reference],
        reference=request.reference,
        state=Recording.State.SENDING,
        created_at=now,
        sent_at=now,
        tries=1,
    )


def start_again(*, actor: User, earlier: Recording) -> tuple[Recording, Outcome]:
    """Request the same again, under a reference of its own. Raises as start_recording does."""
    if State(earlier.state) not in REPEATABLE:
        raise NotOffered("it was started")
    return start_recording(
        actor=actor,
        request=StartRequest(
            device=earlier.device,
            video_stream_id=earlier.video_stream_id,
            storage=earlier.storage,
            output_format=earlier.output_format,
            max_media_file_duration=earlier.max_media_file_duration,
            max_idle_time=earlier.max_idle_time,
            file_name_prefix=without_reference(earlier.file_name_prefix),
            reference=read_reference(new_reference()),
            profile=earlier.profile,
            retry_of=earlier,
        ),
    )


def close_recording(*, actor: User, recording: Recording, reason: str, seen: SelectedRecording | None = None) -> None:
    """Take a recording off the list of live ones, with a reason that is kept; a queued one is cancelled.

    Closing stops nothing at Tencent Cloud. `seen` is how the user saw it. Raises PermissionDenied, and NotClosable when
    it is no longer live, or differs from what the user saw.
    """
    if not holds(actor, "recording.decide", recording.project):
        raise PermissionDenied
    with transaction.atomic():
        locked = lock_recording(recording.pk)
        if seen and (seen.pk, seen.state, seen.attention) != (locked.pk, locked.state, locked.attention):
            raise NotClosable  # a report came since: a decision made without that must not hide a running recording
        close_locked(locked, actor=actor, reason=reason)


def close_locked(recording: Recording, *, actor: User, reason: str) -> None:
    """The same for a locked recording, in the transaction of the caller, which has checked the permission."""
    before = State(recording.state)
    if before is State.QUEUED:
        choice = Decision.Choice.CANCELLED
    elif before in CLOSABLE:
        choice = Decision.Choice.CLOSED
    else:
        raise NotClosable
    record_decision(recording, choice, actor=actor, reason=reason)


def _current_key(request: StartRequest) -> Any:
    """The storage's current key, with whether a recording is live on the stream and whether a batch has it queued: one
    query. Raises NotOffered."""
    device = request.device
    key: Any = None
    if device.type == Device.Type.FIELD:
        key = _KEY.first(
            storage=request.storage.pk,
            project=device.project_id,
            account=device.project.account_id,
            device=device.pk,
            stream=request.video_stream_id,
        )
    if key is None:
        raise NotOffered("the device or the storage is not offered for starts")
    return key


def _keys() -> QuerySet[StorageKey]:
    keys = offered_keys(storage=parameter("storage"), project=parameter("project"), account=parameter("account"))
    live = live_on_stream(Device(pk=parameter("device")), parameter("stream"))
    queued = BatchItem.objects.filter(
        device=parameter("device"), video_stream_id=parameter("stream"), action="start", state="queued"
    )
    return keys.annotate(is_taken=Exists(live), is_queued=Exists(queued))


_KEY = CompiledQuery(_keys)


def _close_blocking(blocking: Recording, *, actor: User, reason: str) -> None:
    """Close a recording that is locked now, if it is still live; StreamIsLive when a report of it came meanwhile."""
    if not blocking.is_live:
        return
    if not blocking.may_be_started_over:
        raise StreamIsLive(blocking)
    close_locked(blocking, actor=actor, reason=reason)


def _blocking_recording(request: StartRequest) -> Recording | None:
    """What `request` closes, if it blocks the stream and may be started over. Raises CannotStart for all else."""
    submitted = Recording.objects.filter(reference=request.reference).first()
    if submitted:
        raise AlreadySubmitted(submitted)
    found = list(live_on_stream(request.device, request.video_stream_id))
    for recording in found:
        if recording != request.closes or not recording.may_be_started_over:
            raise StreamIsLive(recording)
    return found[0] if found else None
