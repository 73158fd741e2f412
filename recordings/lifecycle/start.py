"""What a person does about one recording: start it, try it again, close it."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from recordings import calls
from recordings.audit_log.record import record_audit
from recordings.domain.states import CLOSABLE, State
from recordings.lifecycle.decisions import record_decision
from recordings.lifecycle.evidence import lock_recording
from recordings.lifecycle.queries import may_be_started
from recordings.lifecycle.reference import new_reference, read_reference, without_reference
from recordings.lifecycle.selection import SelectedRecording
from recordings.lifecycle.send import conclude_start, sealed_request, shown_call
from recordings.models import ApiCall, Decision, Device, Recording, RecordingProfile, StorageCredential, User
from recordings.permissions import holds
from recordings.trro.outcome import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class StartRequest:
    """One start as it was asked for, every value checked by the form."""

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
"""What can be tried again: nothing of it runs."""


class CannotStart(Exception):
    """Nothing was started. `blocking` is the recording in the way, if it is one."""

    blocking: Recording | None = None


class StreamIsLive(CannotStart):
    """The device's stream has a live recording."""

    def __init__(self, blocking: Recording) -> None:
        super().__init__(f"recording {blocking.pk} is {blocking.state}")
        self.blocking = blocking


class AlreadySubmitted(CannotStart):
    """This very form was sent before: `blocking` is what came of it."""

    def __init__(self, blocking: Recording) -> None:
        super().__init__(f"reference of recording {blocking.pk}")
        self.blocking = blocking


class NotOffered(CannotStart):
    """The device, its storage or the earlier recording is not one that this may be done with any more."""


class NotClosable(Exception):
    """The recording has ended, was closed in another tab, is known by now, or its call is still out."""


def start_recording(*, actor: User, wanted: StartRequest) -> tuple[Recording, Outcome]:
    """Ask the vendor, once, to record one stream of one device.

    What was asked for and what came of it are stored whatever happens. With `closes`, an unknown or silent
    recording that is in the way is closed with `close_reason` in the same transaction. Raises PermissionDenied,
    CannotCall, CannotStart (StreamIsLive, AlreadyAsked, NotOffered); then nothing was sent. Source: TRRO API,
    CreateCloudRecording.
    """
    if not holds(actor, "recording.start", wanted.device.project):
        raise PermissionDenied
    if not may_be_started(wanted.device, wanted.storage):
        raise NotOffered("the device or the storage is not offered for starts")
    blocking = _in_the_way(wanted)
    recording = build_recording(actor=actor, wanted=wanted)

    def intend() -> Recording:
        if blocking:
            _clear_the_way(lock_recording(blocking.pk), actor=actor, reason=wanted.close_reason)
        recording.save(force_insert=True)
        if not may_be_started(wanted.device, wanted.storage):  # retired in the blink before
            raise NotOffered("the storage or the account was retired")
        record_audit(
            actor=actor,
            action="recording.start_asked",
            target=recording,
            project_id=recording.project.project_id,
            after=shown_call(recording),
        )
        return recording

    came_of_it = recording

    def conclude(row: ApiCall, outcome: Outcome) -> None:
        nonlocal came_of_it
        came_of_it = conclude_start(row, outcome)

    request = sealed_request(recording)
    try:
        outcome = calls.call(account=recording.account, request=request, intend=intend, conclude=conclude)
    except (IntegrityError, NotClosable):
        _in_the_way(wanted)  # somebody was faster by a blink
        raise CannotStart("somebody else was starting or closing on this stream, and is gone again") from None
    return came_of_it, outcome


def build_recording(*, actor: User, wanted: StartRequest) -> Recording:
    """The recording that `wanted` becomes, not saved: its parameters, and the storage's key of this moment.

    Raises CannotCall when the storage has no key.
    """
    storage_key = wanted.storage.keys.filter(replaced_at=None).first()
    if storage_key is None:
        raise calls.CannotCall(f"{wanted.storage} has no key.")
    now = timezone.now()
    project = wanted.device.project
    return Recording(
        account=project.account,
        project=project,
        device=wanted.device,
        profile=wanted.profile,
        requested_by=actor,
        retry_of=wanted.retry_of,
        video_stream_id=wanted.video_stream_id,
        storage=wanted.storage,
        storage_key=storage_key,
        vendor=wanted.storage.vendor,
        region=wanted.storage.region,
        bucket=wanted.storage.bucket,
        output_format=wanted.output_format,
        max_media_file_duration=wanted.max_media_file_duration,
        max_idle_time=wanted.max_idle_time,
        file_name_prefix=[*wanted.file_name_prefix, wanted.reference],
        reference=wanted.reference,
        state=Recording.State.SENDING,
        created_at=now,
        sent_at=now,
        tries=1,
    )


def start_again(*, actor: User, earlier: Recording) -> tuple[Recording, Outcome]:
    """Start anew what an earlier recording asked for, under a reference of its own. Raises as start_recording does."""
    if State(earlier.state) not in REPEATABLE:
        raise NotOffered("it was started")
    return start_recording(
        actor=actor,
        wanted=StartRequest(
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

    Closing stops nothing at the vendor. `seen` is how the person saw it. Raises PermissionDenied, and NotClosable when
    it is not live any more, or is not as it was seen.
    """
    if not holds(actor, "recording.decide", recording.project):
        raise PermissionDenied
    with transaction.atomic():
        locked = lock_recording(recording.pk)
        if seen and (seen.pk, seen.state, seen.attention) != (locked.pk, locked.state, locked.attention):
            raise NotClosable  # it was heard of again: what was decided without that must not hide what runs
        close_locked(locked, actor=actor, reason=reason)


def close_locked(recording: Recording, *, actor: User, reason: str) -> None:
    """The same for a locked recording, in the caller's transaction, who has asked whether the actor may."""
    before = State(recording.state)
    if before is State.QUEUED:
        verdict = Decision.Verdict.CANCELLED
    elif before in CLOSABLE:
        verdict = Decision.Verdict.CLOSED
    else:
        raise NotClosable
    record_decision(recording, verdict, actor=actor, reason=reason)


def _clear_the_way(blocking: Recording, *, actor: User, reason: str) -> None:
    """Close what is locked now, if it is still live; StreamIsLive when it was heard of in the meantime."""
    if not blocking.is_live:
        return
    if not blocking.may_be_started_over:
        raise StreamIsLive(blocking)
    close_locked(blocking, actor=actor, reason=reason)


def _in_the_way(wanted: StartRequest) -> Recording | None:
    """What `wanted` closes, if it stands in the way and may be started over. Raises CannotStart for anything else."""
    live = Q(device=wanted.device, video_stream_id=wanted.video_stream_id, state__in=Recording.LIVE)
    found = list(Recording.objects.filter(Q(reference=wanted.reference) | live))
    for recording in found:
        if recording.reference == wanted.reference:
            raise AlreadySubmitted(recording)
    for recording in found:
        if recording != wanted.closes or not recording.may_be_started_over:
            raise StreamIsLive(recording)
    return found[0] if found else None
