"""Files of recordings: what callbacks announced and what was seen in the bucket, kept apart."""

from django.db import models
from django.db.models import Q


class RecordingFile(models.Model):
    """One file of a recording, known by its base name below `<prefix>/<reference>/<TaskId>/`."""

    recording = models.ForeignKey("recordings.Recording", on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=512)
    track_type = models.CharField(max_length=16, blank=True)
    begins_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    size = models.BigIntegerField(null=True)
    announced_at = models.DateTimeField(null=True)
    seen_in_bucket_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["begins_at", "name"]
        constraints = [
            models.UniqueConstraint(fields=["recording", "name"], name="file_once_a_recording"),
            models.CheckConstraint(
                condition=Q(announced_at__isnull=False) | Q(seen_in_bucket_at__isnull=False), name="file_has_a_source"
            ),
        ]

    def __str__(self) -> str:
        return self.name
