"""What the form of a new batch offers one user."""

from django.db.models import QuerySet

from recordings.models import Project, RecordingProfile, User
from recordings.permissions import projects_where


def projects_of(user: User, permission: str) -> QuerySet[Project]:
    """The projects in use in which the user holds `permission`."""
    return projects_where(user, permission).filter(account__retired_at=None)


def profiles_to_start(user: User) -> QuerySet[RecordingProfile]:
    """The profiles whose storage one of the user's projects may use."""
    usable = RecordingProfile.objects.filter(
        storage__projects__in=projects_of(user, "recording.start"), storage__retired_at=None
    )
    return usable.select_related("storage").distinct()
