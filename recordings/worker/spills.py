"""Takes answers from the spill file into the database: at every start, and in each of the worker's cycles."""

import structlog
from django.db import DatabaseError, transaction

from recordings import spill
from recordings.capture.sending import conclude_start
from recordings.models import ApiCall
from recordings.trro.outcome import Outcome

log = structlog.get_logger(__name__)


def take_in_spills() -> int:
    """Store what was spilled; the number of answers stored. Never raises: what fails stays for the next time."""
    try:
        spill.prepare()
        taken = spill.take_in(_store)
    except (DatabaseError, OSError, ValueError) as error:
        log.error("spill_not_taken_in", why=str(error))
        return 0
    if taken:
        log.info("spill_taken_in", answers=taken)
    return taken


def _store(call_id: int, outcome: Outcome) -> None:
    with transaction.atomic():
        conclude_start(ApiCall.objects.get(pk=call_id), outcome)
