"""The history's columns, and its rows with every try, every decision and what is known of the files."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Sum

from recordings.exports.cells import CellType, Column, moment
from recordings.models import ApiCall, Decision, RecordingFile


def _column(name: str, kind: CellType, field: str = "") -> Column:
    return Column(name=name, kind=kind, field=field or name)


OWN = (
    _column("id", CellType.NUMBER),
    _column("reference", CellType.ID),
    _column("project_id", CellType.ID, "project__project_id"),
    _column("project_name", CellType.TEXT, "project__name"),
    _column("device_id", CellType.ID, "device__device_id"),
    _column("device_name", CellType.TEXT, "device__name"),
    _column("video_stream_id", CellType.NUMBER),
    _column("state", CellType.TEXT),
    _column("upload_state", CellType.TEXT),
    _column("attention", CellType.TEXT),
    _column("task_id", CellType.ID),
    _column("request_id", CellType.ID),
    _column("error_code", CellType.TEXT),
    _column("error_message", CellType.TEXT),
    _column("origin", CellType.TEXT),
    _column("requested_by", CellType.TEXT, "requested_by__username"),
    _column("claimed_by", CellType.TEXT, "claimed_by__username"),
    _column("created_at", CellType.TIME),
    _column("sent_at", CellType.TIME),
    _column("started_at", CellType.TIME),
    _column("stop_wanted_at", CellType.TIME),
    _column("ended_at", CellType.TIME),
    _column("last_file_at", CellType.TIME),
    _column("account", CellType.TEXT, "account__name"),
    _column("profile", CellType.TEXT, "profile__name"),
    _column("storage", CellType.TEXT, "storage__name"),
    _column("vendor", CellType.NUMBER),
    _column("region", CellType.TEXT),
    _column("bucket", CellType.TEXT),
    _column("file_name_prefix", CellType.JSON),
    _column("output_format", CellType.NUMBER),
    _column("max_media_file_duration", CellType.NUMBER),
    _column("max_idle_time", CellType.NUMBER),
    _column("retry_of", CellType.NUMBER, "retry_of_id"),
    _column("duplicate_of", CellType.NUMBER, "duplicate_of_id"),
    _column("is_duplicate", CellType.TRUTH),
)
ADDED = (
    _column("files", CellType.NUMBER),
    _column("files_bytes", CellType.NUMBER),
    _column("calls", CellType.JSON),
    _column("decisions", CellType.JSON),
)
HISTORY_COLUMNS = (*OWN, *ADDED)
HISTORY_FIELDS = tuple(column.field for column in OWN)


def complete(batch: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The rows with ADDED: three queries, however many rows."""
    keys = [row[0] for row in batch]
    calls, files, decisions = _calls_of(keys), _files_of(keys), _decisions_of(keys)
    return [(*row, *files.get(row[0], (0, None)), calls.get(row[0], []), decisions.get(row[0], [])) for row in batch]


def _calls_of(recordings: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """Every try by recording, in the order in which they were made."""
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    fields = "action", "outcome", "task_id", "request_id", "code", "message", "late", "created_at", "closed_at"
    rows = ApiCall.objects.filter(recording__in=recordings).order_by("recording_id", "id")
    for recording, *values in rows.values_list("recording_id", *fields):
        call = dict(zip(fields, values, strict=True))
        for name in ("created_at", "closed_at"):
            call[name] = moment(call[name]) if call[name] else None
        found[recording].append(call)
    return found


def _decisions_of(recordings: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """What people decided by recording, with their reasons; `decided_by` is empty where the program itself did."""
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    rows = Decision.objects.filter(recording__in=recordings).order_by("recording_id", "decided_at", "id")
    fields = "recording_id", "choice", "reason", "decided_by__username", "decided_at"
    for recording, choice, reason, decided_by, decided_at in rows.values_list(*fields):
        shown = {"choice": choice, "reason": reason, "decided_by": decided_by or "", "decided_at": moment(decided_at)}
        found[recording].append(shown)
    return found


def _files_of(recordings: Sequence[int]) -> dict[int, tuple[int, int | None]]:
    """How many files are known by recording, and their bytes as far as those are known."""
    rows = RecordingFile.objects.filter(recording__in=recordings).order_by().values_list("recording_id")
    return {recording: (number, size) for recording, number, size in rows.annotate(Count("id"), Sum("size"))}
