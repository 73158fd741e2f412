"""What only a user can decide: the start never happened, this is its TaskId, or it needs no attention."""

from django.db import transaction

from recordings.domain.states import CLOSABLE
from recordings.lifecycle.decisions import record_decision
from recordings.lifecycle.evidence import lock_recording, set_task_id, task_id_is_taken
from recordings.lifecycle.selection import SelectedRecording
from recordings.lifecycle.start import close_locked
from recordings.models import Decision, Recording, User
from recordings.permissions import demand, holds

UNDECIDED = frozenset({Recording.State.UNKNOWN, Recording.State.NOT_STARTED})
"""These have no TaskId, and one may be found."""


class AlreadyDecided(Exception):
    """Nothing was changed: meanwhile the recording is in another state, or its TaskId is known."""


class TaskIdTaken(Exception):
    """Nothing was changed: another recording of the account has this TaskId."""


def decide_not_started(*, actor: User, recording: Recording, reason: str) -> None:
    """Decide that an unknown start has not started. Its stream is free; a TaskId that turns up later overrules this.

    Raises PermissionDenied, AlreadyDecided.
    """
    demand(actor, "recording.decide", recording.project)
    with transaction.atomic():
        locked = lock_recording(recording.pk)
        if locked.state != Recording.State.UNKNOWN:
            raise AlreadyDecided
        record_decision(locked, Decision.Choice.NOT_STARTED, actor=actor, reason=reason)


def match_task_id(*, actor: User, recording: Recording, task_id: str, reason: str) -> None:
    """Decide that a TaskId, which a callback or the bucket showed, is that of an unknown start.

    Callbacks that waited for it count from now on: the worker interprets them within a second.

    Raises PermissionDenied, AlreadyDecided, TaskIdTaken.
    """
    demand(actor, "recording.decide", recording.project)
    with transaction.atomic():
        locked = lock_recording(recording.pk)
        if locked.task_id or locked.state not in UNDECIDED:
            raise AlreadyDecided
        if task_id_is_taken(locked, task_id):
            raise TaskIdTaken
        locked.started_at = locked.started_at or locked.sent_at
        set_task_id(locked, task_id)
        locked.origin, locked.claimed_by = Recording.Origin.MATCHED, actor
        found = {"task_id": task_id, "origin": locked.origin}
        record_decision(locked, Decision.Choice.MATCHED, actor=actor, reason=reason, after=found)


def decide_many(*, actor: User, chosen: list[SelectedRecording], reason: str, closing: bool) -> list[Recording]:
    """Handle recordings that need attention, each in its own transaction; returns those that were skipped.

    With `closing` those that can be closed are closed; all others are marked as handled. What is not as it was when
    it was chosen, or is not the actor's to decide, is left alone.
    """
    left = []
    for each in chosen:
        with transaction.atomic():
            recording = lock_recording(each.pk)
            is_mine = holds(actor, "recording.decide", recording.project)
            if not is_mine or (recording.state, recording.attention) != (each.state, each.attention):
                left.append(recording)
            elif closing and recording.state in CLOSABLE:
                close_locked(recording, actor=actor, reason=reason)
            else:
                record_decision(recording, Decision.Choice.DISMISSED, actor=actor, reason=reason)
    return left
