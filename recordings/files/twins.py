"""A second TaskId under one reference: the vendor runs two recordings for one start, and each must be known."""

from django.utils import timezone

from recordings.capture.evidence import know_task_id, move
from recordings.capture.reference import new_reference, read_reference
from recordings.models import Recording

ASKED_ALIKE = (
    "account_id", "project_id", "device_id", "profile_id", "requested_by_id", "video_stream_id", "storage_key_id",
    "storage_id", "vendor", "region", "bucket", "output_format", "max_media_file_duration", "max_idle_time",
    "file_name_prefix", "sent_at", "stop_wanted_at",
)  # fmt: skip


def make_twin(recording: Recording, task_id: str, *, request_id: str = "") -> Recording:
    """A recording of its own for the other TaskId, in the caller's transaction: so that it can be seen and stopped.

    `recording` is locked, saved and doubled, so that the twin is what holds the stream. Its files lie beside those of
    `recording`, under the same reference.
    """
    twin = Recording(
        **{name: getattr(recording, name) for name in ASKED_ALIKE},
        reference=read_reference(new_reference()),
        adopted=True,
        state=Recording.State.NOT_STARTED,  # until it is moved, in this same transaction
        created_at=timezone.now(),
        started_at=recording.sent_at,
    )
    twin.save(force_insert=True)
    know_task_id(twin, task_id, request_id=request_id)
    move(twin)
    return twin
