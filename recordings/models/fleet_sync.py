"""What was read of Tencent Cloud's projects and devices, and how it differs from what is here, until a user decides."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class FleetSync(models.Model):
    """One reading of a cloud account's projects and devices. Nothing of it counts before a user applies it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for a worker")
        READING = "reading", _("Reading")
        REVIEW = "review", _("To review")
        APPLYING = "applying", _("Applying")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        REPLACED = "replaced", _("Replaced by a later sync")

    UNFINISHED = (State.WAITING, State.READING, State.APPLYING)

    account = models.ForeignKey("recordings.CloudAccount", on_delete=models.CASCADE, related_name="syncs")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    """None for one by the schedule."""
    applied_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    """When a worker may take it: its lease while one works on it."""
    read_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    calls = models.PositiveIntegerField(default=0)
    projects = models.PositiveIntegerField(default=0)
    devices = models.PositiveIntegerField(default=0)
    unusable = models.PositiveIntegerField(default=0)
    """Entries of the vendor's lists without a valid id."""
    incomplete = models.JSONField(default=list)
    """ProjectIds whose list could not be read to its end: nothing of them counts as gone. Empty text: the projects."""
    error_code = models.CharField(max_length=128, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=models.Q(state__in=["waiting", "reading", "applying"]),
                name="one_sync_at_work_an_account",
            )
        ]
        indexes = [models.Index(fields=["account", "-id"], name="sync_by_account")]

    def __str__(self) -> str:
        return f"{self.account} {self.created_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("sync_review", args=[self.pk])

    @property
    def is_unfinished(self) -> bool:
        return self.state in self.UNFINISHED


class FleetDifference(models.Model):
    """One project or device that is not here as it is at Tencent Cloud. Without a `device_id` it is a project."""

    class Kind(models.TextChoices):
        NEW = "new", _("New")
        CHANGED = "changed", _("Changed")
        GONE = "gone", _("Gone")
        RETURNED = "returned", _("Back again")

    sync = models.ForeignKey(FleetSync, on_delete=models.CASCADE, related_name="differences")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    project_id = models.CharField(max_length=64)
    device_id = models.CharField(max_length=32, blank=True)
    name_before = models.CharField(max_length=100, blank=True)
    name_after = models.CharField(max_length=100, blank=True)
    keeps_name = models.BooleanField(default=False)
    """The name was edited here and stays; only Tencent Cloud's is noted beside it."""
    type_before = models.CharField(max_length=10, blank=True)
    type_after = models.CharField(max_length=10, blank=True)
    status = models.CharField(max_length=10, blank=True)
    is_chosen = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["sync", "kind", "id"], name="difference_by_kind"),
            models.Index(fields=["sync", "id"], condition=models.Q(is_chosen=True), name="difference_chosen"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.project_id} {self.device_id}".strip()
