"""When devices went offline, ready or connected."""

from django.db import models


class DeviceStatusChange(models.Model):
    """A status a device has had since a moment. Kept for coverage: why there is no video of a time."""

    device = models.ForeignKey("recordings.Device", on_delete=models.CASCADE, related_name="status_changes")
    status = models.CharField(max_length=10)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["device", "-at"], name="status_change_by_device")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=["offline", "ready", "connected"]), name="status_change_status"
            )
        ]

    def __str__(self) -> str:
        return f"{self.status} since {self.at:%Y-%m-%d %H:%M:%S}"
