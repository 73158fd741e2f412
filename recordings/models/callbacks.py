"""What the vendor posts, as it came, and the keys that prove it was the vendor."""

import uuid

from django.db import models
from django.db.models import Q

from recordings.models.fleet import Project
from recordings.models.people import User


class CallbackKey(models.Model):
    """A key that signs a project's callbacks, sealed. Two may be valid at once, while the vendor changes over."""

    SEALED = ("key",)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="callback_keys")
    key_sealed = models.BinaryField()
    key_hint = models.CharField(max_length=4, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.CharField(max_length=150)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.project} …{self.key_hint}"


class CallbackEvent(models.Model):
    """One callback: its body as received, and once it was interpreted what it says.

    A body is stored before it is read, so everything but the first four fields is empty until the worker came by.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="callbacks")
    body = models.BinaryField()
    digest = models.CharField(max_length=64)
    received_at = models.DateTimeField()

    interpreted_at = models.DateTimeField(null=True)
    recording = models.ForeignKey("recordings.Recording", on_delete=models.PROTECT, null=True, related_name="events")
    event_type = models.PositiveIntegerField(null=True)
    status = models.IntegerField(null=True)
    task_id = models.CharField(max_length=512, blank=True)
    happened_at = models.DateTimeField(null=True)
    complaint = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["project", "digest"], name="callback_once_a_project")]
        indexes = [
            models.Index(fields=["id"], condition=Q(interpreted_at__isnull=True), name="callback_to_interpret"),
            models.Index(fields=["recording", "event_type"], name="callback_by_recording"),
            models.Index(
                fields=["project", "task_id"],
                condition=Q(recording__isnull=True) & ~Q(task_id=""),
                name="callback_unclaimed",
            ),
            models.Index(fields=["project", "-received_at"], name="callback_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.event_type or 'callback'} {self.task_id}"


class UnclaimedTask(models.Model):
    """A TaskId that callbacks report and no recording has, from its first callback until a recording has it.

    It needs attention, since it may be running and billed. Once it is known to be over, a user can dismiss it with a
    reason; a sign of work after that brings it back.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="unclaimed_tasks")
    task_id = models.CharField(max_length=512)
    first_event = models.BigIntegerField()
    """The number of its first callback, by which pages name it: a TaskId holds slashes."""
    first_reported_at = models.DateTimeField()
    last_reported_at = models.DateTimeField()
    has_left = models.BooleanField(default=False)
    """Whether the last word about it was that the recorder left: such tasks are listed last."""

    stop_accepted_at = models.DateTimeField(null=True)
    not_found_at = models.DateTimeField(null=True)
    """When a stop of it was answered with ResourceNotFound."""

    is_dismissed = models.BooleanField(default=False)
    dismissed_at = models.DateTimeField(null=True)
    dismissed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=500, blank=True)
    """Why it was dismissed last. Kept when it comes back."""

    class Meta:
        ordering = ["has_left", "-last_reported_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["project", "task_id"], name="unclaimed_once_a_project")]
        indexes = [
            models.Index(
                fields=["project", "has_left", "-last_reported_at"],
                condition=Q(is_dismissed=False),
                name="unclaimed_to_handle",
            ),
            models.Index(
                fields=["project", "-dismissed_at"], condition=Q(is_dismissed=True), name="unclaimed_dismissed"
            ),
        ]

    def __str__(self) -> str:
        return self.task_id
