"""Batches: one decision about many streams or recordings, and its frozen targets."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from recordings.models.profiles import OutputFormat


class Batch(models.Model):
    """Many starts or many stops that one user requested at once. The worker sends them, one by one, at the quota."""

    class Action(models.TextChoices):
        START = "start", pgettext_lazy("batch", "Start")
        STOP = "stop", pgettext_lazy("batch", "Stop")

    class State(models.TextChoices):
        AWAITING_CONFIRMATION = "awaiting_confirmation", pgettext_lazy("batch", "Awaiting confirmation")
        RUNNING = "running", pgettext_lazy("batch", "Running")
        PAUSED = "paused", pgettext_lazy("batch", "Paused")
        FINISHED = "finished", pgettext_lazy("batch", "Finished")

    class PauseCause(models.TextChoices):
        """Why nothing more is sent until a user resumes the batch."""

        USER = "user", _("Paused by a user")
        CONCURRENCY = "concurrency", _("Concurrent recording limit reached")
        LICENSES = "licenses", _("Not enough licenses")
        CREDENTIALS = "credentials", _("API key rejected or not usable")
        STORAGE = "storage", _("Storage key rejected")

    name = models.CharField(_("name"), max_length=100)
    action = models.CharField(max_length=5, choices=Action)
    state = models.CharField(max_length=21, choices=State)
    pause_cause = models.CharField(max_length=11, choices=PauseCause, blank=True)
    pause_code = models.CharField(max_length=128, blank=True)
    """The error code of Tencent Cloud that paused it, if one did."""
    reason = models.CharField(max_length=500, blank=True)
    reference = models.CharField(max_length=16, unique=True)
    """Of the form that requested it: the same form twice is one batch."""
    projects = models.ManyToManyField("recordings.Project", related_name="+")
    """Those of its items."""
    size = models.PositiveIntegerField()
    """How many items it has."""
    requested_by = models.ForeignKey("recordings.User", on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey("recordings.User", on_delete=models.PROTECT, null=True, related_name="+")
    repeats = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="repeated_by")
    """The batch whose items it repeats or stops."""
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    # What each start is requested with: frozen; empty for stops
    profile = models.ForeignKey("recordings.RecordingProfile", on_delete=models.SET_NULL, null=True, related_name="+")
    storage = models.ForeignKey("recordings.StorageCredential", on_delete=models.PROTECT, null=True, related_name="+")
    output_format = models.PositiveSmallIntegerField(choices=OutputFormat, null=True)
    max_media_file_duration = models.PositiveIntegerField(null=True)
    max_idle_time = models.PositiveIntegerField(null=True)
    file_name_prefix = models.JSONField(default=list)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(action__in=["start", "stop"]), name="batch_action"),
            models.CheckConstraint(
                condition=Q(state__in=["awaiting_confirmation", "running", "paused", "finished"]), name="batch_state"
            ),
            models.CheckConstraint(
                condition=Q(action="stop") | Q(storage__isnull=False, output_format__isnull=False),
                name="batch_settings",
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="batch_newest"),
            models.Index(fields=["state"], condition=~Q(state="finished"), name="batch_unfinished"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("batch", args=[self.pk])

    @property
    def is_finished(self) -> bool:
        return self.state == self.State.FINISHED


class BatchItem(models.Model):
    """One target of a batch, and what became of it: its state follows that of its recording.

    A start has no recording until its turn comes. A queued item that a worker is about to send has its lease in
    `due_at`.
    """

    class State(models.TextChoices):
        QUEUED = "queued", pgettext_lazy("item", "Queued")
        SENDING = "sending", pgettext_lazy("item", "Sending")
        ACCEPTED = "accepted", pgettext_lazy("item", "Accepted")
        REFUSED = "refused", pgettext_lazy("item", "Refused")
        UNKNOWN = "unknown", pgettext_lazy("item", "Unknown")
        CANCELLED = "cancelled", pgettext_lazy("item", "Cancelled")
        SKIPPED = "skipped", pgettext_lazy("item", "Skipped")
        TAKEN_OVER = "taken_over", pgettext_lazy("item", "Started by hand")
        NOT_STARTED = "not_started", pgettext_lazy("item", "Not started")
        CLOSED = "closed", pgettext_lazy("item", "Closed")

    class SkipCause(models.TextChoices):
        LIVE = "live", _("Already recording")
        OVER = "over", _("Already over")
        NOT_OFFERED = "not_offered", _("Device or storage no longer available")
        PERMISSION = "permission", _("The user may no longer do this")
        STOP_REQUESTED = "stop_requested", _("A stop was already requested")
        STOP_DEFERRED = "stop_deferred", _("Stops once its TaskId is known")

    OPEN = (State.QUEUED.value, State.SENDING.value)
    """While a batch has such an item it is not finished."""
    REPEATABLE = (State.REFUSED.value, State.NOT_STARTED.value)
    """What certainly runs nowhere, so that it can be requested again; never an unknown one."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="items", db_index=False)
    position = models.PositiveIntegerField()
    action = models.CharField(max_length=5, choices=Batch.Action)
    account = models.ForeignKey("recordings.CloudAccount", on_delete=models.PROTECT, related_name="+", db_index=False)
    project = models.ForeignKey("recordings.Project", on_delete=models.PROTECT, related_name="+", db_index=False)
    device = models.ForeignKey("recordings.Device", on_delete=models.PROTECT, related_name="+")
    video_stream_id = models.PositiveSmallIntegerField()
    recording = models.ForeignKey(
        "recordings.Recording", on_delete=models.PROTECT, null=True, related_name="batch_items"
    )
    state = models.CharField(max_length=11, choices=State, default=State.QUEUED)
    skip_cause = models.CharField(max_length=14, choices=SkipCause, blank=True)
    error_code = models.CharField(max_length=128, blank=True)
    request_id = models.CharField(max_length=512, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    """From when a worker may claim it: now, or when the lease of another one runs out. Empty once it is sent."""
    changed_at = models.DateTimeField(null=True)
    """When its state changed last; empty for one that was never sent."""

    class Meta:
        ordering = ["batch", "position"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "position"], name="batch_item_position"),
            models.UniqueConstraint(
                fields=["batch", "device", "video_stream_id"], condition=Q(action="start"), name="batch_item_once"
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "queued", "sending", "accepted", "refused", "unknown", "cancelled", "skipped", "taken_over",
                        "not_started", "closed",
                    ]
                ),
                name="batch_item_state",
            ),
            models.CheckConstraint(
                condition=Q(state="queued", due_at__isnull=False) | ~Q(state="queued"), name="batch_item_due"
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["batch", "state", "account", "position"], name="batch_item_by_state"),
            models.Index(
                fields=["device", "video_stream_id"],
                condition=Q(state="queued", action="start"),
                name="batch_item_queued_by_stream",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.device.device_id}/{self.video_stream_id}"
