"""When a start that was refused for a reason that passes is sent again, and until when. Touches no database."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from recordings.models import ApiCall, Recording

PAUSES = (1, 2, 4, 8)
"""Seconds before the second, third, fourth and fifth try of a start that was refused and may be repeated."""

INTERNAL_ERROR_PAUSES = (3, 6, 12)
"""The same after InternalError, for accounts that repeat it. Source: TRRO API, advice on InternalError at start."""

TOO_LATE = timedelta(minutes=10)
"""How long after its time has come a start is still what somebody wants. Hours later nobody expects it any more."""


def pauses_after(code: str) -> tuple[int, ...]:
    """The pauses after a refusal with this code, in seconds."""
    return INTERNAL_ERROR_PAUSES if code.partition(".")[0] == "InternalError" else PAUSES


def pause_before(tries: int, code: str) -> timedelta:
    """How long after so many tries the next one is made; the last was refused with this code."""
    return timedelta(seconds=pauses_after(code)[tries - 1])


def first_due(recording: Recording, tries: Sequence[ApiCall]) -> datetime | None:
    """When a queued start was to be sent at first; None when nobody said. `tries`: those that were made, in order.

    `not_before` tells only when it is tried next: the worker puts off what an account without a key cannot send.
    """
    if recording.not_before is None:
        return None
    closed_at = tries[-1].closed_at if tries else None
    if closed_at is None:
        return recording.not_before
    pauses = pauses_after(tries[-1].code)
    planned = closed_at + timedelta(seconds=pauses[min(len(tries), len(pauses)) - 1])
    return min(planned, recording.not_before)
