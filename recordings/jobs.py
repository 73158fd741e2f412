"""What can be due for a row, and the work it is woken for: the registry that the worker fills (worker/jobs.py).

Wake-ups, the sweep and the status page read it; so nothing below the worker knows what the jobs do.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db.models import QuerySet
from django.utils.functional import Promise

from recordings.clock import database_now

log = structlog.get_logger(__name__)
RETRY_AFTER = timedelta(minutes=1)
"""When a row that cannot be worked on as things stand is tried again."""

_jobs: dict[str, "Job"] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Work on one kind of row. It claims its row by a conditional update with a lease, so it may be woken twice."""

    label: Promise
    """What waits, for the status page."""
    rows: Callable[[datetime], QuerySet[Any]]
    """The rows that are due at a moment."""
    due: str
    """The field that says when, kept apart so that each moment counts once."""
    after: timedelta = timedelta(0)
    """How long after the moment in `due` a row is due."""
    work: Callable[[Any, datetime], object]
    """Takes the row's key, an integer or a UUID, and the moment."""
    postponed_by: tuple[type[Exception], ...] = ()
    """Errors after which the row is tried again later, so that it makes room for others."""

    def do(self, key: Any, now: datetime) -> None:
        """Work on one row. A job that finds nothing due any more does nothing."""
        try:
            self.work(key, now)
        except self.postponed_by as error:
            log.error("job_postponed", key=key, why=str(error))
            self.rows(now).filter(pk=key).update(**{self.due: now + RETRY_AFTER})


def register(jobs: Mapping[str, Job]) -> None:
    """Make these jobs known, in the order in which a cycle does them."""
    _jobs.update(jobs)


def registered() -> Mapping[str, Job]:
    """Every job by its name."""
    return _jobs


def run_job(name: str, key: Any) -> None:
    """Do one job for one row, now."""
    _jobs[name].do(key, database_now())
