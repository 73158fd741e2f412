"""Takes responses from the spill file into the database: at every start, in each of the worker's cycles, and beside the
requests of web processes (worker/web_thread.py)."""

from datetime import datetime

import structlog
from django.db import transaction

from recordings import spill
from recordings.models import ApiCall
from recordings.trro.outcome import Outcome
from recordings.worker.lost_calls import conclude

log = structlog.get_logger(__name__)


def has_spills() -> bool:
    """Whether a response waits in this machine's spill file."""
    return spill.has_any()


def restore_spills() -> int:
    """Store what was spilled; the number of responses stored. Never raises: what fails stays for the next time."""
    try:
        spill.prepare()
        with spill.alone() as is_alone:
            taken = spill.restore(_store) if is_alone else 0
    except Exception as error:
        log.error("spill_not_taken_in", why=f"{type(error).__name__}: {error}")
        return 0
    if taken:
        log.info("spill_taken_in", answers=taken)
    return taken


def _store(call_id: int, opened_at: datetime, outcome: Outcome) -> None:
    with transaction.atomic():
        row = ApiCall.objects.filter(pk=call_id, created_at=opened_at).first()
        if row:
            conclude(row, outcome)
        else:  # of a database that was replaced by an older copy: unknown here, but too valuable to drop silently
            log.error("answer_of_no_call", call=call_id, opened_at=opened_at.isoformat(), outcome=repr(outcome))
