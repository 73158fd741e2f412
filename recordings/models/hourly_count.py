"""How many starts each hour had, by project and outcome: what charts read instead of the history."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class HourlyCount(models.Model):
    """The requested starts of one hour and project with the same outcome and error code.

    Counted from the recordings by the worker (lifecycle/hourly_counts.py), never added to, so that counting again
    mends it.
    """

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", _("Refused")
        UNKNOWN = "unknown", _("No response")

    project = models.ForeignKey("recordings.Project", on_delete=models.CASCADE, related_name="+")
    hour = models.DateTimeField()
    """When it begins, in UTC."""
    outcome = models.CharField(max_length=8, choices=Outcome)
    error_code = models.CharField(max_length=128, blank=True)
    """Of refused starts only."""
    count = models.PositiveIntegerField()
    counted_at = models.DateTimeField()

    class Meta:
        ordering = ["hour", "project", "outcome", "error_code"]
        constraints = [
            models.UniqueConstraint(fields=["hour", "project", "outcome", "error_code"], name="hourly_count_once"),
            models.CheckConstraint(
                condition=Q(outcome__in=["accepted", "refused", "unknown"]), name="hourly_count_outcome"
            ),
        ]
        indexes = [
            models.Index(fields=["counted_at"], condition=Q(outcome="unknown"), name="hourly_count_to_repeat"),
        ]

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%d %H} {self.outcome} {self.error_code} {self.count}"
