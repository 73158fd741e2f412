"""Adding and changing projects and devices, each with its entry in the audit trail.

A recording names its project and device, not a copy of them: once there is one, the ids that Tencent Cloud knows stay.
"""

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from recordings import changes
from recordings.fleet.labels import LabelName, rows_of
from recordings.lifecycle.device_status import keep_status
from recordings.models import Device, Project, Recording, User
from recordings.permissions import demand


def create_project(*, actor: User, project: Project) -> None:
    """Store a new project. Raises PermissionDenied; IntegrityError when its account has the ProjectId already."""
    demand(actor, "fleet.change")
    with transaction.atomic():
        changes.insert(project, actor=actor, action="project.created", project_id=project.project_id)


def change_project(*, actor: User, project: Project) -> bool:
    """Store a changed project; False when nothing is different.

    Raises PermissionDenied; ValidationError when it has recordings and would get another account or ProjectId;
    IntegrityError when that account has the ProjectId already.
    """
    demand(actor, "fleet.change", project)
    with transaction.atomic():
        stored = changes.lock(project)
        if Recording.objects.filter(project=project.pk).exists():
            kept = _("This project has recordings, so this value cannot change. Add a new project.")
            _refuse_difference(project, stored, fields=("account", "project_id"), because=kept)
        return changes.update(project, stored, actor=actor, action="project.changed", project_id=project.project_id)


def create_device(*, actor: User, device: Device, labels: Collection[LabelName] = ()) -> None:
    """Store a new device. Raises PermissionDenied; IntegrityError when its project has the DeviceId already."""
    demand(actor, "fleet.change", device.project)
    with transaction.atomic():
        related = {"labels": rows_of(labels, device.project)}
        project_id = device.project.project_id
        changes.insert(device, actor=actor, action="device.created", project_id=project_id, related=related)
        keep_status(device.pk, device.status, timezone.now())


def change_device(*, actor: User, device: Device, labels: Collection[LabelName]) -> bool:
    """Store a changed device; False when nothing is different.

    Raises PermissionDenied; ValidationError when it has recordings and would get another project or DeviceId;
    IntegrityError when that project has the DeviceId already.
    """
    demand(actor, "fleet.change", device.project)
    with transaction.atomic():
        stored = changes.lock(device)
        demand(actor, "fleet.change", stored.project)
        if Recording.objects.filter(device=device.pk).exists():
            kept = _("This device has recordings, so its ID cannot change. Add a new device.")
            _refuse_difference(device, stored, fields=("project", "device_id"), because=kept)
        if device.status != stored.status:
            keep_status(device.pk, device.status, timezone.now())
        return changes.update(
            device,
            stored,
            actor=actor,
            action="device.changed",
            project_id=device.project.project_id,
            related={"labels": rows_of(labels, device.project)},
        )


def _refuse_difference(
    row: Project | Device, stored: Project | Device, *, fields: tuple[str, ...], because: str
) -> None:
    """Raise ValidationError at each of `fields` in which `row` is not as it is stored."""
    different = [name for name in fields if getattr(row, name) != getattr(stored, name)]
    if different:
        raise ValidationError(dict.fromkeys(different, because))
