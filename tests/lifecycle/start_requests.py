"""A start that is all right, to be changed where a test is about something else."""

from typing import Any

from recordings.lifecycle.reference import new_reference, read_reference
from recordings.lifecycle.start import StartRequest
from recordings.models import Device, StorageCredential


def start_request(device: Device, storage: StorageCredential, **changes: Any) -> StartRequest:
    answers: dict[str, Any] = {
        "device": device,
        "video_stream_id": 0,
        "storage": storage,
        "output_format": 3,
        "max_media_file_duration": 60,
        "max_idle_time": 30,
        "file_name_prefix": ("shift",),
        "reference": read_reference(new_reference()),
    }
    return StartRequest(**answers | changes)
