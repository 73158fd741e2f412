"""Looks that go on: late uploads, buckets that do not answer, long folders, and folders inside of folders."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from recordings.callbacks import keys
from recordings.lifecycle import bucket_scan
from recordings.lifecycle.bucket_scan import scan_recording
from recordings.lifecycle.start import close_recording
from recordings.models import Device, Project, Recording, StorageCredential, User
from recordings.object_storage.bucket import Bucket, StoredObject
from recordings.sandbox.bucket_rights import Listing
from recordings.sandbox.bucket_server import BucketServer
from tests.callbacks.signed_posts import TASK, body_of, make_key, make_recording, tell
from tests.factories import make_device

pytestmark = pytest.mark.django_db


@pytest.fixture
def callbacks(project: Project) -> None:
    keys.forget()
    make_key(project)


def look(recording: Recording) -> datetime:
    """Look as soon as it is due; when that is."""
    recording.refresh_from_db()
    assert recording.next_scan_at
    at = max(recording.next_scan_at, timezone.now())
    assert scan_recording(recording.pk, at)
    recording.refresh_from_db()
    return at


def put(bucket: BucketServer, recording: Recording, path: str) -> None:
    bucket.put(recording.bucket, "/".join([*recording.file_name_prefix, path]), b"x")


def looks_until(recording: Recording, end: datetime) -> list[datetime]:
    scan_count: list[datetime] = []
    while recording.next_scan_at and recording.next_scan_at < end:
        scan_count.append(look(recording))
    return scan_count


def test_one_that_is_over_is_scanned_soon_for_a_day_when_nothing_was_ever_seen(
    bucket: BucketServer, operator: User, device: Device, storage: StorageCredential
) -> None:
    recording = make_recording(operator, device, storage, task_id=TASK)
    close_recording(actor=operator, recording=recording, reason="The machine went home.")
    recording.refresh_from_db()
    assert recording.ended_at
    scan_count = looks_until(recording, recording.ended_at + timedelta(days=3))
    assert 45 < len(scan_count) < 60
    assert scan_count[-1] >= recording.ended_at + timedelta(days=1)
    assert (recording.next_scan_at, recording.upload_state) == (None, Recording.UploadState.NONE)


def test_a_file_that_takes_hours_to_come_is_seen(
    bucket: BucketServer, operator: User, device: Device, storage: StorageCredential
) -> None:
    recording = make_recording(operator, device, storage, task_id=TASK)
    close_recording(actor=operator, recording=recording, reason="The machine went home.")
    recording.refresh_from_db()
    assert recording.ended_at
    looks_until(recording, recording.ended_at + timedelta(hours=20))
    put(bucket, recording, f"{TASK}/a.mp4")
    look(recording)
    assert recording.files.count() == 1
    looks_until(recording, recording.ended_at + timedelta(days=3))
    assert recording.upload_state == Recording.UploadState.COMPLETE


def test_earlier_parts_are_not_all_when_the_recorder_left_after_them(
    callbacks: None,
    bucket: BucketServer,
    project: Project,
    operator: User,
    device: Device,
    storage: StorageCredential,
) -> None:
    recording = make_recording(operator, device, storage, task_id=TASK)
    tell(project, body_of(301, Status=0))
    put(bucket, recording, f"{TASK}/a_0.mp4")
    look(recording)
    long_after = timezone.now() + timedelta(hours=5)
    tell(project, body_of(302, LeaveCode=0))
    recording.refresh_from_db()
    assert recording.state == Recording.State.ENDED
    Recording.objects.update(ended_at=long_after)
    looks_until(recording, long_after + timedelta(hours=3))
    assert recording.next_scan_at, "the last part is still to come"
    assert recording.upload_state == Recording.UploadState.PARTIAL


def test_a_file_that_is_announced_after_all_looks_is_looked_for(
    callbacks: None,
    bucket: BucketServer,
    project: Project,
    operator: User,
    device: Device,
    storage: StorageCredential,
) -> None:
    recording = make_recording(operator, device, storage, task_id=TASK)
    tell(project, body_of(301, Status=0), body_of(302, LeaveCode=0))
    Recording.objects.update(next_scan_at=None, scan_count=60)
    put(bucket, recording, f"{TASK}/late.mp4")
    tell(project, body_of(310, Status=0, FileList=["late.mp4"]))
    look(recording)
    (file,) = recording.files.all()
    assert (file.name, file.size) == ("late.mp4", 1)
    assert file.seen_in_bucket_at


def test_a_successful_listing_is_kept_with_its_time_and_a_failed_one_is_not(
    bucket: BucketServer, settings: Settings, operator: User, device: Device, storage: StorageCredential
) -> None:
    recording = make_recording(operator, device, storage)
    there, settings.SANDBOX_STORAGE = settings.SANDBOX_STORAGE, "http://127.0.0.1:9"
    look(recording)
    assert recording.scanned_at is None
    settings.SANDBOX_STORAGE = there
    at = look(recording)
    assert recording.scanned_at == at


def test_a_storage_that_does_not_answer_puts_off_all_its_looks(
    settings: Settings, operator: User, project: Project, device: Device, storage: StorageCredential
) -> None:
    recording = make_recording(operator, device, storage)
    other = make_recording(operator, make_device(project), storage)
    now = timezone.now() + timedelta(minutes=1)
    assert scan_recording(recording.pk, now)
    other.refresh_from_db()
    assert (other.next_scan_at, other.scan_count) == (now + bucket_scan.UNREACHABLE_PAUSE, 1)
    assert not scan_recording(other.pk, now)


def test_a_folder_inside_a_tasks_folder_is_no_other_recording(
    bucket: BucketServer, operator: User, device: Device, storage: StorageCredential
) -> None:
    recording = make_recording(operator, device, storage)
    for path in ("T/1.mp4", "T/x/1.mp4", "T/thumbs/1.jpg"):
        put(bucket, recording, path)
    look(recording)
    assert (recording.task_id, recording.is_duplicate) == ("T", False)
    bucket.delete(recording.bucket, "/".join([*recording.file_name_prefix, "T/1.mp4"]))
    put(bucket, recording, "T/y/2.mp4")
    look(recording)
    assert (recording.is_duplicate, Recording.objects.count()) == (False, 1)
    assert [file.name for file in recording.files.all()] == ["1.mp4"]


def test_a_folder_without_media_gives_no_task_id(
    bucket: BucketServer, operator: User, device: Device, storage: StorageCredential
) -> None:
    recording = make_recording(operator, device, storage)
    put(bucket, recording, "T/thumbs/1.jpg")
    look(recording)
    assert recording.task_id == ""
    put(bucket, recording, "T/1.mp4")
    look(recording)
    assert recording.task_id == "T"


def test_task_ids_with_slashes_are_still_two(
    bucket: BucketServer, operator: User, device: Device, storage: StorageCredential
) -> None:
    recording = make_recording(operator, device, storage)
    put(bucket, recording, "a/b+c/d./1.mp4")
    look(recording)
    assert recording.task_id == "a/b+c/d."
    put(bucket, recording, "a/b+c/d/2.mp4")
    look(recording)
    assert recording.is_duplicate, "it begins alike, and is no folder inside the other"


@pytest.fixture
def long_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bucket with a day of HLS, listed from memory."""

    def listed(_self: Bucket, prefix: str, *, most: int) -> Iterator[StoredObject]:
        at = timezone.now() - timedelta(days=1)
        yield StoredObject(key=f"{prefix}{TASK}/a.m3u8", size=1, at=at)
        for number in range(12_000):
            at += timedelta(seconds=7)
            yield StoredObject(key=f"{prefix}{TASK}/a_{number:017}.ts", size=1, at=at)

    monkeypatch.setattr(Bucket, "listed", listed)


