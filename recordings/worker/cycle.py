"""One cycle of the worker: everything that is due at a given moment. Idempotent, so any number can run at once."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from django.db import transaction

from recordings.calls import PROCESS_LOST
from recordings.lifecycle.attention import refresh_due_attention
from recordings.lifecycle.batches.control import finish_done_batches
from recordings.lifecycle.hourly_counts import recount
from recordings.lifecycle.interpret_callbacks import interpret_waiting
from recordings.models import ApiCall
from recordings.rate_limited_log import exception_rarely
from recordings.worker.jobs import JOBS
from recordings.worker.lost_calls import conclude
from recordings.worker.spills import restore_spills

log = structlog.get_logger(__name__)
AT_ONCE = 100
"""The most rows of each job in one cycle; the next cycle does the rest."""


def run_cycle(now: datetime) -> None:
    """Run everything in order, in this thread: quick work, then every due job, then the marks for attention and the
    hourly counts.

    The worker's process does the first part each second, and gives the jobs to its threads (worker/process.py).
    """
    do_quick_work(now)
    for name, job in JOBS.items():
        for key, _due in due_of(name, now):
            attempt(partial(job.do, key), now)
    attempt(refresh_due_attention, now)
    attempt(recount, now)


def do_quick_work(now: datetime) -> None:
    """Work without calls to the vendor, each second.

    Spills come first: a response that was kept must be stored before its call is given up.
    """
    for step in QUICK:
        attempt(step, now)


def due_of(name: str, now: datetime) -> list[tuple[Any, datetime]]:
    """The keys of the rows for which this job is due, the longest due first, each with its due time."""
    job = JOBS[name]
    return list(job.rows(now).order_by(job.due).values_list("pk", job.due)[:AT_ONCE])


def give_up_lost_calls(now: datetime) -> int:
    """Close calls whose lease expired as Unknown: they may have been carried out. Returns their number."""
    lost = ApiCall.objects.filter(outcome=ApiCall.Outcome.OPEN, lease_until__lt=now).order_by("lease_until")[:AT_ONCE]
    return sum(_given_up(row) for row in lost)


def _given_up(row: ApiCall) -> bool:
    """A row that cannot be closed is logged and does not block others."""
    try:
        with transaction.atomic():
            conclude(row, PROCESS_LOST)
    except Exception:
        log.exception("call_not_given_up", call=row.pk, action=row.action)
        return False
    log.warning("call_given_up", call=row.pk, action=row.action)
    return True


def _restore_spills(now: datetime) -> int:
    return restore_spills()


def _finish_batches(now: datetime) -> int:
    return finish_done_batches()


QUICK: tuple[Callable[[datetime], object], ...] = (
    _restore_spills, give_up_lost_calls, interpret_waiting, _finish_batches
)  # fmt: skip


def attempt(step: Callable[[datetime], object], now: datetime) -> None:
    """One step; a failure does not prevent the others, and the next cycle repeats it.

    A step that keeps failing, as while migrations are pending, is logged once a minute.
    """
    try:
        step(now)
    except Exception as error:
        exception_rarely("step_failed", error, step=repr(step))
