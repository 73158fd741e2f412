"""One cycle of the worker: everything that is due at a given moment. Idempotent, so any number may run at once."""

from datetime import datetime

import structlog
from django.db import transaction

from recordings.calls import PROCESS_LOST
from recordings.capture.sending import send_queued
from recordings.models import ApiCall, Recording
from recordings.worker.concluding import conclude
from recordings.worker.spills import take_in_spills

log = structlog.get_logger(__name__)
AT_ONCE = 100
"""Rows of each kind taken in one cycle: the next one takes the rest."""


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
    for row in lost:
        with transaction.atomic():
            conclude(row, PROCESS_LOST)
        log.warning("call_given_up", call=row.pk, action=row.action)
    return len(lost)


def send_due(now: datetime) -> int:
    """Send queued starts whose time has come, one after the other. The number that were sent."""
    due = Recording.objects.filter(state=Recording.State.QUEUED, not_before__lte=now).order_by("not_before")
    ids = list(due.values_list("pk", flat=True)[:AT_ONCE])
    return sum(send_queued(pk, now=now) is not None for pk in ids)