def test_a_long_hls_recording_is_seen_to_its_end(
    long_folder: None, operator: User, device: Device, storage: StorageCredential
) -> None:
    recording = make_recording(operator, device, storage, task_id=TASK, output_format=0, max_media_file_duration=None)
    look(recording)
    (file,) = recording.files.all()
    assert (file.size, bool(recording.scanned_at)) == (12_001, True)


def test_a_listing_that_takes_too_long_ends_and_is_no_whole_one(
    long_folder: None,
    operator: User,
    device: Device,
    storage: StorageCredential,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bucket_scan, "LISTING_SECONDS", -1)
    recording = make_recording(operator, device, storage, task_id=TASK, output_format=0, max_media_file_duration=None)
    look(recording)
    (file,) = recording.files.all()
    assert (file.size, recording.scanned_at) == (1000, None)


@pytest.mark.parametrize("listing", [Listing.MARKERS, Listing.STUCK])
def test_a_listing_that_is_cut_completes_nothing_and_proves_nothing(
    bucket: BucketServer, operator: User, device: Device, storage: StorageCredential, listing: Listing
) -> None:
    """A page of ten, then two more files and a second TaskId: only a server that can go on shows them."""
    bucket.guard.page_length = 10
    recording = make_recording(operator, device, storage, task_id="A")
    for number in range(12):
        put(bucket, recording, f"A/{number}.mp4")
    put(bucket, recording, "B/late.mp4")
    close_recording(actor=operator, recording=recording, reason="The machine went home.")
    recording.refresh_from_db()
    assert recording.ended_at
    bucket.guard.listing = listing
    looks_until(recording, recording.ended_at + timedelta(days=3))
    believed = listing is Listing.MARKERS
    assert recording.files.count() == (12 if believed else 10)
    assert (recording.is_duplicate, bool(recording.scanned_at)) == (believed, believed)
    assert (recording.upload_state == Recording.UploadState.COMPLETE) is believed
