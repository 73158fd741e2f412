"""A second TaskId of one start: the vendor runs two recordings for it, and each must be known."""

import structlog
from django.utils import timezone

from recordings.audit_log.record import SYSTEM, record_audit
from recordings.lifecycle.evidence import apply_evidence, set_task_id
from recordings.lifecycle.reference import new_reference, read_reference
from recordings.models import Recording

log = structlog.get_logger(__name__)

COPIED_FIELDS = (
    "account_id", "project_id", "device_id", "profile_id", "video_stream_id", "storage_key_id", "storage_id", "vendor",
    "region", "bucket", "output_format", "max_media_file_duration", "max_idle_time", "file_name_prefix", "sent_at",
    "stop_wanted_at",
)  # fmt: skip


def create_duplicate(
    recording: Recording, task_id: str, *, origin: Recording.Origin, request_id: str = ""
) -> Recording:
    """A recording of its own for the other TaskId, in the caller's transaction: so that it can be seen and stopped.

    `recording` is locked, saved and doubled, so that the duplicate holds the stream if it is free. Its files lie
    beside those of `recording`, under the same reference. Both say so in the audit trail.
    """
    duplicate = Recording(
        **{name: getattr(recording, name) for name in COPIED_FIELDS},
        reference=read_reference(new_reference()),
        origin=origin,
        duplicate_of=recording,
        state=Recording.State.NOT_STARTED,  # until it is moved, in this same transaction
        created_at=timezone.now(),
        started_at=recording.sent_at,
    )
    duplicate.save(force_insert=True)
    set_task_id(duplicate, task_id, request_id=request_id)
    apply_evidence(duplicate)
    log.error("started_twice", recording=recording.pk, task_id=recording.task_id, duplicate=duplicate.pk, other=task_id)
    for each, other in ((recording, task_id), (duplicate, recording.task_id)):
        record_audit(
            actor=SYSTEM,
            action="recording.doubled",
            target=each,
            project_id=recording.project.project_id,
            after={"task_id": each.task_id, "other": other, "origin": origin},
        )
    return duplicate
