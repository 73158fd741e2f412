"""The files of a recording as a page shows them: one list, and one bar over the time that they cover."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from recordings.capture.states import State
from recordings.files.pauses import Phase, phase_of
from recordings.models import Recording, RecordingFile

CONTENT_TYPES = {
    "mp4": "video/mp4",
    "aac": "audio/aac",
    "m3u8": "application/vnd.apple.mpegurl",
    "ts": "video/mp2t",
}
BAR_WIDTH = 1000
MOST_SHOWN = 200
SHORTEST_GAP = timedelta(seconds=1)
STILL_TO_COME = timedelta(minutes=15)
"""How long after the end a page goes on asking for files."""

LOOKED_AT = timedelta(minutes=2)
"""How far ahead a look is planned at most while somebody looks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A part of the bar, `x` and `width` of BAR_WIDTH: a file, or a gap between files."""

    begins_at: datetime
    ends_at: datetime
    x: float
    width: float
    is_gap: bool = False

    @property
    def seconds(self) -> int:
        return round((self.ends_at - self.begins_at).total_seconds())


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """The whole time of a recording, and what of it is in files."""

    begins_at: datetime
    ends_at: datetime
    files: Sequence[Stretch]
    gaps: Sequence[Stretch]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """All files of one recording."""

    files: Sequence[RecordingFile]
    more: bool
    bar: Bar | None
    size: int
    unsettled: bool
    """Whether more may come, so that the page asks again."""
    may_be_looked_at: bool
    """Whether there may be something in its bucket."""


def files_shown(recording: Recording) -> Shown:
    """What the page of a recording shows of its files, in the order in which they were recorded."""
    rows = list(recording.files.order_by("begins_at", "name")[: MOST_SHOWN + 1])
    for row in rows:
        row.recording = recording
    ended = recording.over_since
    now = timezone.now()
    is_looked_at = recording.look_at is not None and recording.look_at <= now + LOOKED_AT
    waits = recording.look_at is not None or recording.upload_state in {"none", "partial"}
    return Shown(
        files=rows[:MOST_SHOWN],
        more=len(rows) > MOST_SHOWN,
        bar=bar_of(recording, rows),
        size=sum(row.size or 0 for row in rows),
        unsettled=bool(ended and (is_looked_at or (recording.task_id and waits and now - ended < STILL_TO_COME))),
        may_be_looked_at=may_be_looked_at(recording),
    )


def may_be_looked_at(recording: Recording) -> bool:
    """Whether it was started, as far as anybody knows, so that there may be something in its bucket."""
    return phase_of(State(recording.state), has_task_id=bool(recording.task_id)) is not Phase.NOTHING


def bar_of(recording: Recording, rows: Iterable[RecordingFile]) -> Bar | None:
    """The bar, from the recorder's start to its end; None when no file's time is known."""
    now = timezone.now()
    known = sorted(
        (row.begins_at, row.ends_at or recording.last_file_at or now) for row in rows if row.begins_at is not None
    )
    spans = [(begin, max(begin, end)) for begin, end in known]
    if not spans:
        return None
    first, last = spans[0][0], max(end for _, end in spans)
    if recording.started_at and first - recording.started_at < timedelta(days=1):
        first = min(first, recording.started_at)
    whole = max((last - first).total_seconds(), 1.0)

    def stretch(begin: datetime, end: datetime, *, is_gap: bool = False) -> Stretch:
        x = BAR_WIDTH * (begin - first).total_seconds() / whole
        width = BAR_WIDTH * (end - begin).total_seconds() / whole
        return Stretch(begins_at=begin, ends_at=end, x=round(x, 1), width=round(max(width, 2.0), 1), is_gap=is_gap)

    return Bar(
        begins_at=first,
        ends_at=last,
        files=[stretch(begin, end) for begin, end in spans],
        gaps=[stretch(begin, end, is_gap=True) for begin, end in _gaps(spans)],
    )


def _gaps(spans: Sequence[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Where none of the files, sorted by their beginnings, has anything."""
    gaps, covered = [], spans[0][1]
    for begin, end in spans[1:]:
        if begin - covered > SHORTEST_GAP:
            gaps.append((covered, begin))
        covered = max(covered, end)
    return gaps


def ending_of(name: str) -> str:
    """What a file's name ends in, without the dot."""
    return name.rpartition(".")[2].lower()


def player_of(name: str) -> str:
    """Which of the browser's own players takes the file: video, audio, hls, or none."""
    return {"mp4": "video", "aac": "audio", "m3u8": "hls"}.get(ending_of(name), "")
