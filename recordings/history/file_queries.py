"""Whose files a user may see, and whose they may play."""

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from recordings.models import Recording, RecordingFile, User
from recordings.permissions import projects_where


def recordings_with_files(user: User) -> QuerySet[Recording]:
    """Recordings whose list of files this person may see."""
    return Recording.objects.filter(project__in=projects_where(user, "recording.see")).select_related("project")


def file_for(user: User, recording_id: int, file_id: int) -> RecordingFile:
    """A file of that recording that this person may watch, else Http404."""
    rows = RecordingFile.objects.select_related(
        "recording__project", "recording__device", "recording__storage", "recording__storage_key"
    )
    return get_object_or_404(
        rows, pk=file_id, recording=recording_id, recording__project__in=projects_where(user, "file.watch")
    )
