"""Devices that a user selected on every page of a list: frozen here, since no form could carry thousands of keys."""

from uuid import uuid4

from django.conf import settings
from django.db import models


class DeviceSelection(models.Model):
    """The devices that matched the filters in `query` at a moment. Only its user can use it, for an hour."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    query = models.CharField(max_length=2000, blank=True)
    keys = models.JSONField()
    """Primary keys in the order of the list."""
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="selection_by_age")]

    def __str__(self) -> str:
        return f"{len(self.keys)} devices"
