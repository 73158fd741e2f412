"""Each change of a device's status is kept with its moment, beside the status, and nothing while nothing changes."""

from datetime import timedelta

import pytest
from django.utils import timezone

from recordings.lifecycle.device_status import EVERY, refresh_devices
from recordings.models import Device, Project, User
from recordings.sandbox import Sandbox
from tests.factories import signed_in

pytestmark = pytest.mark.django_db


def kept(device: Device) -> list[str]:
    return list(device.status_changes.order_by("at").values_list("status", flat=True))


def test_a_refresh_keeps_what_changed_with_its_moment(sandbox: Sandbox, device: Device, project: Project) -> None:
    now = timezone.now()
    for number, status in enumerate(("offline", "offline", "connected")):
        sandbox.set_device(project.project_id, device.device_id, status=status)
        refresh_devices(project.pk, now=now + number * EVERY)
    changes = device.status_changes.order_by("at")
    assert [(each.status, each.at) for each in changes] == [("offline", now), ("connected", now + 2 * EVERY)]


def test_a_status_changed_by_hand_is_kept_and_another_edit_is_not(device: Device, admin: User) -> None:
    answers = {"project": device.project_id, "device_id": device.device_id, "name": "New", "type": "field"}
    for status in ("ready", "offline"):
        signed_in(admin).post(f"/fleet/devices/{device.pk}/edit/", answers | {"status": status})
    assert kept(device) == ["offline"]
    assert device.status_changes.get().at > timezone.now() - timedelta(minutes=1)
