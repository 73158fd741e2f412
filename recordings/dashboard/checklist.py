"""What is still to be set up before the first recording, each step with the page that does it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from recordings.models import CloudAccount, Device, Project, Recording, RecordingProfile, StorageKey, User
from recordings.permissions import holds


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing to set up."""

    label: Promise
    is_done: bool
    url: str
    """Where it is done; empty for a user who may not."""


def checklist_for(user: User, projects: Collection[int]) -> Sequence[Step]:
    """The steps, while there is no recording that Tencent Cloud accepted; later none."""
    if Recording.objects.filter(project__in=projects).exclude(task_id="").exists():
        return ()
    first = Project.objects.filter(pk__in=projects).order_by("pk").first()
    callbacks = reverse("project_callbacks", args=[first.pk]) if first else reverse("projects")
    keys = StorageKey.objects.filter(replaced_at=None, storage__retired_at=None)
    if not holds(user, "credential.change"):
        keys = keys.filter(storage__projects__in=projects)
    profiles = RecordingProfile.objects.filter(Q(storage__keys__in=keys))
    devices = Device.objects.filter(project__in=projects, type=Device.Type.FIELD)
    steps = (
        (_("Add a cloud account"), CloudAccount.objects.filter(retired_at=None).exists(), "account_new"),
        (_("Add a project"), first is not None, "project_new"),
        (_("Add devices"), devices.exists(), "device_new"),
        (_("Add a storage"), keys.exists(), "storage_new"),
        (_("Test the storage key"), keys.filter(can_write=True).exists(), "storages"),
        (_("Add a recording profile"), profiles.exists(), "profile_new"),
    )
    may = holds(user, "credential.change")
    registered = Project.objects.filter(pk__in=projects, callbacks_registered_at__isnull=False).exists()
    return [
        *(Step(label=label, is_done=done, url=reverse(url) if may else "") for label, done, url in steps),
        Step(label=_("Register callbacks"), is_done=registered, url=callbacks if may else ""),
    ]
