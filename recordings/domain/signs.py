"""Signs: what callbacks report of one recording, and in which order it happened. Knows neither Django nor a database.

A sign whose status cannot be read says nothing. Two moments are compared with tolerance, since the vendor's recorders
and servers have clocks of their own.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from recordings.trro.callback import is_readable
from recordings.trro.event_type import EventType

CLOCK_TOLERANCE = timedelta(minutes=1)
"""How far the clocks of two recorders may be apart."""

DELIVERY = timedelta(minutes=2)
"""A callback is posted again for one minute at most, so no callback arrives later than this after its event."""

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """One callback event about a recording. Source: TRRO API, recording callbacks."""

    event_type: int
    status: int | None = 0
    """Payload Status; for 305 also seen as LeaveCode. None where it could not be read."""
    at: datetime = BEGINNING
    """When it happened, by the vendor's clock; the time of arrival where that was not reported."""
    reported_at: datetime = BEGINNING
    number: int = 0
    """The order in which events arrived."""
    files: frozenset[str] = field(default_factory=frozenset)


RECORDER_STARTED = Sign(event_type=EventType.RECORDER_STARTED, status=0)
RECORDER_FAILED = Sign(event_type=EventType.RECORDER_STARTED, status=1)
RECORDER_AT_WORK = frozenset({EventType.FIRST_PLAYLIST, EventType.FIRST_SEGMENT})
"""Events without a status, which say by themselves that a recorder has written."""
WORK = frozenset({RECORDER_STARTED.event_type, EventType.RECORDER_CHANGED, *RECORDER_AT_WORK})
"""Events that may say that a recorder is at work."""


def readable(signs: Iterable[Sign]) -> frozenset[Sign]:
    """The signs that say something: those that need a status have one that the vendor documents."""
    return frozenset(sign for sign in signs if is_readable(sign.event_type, sign.status))


def is_work(sign: Sign) -> bool:
    """Whether a readable sign says that a recorder is at work: it started, took the task over, or wrote HLS.

    Uploads are no such sign: they go on after the end.
    """
    if sign.event_type in {RECORDER_STARTED.event_type, EventType.RECORDER_CHANGED}:
        return sign.status == 0
    return sign.event_type in RECORDER_AT_WORK


def last_of(signs: Collection[Sign]) -> Sign | None:
    """The last word: by the time of the event, then by the order of arrival; of two equals the worse."""
    return max(signs, key=_order, default=None)


def last_words(signs: Collection[Sign]) -> list[int | None]:
    """The last status reported of each file; a sign that names no file counts by itself."""
    status_of: dict[str, int | None] = {}
    for sign in sorted(signs, key=_order):
        status_of |= dict.fromkeys(sign.files, sign.status)
    return [*status_of.values(), *(sign.status for sign in signs if not sign.files)]


def began_at(signs: Iterable[Sign], files_from: datetime | None = None) -> datetime | None:
    """The earliest moment that is known of: a recorder that started, or could not, or worked; the first file."""
    moments = [sign.at for sign in signs if sign.event_type == RECORDER_STARTED.event_type or is_work(sign)]
    return min(moments + ([files_from] if files_from else []), default=None)


def work_since(mark: Sign, signs: Iterable[Sign], *, began: datetime | None) -> list[Sign]:
    """The work that was done after `mark`: an end, or a word on uploads.

    It is later by more than CLOCK_TOLERANCE, and did not arrive long before. Where even the beginning (`began_at`)
    would be later than the mark, the clocks contradict each other: nothing ends before it starts. Then work is later
    only if it also arrived later, or if it says that the task moved to another recorder.
    """
    work = [sign for sign in signs if is_work(sign)]
    later = [sign for sign in work if _is_later(sign, mark) and sign.reported_at + DELIVERY >= mark.reported_at]
    if began and began <= mark.at + CLOCK_TOLERANCE:
        return later
    return [sign for sign in later if sign.event_type == EventType.RECORDER_CHANGED or _arrival(sign) > _arrival(mark)]


def is_ahead(sign: Sign) -> bool:
    """Whether it arrived before it happened: the vendor's clock is ahead of ours."""
    return sign.at > sign.reported_at + CLOCK_TOLERANCE


def _is_later(sign: Sign, mark: Sign) -> bool:
    """By the vendor's clocks; where one alone is ahead, its arrival counts instead."""
    if is_ahead(sign) == is_ahead(mark):
        return sign.at > mark.at + CLOCK_TOLERANCE
    return min(sign.at, sign.reported_at) > min(mark.at, mark.reported_at) + CLOCK_TOLERANCE


def _arrival(sign: Sign) -> tuple[datetime, int]:
    return sign.reported_at, sign.number


def _order(sign: Sign) -> tuple[datetime, datetime, int, int]:
    return sign.at, sign.reported_at, sign.number, sign.status or 0
