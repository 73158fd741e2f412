"""Merging what a listing shows with what is known of a recording's files, whichever came first.

An HLS recording is one playlist and thousands of segments: only the playlist has a row, whose size is that of all.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import QuerySet

from recordings.domain.attention_rule import LAST_FILES, UPLOAD
from recordings.lifecycle.recording_folder import is_base_name
from recordings.models import Recording, RecordingFile
from recordings.object_storage.bucket import StoredObject
from recordings.object_storage.headers import is_archive_class

PLAYLIST, SEGMENT = ".m3u8", ".ts"
WHOLE = (".mp4", ".aac")
"""Written when a part is cut or at the end, and large: what is uploaded late may have been recorded long before."""
BATCH = 500
"""Rows in one statement."""
WRITTEN = ("size", "storage_class", "seen_in_bucket_at", "begins_at", "ends_at")
_STAMP = re.compile(r"_([0-9]{17})\.ts\Z")


@dataclass(slots=True, kw_only=True)
class _Seen:
    """One file as the bucket has it now, with its segments if it is a playlist."""

    size: int
    at: datetime
    storage_class: str
    begins_at: datetime | None = None
    worked_at: datetime | None = None
    """The latest moment at which the recorder certainly worked on it."""


def unseen(recording: Recording) -> QuerySet[RecordingFile]:
    """Files that callbacks announced and that were not in the bucket yet."""
    return recording.files.filter(seen_in_bucket_at=None)


def merge_seen(recording: Recording, stored: Sequence[StoredObject], *, now: datetime) -> bool:
    """Keep what was seen of a locked recording's files; whether something is new or has grown.

    Moves its `last_file_at` and `worked_at`, and does not save them.
    """
    seen = _files_in(stored)
    known = {row.name: row for row in recording.files.all()} if seen else {}
    rows: list[RecordingFile] = []
    news: list[datetime] = []
    work: list[datetime] = []
    for name, file in seen.items():
        row = known.get(name)
        if row and row.seen_in_bucket_at and (row.size, row.storage_class) == (file.size, file.storage_class):
            continue
        if row is None or row.seen_in_bucket_at is None or row.size != file.size:
            news.append(min(file.at, now))
        row = row or RecordingFile(recording=recording, name=name)
        row.pk = None  # the name says which row it is
        rows.append(row)
        row.size, row.storage_class = file.size, file.storage_class
        row.seen_in_bucket_at = row.seen_in_bucket_at or now
        row.begins_at = row.begins_at or file.begins_at
        if name.endswith(PLAYLIST) and file.begins_at:
            row.ends_at = max(filter(None, (row.ends_at, file.at)))
        if file.worked_at or (name.endswith(WHOLE) and not row.begins_at):
            work.append(file.worked_at or file.at - UPLOAD)
    RecordingFile.objects.bulk_create(
        rows, batch_size=BATCH, update_conflicts=True, unique_fields=["recording", "name"], update_fields=WRITTEN
    )
    if work:
        recording.worked_at = max(filter(None, (recording.worked_at, *work)))
    if news:
        recording.last_file_at = max(filter(None, (recording.last_file_at, *news)))
    return bool(news)


def _files_in(stored: Iterable[StoredObject]) -> Mapping[str, _Seen]:
    segments: dict[str, StoredObject] = {}
    files: dict[str, _Seen] = {}
    for each in stored:
        name = each.key.rpartition("/")[2]
        if not is_base_name(name):
            continue
        if name.endswith(SEGMENT):
            segments[name] = each
        else:
            files[name] = _Seen(size=each.size, at=each.at, storage_class=each.storage_class[:32])
    for playlist, own in _by_playlist(files, segments).items():
        file = files[playlist]
        file.size += sum(each.size for each in own)
        file.at = max(file.at, *(each.at for each in own))
        archived = (each.storage_class for each in own if is_archive_class(each.storage_class))
        file.storage_class = next(archived, file.storage_class)[:32]
        stamps = [stamp for each in own if (stamp := _stamp(each.key))]
        file.begins_at = min(stamps, default=None)
        file.worked_at = max(stamps) if stamps else max(each.at for each in own) - LAST_FILES
    return files


def _by_playlist(files: Iterable[str], segments: Mapping[str, StoredObject]) -> Mapping[str, list[StoredObject]]:
    """The segments of each playlist: those whose names begin with its own."""
    stems = {name.removesuffix(PLAYLIST): name for name in files if name.endswith(PLAYLIST)}
    longest_first = sorted(stems, key=len, reverse=True)
    found: dict[str, list[StoredObject]] = defaultdict(list)
    for name, each in segments.items():
        for stem in longest_first:
            if name.startswith(stem):
                found[stems[stem]].append(each)
                break
    return found


def _stamp(key: str) -> datetime | None:
    """When a segment begins, from its name. Source: TRRO, names of recorded files."""
    match = _STAMP.search(key)
    try:
        return datetime.strptime(match[1] + "000", "%Y%m%d%H%M%S%f").replace(tzinfo=UTC) if match else None
    except ValueError:
        return None
