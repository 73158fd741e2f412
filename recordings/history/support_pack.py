"""The support pack of one recording: what a support engineer asks for, in one file, without any secret.

Parameters come from `shown_call`, which masks keys; callbacks without their bodies, which are text of unknown origin.
Times are in UTC.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from recordings.audit_log.record import record_audit
from recordings.history.timeline import MAX_EVENTS, timeline_of
from recordings.lifecycle.send import shown_call
from recordings.models import ApiCall, CallbackEvent, Recording, RecordingFile, User
from recordings.permissions import demand
from recordings.trro.snippets import VERSION

MAX_FILES = 1000
"""The first files; `count` in the pack tells how many there are."""


def support_pack(*, actor: User, recording: Recording) -> dict[str, Any]:
    """Everything that is known of one recording, as JSON; texts are in English, as the vendor's support reads them.

    Records in the trail that `actor` took it. Raises PermissionDenied.
    """
    demand(actor, "recording.export", recording.project)
    with transaction.atomic():
        record_audit(
            actor=actor,
            action="recording.support_pack",
            target=recording,
            project_id=recording.project.project_id,
            after={"task_id": recording.task_id},
        )
    calls, events, files = recording.calls.all(), recording.events.defer("body"), recording.files.all()
    with override("en"):
        return {
            "generated_at": _utc(timezone.now()),
            "recording": _recording(recording),
            "request": shown_call(recording) if recording.was_requested else None,
            "calls": [_call(each) for each in calls],
            "callbacks": _limited(
                events.count(), MAX_EVENTS, map(_event, reversed(events.order_by("-pk")[:MAX_EVENTS]))
            ),
            "files": _limited(files.count(), MAX_FILES, map(_file, files[:MAX_FILES])),
            "timeline": [
                {"at": _utc(each.at), "who": each.who, "what": each.what, "detail": each.detail}
                for each in timeline_of(recording, calls)
            ],
        }


def _recording(recording: Recording) -> dict[str, Any]:
    return {
        "number": recording.pk,
        "reference": recording.reference,
        "origin": recording.origin,
        "state": recording.state,
        "upload_state": recording.upload_state,
        "attention": recording.attention,
        "task_id": recording.task_id,
        "request_id": recording.request_id,
        "error_code": recording.error_code,
        "error_message": recording.error_message,
        "project_id": recording.project.project_id,
        "device_id": recording.device.device_id,
        "video_stream_id": recording.video_stream_id,
        "bucket": recording.bucket,
        "path": recording.path,
        "api_version": VERSION,
        "endpoint": recording.account.endpoint,
        "requested_at": _utc(recording.created_at),
        "sent_at": _utc(recording.sent_at),
        "started_at": _utc(recording.started_at),
        "stop_requested_at": _utc(recording.stop_wanted_at),
        "ended_at": _utc(recording.ended_at),
        "last_file_at": _utc(recording.last_file_at),
        "bucket_scanned_at": _utc(recording.scanned_at),
    }


def _call(call: ApiCall) -> dict[str, Any]:
    return {
        "action": call.action,
        "outcome": call.outcome or "open",
        "late": call.late,
        "request_id": call.request_id,
        "task_id": call.task_id,
        "code": call.code,
        "message": call.message,
        "logged_before_sending_at": _utc(call.created_at),
        "response_stored_at": _utc(call.closed_at),
    }


def _event(event: CallbackEvent) -> dict[str, Any]:
    return {
        "event_type": event.event_type,
        "status": event.status,
        "task_id": event.task_id,
        "happened_at": _utc(event.happened_at),
        "received_at": _utc(event.received_at),
        "complaint": event.complaint,
        "sha256": event.digest,
    }


def _file(file: RecordingFile) -> dict[str, Any]:
    return {
        "name": file.name,
        "size": file.size,
        "begins_at": _utc(file.begins_at),
        "ends_at": _utc(file.ends_at),
        "announced_at": _utc(file.announced_at),
        "seen_in_bucket_at": _utc(file.seen_in_bucket_at),
    }


def _limited(count: int, most: int, rows: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The rows with how many there are of them, since a list that is cut must say so."""
    return {"count": count, "listed": min(count, most), "rows": list(rows)}


def _utc(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat(timespec="milliseconds") if at else None
