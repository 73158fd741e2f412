"""The starts of batches on their way out: what is checked and stored of several before they are sent.

Each becomes an ordinary recording, requested by the user of the batch, whose permission is checked again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, OperationalError
from django.db.models import prefetch_related_objects
from django.utils import timezone

from recordings.audit_log.record import new_entry, record_audits
from recordings.calls import CannotCall
from recordings.clock import database_now
from recordings.group_calls import Intent, OpenCall, open_calls
from recordings.lifecycle.batches.control import pause_by_refusal
from recordings.lifecycle.queries import offered_keys
from recordings.lifecycle.reference import random_reference
from recordings.lifecycle.send import sealed_request, shown_call
from recordings.lifecycle.start import StartRequest, build_recording
from recordings.models import AuditEntry, Batch, BatchItem, CloudAccount, Device, Recording, StorageKey
from recordings.permissions import holds
from recordings.row_updates import update_rows
from recordings.trro.requests import CreateCloudRecording, VendorRequest

SENT_FIELDS = ("state", "skip_cause", "due_at", "recording", "attempts", "changed_at")
StreamKey = tuple[int, int]


def open_starts(account: CloudAccount, keys: Sequence[int], until: datetime) -> Sequence[OpenCall]:
    """Commit the intent to start these items, which are claimed until then; the calls that are then to be sent.

    Items that were cancelled or taken over meanwhile are left alone, those that cannot be started are skipped with the
    cause. Raises CannotCall, and DatabaseError; then nothing is sent.
    """
    work = _Work(account=account, keys=keys, until=until)
    try:
        opened = open_calls(account, CreateCloudRecording.action, work.intents)
    except (IntegrityError, OperationalError):
        if len(keys) == 1:
            raise
        # A user or another worker began to start one of these streams at this moment
        return [call for key in keys for call in _open_one(account, key, until)]
    for batch in work.unusable:
        pause_by_refusal(batch, Batch.PauseCause.STORAGE, code="")
    return opened


def _open_one(account: CloudAccount, key: int, until: datetime) -> Sequence[OpenCall]:
    try:
        return open_starts(account, [key], until)
    except IntegrityError:
        return open_starts(account, [key], until)  # now it is seen what is live on the stream


@dataclass(slots=True, kw_only=True)
class _Work:
    """The items of one transaction and what they need, read in a few queries for all of them."""

    account: CloudAccount
    keys: Sequence[int]
    until: datetime
    unusable: list[Batch] = field(default_factory=list)
    """Batches whose storage key cannot be decrypted."""
    _batches: Mapping[int, Batch] = field(default_factory=dict)
    _storage_keys: dict[tuple[int, int], StorageKey | None] = field(default_factory=dict)

    def intents(self) -> Sequence[Intent]:
        """Move the items, and store the recordings of those that are to be sent."""
        items = self._locked()
        self._batches = _batches_of(items)
        live = _live_on(items)
        begun: list[tuple[BatchItem, Recording, VendorRequest]] = []
        moved: list[BatchItem] = []
        for item in items:
            batch = self._batches[item.batch_id]
            if batch.state != Batch.State.RUNNING or batch in self.unusable:
                item.due_at = database_now()
            elif cause := self._cause(item, batch):
                _skip(item, cause)
            elif blocking := live.get((item.device_id, item.video_stream_id)):
                _leave(item, batch, blocking)
            else:
                recording = self._recording(item, batch)
                try:
                    begun.append((item, recording, sealed_request(recording)))
                    live[item.device_id, item.video_stream_id] = recording
                except CannotCall:
                    self.unusable.append(batch)
                    item.due_at = database_now()
            moved.append(item)
        recordings = [recording for _item, recording, _request in begun]
        Recording.objects.bulk_create(recordings)
        for item, recording, _request in begun:
            item.recording, item.state, item.due_at, item.attempts = recording, BatchItem.State.SENDING, None, 1
            item.changed_at = recording.created_at
        update_rows(moved, SENT_FIELDS)
        record_audits([_entry(recording) for recording in recordings])
        return [(recording, request) for _item, recording, request in begun]

    def _locked(self) -> list[BatchItem]:
        """By stream, so that two workers that start the same streams do not wait for each other in a circle."""
        items = BatchItem.objects.filter(pk__in=self.keys, state=BatchItem.State.QUEUED, due_at=self.until)
        locked = items.select_for_update(of=("self",)).select_related("device", "project")
        return list(locked.order_by("device", "video_stream_id", "pk"))

    def _cause(self, item: BatchItem, batch: Batch) -> BatchItem.SkipCause | None:
        if not holds(batch.requested_by, "recording.start", item.project):
            return BatchItem.SkipCause.PERMISSION
        if item.device.type != Device.Type.FIELD or self._key(item, batch) is None:
            return BatchItem.SkipCause.NOT_OFFERED
        return None

    def _key(self, item: BatchItem, batch: Batch) -> StorageKey | None:
        assert batch.storage_id is not None  # noqa: S101 (a batch of starts has one)
        place = batch.storage_id, item.project_id
        if place not in self._storage_keys:
            offered = offered_keys(storage=batch.storage_id, project=item.project_id, account=item.account_id)
            self._storage_keys[place] = offered.first()
        return self._storage_keys[place]

    def _recording(self, item: BatchItem, batch: Batch) -> Recording:
        assert batch.storage and batch.output_format is not None and batch.max_idle_time is not None  # noqa: PT018, S101
        item.project.account = self.account
        item.device.project = item.project
        request = StartRequest(
            device=item.device,
            video_stream_id=item.video_stream_id,
            storage=batch.storage,
            output_format=batch.output_format,
            max_media_file_duration=batch.max_media_file_duration,
            max_idle_time=batch.max_idle_time,
            file_name_prefix=tuple(batch.file_name_prefix),
            reference=random_reference(),
            profile=batch.profile,
        )
        recording = build_recording(actor=batch.requested_by, request=request, storage_key=self._key(item, batch))
        recording.batch = batch
        return recording


def _batches_of(items: Sequence[BatchItem]) -> Mapping[int, Batch]:
    """Their batches, with what the starts need of them."""
    found = Batch.objects.select_related("storage", "profile", "requested_by")
    batches = found.in_bulk({item.batch_id for item in items})
    prefetch_related_objects([batch.requested_by for batch in batches.values()], "memberships")
    return batches


def _live_on(items: Sequence[BatchItem]) -> dict[StreamKey, Recording]:
    """The live recordings of the items' devices, by stream."""
    devices = {item.device_id for item in items}
    streams = {item.video_stream_id for item in items}
    live = Recording.objects.filter(device__in=devices, video_stream_id__in=streams, state__in=Recording.LIVE)
    live = live.order_by("is_duplicate")
    return {(recording.device_id, recording.video_stream_id): recording for recording in reversed(live)}


def _skip(item: BatchItem, cause: BatchItem.SkipCause) -> None:
    item.state, item.skip_cause, item.due_at = BatchItem.State.SKIPPED, cause, None
    item.changed_at = timezone.now()


def _leave(item: BatchItem, batch: Batch, blocking: Recording) -> None:
    """Its stream is live: it was started by hand since, or it is skipped."""
    _skip(item, BatchItem.SkipCause.LIVE)
    if blocking.batch_id is None and blocking.was_requested and blocking.created_at >= batch.created_at:
        item.state, item.skip_cause, item.recording = BatchItem.State.TAKEN_OVER, "", blocking


def _entry(recording: Recording) -> AuditEntry:
    assert recording.requested_by is not None  # noqa: S101 (a batch has a user)
    return new_entry(
        actor=recording.requested_by,
        action="recording.start_asked",
        target=recording,
        project_id=recording.project.project_id,
        after=shown_call(recording) | {"batch": recording.batch_id},
    )
