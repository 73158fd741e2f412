"""When a queued start was to be sent at first, whatever put it off since."""

from collections.abc import Sequence
from datetime import datetime

from recordings.domain.retries import first_due
from recordings.models import ApiCall, Recording


def first_due_of(recording: Recording, tries: Sequence[ApiCall]) -> datetime | None:
    """When it was to be sent at first; None when that is not known. `tries`: the attempts so far, in order."""
    last = tries[-1] if tries else None
    return first_due(
        not_before=recording.not_before,
        tries=len(tries),
        closed_at=last.closed_at if last else None,
        code=last.code if last else "",
    )
