"""The page that puts a batch together: nothing is sent without a preview, nor when that does not hold any more."""

from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from recordings.lifecycle.batches.create import create_batch
from recordings.models import Batch, Device, Project, RecordingProfile, StorageCredential, User
from tests.factories import make_device, make_operator, make_project, signed_in

from .requests import batch_request
from .test_create import recorded

pytestmark = pytest.mark.django_db
URL = "/batches/new/"


@pytest.fixture
def devices(project: Project) -> list[Device]:
    return [make_device(project, device_id=f"truck_{number:02}", status="connected") for number in range(4)]


@pytest.fixture
def browser(operator: User) -> Client:
    return signed_in(operator)


def shown(response: Any) -> dict[str, Any]:
    """What the page's form holds, to be posted again."""
    form = response.context["form"]
    return {name: "" if (value := form[name].value()) is None else value for name in form.fields}


def fates(response: Any) -> dict[str, int]:
    return {fate.value: len(lines) for fate, lines in response.context["preview"].groups}


def preview(browser: Client, devices: list[Device], profile: RecordingProfile, **more: Any) -> Any:
    posted = {"action": "start", "device": [device.pk for device in devices], "profile": profile.pk, "streams": "0"}
    return browser.post(URL, posted | more)


def test_devices_of_a_list_are_previewed_and_nothing_is_created(
    browser: Client, devices: list[Device], profile: RecordingProfile
) -> None:
    response = browser.post(URL, {"action": "start", "device": [device.pk for device in devices]})
    assert response.status_code == 200
    assert fates(response) == {"start": 4}
    assert not Batch.objects.exists()


def test_the_preview_says_what_becomes_of_each_target(
    browser: Client, operator: User, project: Project, devices: list[Device], profile: RecordingProfile
) -> None:
    recorded(operator, devices[0], profile.storage)
    Device.objects.filter(pk=devices[1].pk).update(status="offline")
    seat = make_device(project, type=Device.Type.REMOTE)
    elsewhere = make_device(make_project(account=project.account))
    make_operator_of(operator, elsewhere.project)
    response = preview(signed_in(operator), [*devices, seat, elsewhere], profile)
    assert fates(response) == {"start": 2, "offline": 1, "live": 1, "storage": 1, "not_offered": 1}
    assert "Start 3 recordings" in response.content.decode()


def make_operator_of(person: User, project: Project) -> None:
    person.memberships.create(role="operator", project=project)


def test_what_was_previewed_is_created_once(browser: Client, devices: list[Device], profile: RecordingProfile) -> None:
    posted = shown(preview(browser, devices, profile, streams="0, 2", name="Night shift")) | {"create": "1"}
    first, second = browser.post(URL, posted), browser.post(URL, posted)
    batch = Batch.objects.get()
    assert first.headers["Location"] == second.headers["Location"] == f"/batches/{batch.pk}/"
    assert (batch.name, batch.size, batch.profile, batch.storage) == ("Night shift", 8, profile, profile.storage)
    assert set(batch.items.values_list("video_stream_id", flat=True)) == {0, 2}


def test_a_fleet_that_changed_since_sends_nothing_and_shows_the_difference(
    browser: Client, operator: User, devices: list[Device], profile: RecordingProfile
) -> None:
    posted = shown(preview(browser, devices, profile)) | {"create": "1"}
    recorded(operator, devices[2], profile.storage)
    response = browser.post(URL, posted)
    assert response.status_code == 422
    assert not Batch.objects.exists()
    assert "1 target has changed" in response.content.decode()
    assert [line.device for line, _before in response.context["changes"]] == [devices[2]]
    assert browser.post(URL, shown(response) | {"create": "1"}).status_code == 303
    assert Batch.objects.get().size == 3


def test_nothing_is_created_without_a_preview(
    browser: Client, devices: list[Device], profile: RecordingProfile
) -> None:
    response = preview(browser, devices, profile, create="1")
    assert response.status_code == 422
    assert not Batch.objects.exists()


def test_another_users_preview_and_targets_are_not_taken(
    browser: Client, project: Project, devices: list[Device], profile: RecordingProfile
) -> None:
    posted = shown(preview(browser, devices, profile)) | {"create": "1"}
    response = signed_in(make_operator(project)).post(URL, posted)
    assert response.status_code == 422
    assert response.context["preview"].lines == []
    assert not Batch.objects.exists()


def test_devices_of_other_projects_are_left_out(
    browser: Client, foreign_project: Project, devices: list[Device], profile: RecordingProfile
) -> None:
    foreign = make_device(foreign_project)
    response = preview(browser, [*devices, foreign], profile, pasted=foreign.device_id)
    assert foreign not in [line.device for line in response.context["preview"].lines]
    assert response.context["pasted"].unknown == [foreign.device_id]
    assert foreign.project.name not in response.content.decode()


def test_pasted_ids_are_added_and_unknown_ones_named(
    browser: Client, devices: list[Device], profile: RecordingProfile
) -> None:
    text = "truck_00\ttruck_01\r\n“TRUCK_02”；truck_99, ｔｒｕｃｋ＿０３"
    response = browser.post(URL, {"action": "start", "pasted": text})
    assert [line.device.device_id for line in response.context["preview"].lines] == [f"truck_0{n}" for n in range(4)]
    assert response.context["pasted"].unknown == ["truck_99"]
    assert shown(response)["pasted"] == "truck_99"
    assert "truck_99" in response.content.decode()


