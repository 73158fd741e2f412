"""Bucket scan: finds a lost TaskId in the bucket, and files that no callback reported.

The worker does it for every recording whose `next_scan_at` has come. What is seen is evidence like any other: it brings
a TaskId and moves the state of the upload, and never ends a recording.
"""

import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Greatest

from recordings.audit_log.record import SYSTEM, record_audit
from recordings.domain.scan_plan import LONGEST_FILE, Phase, pause, phase_of, search_time
from recordings.domain.signs import CLOCK_TOLERANCE
from recordings.domain.states import PROMISED, State, UploadState
from recordings.lifecycle.bucket_files import insert_ahead, merge_seen, unseen
from recordings.lifecycle.duplicates import create_duplicate
from recordings.lifecycle.evidence import apply_evidence, lock_recording, set_task_id, task_id_is_taken
from recordings.lifecycle.recording_folder import bucket_of, folder_of, is_all_its_own, key_for, own_folder_of
from recordings.models import Recording, StorageKey
from recordings.models.profiles import OutputFormat
from recordings.object_storage.bucket import PAGE, Bucket, StoredObject
from recordings.object_storage.errors import BUSY, BucketError, ErrorKind
from recordings.object_storage.listing import ListingCut
from recordings.trro.outcome import is_id

log = structlog.get_logger(__name__)
LEASE = timedelta(minutes=2)
"""Longer than a look takes: a recording whose worker was killed is looked at again after it."""
QUIET = timedelta(minutes=9)
"""A recording is over, and nothing has come for this long: nothing more is waited for."""
MAX_SCANS = 30_000
MAX_OBJECTS = 100_000
"""More than eleven days of HLS in segments of ten seconds."""
LISTING_SECONDS = 45
UNREACHABLE_PAUSE = timedelta(seconds=30)
"""How long a storage that does not answer is asked nothing more by other looks."""
MEDIA = frozenset({"m3u8", "ts", "mp4", "aac"})
"""What recorders write, by the endings of names. Source: TRRO, names of recorded files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What lies below a folder; not `whole` when there may be more than is listed. Only a whole one proves absence."""

    objects: Sequence[StoredObject]
    whole: bool


def due_scans(now: datetime) -> QuerySet[Recording]:
    """The recordings whose bucket scan is due at `now`."""
    return Recording.objects.filter(next_scan_at__lte=now)


def scan_recording(recording_id: int, now: datetime) -> bool:
    """Scan one recording's bucket. False when it is not due, or another worker is scanning it.

    Safe to run twice and at once: it is claimed by moving `next_scan_at`, and what is seen twice is stored once. No
    transaction is open while the bucket is asked. Raises nothing that a bucket says.
    """
    if due_scans(now).filter(pk=recording_id).update(next_scan_at=now + LEASE) != 1:
        return False
    recording = Recording.objects.select_related("storage_key", "storage").get(pk=recording_id)
    seen = _list_folder(recording, now)
    if seen is not None and recording.task_id:
        known = _by_task(seen.objects, folder_of(recording), recording.task_id)
        insert_ahead(recording, known.get(recording.task_id, []), now=now)
    with transaction.atomic():
        recording = lock_recording(recording_id)
        if seen is None:
            _postpone_scan(recording, now)
        else:
            _apply_listing(recording, seen, now)
    return True


def _list_folder(recording: Recording, now: datetime) -> Listing | None:
    """What lies below its folder; None when neither today's key nor the one it began with brings it out."""
    folder = folder_of(recording) if is_all_its_own(recording) else own_folder_of(recording)
    for key in dict.fromkeys((key_for(recording), recording.storage_key)):
        try:
            seen = _listing(bucket_of(recording, key, attempts=1), folder)
        except BucketError as error:
            log.info("bucket_not_seen", recording=recording.pk, code=error.code)
            if error.kind is ErrorKind.NO_RIGHT:
                _note_right(key, can_list=False)
            if error.kind in BUSY:
                _put_off_others(recording, now + UNREACHABLE_PAUSE)
            if error.kind not in {ErrorKind.NO_RIGHT, ErrorKind.WRONG_KEY}:
                return None
        else:
            _note_right(key, can_list=True)
            return seen
    return None


def _listing(bucket: Bucket, folder: str) -> Listing:
    """Raises BucketError."""
    ends = time.monotonic() + LISTING_SECONDS
    objects: list[StoredObject] = []
    try:
        for stored in bucket.listed(folder, most=MAX_OBJECTS):
            objects.append(stored)
            if len(objects) % PAGE == 0 and time.monotonic() > ends:
                return Listing(objects=objects, whole=False)
    except ListingCut:
        return Listing(objects=objects, whole=False)
    return Listing(objects=objects, whole=True)


def _put_off_others(recording: Recording, until: datetime) -> None:
    """When a storage does not respond, the scans of its other recordings are postponed as well.

    Those that are being looked at keep their claim.
    """
    with transaction.atomic():
        others = Recording.objects.filter(storage=recording.storage_id, next_scan_at__lt=until).exclude(pk=recording.pk)
        keys = list(others.select_for_update(skip_locked=True).values_list("pk", flat=True))
        Recording.objects.filter(pk__in=keys).update(next_scan_at=until, scan_count=Greatest(F("scan_count"), 1))


def _note_right(key: StorageKey, *, can_list: bool) -> None:
    if key.can_list is not can_list:
        StorageKey.objects.filter(pk=key.pk).update(can_list=can_list)


