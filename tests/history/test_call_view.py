"""/recordings/<id>/calls/<id>/: the call behind a click, without its secrets, beside the last accepted one."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from recordings.lifecycle.start import start_recording
from recordings.lifecycle.stop import stop_recording
from recordings.models import ApiCall, Device, Recording, StorageCredential, User
from recordings.sandbox import Fault, Sandbox
from tests.factories import ACCOUNT_SECRET_KEY, STORAGE_ACCESS_KEY, STORAGE_SECRET_KEY, signed_in
from tests.forms import FRAGMENT
from tests.lifecycle.start_requests import start_request

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def browser(operator: User) -> Client:
    return signed_in(operator)


@pytest.fixture
def started(sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential) -> Recording:
    return start_recording(actor=operator, request=start_request(device, storage))[0]


def url(call: ApiCall) -> str:
    return f"/recordings/{call.recording_id}/calls/{call.pk}/"


def test_it_shows_request_and_response_in_every_form_and_no_secret(started: Recording, browser: Client) -> None:
    response = browser.get(url(started.calls.get()))
    detail, page = response.context["detail"], response.content.decode()
    assert json.loads(detail.response) == {"Response": {"TaskId": started.task_id, "RequestId": started.request_id}}
    for text in ("tccli trro CreateCloudRecording", "models.CreateCloudRecordingRequest()", "$STORAGE_SECRET_KEY"):
        assert text in page
    assert not [secret for secret in (STORAGE_ACCESS_KEY, STORAGE_SECRET_KEY, ACCOUNT_SECRET_KEY) if secret in page]


def test_every_parameter_is_explained_twice(started: Recording, browser: Client) -> None:
    shown = browser.get(url(started.calls.get())).context["detail"].request.parameters
    assert {"ProjectId", "CloudStorage.Bucket", "MaxIdleTime"} <= {each.name for each in shown}
    assert all(each.help and each.help.plain and each.help.vendor for each in shown)


def test_a_stop_is_the_call_with_its_task_id(started: Recording, browser: Client, operator: User) -> None:
    stop_recording(actor=operator, recording=started)
    stop = started.calls.get(action="DeleteCloudRecording")
    detail = browser.get(url(stop)).context["detail"]
    assert [(each.name, each.value) for each in detail.request.parameters] == [("TaskId", started.task_id)]
    assert json.loads(detail.response) == {"Response": {"RequestId": stop.request_id}}
    assert detail.comparison is None


def test_a_refusal_is_shown_as_the_error_body_and_explained(
    sandbox: Sandbox, browser: Client, operator: User, device: Device, storage: StorageCredential
) -> None:
    sandbox.add_fault(Fault.REFUSE, code="OperationDenied", message='No "video".')
    refused, _ = start_recording(actor=operator, request=start_request(device, storage))
    detail = browser.get(url(refused.calls.get())).context["detail"]
    assert json.loads(detail.response)["Response"]["Error"] == {"Code": "OperationDenied", "Message": 'No "video".'}
    assert detail.explanation


def test_a_lost_response_is_no_response(
    sandbox: Sandbox, browser: Client, operator: User, device: Device, storage: StorageCredential
) -> None:
    sandbox.add_fault(Fault.RESET_AFTER)
    lost, _ = start_recording(actor=operator, request=start_request(device, storage))
    response = browser.get(url(lost.calls.get()))
    assert response.context["detail"].response == ""
    assert "None that says anything." in response.content.decode()


def test_it_is_compared_with_the_last_accepted_start_of_the_device(
    started: Recording, sandbox: Sandbox, browser: Client, operator: User, device: Device, storage: StorageCredential
) -> None:
    Recording.objects.update(state=Recording.State.ENDED, created_at=timezone.now() - timedelta(minutes=2))
    sandbox.add_fault(Fault.REFUSE, code="OperationDenied", message="No.")
    between, _ = start_recording(actor=operator, request=start_request(device, storage))
    second, _ = start_recording(actor=operator, request=start_request(device, storage, max_idle_time=600))
    comparison = browser.get(url(second.calls.get())).context["detail"].comparison
    assert comparison.earlier == started, "not the refused one between them"
    assert [(each.name, each.then, each.now) for each in comparison.differences] == [("MaxIdleTime", "30", "600")]
    assert browser.get(url(between.calls.get())).context["detail"].comparison.differences == []


def test_a_fragment_is_for_the_dialog(started: Recording, browser: Client) -> None:
    page = browser.get(url(started.calls.get()), headers=FRAGMENT).content.decode()
    assert page.lstrip().startswith('<section id="call-detail"')


def test_a_call_of_another_recording_is_not_there(started: Recording, browser: Client) -> None:
    call = started.calls.get()
    assert browser.get(f"/recordings/{started.pk + 1}/calls/{call.pk}/").status_code == 404
    assert browser.get(f"/recordings/{started.pk}/calls/{call.pk + 1}/").status_code == 404
