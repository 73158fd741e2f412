"""Which tasks are unclaimed: kept up to date as callbacks are interpreted, so that counting them costs little."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Exists, IntegerField, OuterRef, QuerySet, Subquery

from recordings.domain.fold import Evidence, runs_on_since
from recordings.domain.signs import WORK, Sign, is_work, last_of
from recordings.domain.states import State
from recordings.lifecycle.callback_signs import sign_of
from recordings.models import ApiCall, CallbackEvent, Project, Recording, UnclaimedTask
from recordings.trro.event_type import EventType
from recordings.trro.requests import CreateCloudRecording

MAX_COUNTED = 99
"""More than this is shown as `99+`."""


def record_unclaimed(events: Iterable[CallbackEvent]) -> None:
    """Keep the tasks of interpreted events that no recording has, in the caller's transaction.

    A sign of work brings a dismissed task back. Rows are written in the order of their names, so that two workers
    do not wait for each other.
    """
    reports: dict[tuple[int, str], list[CallbackEvent]] = defaultdict(list)
    for event in events:
        if event.task_id and event.recording_id is None:
            reports[event.project_id, event.task_id].append(event)
    for (project, task_id), about in sorted(reports.items()):
        row = UnclaimedTask(
            project_id=project,
            task_id=task_id,
            first_event=min(event.pk for event in about),
            first_reported_at=min(event.received_at for event in about),
            last_reported_at=max(event.received_at for event in about),
        )
        changed = ["last_reported_at"]
        is_at_work = any(is_work(sign_of(event)) for event in about)
        if is_at_work or any(event.event_type == EventType.RECORDER_LEFT for event in about):
            row.has_left, _worked_at = last_words_of(row)  # in any order, with what was reported before
            changed.append("has_left")
        if is_at_work:
            changed.append("is_dismissed")
        UnclaimedTask.objects.bulk_create(
            [row], update_conflicts=True, unique_fields=["project", "task_id"], update_fields=changed
        )


def forget_claimed(events: Iterable[CallbackEvent]) -> None:
    """Drop the tasks of events that a recording has by now."""
    for project, task_id in sorted({(each.project_id, each.task_id) for each in events if each.recording_id}):
        UnclaimedTask.objects.filter(project=project, task_id=task_id).delete()


def unclaimed_in(projects: QuerySet[Project]) -> QuerySet[UnclaimedTask]:
    """The unclaimed tasks of these projects that need attention, those that may still run first.

    Not those of which a start that is still out may bring the answer.
    """
    return without_open_starts(_unclaimed(projects).filter(is_dismissed=False))


def without_open_starts(tasks: QuerySet[UnclaimedTask]) -> QuerySet[UnclaimedTask]:
    """Those that came before any start of their project that is still out: its response cannot name them."""
    # By a join with the recordings, SQLite would read a project's whole history
    of_project = Recording.objects.filter(pk=OuterRef("recording"), project=OuterRef(OuterRef("project")))
    out = ApiCall.objects.filter(
        Exists(of_project),
        outcome=ApiCall.Outcome.OPEN,
        action=CreateCloudRecording.action,
        created_at__lte=OuterRef("first_reported_at"),
    )
    return tasks.exclude(Exists(out))


def count_unclaimed(projects: QuerySet[Project]) -> str:
    """How many there are, as text: `99+` for more than that."""
    return capped_count(unclaimed_in(projects))


def capped_count(rows: QuerySet[Any, Any]) -> str:
    """The number of rows as text, without counting more than MAX_COUNTED."""
    return as_capped(rows[: MAX_COUNTED + 1].count())


def as_capped(count: int) -> str:
    """A number that was counted up to MAX_COUNTED + 1, as text."""
    return f"{MAX_COUNTED}+" if count > MAX_COUNTED else str(count)


class CappedCount(Subquery):
    """The number of rows within another query, at most MAX_COUNTED + 1."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()

    def __init__(self, rows: QuerySet[Any, Any]) -> None:
        super().__init__(rows.select_related(None).order_by().values("pk")[: MAX_COUNTED + 1])


def dismissed_in(projects: QuerySet[Project]) -> QuerySet[UnclaimedTask]:
    """Those that were dismissed, the latest first."""
    rows = _unclaimed(projects).filter(is_dismissed=True)
    return rows.select_related("project", "dismissed_by").order_by("-dismissed_at", "-pk")


def matching_tasks(recording: Recording) -> QuerySet[UnclaimedTask]:
    """The unclaimed tasks that may be what an unknown start began: of its project, first reported after it was sent."""
    since = recording.sent_at or recording.created_at
    return _unclaimed(Project.objects.filter(pk=recording.project_id)).filter(first_reported_at__gte=since)


def last_words_of(task: UnclaimedTask) -> tuple[bool, datetime | None]:
    """Whether the recorder of a task left and none was at work later, and when a sign of work was received last.

    The vendor's clock decides what was later, the time of receipt is by this server's.
    """
    events = CallbackEvent.objects.filter(project=task.project_id, recording=None, task_id=task.task_id)
    about = events.filter(event_type__in=[EventType.RECORDER_LEFT, *WORK], interpreted_at__isnull=False).defer("body")
    signs = frozenset(map(sign_of, about))
    return has_left(signs), max((sign.reported_at for sign in signs if is_work(sign)), default=None)


def has_left(signs: frozenset[Sign]) -> bool:
    """Whether the last word is that the recorder left.

    Without tolerance for clocks: no bucket shows whether a recorder that took over at once goes on.
    """
    last = last_of([sign for sign in signs if sign.event_type == EventType.RECORDER_LEFT or is_work(sign)])
    if last is None or last.event_type != EventType.RECORDER_LEFT:
        return False
    return runs_on_since(Evidence(start=State.ACCEPTED, has_task_id=True, signs=signs)) is None


def _unclaimed(projects: QuerySet[Project]) -> QuerySet[UnclaimedTask]:
    """A recording that has just got the TaskId counts before its callbacks are interpreted again."""
    same = Recording.objects.filter(account=OuterRef("project__account"), task_id=OuterRef("task_id"))  # by its index
    known = same.filter(project=OuterRef("project")).exclude(task_id="")
    return UnclaimedTask.objects.filter(project__in=projects).exclude(Exists(known))
