"""Which projects and devices a user may see or change."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from recordings.models import Device, Project, RecordingProfile, User
from recordings.permissions import projects_where


def projects_for(user: User, permission: str) -> QuerySet[Project]:
    """The projects in which the user holds `permission`, with their account and default profile."""
    return projects_where(user, permission).select_related("account", "default_profile")


def devices_for(user: User, permission: str) -> QuerySet[Device]:
    """The devices of those projects. `may_start`: the user may start a recording of this one."""
    startable = Exists(projects_where(user, "recording.start").filter(pk=OuterRef("project")))
    return (
        Device.objects.filter(project__in=projects_where(user, permission))
        .select_related("project")
        .annotate(may_start=Q(type=Device.Type.FIELD) & startable)
    )


def profiles_usable_in(project: Project) -> QuerySet[RecordingProfile]:
    """The profiles whose storage `project` may use."""
    return RecordingProfile.objects.filter(storage__projects=project.pk)
