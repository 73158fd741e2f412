"""The bar over the time that a recording's files cover, and the gaps between them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from django.utils import timezone

from recordings.models import Recording

BAR_WIDTH = 1000
MAX_STRETCHES = 400
SHORTEST_GAP = timedelta(seconds=1)


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
class CoverageBar:
    """The whole time of a recording, and what of it is in files."""

    begins_at: datetime
    ends_at: datetime
    files: Sequence[Stretch]
    gaps: Sequence[Stretch]
    gap_count: int
    """Of all gaps, also where not all are drawn."""


class Timed(Protocol):
    """A file, as far as a bar needs it."""

    @property
    def begins_at(self) -> datetime | None: ...

    @property
    def ends_at(self) -> datetime | None: ...


def bar_of(recording: Recording, rows: Iterable[Timed]) -> CoverageBar | None:
    """The bar, from the recorder's start to its end; None when no file's time is known.

    Of very many files those are drawn as one stretch between which there is nothing that could be seen.
    """
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

    gaps = _gaps(spans)
    drawn = spans if len(spans) <= MAX_STRETCHES else _joined(spans, timedelta(seconds=whole / MAX_STRETCHES))
    return CoverageBar(
        begins_at=first,
        ends_at=last,
        files=[stretch(begin, end) for begin, end in drawn],
        gaps=[stretch(begin, end, is_gap=True) for begin, end in gaps[:MAX_STRETCHES]],
        gap_count=len(gaps),
    )


def _gaps(spans: Sequence[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Where none of the files, sorted by their beginnings, has anything."""
    gaps, covered = [], spans[0][1]
    for begin, end in spans[1:]:
        if begin - covered > SHORTEST_GAP:
            gaps.append((covered, begin))
        covered = max(covered, end)
    return gaps


def _joined(spans: Sequence[tuple[datetime, datetime]], least: timedelta) -> list[tuple[datetime, datetime]]:
    """The same, sorted, without gaps that are shorter than `least`."""
    joined = [spans[0]]
    for begin, end in spans[1:]:
        first, last = joined[-1]
        if begin - last < least:
            joined[-1] = (first, max(last, end))
        else:
            joined.append((begin, end))
    return joined
