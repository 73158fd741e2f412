"""When a start that was refused for a reason that passes is sent again, and until when. Touches no database."""

from datetime import datetime, timedelta

PAUSES = (1, 2, 4, 8)
"""Seconds before the second, third, fourth and fifth try of a start that was refused and may be repeated."""

INTERNAL_ERROR_PAUSES = (3, 6, 12)
"""The same after InternalError, for accounts that repeat it. Source: TRRO API, advice on InternalError at start."""

TOO_LATE = timedelta(minutes=10)
"""How long after it is due a start is still sent. Hours later no user expects it any more."""


def pauses_after(code: str) -> tuple[int, ...]:
    """The pauses after a refusal with this code, in seconds."""
    return INTERNAL_ERROR_PAUSES if code.partition(".")[0] == "InternalError" else PAUSES


def pause_before(tries: int, code: str) -> timedelta:
    """How long after so many tries the next one is made; the last was refused with this code."""
    return timedelta(seconds=pauses_after(code)[tries - 1])


def first_due(*, not_before: datetime | None, tries: int, closed_at: datetime | None, code: str) -> datetime | None:
    """When a queued start was to be sent at first; None when that is not known.

    `tries`: how many were made; the last was closed at `closed_at` with this `code`. `not_before` tells only when it is
    tried next: the worker puts off what an account without a key cannot send.
    """
    if not_before is None or closed_at is None:
        return not_before
    pauses = pauses_after(code)
    planned = closed_at + timedelta(seconds=pauses[min(tries, len(pauses)) - 1])
    return min(planned, not_before)
