"""Unclaimed tasks: what callbacks report of them, and which starts they may belong to."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Min, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from recordings.domain.signs import WORK, Sign
from recordings.lifecycle.callback_complaints import translate_complaint
from recordings.lifecycle.callback_events import detail_of, name_of
from recordings.lifecycle.callback_signs import sign_of
from recordings.lifecycle.dismiss import is_over
from recordings.lifecycle.unclaimed_rows import has_left, last_words_of, unclaimed_in, without_open_starts
from recordings.models import ApiCall, CallbackEvent, Project, Recording, UnclaimedTask
from recordings.models.profiles import OutputFormat
from recordings.trro.callback import NAME_FILES, read
from recordings.trro.event_type import EventType
from recordings.trro.requests import DeleteCloudRecording

MAX_SHOWN = 50
MAX_EVENTS = 1000
"""Of all tasks together."""
MAX_CANDIDATES = 10
EARLIER = timedelta(minutes=10)
"""How long before its first callback a task may have been started: first callbacks come within seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedTask:
    """One event of it, in words."""

    at: datetime
    event_type: int | None
    what: str
    complaint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDetail:
    """One TaskId of a project that no recording has."""

    project: Project
    task_id: str
    key: int
    """The number of its first event, by which pages name it: a TaskId holds slashes."""
    first_seen: datetime
    last_seen: datetime
    times: int
    events: Sequence[ReportedTask] = ()
    has_left: bool = False
    stopped: bool = False
    candidates: Sequence[Recording] = ()
    """Unknown starts that were sent shortly before its first callback, the latest first."""
    row: UnclaimedTask | None = None
    """What is kept of it: the answers to its stops, and its last dismissal."""
    is_over: bool = False
    """Whether it is known to have ended, so that it can be dismissed."""


def unclaimed_tasks(projects: QuerySet[Project]) -> list[TaskDetail]:
    """The newest unclaimed tasks of these projects that need attention, those that may still run first."""
    rows = {(row.project_id, row.task_id): row for row in unclaimed_in(projects)[:MAX_SHOWN]}
    events = unclaimed_events().filter(
        project__in={project for project, _ in rows}, task_id__in={task_id for _, task_id in rows}
    )
    found = {(project, task_id): group for project, task_id, *group in _groups(events)}
    return _tasks([(*name, *found[name]) for name in rows if name in found])


def unclaimed_task(event: CallbackEvent) -> TaskDetail | None:
    """The one that an event is of; None when it is known meanwhile, or the answer to a start may still bring it."""
    same = {"project": event.project_id, "task_id": event.task_id}
    if not without_open_starts(UnclaimedTask.objects.filter(**same)).exists():
        return None
    return next(iter(_tasks(list(_groups(unclaimed_events().filter(**same))))), None)


def files_of(task: TaskDetail) -> list[str]:
    """The names of its files, as its callbacks report them."""
    events = unclaimed_events().filter(project=task.project, task_id=task.task_id, event_type__in=NAME_FILES)
    bodies = events.order_by("pk").values_list("body", flat=True)[:20]
    return sorted({file.name for body in bodies for file in read(bytes(body)).files})


def format_of(files: Iterable[str]) -> OutputFormat:
    """What files look like; mp4, the vendor's default, when there are none."""
    ends = {name.rpartition(".")[2].lower() for name in files}
    hls = bool(ends & {"m3u8", "ts"})
    if "aac" in ends:
        return OutputFormat.HLS_AAC if hls else OutputFormat.AAC
    if "mp4" in ends or not hls:
        return OutputFormat.HLS_MP4 if hls else OutputFormat.MP4
    return OutputFormat.HLS


def unclaimed_events() -> QuerySet[CallbackEvent]:
    """Events that were interpreted and name a TaskId that no recording of their project has."""
    return CallbackEvent.objects.filter(recording=None, interpreted_at__isnull=False).exclude(task_id="")


Group = tuple[int, str, int, datetime, datetime, int]
"""Project, TaskId, number of the first event, when it came, when the last came, how many there are."""


