"""Exports: what a user requested, and the file that resulted."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Export(models.Model):
    """One export of the history, of the audit trail or of a batch. The file lies in EXPORTS_DIR, named by the key."""

    class Subject(models.TextChoices):
        HISTORY = "history", _("Recordings")
        TRAIL = "trail", _("Audit trail")
        BATCH = "batch", _("Batch")

    class Format(models.TextChoices):
        CSV = "csv", "CSV"
        XLSX = "xlsx", "XLSX (Excel)"
        JSONL = "jsonl", "JSON Lines"

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("export", "Waiting")
        MAKING = "making", pgettext_lazy("export", "Being generated")
        READY = "ready", pgettext_lazy("export", "Ready")
        FAILED = "failed", pgettext_lazy("export", "Failed")
        DELETED = "deleted", pgettext_lazy("export", "Deleted")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.CharField(max_length=10, choices=Subject)
    format = models.CharField(max_length=5, choices=Format)
    query = models.TextField(blank=True)
    """The filter, as the query string of the list it was requested on."""
    language = models.CharField(max_length=10)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="exports")
    requested_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    due_at = models.DateTimeField(null=True, blank=True, db_index=True)
    """When a worker may take it: now, or when the lease of one that died runs out. Empty once it is finished."""
    attempts = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)
    rows = models.PositiveIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)
    """Of the file, in bytes."""
    sha256 = models.CharField(max_length=64, blank=True)
    """Of the file, in hex."""
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-requested_at", "-id"]
        indexes = [models.Index(fields=["requested_by", "-requested_at"], name="exports_of_somebody")]
        constraints = [
            models.CheckConstraint(condition=Q(subject__in=["history", "trail", "batch"]), name="export_subject"),
            models.CheckConstraint(condition=Q(format__in=["csv", "xlsx", "jsonl"]), name="export_format"),
        ]

    def __str__(self) -> str:
        return f"{self.get_subject_display()}, {self.get_format_display()}"

    def get_absolute_url(self) -> str:
        return reverse("export", args=[self.pk])
