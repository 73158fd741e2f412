"""The files of a recording as a page shows them: one list, and one bar over the time that they cover."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.core.paginator import Page, Paginator
from django.db.models import Sum
from django.utils import timezone

from recordings.domain.scan_plan import Phase, phase_of
from recordings.domain.states import State
from recordings.history.coverage_bar import CoverageBar, bar_of
from recordings.models import Recording, RecordingFile
from recordings.object_storage.headers import is_archive_class

CONTENT_TYPES = {
    "mp4": "video/mp4",
    "aac": "audio/aac",
    "m3u8": "application/vnd.apple.mpegurl",
    "ts": "video/mp2t",
}
PAGE_LENGTH = 200
STILL_TO_COME = timedelta(minutes=15)
"""How long after the end a page keeps requesting files."""

SCANNED_WITHIN = timedelta(minutes=2)
"""How far ahead a scan is planned at most while a user views the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileList:
    """The files of one recording: a page of them, and what is true of all."""

    files: Sequence[RecordingFile]
    page: Page[RecordingFile]
    bar: CoverageBar | None
    """Of all files."""
    count: int
    """Of all files."""
    size: int
    """Bytes of all files."""
    unsettled: bool
    """Whether more may come, so that the page asks again."""
    may_be_scanned: bool
    """Whether there may be something in its bucket."""


def files_shown(recording: Recording, *, page: str | None = None) -> FileList:
    """What the page of a recording shows of its files, in the order in which they were recorded.

    `page` is a number from 1; any other text means the first page, and one that is too high for the last.
    """
    shown = Paginator(recording.files.all(), PAGE_LENGTH).get_page(page)
    rows = list(shown.object_list)
    for row in rows:
        row.recording = recording
    ended = recording.over_since
    now = timezone.now()
    is_scanned_soon = recording.next_scan_at is not None and recording.next_scan_at <= now + SCANNED_WITHIN
    waits = recording.next_scan_at is not None or recording.upload_state in {"none", "partial"}
    return FileList(
        files=rows,
        page=shown,
        bar=bar_of(recording, recording.files.order_by().values_list("begins_at", "ends_at", named=True)),
        count=shown.paginator.count,
        size=int(recording.files.aggregate(size=Sum("size"))["size"] or 0),
        unsettled=bool(ended and (is_scanned_soon or (recording.task_id and waits and now - ended < STILL_TO_COME))),
        may_be_scanned=may_be_scanned(recording),
    )


def may_be_scanned(recording: Recording) -> bool:
    """Whether it was started, as far as anybody knows, so that there may be something in its bucket."""
    return phase_of(State(recording.state), has_task_id=bool(recording.task_id)) is not Phase.NOTHING


def ending_of(name: str) -> str:
    """What a file's name ends in, without the dot."""
    return name.rpartition(".")[2].lower()


def player_of(name: str) -> str:
    """Which of the browser's own players takes the file: video, audio, hls, or none."""
    return {"mp4": "video", "aac": "audio", "m3u8": "hls"}.get(ending_of(name), "")


def is_archived(file: RecordingFile) -> bool:
    """Whether the bucket last listed the file in an archive class. It may have been restored since."""
    return is_archive_class(file.storage_class)
