"""The audit trail: what users did, chained. Only audit_log/record.py writes here."""

import uuid

from django.db import models
from django.utils import timezone


class AuditEntry(models.Model):
    """One action. Names are text, not foreign keys: they outlive what they name."""

    sequence = models.BigIntegerField(unique=True)
    at = models.DateTimeField(db_index=True)
    actor = models.CharField(max_length=150)
    address = models.CharField(max_length=64, blank=True)
    action = models.CharField(max_length=60, db_index=True)
    target_type = models.CharField(max_length=40)
    target_id = models.CharField(max_length=64)
    target = models.CharField(max_length=300)
    project_id = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    mac = models.CharField(max_length=64)

    class Meta:
        ordering = ["-sequence"]
        indexes = [
            models.Index(fields=["actor", "-sequence"], name="audit_by_actor"),
            models.Index(fields=["target_type", "target_id", "-sequence"], name="audit_by_target"),
            models.Index(fields=["target"], opclasses=["varchar_pattern_ops"], name="audit_by_target_text"),
            models.Index(fields=["action", "-sequence"], name="audit_by_action"),
            models.Index(fields=["project_id", "-sequence"], name="audit_by_project"),
            models.Index(fields=["address", "-sequence"], name="audit_by_address"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.action} {self.target}"


class AuditHead(models.Model):
    """The end of the chain, one row: locked last in a transaction that enters something."""

    sequence = models.BigIntegerField(default=0)
    mac = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"{self.sequence}"


class AuditCheck(models.Model):
    """One requested verification of the whole chain, and its result. Done by the worker."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    requested_by = models.CharField(max_length=150)
    requested_at = models.DateTimeField(auto_now_add=True, db_index=True)
    due_at = models.DateTimeField(null=True, blank=True, db_index=True)
    """When a worker may take it: now, or when the lease of one that died runs out. Empty once it is finished."""
    finished_at = models.DateTimeField(null=True, blank=True)
    checked = models.BigIntegerField(default=0)
    anchors = models.PositiveIntegerField(default=0)
    finding = models.CharField(max_length=40, blank=True)
    """What is wrong, as audit_log/verify.py names it; empty when the chain is whole."""
    sequence = models.BigIntegerField(null=True, blank=True)
    """Where it is wrong first."""

    class Meta:
        ordering = ["-requested_at"]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.requested_at):%Y-%m-%d %H:%M:%S}"
