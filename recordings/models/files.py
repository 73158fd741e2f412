"""Files of recordings: what callbacks announced and what was seen in the bucket, kept apart."""

import re
from typing import Any

from django.db import models
from django.db.models import F, Func, Q

_RECOVERED = re.compile(r"(?:\A|_)ha([1-9])_", re.ASCII)
_NUMBER = re.compile(r"_([0-9]{1,17})\.[A-Za-z0-9]+\Z", re.ASCII)


def position_of(name: str) -> int:
    """Where a file's name puts it among the files of its recording: parts by their number, recovered ones after.

    Source: TRRO, names of recorded files: `…_<Index>.mp4`, with `ha1_` to `ha3_` in what was recovered after a recorder
    failed.
    """
    recovered, number = _RECOVERED.search(name), _NUMBER.search(name)
    return (int(recovered[1]) * 10**17 if recovered else 0) + (int(number[1]) if number else 0)


class PositionField(models.BigIntegerField):  # type: ignore[type-arg]
    """`position_of` the row's name, taken whenever the row is saved, in bulk too."""

    def pre_save(self, model_instance: models.Model, add: bool) -> int:
        """Called by Django for each row that it writes."""
        position = position_of(model_instance.name)  # type: ignore[attr-defined]
        setattr(model_instance, self.attname, position)
        return position


class ByBytes(Func):
    """Text compared byte by byte, so that both databases put it in the same order."""

    template = "%(expressions)s COLLATE BINARY"

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """PostgreSQL's name for it."""
        return self.as_sql(compiler, connection, template='%(expressions)s COLLATE "C"', **context)


class RecordingFile(models.Model):
    """One file of a recording, known by its base name below `<prefix>/<reference>/<TaskId>/`."""

    recording = models.ForeignKey("recordings.Recording", on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=512)
    position = PositionField(default=0, editable=False)
    track_type = models.CharField(max_length=16, blank=True)
    begins_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    size = models.BigIntegerField(null=True)
    storage_class = models.CharField(max_length=32, blank=True)
    """As the bucket last listed it; of a playlist the segments' class, when they are archived."""
    announced_at = models.DateTimeField(null=True)
    seen_in_bucket_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["position", F("begins_at").asc(nulls_last=True), ByBytes("name"), "pk"]
        constraints = [
            models.UniqueConstraint(fields=["recording", "name"], name="file_once_a_recording"),
            models.CheckConstraint(
                condition=Q(announced_at__isnull=False) | Q(seen_in_bucket_at__isnull=False), name="file_has_a_source"
            ),
        ]

    def __str__(self) -> str:
        return self.name
