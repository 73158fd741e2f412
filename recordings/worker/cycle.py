"""One cycle of the worker: everything that is due at a given moment. Idempotent, so any number may run at once."""

from datetime import datetime, timedelta

import structlog
from django.db import transaction

from recordings.calls import PROCESS_LOST
from recordings.capture.sending import conclude_start, send_queued
from recordings.models import ApiCall, Recording
from recordings.worker.spills import take_in_spills

log = structlog.get_logger(__name__)
AT_ONCE = 100
"""Rows of each kind taken in one cycle: the next one takes the rest."""

AFTER_A_FAILURE = timedelta(minutes=1)


def run_cycle(now: datetime) -> None:
    """Take in spilled answers, give up calls whose process is gone, send queued starts whose time has come.

    Spills come first: an answer that was kept must be stored before its call is given up.
    """
    take_in_spills()
    give_up_lost_calls(now)
    send_due(now)


def give_up_lost_calls(now: datetime) -> int:
    """Close calls whose lease ran out as Unknown: they may have been acted on. The number of them."""
    lost = ApiCall.objects.filter(outcome=ApiCall.Outcome.OPEN, lease_until__lt=now).order_by("lease_until")[:AT_ONCE]
    return sum(_given_up(row) for row in lost)


def send_due(now: datetime) -> int:
    """Send queued starts whose time has come, one after the other. The number that were sent."""
    due = Recording.objects.filter(state=Recording.State.QUEUED, not_before__lte=now).order_by("not_before")
    return sum(_sent(pk, now) for pk in list(due.values_list("pk", flat=True)[:AT_ONCE]))


def _given_up(row: ApiCall) -> bool:
    """A row that cannot be closed is told of, and holds up no other."""
    try:
        with transaction.atomic():
            conclude_start(row, PROCESS_LOST)
    except Exception:
        log.exception("call_not_given_up", call=row.pk, action=row.action)
        return False
    log.warning("call_given_up", call=row.pk, action=row.action)
    return True


def _sent(recording_id: int, now: datetime) -> bool:
    """A start that cannot be sent, such as one whose key does not open, waits for a minute and holds up no other."""
    try:
        return send_queued(recording_id, now=now) is not None
    except Exception:
        log.exception("start_not_sent", recording=recording_id)
        waiting = Recording.objects.filter(pk=recording_id, state=Recording.State.QUEUED)
        waiting.update(not_before=now + AFTER_A_FAILURE)
        return False
