"""Batches that are all right, to be changed where a test is about something else."""

from collections.abc import Iterable
from typing import Any

from recordings.lifecycle.batches.create import BatchRequest, StartSettings, StopBatchRequest, Target
from recordings.lifecycle.reference import new_reference, read_reference
from recordings.models import Device, Recording, StorageCredential


def start_settings(storage: StorageCredential, **changes: Any) -> StartSettings:
    answers: dict[str, Any] = {
        "storage": storage,
        "output_format": 3,
        "max_media_file_duration": 60,
        "max_idle_time": 30,
        "file_name_prefix": ("shift",),
    }
    return StartSettings(**answers | changes)


def batch_request(devices: Iterable[Device], storage: StorageCredential, **changes: Any) -> BatchRequest:
    answers: dict[str, Any] = {
        "name": "Night shift",
        "targets": [Target(device=device) for device in devices],
        "settings": start_settings(storage),
        "reference": read_reference(new_reference()),
    }
    return BatchRequest(**answers | changes)


def stop_request(recordings: Iterable[Recording], **changes: Any) -> StopBatchRequest:
    answers: dict[str, Any] = {
        "name": "End of shift",
        "recordings": list(recordings),
        "reference": read_reference(new_reference()),
    }
    return StopBatchRequest(**answers | changes)
