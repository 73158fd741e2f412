"""The manifest of an export: the request, the content of the file, and its checksum."""

import json
from typing import Any

import django_filters
from django.conf import settings
from django.utils import timezone

from recordings.exports.cells import moment
from recordings.exports.paths import manifest_of, name_of
from recordings.exports.scope import reach_of
from recordings.exports.subjects import SUBJECTS, describe_filters
from recordings.models import Export

PROGRAM = "TRRO Admin"
NOTES = {
    Export.Format.CSV: (
        "UTF-8 with a byte order mark. Control and bidirectional characters are written as \\u and their number. "
        "A text that begins with = + - @, tab or a line break has an apostrophe in front; ids of the vendor's "
        "alphabet have none."
    ),
    Export.Format.XLSX: "Every cell is text. Control and bidirectional characters are written as \\u and their number.",
    Export.Format.JSONL: "One JSON object a line; every text is exact.",
}


def manifest(export: Export, chosen: django_filters.FilterSet, *, rows: int, size: int, sha256: str) -> dict[str, Any]:
    """What goes into the file beside the export; `size` in bytes."""
    return {
        "program": PROGRAM,
        "export": str(export.pk),
        "subject": export.subject,
        "requested_by": export.requested_by.username,
        "requested_at": moment(export.requested_at),
        "made_at": moment(timezone.now()),
        "time_zone": settings.TIME_ZONE,
        "filter": {
            "query": export.query,
            "words": [{"name": name, "value": value} for name, value in describe_filters(chosen)],
        },
        "projects": reach_of(export.requested_by, SUBJECTS[export.subject].permission),
        "format": export.format,
        "notes": NOTES[Export.Format(export.format)],
        "columns": [column.name for column in SUBJECTS[export.subject].columns],
        "rows": rows,
        "file": name_of(export),
        "size": size,
        "sha256": sha256,
    }


def as_bytes(value: dict[str, Any]) -> bytes:
    return json.dumps(value, indent=2).encode("ascii") + b"\n"


def stored_manifest(export: Export) -> dict[str, Any] | None:
    """The manifest of a ready export; None when it is not there or makes no sense."""
    try:
        found = json.loads(manifest_of(export).read_bytes())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
