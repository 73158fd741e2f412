"""Devices follow the vendor's status while a page needs it; reads leave no row in the ledger."""

from datetime import timedelta

import pytest
from django.utils import timezone

from recordings import wakeups
from recordings.lifecycle.device_status import EVERY, projects_to_refresh, refresh_devices
from recordings.lifecycle.start import start_recording
from recordings.models import ApiCall, Device, Project, StorageCredential, User
from recordings.sandbox import EntryKind, Fault, Sandbox
from tests.factories import make_device, signed_in
from tests.lifecycle.start_requests import start_request

pytestmark = pytest.mark.django_db
LIST = "DescribeDeviceList"


def lists_read(sandbox: Sandbox) -> int:
    return sum(entry.action == LIST for entry in sandbox.journal(EntryKind.CALLED))


def test_status_and_since_when_it_is_offline_follow_the_vendor(
    sandbox: Sandbox, device: Device, project: Project
) -> None:
    now = timezone.now()
    sandbox.set_device(project.project_id, device.device_id, status="offline")
    assert refresh_devices(project.pk, now=now) == 1
    device.refresh_from_db()
    assert (device.status, device.offline_since) == ("offline", now)
    later = now + EVERY
    assert refresh_devices(project.pk, now=later) == 0
    device.refresh_from_db()
    assert device.offline_since == now, "it is still the same silence"
    sandbox.set_device(project.project_id, device.device_id, status="ready")
    refresh_devices(project.pk, now=later + EVERY)
    device.refresh_from_db()
    assert (device.status, device.offline_since) == ("ready", None)


def test_names_given_here_stay_and_strange_devices_are_not_made(
    sandbox: Sandbox, device: Device, project: Project
) -> None:
    refresh_devices(project.pk, now=timezone.now())
    device.refresh_from_db()
    assert device.name == "Truck 7"
    assert Device.objects.count() == 1


def test_every_page_of_the_list_is_read_and_no_row_is_left_in_the_ledger(sandbox: Sandbox, project: Project) -> None:
    last = make_device(project, device_id="truck_199", status="offline")
    refresh_devices(project.pk, now=timezone.now())
    last.refresh_from_db()
    assert last.status == "connected"
    assert lists_read(sandbox) == 3
    assert not ApiCall.objects.exists()


def test_two_workers_read_it_once(sandbox: Sandbox, device: Device, project: Project) -> None:
    now = timezone.now()
    assert refresh_devices(project.pk, now=now) is not None
    assert refresh_devices(project.pk, now=now + timedelta(seconds=1)) is None


@pytest.mark.parametrize("fault", [Fault.RESET_BEFORE, Fault.REFUSE, Fault.HTML, Fault.EMPTY])
def test_a_list_that_cannot_be_read_changes_nothing(
    sandbox: Sandbox, device: Device, project: Project, fault: Fault
) -> None:
    sandbox.add_fault(fault, action=LIST)
    sandbox.set_device(project.project_id, device.device_id, status="offline")
    assert refresh_devices(project.pk, now=timezone.now()) == 0
    device.refresh_from_db()
    assert device.status == "ready"


def test_it_is_due_while_something_of_the_project_is_live(
    sandbox: Sandbox, device: Device, project: Project, operator: User, storage: StorageCredential
) -> None:
    assert not projects_to_refresh(timezone.now()).exists()
    start_recording(actor=operator, request=start_request(device, storage))
    assert projects_to_refresh(timezone.now()).get() == project
    refresh_devices(project.pk, now=timezone.now())
    assert not projects_to_refresh(timezone.now()).exists()
    assert projects_to_refresh(timezone.now() + EVERY).exists()


@pytest.mark.django_db(transaction=True)
def test_looking_at_a_device_asks_for_it(device: Device, operator: User) -> None:
    before = wakeups.waiting()
    for url in (device.get_absolute_url(), "/fleet/devices/"):
        signed_in(operator).get(url)
    assert wakeups.waiting() == before + 2
    Project.objects.update(devices_refreshed_at=timezone.now())
    signed_in(operator).get(device.get_absolute_url())
    assert wakeups.waiting() == before + 2
