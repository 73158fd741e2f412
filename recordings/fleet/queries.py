"""Which projects and devices somebody may see or change."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from recordings.capture.queries import with_ends
from recordings.models import Attention, Device, Project, Recording, RecordingProfile, User
from recordings.people.permissions import projects_where


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


def live_of(device: Device) -> QuerySet[Recording]:
    """The recordings of a device that are not over, the newest first; two of one stream are doubled.

    Also those that ended or were closed and go on.
    """
    rows = Recording.objects.filter(device=device)
    states = [*Recording.LIVE, Recording.State.CLOSED]  # so that the index finds them
    runs_on = rows.filter(runs_on_since__isnull=False).values_list("pk", flat=True)
    live = rows.filter(state__in=states).filter(Q(state__in=Recording.LIVE) | Q(attention=Attention.RUNS_ON))
    live = with_ends(Recording.objects.filter(Q(pk__in=live.values("pk")) | Q(pk__in=list(runs_on))))
    return live.select_related("project", "device", "requested_by").order_by("-created_at", "-id")
