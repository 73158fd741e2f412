"""A recording that has ended, with a file of each kind in its bucket."""

import pytest
from django.utils import timezone

from recordings.lifecycle.recording_folder import own_folder_of
from recordings.lifecycle.start import build_recording
from recordings.models import Device, Recording, StorageCredential, User
from recordings.sandbox.bucket_server import BucketServer
from recordings.sandbox.names import new_task_id
from tests.capture.wanted import wanted

NAMES = ("a_0.mp4", "a.aac", "a_audio_video.m3u8", "a.bin")


@pytest.fixture
def ended(operator: User, device: Device, storage: StorageCredential, bucket: BucketServer) -> Recording:
    """It holds the files NAMES, of ten bytes each."""
    recording = build_recording(actor=operator, wanted=wanted(device, storage))
    recording.state, recording.task_id = Recording.State.ENDED, new_task_id()
    recording.started_at = recording.ended_at = timezone.now()
    recording.save()
    for name in NAMES:
        bucket.put(recording.bucket, own_folder_of(recording) + name, b"0123456789")
        recording.files.create(name=name, size=10, seen_in_bucket_at=timezone.now())
    return recording
