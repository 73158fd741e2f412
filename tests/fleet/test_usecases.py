"""The services of the fleet check the permission themselves, for every caller."""

import pytest
from django.core.exceptions import PermissionDenied

from recordings.fleet.services import change_device, change_project, create_device, create_project
from recordings.models import AuditEntry, Device, Project, User
from tests.factories import make_account, make_limited_admin

pytestmark = pytest.mark.django_db


def test_without_the_permission_nothing_is_stored(device: Device, operator: User, auditor: User) -> None:
    project = Project(account=make_account(), project_id="new", name="New")
    for person in (operator, auditor):
        with pytest.raises(PermissionDenied):
            create_project(actor=person, project=project)
        with pytest.raises(PermissionDenied):
            change_project(actor=person, project=device.project)
        with pytest.raises(PermissionDenied):
            create_device(actor=person, device=Device(project=device.project, device_id="new"))
        with pytest.raises(PermissionDenied):
            change_device(actor=person, device=device, labels=[])
    assert (Project.objects.count(), Device.objects.count(), AuditEntry.objects.count()) == (1, 1, 0)


def test_device_cannot_leave_a_project_without_permission(device: Device, foreign_project: Project) -> None:
    person = make_limited_admin(foreign_project)
    device.project = foreign_project
    with pytest.raises(PermissionDenied):
        change_device(actor=person, device=device, labels=[])
    assert not foreign_project.devices.exists()
