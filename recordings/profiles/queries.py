"""Which recording profiles a user may see or change."""

from django.db.models import QuerySet

from recordings.models import RecordingProfile, User
from recordings.permissions import rows_where


def profiles_for(user: User, permission: str) -> QuerySet[RecordingProfile]:
    """The profiles whose storage may be used by a project in which the user holds `permission`."""
    profiles = RecordingProfile.objects.select_related("storage")
    return rows_where(profiles, user, permission, through="storage__projects")
