"""Signs of life of what runs in the background."""

from django.db import models


class Heartbeat(models.Model):
    """One worker process, and when it was last seen."""

    name = models.CharField(max_length=100, unique=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["-seen_at"]

    def __str__(self) -> str:
        return self.name
