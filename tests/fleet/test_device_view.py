"""The page of one device."""

import pytest

from recordings.models import Device, User
from tests.factories import label, signed_in

pytestmark = pytest.mark.django_db


def page_of(device: Device, person: User) -> str:
    return signed_in(person).get(device.get_absolute_url()).content.decode()


def test_it_shows_id_project_status_and_labels(device: Device, operator: User) -> None:
    label(device, "north", "haul")
    page = page_of(device, operator)
    for text in (device.device_id, device.name, device.project.name, "Ready", ">north</a>", ">haul</a>"):
        assert text in page


def test_it_leads_to_its_recordings_and_an_operator_to_a_start(device: Device, operator: User, auditor: User) -> None:
    start = f"/recordings/new/?project={device.project_id}&amp;device={device.pk}"
    assert start in page_of(device, operator)
    assert start not in page_of(device, auditor)
    assert f"/recordings/?device={device.pk}" in page_of(device, auditor)


def test_a_drivers_seat_cannot_be_recorded(device: Device, operator: User) -> None:
    Device.objects.update(type=Device.Type.REMOTE)
    assert "Start recording</a>" not in page_of(device, operator).split('id="device"')[1]


def test_text_from_outside_is_escaped(device: Device, operator: User) -> None:
    Device.objects.update(name="<script>alert(1)</script>")
    assert "<script>alert" not in page_of(device, operator)


def test_only_a_credential_admin_is_offered_to_change_it(device: Device, operator: User, admin: User) -> None:
    assert "/edit/" in page_of(device, admin)
    assert "/edit/" not in page_of(device, operator)
