"""Which tasks are unclaimed: kept up to date as callbacks are interpreted, so that counting them costs little."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from recordings.lifecycle.callback_events import LEFT, STARTED
from recordings.models import ApiCall, CallbackEvent, Project, Recording, UnclaimedTask
from recordings.trro.requests import CreateCloudRecording

WORK = frozenset({304, 306, 307})
"""Events that say by themselves that a recorder is at work. Source: TRRO, recording callbacks."""


MAX_COUNTED = 99


def is_work(event: CallbackEvent) -> bool:
    """Whether an interpreted event says that a recorder is at work."""
    return event.event_type in WORK or (event.event_type, event.status) == (STARTED, 0)


def record_unclaimed(events: Iterable[CallbackEvent]) -> None:
    """Keep the tasks of interpreted events that no recording has, in the caller's transaction.

    A sign of work brings a dismissed task back. Rows are written in the order of their names, so that two workers
    do not wait for each other.
    """
    heard: dict[tuple[int, str], list[CallbackEvent]] = defaultdict(list)
    for event in events:
        if event.task_id and event.recording_id is None:
            heard[event.project_id, event.task_id].append(event)
    for (project, task_id), about in sorted(heard.items()):
        told = sorted(about, key=_moment)
        row = UnclaimedTask(
            project_id=project,
            task_id=task_id,
            first_event=min(event.pk for event in about),
            first_heard_at=min(event.received_at for event in about),
            last_heard_at=max(event.received_at for event in about),
        )
        changed = ["last_heard_at"]
        ends = [event for event in told if event.event_type == LEFT or is_work(event)]
        if ends:
            row.has_left = ends[-1].event_type == LEFT
            changed.append("has_left")
        if any(map(is_work, about)):
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
    return _of_nobody(projects).filter(is_dismissed=False).exclude(Exists(_starts_that_are_out()))


def count_unclaimed(projects: QuerySet[Project]) -> str:
    """How many there are, as text: `99+` for more than that."""
    count = unclaimed_in(projects)[: MAX_COUNTED + 1].count()
    return f"{MAX_COUNTED}+" if count > MAX_COUNTED else str(count)


def dismissed_in(projects: QuerySet[Project]) -> QuerySet[UnclaimedTask]:
    """Those that were dismissed, the latest first."""
    rows = _of_nobody(projects).filter(is_dismissed=True)
    return rows.select_related("project", "dismissed_by").order_by("-dismissed_at", "-pk")


def last_words_of(task: UnclaimedTask) -> tuple[bool, datetime | None]:
    """Whether the last word about a task is that the recorder left, and when a sign of work was received last.

    The order of words is that of the vendor's clock, the time of receipt is by this server's.
    """
    events = CallbackEvent.objects.filter(project=task.project_id, recording=None, task_id=task.task_id)
    about = events.filter(event_type__in=[STARTED, LEFT, *WORK], interpreted_at__isnull=False).defer("body")
    told = sorted((each for each in about if each.event_type == LEFT or is_work(each)), key=_moment)
    worked_at = max((each.received_at for each in told if is_work(each)), default=None)
    return bool(told) and told[-1].event_type == LEFT, worked_at


def _moment(event: CallbackEvent) -> tuple[datetime, datetime]:
    return (event.happened_at or event.received_at, event.received_at)


def _of_nobody(projects: QuerySet[Project]) -> QuerySet[UnclaimedTask]:
    """A recording that has just got the TaskId counts before its callbacks are interpreted again."""
    known = Recording.objects.filter(project=OuterRef("project"), task_id=OuterRef("task_id")).exclude(task_id="")
    return UnclaimedTask.objects.filter(project__in=projects).exclude(Exists(known))


def _starts_that_are_out() -> QuerySet[ApiCall]:
    return ApiCall.objects.filter(
        outcome=ApiCall.Outcome.OPEN,
        action=CreateCloudRecording.action,
        recording__project=OuterRef("project"),
        created_at__lte=OuterRef("first_heard_at"),
    )