def _postpone_scan(recording: Recording, now: datetime) -> None:
    _plan(recording, now)
    recording.save(update_fields=["next_scan_at", "scan_count"])


def _apply_listing(recording: Recording, seen: Listing, now: datetime) -> None:
    """Store what was seen below a locked recording's folder, and move it."""
    tasks = _by_task(seen.objects, folder_of(recording), recording.task_id)
    others = _take_task_ids(recording, tasks) if is_all_its_own(recording) else []
    changed = merge_seen(recording, tasks.get(recording.task_id, []), now=now) if recording.task_id else False
    if seen.whole:
        recording.scanned_at = now
    _plan(recording, now)
    if recording.task_id and seen.whole and _is_settled(recording, now):
        recording.next_scan_at = None
    changed = changed or (recording.next_scan_at is None and bool(recording.task_id))
    recording.save(update_fields=["next_scan_at", "scan_count", "scanned_at"])
    if changed or others or (recording.task_id and State(recording.state) not in _WITH_TASK_ID):
        apply_evidence(recording)
    if others:
        _raise_alarm(recording, others)


_WITH_TASK_ID = {State.ACCEPTED, State.RECORDING, State.STOPPING, State.ENDED, State.FAILED, State.CLOSED}


def _by_task(seen: Sequence[StoredObject], folder: str, known: str) -> Mapping[str, list[StoredObject]]:
    """What was seen, by TaskId, the one first written to first.

    A TaskId may span several parts of a key, so a folder inside a task's own folder looks like another one: it is
    none, and neither is a folder in which no recorder has written.
    """
    tasks: dict[str, list[StoredObject]] = defaultdict(list)
    for stored in sorted(seen, key=lambda each: each.at):
        task_id = stored.key[len(folder) :].rpartition("/")[0]
        if is_id(task_id):
            tasks[task_id].append(stored)
    recorders = {name for name, files in tasks.items() if name == known or any(map(_is_media, files))}
    recorders |= {known} - {""}
    return {name: files for name, files in tasks.items() if name in recorders and not _is_inside(name, recorders)}


def _is_media(stored: StoredObject) -> bool:
    return stored.key.rpartition(".")[2].lower() in MEDIA


def _is_inside(task_id: str, others: Collection[str]) -> bool:
    parts = task_id.split("/")
    return any("/".join(parts[:end]) in others for end in range(1, len(parts)))


def _take_task_ids(recording: Recording, tasks: Iterable[str]) -> list[str]:
    """The first TaskId is this recording's. Others without a recording mean that the vendor runs two for one start."""
    others: list[str] = []
    for task_id in tasks:
        if task_id == recording.task_id or task_id_is_taken(recording, task_id):
            continue
        if recording.task_id:
            others.append(task_id)
        else:
            recording.started_at = recording.started_at or recording.sent_at
            log.info("task_id_found", recording=recording.pk, task_id=task_id)
            _record(recording, "recording.task_id_found", {"task_id": task_id})
        set_task_id(recording, task_id)
    return others


def _raise_alarm(recording: Recording, others: Sequence[str]) -> None:
    for task_id in others:
        create_duplicate(recording, task_id, origin=Recording.Origin.IN_BUCKET)


def _record(recording: Recording, action: str, after: dict[str, object]) -> None:
    record_audit(actor=SYSTEM, action=action, target=recording, project_id=recording.project.project_id, after=after)


def _plan(recording: Recording, now: datetime) -> None:
    """Set when the bucket is scanned next; None when nothing is left to find."""
    phase = phase_of(State(recording.state), has_task_id=bool(recording.task_id))
    recording.scan_count = min(recording.scan_count + 1, MAX_SCANS)
    age, longest_file = now - _since(recording, phase), _longest_file(recording)
    wait = pause(phase, scan_count=recording.scan_count, age=age, longest_file=longest_file)
    recording.next_scan_at = now + wait if wait else None


def searched_until(recording: Recording) -> datetime:
    """Until when the bucket is searched for the TaskId of an unknown start."""
    return _since(recording, Phase.LOST) + search_time(_longest_file(recording))


def _longest_file(recording: Recording) -> timedelta:
    return timedelta(minutes=recording.max_media_file_duration or 0) or LONGEST_FILE


def _since(recording: Recording, phase: Phase) -> datetime:
    if phase is Phase.OVER and recording.over_since:
        return max(recording.over_since, recording.last_file_at or recording.over_since)
    return recording.sent_at or recording.created_at


def _is_settled(recording: Recording, now: datetime) -> bool:
    """Whether all of an ended recording's files can be taken to be there.

    Nothing came for a while, of each kind that its format promises one is there, and where it is known when the
    recorder left, something came after it: the last part of MP4 and AAC is written then.
    """
    phase = phase_of(State(recording.state), has_task_id=True)
    if phase is not Phase.OVER or unseen(recording).exists():
        return False
    if recording.upload_state == UploadState.COMPLETE:
        return True
    ended_at = recording.over_since or now
    last = max(ended_at, recording.last_file_at or ended_at)
    names = recording.files.values_list("name", flat=True)
    kinds = {name.rpartition(".")[2] for name in names}
    waits_for_last = recording.state == State.ENDED and recording.output_format != OutputFormat.HLS
    came = recording.last_file_at is not None and recording.last_file_at >= ended_at - CLOCK_TOLERANCE
    return now - last >= QUIET and PROMISED[recording.output_format] <= kinds and (came or not waits_for_last)
