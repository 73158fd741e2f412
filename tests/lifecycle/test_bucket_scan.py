"""Scans of the bucket: what was lost is found there, and files are seen that no callback reported."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from recordings.audit_log.verify import verify
from recordings.credentials.keys import NewKey
from recordings.credentials.replace_key import replace_storage_key
from recordings.lifecycle.bucket_scan import scan_recording
from recordings.lifecycle.start import build_recording
from recordings.models import AuditEntry, Device, Recording, StorageCredential, User
from recordings.sandbox.bucket_server import BucketServer
from recordings.sandbox.names import new_task_id
from tests.factories import STORAGE_ACCESS_KEY, STORAGE_SECRET_KEY
from tests.lifecycle.start_requests import start_request

pytestmark = pytest.mark.django_db


@pytest.fixture
def lost(operator: User, device: Device, storage: StorageCredential) -> Recording:
    """A start whose answer was lost, to be looked for now."""
    return make(operator, device, storage)


def make(operator: User, device: Device, storage: StorageCredential, **changes: object) -> Recording:
    recording = build_recording(actor=operator, request=start_request(device, storage))
    recording.state = Recording.State.UNKNOWN
    recording.next_scan_at = timezone.now()
    for name, value in changes.items():
        setattr(recording, name, value)
    recording.save()
    recording.calls.create(
        account=recording.account, action="CreateCloudRecording", created_at=timezone.now(),
        closed_at=timezone.now(), lease_until=timezone.now(), outcome="accepted" if recording.task_id else "unknown",
    )  # fmt: skip
    return recording


def look(recording: Recording) -> Recording:
    """Look as soon as it is due."""
    recording.refresh_from_db()
    assert recording.next_scan_at
    assert scan_recording(recording.pk, max(recording.next_scan_at, timezone.now()))
    recording.refresh_from_db()
    return recording


def put(bucket: BucketServer, recording: Recording, task_id: str, name: str, size: int = 10) -> None:
    key = "/".join([*recording.file_name_prefix, task_id, name])
    bucket.put(recording.bucket, key, b"x" * size)


def test_a_lost_task_id_is_found_as_soon_as_a_file_is_there(bucket: BucketServer, lost: Recording) -> None:
    assert look(lost).state == Recording.State.UNKNOWN
    task_id = new_task_id()
    put(bucket, lost, task_id, "1400_x_0.mp4")
    look(lost)
    assert (lost.state, lost.task_id, lost.is_duplicate) == (Recording.State.ACCEPTED, task_id, False)
    assert [(file.name, file.size) for file in lost.files.all()] == [("1400_x_0.mp4", 10)]
    assert AuditEntry.objects.get(action="recording.task_id_found").after == {"task_id": task_id}
    assert verify().finding is None


def test_pauses_grow_and_end_after_a_day(bucket: BucketServer, lost: Recording) -> None:
    now, waits = timezone.now(), []
    while lost.next_scan_at:
        now = lost.next_scan_at
        assert scan_recording(lost.pk, now)
        lost.refresh_from_db()
        waits.append((lost.next_scan_at - now).total_seconds() if lost.next_scan_at else None)
    assert waits[:6] == [10, 20, 40, 60, 60, 60]
    assert waits[-2:] == [600, None]
    assert 150 < len(waits) < 250


def test_a_second_task_id_under_the_reference_is_an_alarm_and_a_recording_that_can_be_stopped(
    bucket: BucketServer, lost: Recording
) -> None:
    first, second = new_task_id(), new_task_id()
    put(bucket, lost, first, "a.mp4")
    look(lost)
    put(bucket, lost, second, "b.mp4")
    look(lost)
    assert (lost.task_id, lost.is_duplicate) == (first, True)
    assert [file.name for file in lost.files.all()] == ["a.mp4"]
    twin = Recording.objects.get(task_id=second)
    assert (twin.state, twin.origin, twin.device_id) == (Recording.State.ACCEPTED, "in_bucket", lost.device_id)
    assert not twin.is_duplicate, "it is what holds the stream now: nothing else can be started there"
    look(lost)
    look(twin)
    assert [file.name for file in twin.files.all()] == ["b.mp4"]
    assert Recording.objects.count() == 2
    entries = AuditEntry.objects.filter(action="recording.doubled").order_by("sequence")
    assert [(each.target_id, each.after["other"]) for each in entries] == [
        (str(lost.pk), second),
        (str(twin.pk), first),
    ]
    assert verify().finding is None


def test_a_task_id_that_another_recording_has_is_not_taken(
    bucket: BucketServer, lost: Recording, operator: User, device: Device, storage: StorageCredential
) -> None:
    task_id = new_task_id()
    make(operator, device, storage, task_id=task_id, state=Recording.State.ENDED, next_scan_at=None)
    put(bucket, lost, task_id, "a.mp4")
    assert (look(lost).state, lost.task_id) == (Recording.State.UNKNOWN, "")


def test_a_task_id_found_after_a_user_gave_it_up_is_accepted_and_beside_another_doubled(
    bucket: BucketServer, lost: Recording, operator: User, device: Device, storage: StorageCredential
) -> None:
    from recordings.lifecycle.start import close_recording

    close_recording(actor=operator, recording=lost, reason="Nobody saw it run.")
    running = make(operator, device, storage, task_id=new_task_id(), state=Recording.State.ACCEPTED, next_scan_at=None)
    put(bucket, lost, new_task_id(), "a.mp4")
    assert (look(lost).state, lost.is_duplicate) == (Recording.State.ACCEPTED, True)
    running.refresh_from_db()
    assert not running.is_duplicate


def test_names_that_lead_elsewhere_or_cannot_be_seen_are_no_files(bucket: BucketServer, lost: Recording) -> None:
    task_id = new_task_id()
    for name in ("good.mp4", "a\tb.mp4", "..", "x" * 600):
        put(bucket, lost, task_id, name)
    bucket.put(lost.bucket, "/".join([*lost.file_name_prefix, "Überraschung", "c.mp4"]), b"x")
    bucket.put(lost.bucket, "/".join([*lost.file_name_prefix, "directly.mp4"]), b"x")
    look(lost)
    assert (lost.task_id, lost.is_duplicate) == (task_id, False)
    assert [file.name for file in lost.files.all()] == ["good.mp4"]


def test_a_playlist_is_one_file_with_its_segments_and_grows(bucket: BucketServer, lost: Recording) -> None:
    task_id = new_task_id()
    put(bucket, lost, task_id, "s_audio_video.m3u8", 100)
    put(bucket, lost, task_id, "s_audio_video_20250318010203004.ts", 1000)
    look(lost)
    (file,) = lost.files.all()
    assert (file.name, file.size, file.announced_at) == ("s_audio_video.m3u8", 1100, None)
    assert file.begins_at.isoformat() == "2025-03-18T01:02:03.004000+00:00"
    put(bucket, lost, task_id, "s_audio_video_20250318010213004.ts", 500)
    look(lost)
    file.refresh_from_db()
    assert file.size == 1600
    still = lost.last_file_at
    assert still
    assert look(lost).last_file_at == still, "nothing new, nothing grown"


def test_a_file_known_from_a_callback_is_not_a_second_one(
    bucket: BucketServer, operator: User, device: Device, storage: StorageCredential
) -> None:
    running = make(operator, device, storage, task_id=new_task_id(), state=Recording.State.ACCEPTED)
    running.files.create(name="a.mp4", announced_at=timezone.now(), track_type="video")
    put(bucket, running, running.task_id, "a.mp4")
    look(running)
    (file,) = running.files.all()
    assert file.announced_at
    assert (file.size, file.track_type) == (10, "video")
    assert file.seen_in_bucket_at
    assert running.upload_state == Recording.UploadState.PARTIAL
    assert running.state == Recording.State.ACCEPTED, "a file ends nothing"


def test_when_nothing_comes_any_more_after_the_end_the_files_are_complete(
    bucket: BucketServer, operator: User, device: Device, storage: StorageCredential
) -> None:
    from recordings.lifecycle.start import close_recording

    running = make(operator, device, storage, task_id=new_task_id(), state=Recording.State.ACCEPTED)
    put(bucket, running, running.task_id, "a.mp4")
    close_recording(actor=operator, recording=running, reason="The machine went home.")
    for _ in range(10):
        running.refresh_from_db()
        if running.next_scan_at is None:
            break
        scan_recording(running.pk, running.next_scan_at)
    assert running.next_scan_at is None
    assert running.upload_state == Recording.UploadState.COMPLETE


def test_without_a_kind_of_file_that_was_promised_it_is_not_complete(
    bucket: BucketServer, operator: User, device: Device, storage: StorageCredential
) -> None:
    from recordings.lifecycle.start import close_recording

    running = make(operator, device, storage, task_id=new_task_id(), state=Recording.State.ACCEPTED, output_format=1)
    put(bucket, running, running.task_id, "a.mp4")
    close_recording(actor=operator, recording=running, reason="The machine went home.")
    for _ in range(100):
        running.refresh_from_db()
        if running.next_scan_at is None:
            break
        scan_recording(running.pk, running.next_scan_at)
    assert running.next_scan_at is None
    assert running.upload_state == Recording.UploadState.PARTIAL


def test_a_key_that_may_not_list_is_marked_and_looked_with_again(bucket: BucketServer, lost: Recording) -> None:
    bucket.grant(STORAGE_ACCESS_KEY, STORAGE_SECRET_KEY, "PutObject", "GetObject")
    look(lost)
    lost.storage_key.refresh_from_db()
    assert (lost.state, lost.storage_key.can_list) == (Recording.State.UNKNOWN, False)
    bucket.grant(STORAGE_ACCESS_KEY, STORAGE_SECRET_KEY)
    put(bucket, lost, new_task_id(), "a.mp4")
    look(lost)
    lost.storage_key.refresh_from_db()
    assert (lost.state, lost.storage_key.can_list) == (Recording.State.ACCEPTED, True)


def test_when_a_new_key_is_no_good_the_one_it_began_with_still_looks(
    bucket: BucketServer, lost: Recording, admin: User, storage: StorageCredential
) -> None:
    key = NewKey(access_key="AKIDmistyped", secret_key="secret-that-is-wrong")
    replace_storage_key(actor=admin, storage=storage, new=key, reason="The old one leaked")
    put(bucket, lost, new_task_id(), "a.mp4")
    assert look(lost).state == Recording.State.ACCEPTED


def test_a_bucket_that_is_away_is_asked_again_later(settings: Settings, lost: Recording) -> None:
    settings.SANDBOX_STORAGE = "http://127.0.0.1:9"
    assert look(lost).state == Recording.State.UNKNOWN
    assert lost.scan_count == 1
    assert lost.next_scan_at is not None
    lost.storage_key.refresh_from_db()
    assert lost.storage_key.can_list is None


def test_a_look_is_claimed_so_that_two_do_not_look_at_once(bucket: BucketServer, lost: Recording) -> None:
    now = timezone.now() + timedelta(seconds=1)
    assert scan_recording(lost.pk, now)
    assert not scan_recording(lost.pk, now)
    assert not scan_recording(10**9, now)
