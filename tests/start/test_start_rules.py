"""Rules of starting that hold through the form, the service and the worker alike."""

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from recordings.lifecycle.send import conclude_start
from recordings.lifecycle.start import NotOffered, close_recording, start_again, start_recording
from recordings.lifecycle.stop import stop_recording
from recordings.models import AuditEntry, Decision, Device, Project, Recording, StorageCredential, User
from recordings.sandbox import EntryKind, Fault, Sandbox
from recordings.trro.outcome import Accepted
from recordings.worker.cycle import run_cycle
from tests.factories import make_device, make_operator, make_profile, make_project, make_storage, signed_in
from tests.lifecycle.start_requests import start_request
from tests.worker.test_cycle import LATER

pytestmark = pytest.mark.django_db
URL = "/recordings/new/"


@pytest.fixture
def browser(operator: User) -> Client:
    return signed_in(operator)


def answers(browser: Client, device: Device, storage: StorageCredential, **changes: Any) -> dict[str, Any]:
    return {
        "project": device.project_id,
        "device": device.pk,
        "video_stream_id": 0,
        "profile": "",
        "storage": storage.pk,
        "output_format": 3,
        "max_media_file_duration": 60,
        "max_idle_time": 30,
        "file_name_prefix": "shift",
        "reference": browser.get(URL).context["form"]["reference"].value(),
    } | changes


def test_the_panel_shows_the_reference_of_the_next_press_after_a_refusal_and_after_a_block(
    sandbox: Sandbox, browser: Client, device: Device, storage: StorageCredential
) -> None:
    sandbox.add_fault(Fault.REFUSE, code="OperationDenied")
    for _refused_then_blocked in range(3):
        response = browser.post(URL, answers(browser, device, storage))
        if response.status_code == 422:
            hidden = response.context["form"]["reference"].value().split(":")[0]
            assert response.context["preview"].reference == hidden
            assert f"/{hidden}/" in response.content.decode().replace("<wbr>", "")


def test_trying_again_is_refused_when_the_storage_was_taken_from_the_project(
    sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential
) -> None:
    sandbox.add_fault(Fault.INTERNAL_ERROR)
    refused, _ = start_recording(actor=operator, request=start_request(device, storage))
    storage.projects.clear()
    with pytest.raises(NotOffered):
        start_again(actor=operator, earlier=refused)
    response = signed_in(operator).post(f"/recordings/{refused.pk}/again/", follow=True)
    assert "Nothing was started" in response.content.decode()
    assert len(sandbox.journal(EntryKind.CALLED)) == 1


def test_a_remote_device_is_not_started_by_any_way(
    sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential
) -> None:
    Device.objects.update(type=Device.Type.REMOTE)
    device.refresh_from_db()
    with pytest.raises(NotOffered):
        start_recording(actor=operator, request=start_request(device, storage))


def test_what_runs_is_not_tried_again(
    sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential
) -> None:
    recording, _ = start_recording(actor=operator, request=start_request(device, storage))
    with pytest.raises(NotOffered):
        start_again(actor=operator, earlier=recording)


def test_a_queued_start_whose_storage_was_taken_away_is_cancelled_by_the_program(
    sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential
) -> None:
    sandbox.add_fault(Fault.REQUEST_LIMIT)
    recording, _ = start_recording(actor=operator, request=start_request(device, storage))
    storage.projects.clear()
    run_cycle(timezone.now() + LATER)
    recording.refresh_from_db()
    assert recording.state == Recording.State.CANCELLED
    assert Decision.objects.get().decided_by is None
    assert AuditEntry.objects.get(action="recording.cancelled").project_id == device.project.project_id


