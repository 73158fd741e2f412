"""Dismissing an unclaimed task: only once it is known to be over, with a reason that is kept."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from recordings.audit_log.record import record_audit
from recordings.lifecycle.unclaimed_rows import last_words_of, unclaimed_in
from recordings.models import Project, UnclaimedTask, User
from recordings.permissions import demand

STOP_SETTLES = timedelta(minutes=10)
"""How long after an accepted stop callbacks of the end may still come."""


class MayStillRun(Exception):
    """Nothing was changed: it is not known to be over."""


class NotUnclaimed(Exception):
    """Nothing was changed: a recording has it, it was dismissed already, or a start may still bring its answer."""


def is_over(task: UnclaimedTask, worked_at: datetime | None, now: datetime) -> bool:
    """Whether a task is known to have ended, and no recorder was at work later than that.

    It has ended when the recorder left, when a stop was answered with ResourceNotFound, or some time after a stop was
    accepted.
    """
    if task.has_left:
        return True
    ends = [task.not_found_at, task.stop_accepted_at and task.stop_accepted_at + STOP_SETTLES]
    return any(end is not None and end <= now and (worked_at is None or worked_at <= end) for end in ends)


def dismiss_task(*, actor: User, project: Project, task_id: str, reason: str) -> None:
    """Take an unclaimed task off the list of what needs attention.

    Raises PermissionDenied, MayStillRun, NotUnclaimed.
    """
    demand(actor, "recording.decide", project)
    now = timezone.now()
    with transaction.atomic():
        rows = UnclaimedTask.objects.select_for_update().filter(project=project, task_id=task_id)
        task = rows.first()
        if task is None or not unclaimed_in(Project.objects.filter(pk=project.pk)).filter(pk=task.pk).exists():
            raise NotUnclaimed
        task.has_left, worked_at = last_words_of(task)
        if not is_over(task, worked_at, now):
            raise MayStillRun
        task.is_dismissed, task.dismissed_at, task.dismissed_by, task.reason = True, now, actor, reason
        task.save(update_fields=["has_left", "is_dismissed", "dismissed_at", "dismissed_by", "reason"])
        record_audit(
            actor=actor,
            action="task.dismissed",
            target=task_id,
            target_type="TaskId",
            target_id=task_id[:64],
            project_id=project.project_id,
            reason=reason,
            after={"has_left": task.has_left, "not_found": task.not_found_at is not None},
        )
