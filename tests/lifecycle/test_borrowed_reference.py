"""A start form's reference, taken by a user of another project: it tells them nothing, and blocks nothing for long."""

from typing import Any

import pytest
from django.test import Client

from recordings.models import Device, Project, Recording, StorageCredential, User
from recordings.sandbox import Sandbox
from tests.factories import make_device, make_operator, make_storage, signed_in

pytestmark = pytest.mark.django_db
URL = "/recordings/new/"


@pytest.fixture
def browser(operator: User) -> Client:
    return signed_in(operator)


@pytest.fixture
def stranger(foreign_project: Project) -> Client:
    return signed_in(make_operator(foreign_project, username="stranger"))


def answers(device: Device, storage: StorageCredential, reference: str) -> dict[str, Any]:
    return {
        "project": device.project_id, "device": device.pk, "video_stream_id": 0, "profile": "", "storage": storage.pk,
        "output_format": 3, "max_media_file_duration": 60, "max_idle_time": 30, "file_name_prefix": "a",
        "reference": reference,
    }  # fmt: skip


def shown_reference(browser: Client) -> str:
    value: str = browser.get(URL).context["form"]["reference"].value()
    return value


def test_a_used_reference_tells_another_projects_user_nothing(
    sandbox: Sandbox, browser: Client, stranger: Client, device: Device, storage: StorageCredential,
    foreign_project: Project,
) -> None:  # fmt: skip
    reference = shown_reference(browser)
    assert browser.post(URL, answers(device, storage, reference)).status_code == 303
    own = make_device(foreign_project, device_id="crane_1", name="Crane 1")
    refused = stranger.post(URL, answers(own, make_storage(foreign_project), reference))
    assert refused.status_code == 422
    recording, page = Recording.objects.get(), refused.content.decode()
    assert recording.get_absolute_url() not in page
    for secret in (device.device_id, device.name, recording.task_id, recording.reference):
        assert secret not in page


def test_a_borrowed_reference_costs_its_owner_one_more_press(
    sandbox: Sandbox, browser: Client, stranger: Client, device: Device, storage: StorageCredential,
    foreign_project: Project,
) -> None:  # fmt: skip
    reference = shown_reference(browser)
    own = make_device(foreign_project, device_id="crane_1", name="Crane 1")
    assert stranger.post(URL, answers(own, make_storage(foreign_project), reference)).status_code == 303
    refused = browser.post(URL, answers(device, storage, reference))
    fresh = refused.context["form"]["reference"].value() if refused.status_code == 422 else reference
    assert refused.status_code == 303 or browser.post(URL, answers(device, storage, fresh)).status_code == 303
    assert Recording.objects.filter(device=device).count() == 1
