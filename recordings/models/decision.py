"""Decisions: what a user decided about a recording, with a reason."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from recordings.domain import states
from recordings.models.recording import Recording


class Decision(models.Model):
    """What a person decided about a recording, with a reason: evidence for the fold, never changed."""

    class Choice(models.TextChoices):
        CANCELLED = states.Choice.CANCELLED, _("Cancelled")
        NOT_STARTED = states.Choice.NOT_STARTED, _("Not started")
        CLOSED = states.Choice.CLOSED, _("Closed")
        DISMISSED = states.Choice.DISMISSED, _("Handled")
        CLAIMED = states.Choice.CLAIMED, _("Claimed from unclaimed tasks")
        MATCHED = states.Choice.MATCHED, _("TaskId matched")

    recording = models.ForeignKey(Recording, on_delete=models.PROTECT, related_name="decisions")
    choice = models.CharField(max_length=12, choices=Choice.choices)
    reason = models.CharField(max_length=500)
    decided_by = models.ForeignKey("recordings.User", on_delete=models.PROTECT, null=True, related_name="+")
    """Empty: the system itself, when the user lost the permission."""
    decided_at = models.DateTimeField()
    knew_task_id = models.BooleanField()

    class Meta:
        ordering = ["decided_at"]
        constraints = [models.CheckConstraint(condition=Q(choice__in=list(states.Choice)), name="decision_choice")]

    def __str__(self) -> str:
        return f"{self.recording}: {self.choice}"