def doubled_pair(
    sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential
) -> tuple[Recording, Recording]:
    """A start whose TaskId came late, and the one that was started over it: both run."""
    sandbox.add_fault(Fault.RESET_AFTER)
    lost, _ = start_recording(actor=operator, request=start_request(device, storage))
    (started,) = sandbox.journal(EntryKind.STARTED)
    over, _ = start_recording(
        actor=operator, request=start_request(device, storage, closes=lost, close_reason="I looked")
    )
    with transaction.atomic():
        late = Accepted(task_id=started.task_id, request_id=started.request_id, response={})
        conclude_start(lost.calls.get(), late)
    lost.refresh_from_db()
    assert lost.is_duplicate
    return lost, over


def test_a_doubled_recording_still_holds_its_stream_when_the_other_is_over(
    sandbox: Sandbox, browser: Client, operator: User, device: Device, storage: StorageCredential
) -> None:
    lost, over = doubled_pair(sandbox, operator, device, storage)
    stop_recording(actor=operator, recording=over)
    close_recording(actor=operator, recording=over, reason="Seen ending")
    response = browser.post(URL, answers(browser, device, storage))
    assert response.status_code == 422
    assert response.context["blocking"] == lost
    lost.refresh_from_db()
    assert not lost.is_duplicate, "only one of the two is left"


def test_a_profile_of_another_project_is_not_read(
    browser: Client, device: Device, storage: StorageCredential, foreign_project: Project
) -> None:
    foreign = make_profile(make_storage(foreign_project), file_name_prefix="secret-client-name")
    posted = answers(browser, device, storage, refresh="profile", profile=foreign.pk)
    assert "secret-client-name" not in browser.post(URL, posted).content.decode()


def test_a_nul_in_the_device_search_finds_nothing_and_is_no_500(
    browser: Client, device: Device, storage: StorageCredential
) -> None:
    assert browser.get(URL, {"device_search": "a\0b"}).status_code == 200
    posted = answers(browser, device, storage, refresh="devices", device_search="a\0b")
    assert browser.post(URL, posted).status_code == 200


def test_the_last_day_of_all_is_no_500(browser: Client) -> None:
    assert browser.get("/recordings/", {"until": "9999-12-31"}).status_code == 200


def test_the_way_to_start_anyway_stays_when_the_form_is_refreshed(
    sandbox: Sandbox, browser: Client, operator: User, device: Device, storage: StorageCredential
) -> None:
    sandbox.add_fault(Fault.RESET_BEFORE)
    lost, _ = start_recording(actor=operator, request=start_request(device, storage))
    blocked = answers(browser, device, storage, blocking=lost.pk, close_reason="No files", refresh="devices")
    page = browser.post(URL, blocked).content.decode()
    assert 'name="close_reason"' in page
    assert 'value="No files"' in page
    assert 'name="close_reason"' not in browser.post(URL, blocked | {"video_stream_id": 7}).content.decode()


def test_a_changed_form_is_no_retry_of_the_refused_start(
    sandbox: Sandbox, browser: Client, device: Device, storage: StorageCredential
) -> None:
    sandbox.add_fault(Fault.REFUSE, code="OperationDenied")
    refused = browser.post(URL, answers(browser, device, storage)).context["refused"]
    browser.post(URL, answers(browser, device, storage, retry_of=refused.pk, video_stream_id=7))
    assert Recording.objects.get(video_stream_id=7).retry_of is None


def test_the_trail_names_the_device_and_not_a_number(
    sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential
) -> None:
    recording, _ = start_recording(actor=operator, request=start_request(device, storage))
    targets = set(AuditEntry.objects.values_list("target", flat=True))
    assert targets == {f"truck_07/0 {recording.reference}"}


def test_a_borrowed_form_shows_no_other_users_recording(
    sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential
) -> None:
    borrowed = answers(signed_in(operator), device, storage)
    signed_in(operator).post(URL, borrowed)
    other = make_project()
    stranger = signed_in(make_operator(other))
    posted = borrowed | {"project": other.pk, "device": make_device(other).pk, "storage": make_storage(other).pk}
    response = stranger.post(URL, posted)
    assert response.status_code == 422
    assert "truck_07" not in response.content.decode()
    assert "Already submitted" in response.content.decode()
