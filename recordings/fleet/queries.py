"""Which projects and devices a user may see or change."""

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from recordings.models import CloudAccount, Device, FleetSync, Project, Recording, RecordingProfile, User
from recordings.permissions import projects_where


def projects_for(user: User, permission: str) -> QuerySet[Project]:
    """The projects in which the user holds `permission`, with their account and default profile."""
    return projects_where(user, permission).select_related("account", "default_profile")


def devices_for(user: User, permission: str) -> QuerySet[Device]:
    """The devices of those projects. `may_start`, `may_stop`: the user may start or stop recordings of this one."""
    startable = Exists(projects_where(user, "recording.start").filter(pk=OuterRef("project")))
    stoppable = Exists(projects_where(user, "recording.stop").filter(pk=OuterRef("project")))
    return (
        Device.objects.filter(project__in=projects_where(user, permission))
        .select_related("project")
        .annotate(may_start=Q(type=Device.Type.FIELD) & startable, may_stop=stoppable)
    )


def with_last_recording(devices: QuerySet[Device]) -> QuerySet[Device]:
    """The same, each with the key and the moment of the last recording requested: one look at an index for each."""
    newest = Recording.objects.filter(device=OuterRef("pk")).order_by("-created_at", "-id")
    return devices.annotate(
        last_recording=Subquery(newest.values("pk")[:1]), last_recording_at=Subquery(newest.values("created_at")[:1])
    )


def accounts_with_sync() -> list[CloudAccount]:
    """The accounts in use, each with its last `sync` and the number of `differences` to review."""
    accounts = list(CloudAccount.objects.filter(retired_at=None))
    newest = FleetSync.objects.filter(account=OuterRef("account")).order_by("-pk").values("pk")[:1]
    syncs = FleetSync.objects.filter(pk=Subquery(newest)).annotate(found=Count("differences"))
    by_account = {each.account_id: each for each in syncs}
    for account in accounts:
        account.sync = by_account.get(account.pk)
    return accounts


def profiles_usable_in(project: Project) -> QuerySet[RecordingProfile]:
    """The profiles whose storage `project` may use."""
    return RecordingProfile.objects.filter(storage__projects=project.pk)
