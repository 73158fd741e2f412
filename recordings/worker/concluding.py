"""Who stores an answer whose caller is gone: a spilled one, or that of a process that was lost."""

from recordings import calls
from recordings.capture.sending import conclude_start
from recordings.models import ApiCall
from recordings.trro.outcome import Outcome


def conclude(row: ApiCall, outcome: Outcome) -> None:
    """Store what came of a call, in the caller's transaction. A call about no recording only has its row closed."""
    if row.recording_id is None:
        calls.close(row, outcome)
    else:
        conclude_start(row, outcome)
