"""Changing a device."""

from typing import Any

import pytest

from recordings.lifecycle.start import build_recording
from recordings.models import AuditEntry, Device, Project, StorageCredential, User
from tests.factories import label, make_device, make_project, signed_in
from tests.forms import errors_of, hostile_answers
from tests.lifecycle.start_requests import start_request

pytestmark = pytest.mark.django_db


def url_of(device: Device) -> str:
    return f"/fleet/devices/{device.pk}/edit/"


def answers_of(device: Device, **changed: Any) -> dict[str, Any]:
    return {
        "project": device.project_id, "device_id": device.device_id, "name": device.name, "type": device.type,
        "status": device.status, "labels_other": ", ".join(device.labels.values_list("name", flat=True)),
    } | changed  # fmt: skip


def test_what_changed_is_stored_with_before_and_after(device: Device, admin: User) -> None:
    response = signed_in(admin).post(url_of(device), answers_of(device, status="offline", labels_site="north"))
    assert response.headers["Location"] == device.get_absolute_url()
    entry = AuditEntry.objects.get(action="device.changed")
    assert entry.before == {"status": "ready", "labels": []}
    assert entry.after == {"status": "offline", "labels": ["site:north"]}


def test_saving_it_unchanged_writes_nothing(device: Device, admin: User) -> None:
    label(device, "north pit", "shovel")
    assert signed_in(admin).post(url_of(device), answers_of(device)).status_code == 303
    assert not AuditEntry.objects.filter(target_type="Device").exists()


def test_the_form_shows_labels_as_they_are_typed(device: Device, admin: User) -> None:
    label(device, "north pit", "shovel")
    assert b'value="north pit, shovel"' in signed_in(admin).get(url_of(device)).content


@pytest.mark.parametrize("field", ["project", "device_id"])
def test_a_device_with_recordings_keeps_its_project_and_its_id(
    field: str, device: Device, storage: StorageCredential, operator: User, admin: User
) -> None:
    build_recording(actor=operator, request=start_request(device, storage)).save()
    other = {"project": make_project().pk, "device_id": "another"}[field]
    errors = errors_of(signed_in(admin), url_of(device), answers_of(device, **{field: other}))
    assert errors == {field: ["This device has recordings, so its ID cannot change. Add a new device."]}
    assert signed_in(admin).post(url_of(device), answers_of(device, name="Renamed")).status_code == 303


def test_the_heading_names_the_device_as_it_is_stored(device: Device, admin: User) -> None:
    page = signed_in(admin).post(url_of(device), answers_of(device, name="Other", device_id="")).content.decode()
    assert "<h1>Change Truck 7 (truck_07)</h1>" in page


def test_the_id_of_another_device_is_refused(device: Device, project: Project, admin: User) -> None:
    make_device(project, device_id="taken")
    assert list(errors_of(signed_in(admin), url_of(device), answers_of(device, device_id="taken"))) == ["device_id"]


def test_nothing_that_is_posted_breaks_it(device: Device, admin: User) -> None:
    client = signed_in(admin)
    for what, posted in hostile_answers(answers_of(device, labels_site="a, b")):
        assert client.post(url_of(device), posted).status_code in {303, 422}, what