def test_an_id_that_two_projects_have_needs_its_project(
    operator: User, project: Project, devices: list[Device]
) -> None:
    other = make_project()
    make_operator_of(operator, other)
    twin = make_device(other, device_id="truck_00")
    browser = signed_in(operator)
    response = browser.post(URL, {"action": "start", "pasted": "truck_00"})
    assert (response.context["pasted"].ambiguous, response.context["preview"].lines) == (["truck_00"], [])
    response = browser.post(URL, {"action": "start", "pasted": "truck_00", "project": other.pk})
    assert [line.device for line in response.context["preview"].lines] == [twin]


def test_more_than_the_account_may_record_is_said_and_can_be_left_out(
    browser: Client, project: Project, devices: list[Device], profile: RecordingProfile
) -> None:
    project.account.live_limit = 3
    project.account.save()
    response = preview(browser, devices, profile)
    assert "1 over the limit" in response.content.decode()
    response = preview(browser, devices, profile, only_fitting="on")
    assert "Start 3 recordings" in response.content.decode()
    browser.post(URL, shown(response) | {"only_fitting": "on", "create": "1"})
    assert Batch.objects.get().size == 3


def test_a_storage_without_a_tested_key_is_told_and_one_without_a_key_is_refused(
    browser: Client, project: Project, devices: list[Device], profile: RecordingProfile
) -> None:
    assert "Storage key not tested" in preview(browser, devices, profile).content.decode()
    profile.storage.keys.update(replaced_at="2026-01-01T00:00:00Z")
    response = preview(browser, devices, profile)
    assert "Storage without a key" in response.content.decode()
    assert browser.post(URL, shown(response) | {"create": "1"}).status_code == 422
    assert not Batch.objects.exists()


@pytest.mark.parametrize("streams", ["", "-1", "0,100", "zero", "0 1", "１", ",".join(map(str, range(11)))])
def test_streams_are_numbers_from_0_to_99(
    browser: Client, devices: list[Device], profile: RecordingProfile, streams: str
) -> None:
    posted = shown(preview(browser, devices, profile)) | {"streams": streams or " ", "create": "1"}
    response = browser.post(URL, posted)
    assert response.status_code == 422
    assert "streams" in response.context["form"].errors


def test_stopping_more_than_twenty_asks_for_a_reason_and_their_number(
    browser: Client, operator: User, project: Project, storage: StorageCredential
) -> None:
    recordings = [recorded(operator, make_device(project), storage) for _ in range(21)]
    posted = {"action": "stop", "device": [recording.device_id for recording in recordings]}
    page = shown(browser.post(URL, posted)) | {"create": "1"}
    response = browser.post(URL, page)
    assert {"reason", "typed"} == set(response.context["form"].errors)
    assert browser.post(URL, page | {"reason": "end of shift", "typed": "20"}).status_code == 422
    assert not Batch.objects.exists()
    assert browser.post(URL, page | {"reason": "end of shift", "typed": "21"}).status_code == 303
    batch = Batch.objects.get()
    assert (batch.action, batch.size, batch.reason) == ("stop", 21, "end of shift")


def test_stopping_a_few_needs_neither(
    browser: Client, operator: User, device: Device, storage: StorageCredential
) -> None:
    recording = recorded(operator, device, storage)
    page = shown(browser.post(URL, {"action": "stop", "device": [device.pk]}))
    assert browser.post(URL, page | {"create": "1"}).status_code == 303
    assert Batch.objects.get().items.get().recording == recording


def test_a_batch_is_repeated_and_what_it_started_is_stopped(
    browser: Client, operator: User, devices: list[Device], profile: RecordingProfile, storage: StorageCredential
) -> None:
    batch = create_batch(actor=operator, request=batch_request(devices, storage))
    ours = recorded(operator, devices[0], storage, batch=batch)
    recorded(operator, devices[1], storage)
    response = browser.get(f"{URL}?action=stop&batch={batch.pk}")
    assert [line.recording for line in response.context["preview"].lines] == [ours]
    response = browser.get(f"{URL}?action=start&batch={batch.pk}")
    assert [line.device for line in response.context["preview"].lines] == devices


def test_a_device_can_be_taken_off(browser: Client, devices: list[Device], profile: RecordingProfile) -> None:
    page = shown(preview(browser, devices, profile))
    response = browser.post(URL, page | {"without": devices[1].pk})
    assert devices[1] not in [line.device for line in response.context["preview"].lines]


def test_a_second_user_is_announced(
    browser: Client, devices: list[Device], profile: RecordingProfile, settings: Settings
) -> None:
    settings.BATCH_CONFIRM_ABOVE = 3
    assert "A second user must confirm" in preview(browser, devices, profile).content.decode()


def test_fragment_and_page(browser: Client) -> None:
    assert "<html" in browser.get(URL).content.decode()
    assert "<html" not in browser.get(URL, headers={"HX-Request": "true"}).content.decode()


def test_a_preview_of_many_devices_has_a_query_budget(
    operator: User,
    project: Project,
    devices: list[Device],
    profile: RecordingProfile,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    browser = signed_in(operator)
    many = [*devices, *(make_device(project) for _ in range(60))]
    preview(browser, devices, profile)
    with django_assert_max_num_queries(20):
        preview(browser, many, profile)
