"""Adding a device."""

from typing import Any

import pytest

from recordings.models import AuditEntry, Device, Project, User
from tests.factories import make_device, signed_in
from tests.forms import errors_of, hostile_answers

pytestmark = pytest.mark.django_db
URL = "/fleet/devices/new/"


@pytest.fixture
def answers(project: Project) -> dict[str, Any]:
    return {
        "project": project.pk, "device_id": "truck_7", "name": "Truck 7", "type": "field", "status": "ready",
        "labels_site": "north pit", "labels_type": "shovel, electric",
    }  # fmt: skip


def test_it_is_stored_with_an_entry_and_its_page_follows(
    admin: User, project: Project, answers: dict[str, Any]
) -> None:
    response = signed_in(admin).post(URL, answers)
    device = Device.objects.get()
    assert (response.status_code, response.headers["Location"]) == (303, device.get_absolute_url())
    assert (device.project, device.device_id) == (project, "truck_7")
    assert [each.key for each in device.labels.all()] == ["site:north pit", "type:electric", "type:shovel"]
    assert device.status_changes.get().status == "ready"
    entry = AuditEntry.objects.get(action="device.created")
    assert (entry.project_id, entry.after["device_id"]) == (project.project_id, "truck_7")
    assert entry.after["labels"] == ["site:north pit", "type:electric", "type:shovel"]


def test_the_address_may_choose_the_project(admin: User, project: Project) -> None:
    page = signed_in(admin).get(URL, {"project": str(project.pk)}).content.decode()
    assert f'<option value="{project.pk}" selected>' in page
    for nonsense in ("x", "9" * 30, "\x00"):
        assert signed_in(admin).get(URL, {"project": nonsense}).status_code == 200


def test_the_device_id_is_unique_in_its_project_only(
    admin: User, project: Project, foreign_project: Project, answers: dict[str, Any]
) -> None:
    make_device(project, device_id="truck_7")
    errors = errors_of(signed_in(admin), URL, answers)
    assert errors == {"device_id": ["This project already has a device with this DeviceId."]}
    assert signed_in(admin).post(URL, answers | {"project": foreign_project.pk}).status_code == 303


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", []),
        (" a ,, b , a ", ["a", "b"]),
        ("北坑，电铲", ["北坑", "电铲"]),
        (",".join(str(number) for number in range(20)), [str(number) for number in range(20)]),
        ("x" * 40, ["x" * 40]),
    ],
)
def test_labels_are_words_between_commas(admin: User, answers: dict[str, Any], typed: str, kept: list[str]) -> None:
    assert signed_in(admin).post(URL, answers | {"labels_site": typed, "labels_type": ""}).status_code == 303
    assert [each.name for each in Device.objects.get().labels.all()] == sorted(kept)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("device_id", "Truck_7", "Lower-case letters, digits and _ only"),
        ("device_id", "truck-7", "Lower-case letters, digits and _ only"),
        ("device_id", "x" * 33, "at most 32 characters"),
        ("device_id", "truck_7\n", ""),
        ("type", "drone", "drone is not one of the available choices"),
        ("status", "", "This field is required."),
        ("labels_site", ",".join(str(number) for number in range(21)), "At most 20 labels."),
        ("labels_site", "x" * 41, "longer than 40 characters"),
        ("project", str(2**70), "Choose a project from the list."),
        ("project", "", "Choose a project from the list."),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    admin: User, answers: dict[str, Any], field: str, value: str, said: str
) -> None:
    if not said:  # white space around it is no mistake
        assert signed_in(admin).post(URL, answers | {field: value}).status_code == 303
        return
    errors = errors_of(signed_in(admin), URL, answers | {field: value})
    assert list(errors) == [field]
    assert said in errors[field][0]


def test_what_was_typed_stays_as_it_was_typed(admin: User, answers: dict[str, Any]) -> None:
    page = signed_in(admin).post(URL, answers | {"device_id": "Truck 7"}).content.decode()
    assert 'value="shovel, electric"' in page
    assert 'value="Truck 7"' in page


def test_nothing_that_is_posted_breaks_it(admin: User, answers: dict[str, Any]) -> None:
    client = signed_in(admin)
    for what, posted in hostile_answers(answers):
        assert client.post(URL, posted).status_code in {303, 422}, what
