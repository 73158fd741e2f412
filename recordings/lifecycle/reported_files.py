"""Files that callbacks announce, merged with what is known of them already, whichever came first."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from recordings.models import Recording, RecordingFile
from recordings.trro.callback import AnnouncedFile

MERGED = ("track_type", "begins_at", "ends_at", "announced_at")


def merge_reported(recording: Recording, announced: Sequence[tuple[Sequence[AnnouncedFile], datetime]]) -> None:
    """Keep what callbacks say of the files of a locked recording, each with when it was received.

    A file that is new lets its bucket be looked into once more, if nothing was looked for there any more. Does not
    save the recording.
    """
    names = {file.name for files, _ in announced for file in files}
    if not names:
        return
    known = {row.name: row for row in recording.files.filter(name__in=names)}
    before = {name: _merged(row) for name, row in known.items()}
    for files, at in announced:
        for file in files:
            row = known.setdefault(file.name, RecordingFile(recording=recording, name=file.name))
            row.announced_at = min(filter(None, (row.announced_at, at)))
            row.track_type = file.track_type or row.track_type
            row.begins_at = min(filter(None, (row.begins_at, file.begins_at)), default=None)
            row.ends_at = max(filter(None, (row.ends_at, file.ends_at)), default=None)
            written_at = min(row.ends_at or at, at)
            recording.last_file_at = max(filter(None, (recording.last_file_at, written_at)))
    new = [row for row in known.values() if row.pk is None]
    RecordingFile.objects.bulk_create(new)
    if new and recording.next_scan_at is None:
        recording.next_scan_at, recording.scan_count = timezone.now(), 1
    for name, merged in before.items():
        if _merged(known[name]) != merged:
            known[name].save(update_fields=MERGED)


def _merged(row: RecordingFile) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in MERGED)