def _groups(events: QuerySet[CallbackEvent]) -> Any:
    """The events by TaskId, each as a Group."""
    return (
        events.order_by()
        .values_list("project", "task_id")
        .annotate(first=Min("pk"), since=Min("received_at"), last=Max("received_at"), times=Count("pk"))
    )


def _tasks(groups: Sequence[Group]) -> list[TaskDetail]:
    ids = {task_id for _, task_id, *_ in groups}
    projects = Project.objects.select_related("account").in_bulk({project for project, *_ in groups})
    reports, left = _reports(projects, ids)
    accounts = {project.account_id for project in projects.values()}
    stops = ApiCall.objects.filter(account__in=accounts, task_id__in=ids, action=DeleteCloudRecording.action)
    stopped = set(stops.filter(outcome=ApiCall.Outcome.ACCEPTED).values_list("account", "task_id"))
    unknown = Recording.objects.filter(project__in=projects, state=Recording.State.UNKNOWN, task_id="")
    waiting = list(unknown.select_related("device").order_by("-sent_at")[:MAX_EVENTS])
    kept = {
        (row.project_id, row.task_id): row
        for row in UnclaimedTask.objects.filter(project__in=projects, task_id__in=ids).select_related("dismissed_by")
    }
    now = timezone.now()
    tasks = [
        TaskDetail(
            project=projects[project],
            task_id=task_id,
            key=key,
            first_seen=first,
            last_seen=last,
            times=times,
            events=reports[project, task_id],
            has_left=(project, task_id) in left,
            stopped=(projects[project].account_id, task_id) in stopped,
            candidates=[each for each in waiting if _may_be(each, project, first)][:MAX_CANDIDATES],
            row=(row := kept.get((project, task_id))),
            is_over=row is not None and _is_over(row, (project, task_id) in left, now),
        )
        for project, task_id, key, first, last, times in groups
    ]
    return sorted(tasks, key=lambda task: task.has_left or task.stopped)


def _is_over(row: UnclaimedTask, has_left: bool, now: datetime) -> bool:
    """Callbacks are read only where an answer to a stop has to be compared with them."""
    row.has_left = has_left
    was_stopped = row.not_found_at or row.stop_accepted_at
    return is_over(row, last_words_of(row)[1] if was_stopped and not has_left else None, now)


def _may_be(recording: Recording, project: int, first_seen: datetime) -> bool:
    sent_at = recording.sent_at if recording.project_id == project else None
    return sent_at is not None and first_seen - EARLIER <= sent_at <= first_seen


def _reports(
    projects: Iterable[int], ids: Iterable[str]
) -> tuple[dict[tuple[int, str], list[ReportedTask]], set[tuple[int, str]]]:
    """The events of each task in words, the newest of all, and which tasks have left and were not at work later."""
    events = unclaimed_events().filter(project__in=projects, task_id__in=ids)
    left = _left(events)
    reports: dict[tuple[int, str], list[ReportedTask]] = defaultdict(list)
    for event in reversed(events.defer("body").order_by("-pk")[:MAX_EVENTS]):
        what, detail = name_of(event.event_type), detail_of(event.event_type, event.status)
        reports[event.project_id, event.task_id].append(
            ReportedTask(
                at=event.happened_at or event.received_at,
                event_type=event.event_type,
                what=_("%(what)s: %(outcome)s") % {"what": what, "outcome": detail} if detail else what,
                complaint=translate_complaint(event.complaint),
            )
        )
    return reports, left


def _left(events: QuerySet[CallbackEvent]) -> set[tuple[int, str]]:
    """The tasks that have left, by project, unless a recorder was at work later."""
    left = events.filter(event_type=EventType.RECORDER_LEFT)
    signs: dict[tuple[int, str], set[Sign]] = defaultdict(set)
    about_them = events.filter(task_id__in=left.values("task_id"), event_type__in=[EventType.RECORDER_LEFT, *WORK])
    for event in about_them.defer("body"):
        signs[event.project_id, event.task_id].add(sign_of(event))
    return {task for task, about in signs.items() if has_left(frozenset(about))}
