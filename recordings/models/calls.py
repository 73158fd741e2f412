"""The ledger of calls to the vendor, and the quota they are made within."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

FINAL_REFUSAL = Q(action="CreateCloudRecording", outcome="refused", repeatable=False, late=False)
"""The call after which its recording was refused: the recording has the same error code."""

OWN_CODES = ("AnswerLost", "ClientError", "NetworkError", "ProcessLost")
"""What the codes begin with that no vendor sent: trro/failures.py and calls.py make them."""


class ApiCall(models.Model):
    """One try at one vendor action: inserted once, closed once, never changed again.

    An answer that comes after the row was given up is a row of its own, with `late` set.
    """

    class Outcome(models.TextChoices):
        OPEN = "", _("Waiting for the response")
        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", _("Refused")
        UNKNOWN = "unknown", _("Unknown")

    account = models.ForeignKey("recordings.CloudAccount", on_delete=models.PROTECT, related_name="+")
    recording = models.ForeignKey("recordings.Recording", on_delete=models.PROTECT, null=True, related_name="calls")
    action = models.CharField(max_length=40)
    lease_until = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.OPEN, blank=True)
    repeatable = models.BooleanField(default=False)
    late = models.BooleanField(default=False)
    task_id = models.CharField(max_length=512, blank=True)
    request_id = models.CharField(max_length=512, blank=True)
    code = models.CharField(max_length=128, blank=True)
    message = models.TextField(blank=True)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["", "accepted", "refused", "unknown"]), name="api_call_outcome"
            )
        ]
        indexes = [
            models.Index(fields=["lease_until"], condition=Q(outcome=""), name="api_call_open"),
            models.Index(
                fields=["request_id"],
                condition=~Q(request_id=""),
                opclasses=["varchar_pattern_ops"],
                name="api_call_by_request_id",
            ),
            models.Index(
                fields=["task_id"],
                condition=~Q(task_id=""),
                opclasses=["varchar_pattern_ops"],
                name="api_call_by_task_id",
            ),
            # Without what a recording has as its own error code: it is found there
            models.Index(fields=["code"], condition=~Q(code="") & ~FINAL_REFUSAL, name="api_call_by_code"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.outcome or 'open'}"

    @property
    def is_answered(self) -> bool:
        """Whether the vendor answered: codes of our own say why there is no answer, or none that can be used."""
        return bool(self.closed_at) and not self.code.startswith(OWN_CODES)


class QuotaSlot(models.Model):
    """When the next call of an action may be made in an account: seconds since 1970 (quota.py)."""

    account = models.ForeignKey("recordings.CloudAccount", on_delete=models.CASCADE, related_name="+")
    action = models.CharField(max_length=40)
    next_at = models.FloatField()
    slowdown = models.FloatField(default=1)
    """How many times as far apart as usual slots are, after RequestLimitExceeded."""
    slowed_at = models.FloatField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "action"], name="quota_slot_once_an_action")]

    def __str__(self) -> str:
        return f"{self.action} {self.next_at}"
