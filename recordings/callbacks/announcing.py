"""Files that callbacks announce, merged with what is known of them already, whichever came first."""

from collections.abc import Sequence
from datetime import datetime

from recordings.models import Recording, RecordingFile
from recordings.trro.callback import AnnouncedFile


def announce(recording: Recording, files: Sequence[AnnouncedFile], *, at: datetime) -> None:
    """Keep what a callback received `at` says of the files of a locked recording. Does not save the recording."""
    if not files:
        return
    known = {row.name: row for row in recording.files.filter(name__in={file.name for file in files})}
    for file in files:
        row = known.setdefault(file.name, RecordingFile(recording=recording, name=file.name))
        row.announced_at = min(filter(None, (row.announced_at, at)))
        row.track_type = file.track_type or row.track_type
        row.begins_at = min(filter(None, (row.begins_at, file.begins_at)), default=None)
        row.ends_at = max(filter(None, (row.ends_at, file.ends_at)), default=None)
    for row in known.values():
        row.save()
    heard = [min(row.ends_at or at, at) for row in known.values()]
    recording.last_file_at = max(filter(None, (recording.last_file_at, *heard)))
