"""Merging what a listing shows with what is known of a recording's files, whichever came first.

An HLS recording is one playlist and thousands of segments: only the playlist has a row, whose size is that of all.
"""

import re
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction
from django.db.models import QuerySet

from recordings.domain.attention_rule import LAST_FILES, UPLOAD
from recordings.lifecycle.evidence import lock_recording
from recordings.lifecycle.recording_folder import is_base_name
from recordings.models import Recording, RecordingFile
from recordings.object_storage.bucket import StoredObject
from recordings.object_storage.headers import is_archive_class

PLAYLIST, SEGMENT = ".m3u8", ".ts"
WHOLE = (".mp4", ".aac")
"""Written when a part is cut or at the end, and large: what is uploaded late may have been recorded long before."""
BATCH = 500
"""Rows in one statement."""
MAX_AT_ONCE = 1_000
"""New files in one transaction, where it can be helped: SQLite has one writer, and others wait for it."""
SECONDS_FOR_OTHERS = 0.02
"""Between two such transactions: a process that waits for SQLite's writer polls."""
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
    known = {name: row for name, *row in recording.files.order_by().values_list("name", *WRITTEN)} if seen else {}
    rows: list[RecordingFile] = []
    news: list[datetime] = []
    work: list[datetime] = []
    for name, file in seen.items():
        values = dict(zip(WRITTEN, known.get(name, ()), strict=False))
        is_seen = values.get("seen_in_bucket_at") is not None
        if is_seen and (values["size"], values["storage_class"]) == (file.size, file.storage_class):
            continue
        row = RecordingFile(recording=recording, name=name, **values)  # the name says which row it is
        if not is_seen or row.size != file.size:
            news.append(min(file.at, now))
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


def insert_ahead(recording: Recording, stored: Sequence[StoredObject], *, now: datetime) -> None:
    """Insert many new parts in transactions of their own, before the one in which `merge_seen` merges everything.

    Rows that exist are left as they are. The newest parts are left too: after a crash in between the next look finds
    something new, and the times that `merge_seen` takes from new files are the same.
    """
    parts = [each for each in stored if _base_name(each).endswith(WHOLE) and is_base_name(_base_name(each))]
    if len(parts) <= MAX_AT_ONCE:
        return
    known = set(recording.files.values_list("name", flat=True))
    new = sorted((each for each in parts if _base_name(each) not in known), key=lambda each: each.at)
    ahead = new[:-MAX_AT_ONCE]
    for start in range(0, len(ahead), MAX_AT_ONCE):
        rows = [
            RecordingFile(
                recording=recording,
                name=_base_name(each),
                size=each.size,
                storage_class=each.storage_class[:32],
                seen_in_bucket_at=now,
            )
            for each in ahead[start : start + MAX_AT_ONCE]
        ]
        with transaction.atomic():
            lock_recording(recording.pk)  # a callback that announces the same files waits, or was before us
            RecordingFile.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
        time.sleep(SECONDS_FOR_OTHERS)


def _base_name(stored: StoredObject) -> str:
    return stored.key.rpartition("/")[2]


def _files_in(stored: Iterable[StoredObject]) -> Mapping[str, _Seen]:
    segments: dict[str, StoredObject] = {}
    files: dict[str, _Seen] = {}
    for each in stored:
        name = _base_name(each)
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
