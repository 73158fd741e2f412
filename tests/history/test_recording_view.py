"""The page of one recording: what came of it, what was sent, every try, its decisions."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from recordings import heartbeat
from recordings.lifecycle.start import close_recording, start_recording
from recordings.lifecycle.stop import stop_recording
from recordings.models import Device, Recording, StorageCredential, UnclaimedTask, User
from recordings.sandbox import Fault, Sandbox
from tests.factories import STORAGE_ACCESS_KEY, STORAGE_SECRET_KEY, signed_in
from tests.lifecycle.start_requests import start_request

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(operator: User) -> Client:
    return signed_in(operator)


def test_it_shows_the_call_as_it_was_sent_without_its_secrets(
    sandbox: Sandbox, browser: Client, operator: User, device: Device, storage: StorageCredential
) -> None:
    recording, _ = start_recording(actor=operator, request=start_request(device, storage))
    page = browser.get(recording.get_absolute_url()).content.decode()
    for text in ("CreateCloudRecording", "ProjectId", device.project.project_id, storage.bucket, recording.reference):
        assert text in page
    assert STORAGE_ACCESS_KEY not in page
    assert STORAGE_SECRET_KEY not in page


def test_it_lists_every_try_with_its_code_and_request_id(
    sandbox: Sandbox, browser: Client, operator: User, device: Device, storage: StorageCredential
) -> None:
    sandbox.add_fault(Fault.REFUSE, code="OperationDenied", message="No.")
    recording, _ = start_recording(actor=operator, request=start_request(device, storage))
    page = browser.get(recording.get_absolute_url()).content.decode()
    assert recording.calls.get().request_id in page
    assert "OperationDenied" in page


def test_text_of_the_vendor_is_shown_inert(
    sandbox: Sandbox, browser: Client, operator: User, device: Device, storage: StorageCredential
) -> None:
    sandbox.add_fault(Fault.REFUSE, code="InternalError", message='<script>alert(1)</script>"{{ x }}')
    recording, _ = start_recording(actor=operator, request=start_request(device, storage))
    page = browser.get(recording.get_absolute_url()).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_closed_recording_shows_who_closed_it_and_why(
    sandbox: Sandbox, browser: Client, operator: User, device: Device, storage: StorageCredential
) -> None:
    recording, _ = start_recording(actor=operator, request=start_request(device, storage))
    close_recording(actor=operator, recording=recording, reason="The truck is in the workshop")
    assert "The truck is in the workshop" in browser.get(recording.get_absolute_url()).content.decode()


def test_a_live_one_refreshes_itself_and_a_settled_one_does_not(
    sandbox: Sandbox, browser: Client, operator: User, device: Device, storage: StorageCredential
) -> None:
    recording, _ = start_recording(actor=operator, request=start_request(device, storage))
    assert "hx-trigger" in browser.get(recording.get_absolute_url(), headers={"HX-Request": "true"}).content.decode()
    Recording.objects.update(state=Recording.State.ENDED)
    settled = browser.get(recording.get_absolute_url(), headers={"HX-Request": "true"}).content.decode()
    assert "every " not in settled


def test_only_those_who_may_decide_are_offered_to(
    sandbox: Sandbox, auditor: User, operator: User, device: Device, storage: StorageCredential
) -> None:
    recording, _ = start_recording(actor=operator, request=start_request(device, storage))
    assert (
        f"/recordings/{recording.pk}/close/" in signed_in(operator).get(recording.get_absolute_url()).content.decode()
    )
    assert (
        f"/recordings/{recording.pk}/close/"
        not in signed_in(auditor).get(recording.get_absolute_url()).content.decode()
    )


def test_it_takes_few_queries(
    sandbox: Sandbox,
    browser: Client,
    operator: User,
    device: Device,
    storage: StorageCredential,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    recording, _ = start_recording(actor=operator, request=start_request(device, storage))
    with django_assert_max_num_queries(16):
        browser.get(recording.get_absolute_url())


def test_without_a_worker_a_start_that_is_overdue_says_so_and_to_tell_an_administrator(
    sandbox: Sandbox, browser: Client, operator: User, device: Device, storage: StorageCredential
) -> None:
    sandbox.add_fault(Fault.REFUSE, code="RequestLimitExceeded", message="Slower.")
    recording, _ = start_recording(actor=operator, request=start_request(device, storage))
    url, now = recording.get_absolute_url(), timezone.now()
    assert "Overdue" not in browser.get(url).content.decode()
    Recording.objects.update(not_before=now - timedelta(seconds=11))
    assert "Tell the administrator of this server" in browser.get(url).content.decode()
    heartbeat.beat(now)
    assert "Overdue" not in browser.get(url).content.decode()


def test_without_a_worker_an_answer_that_never_came_is_overdue(
    sandbox: Sandbox, browser: Client, operator: User, device: Device, storage: StorageCredential
) -> None:
    recording, _ = start_recording(actor=operator, request=start_request(device, storage))
    recording.calls.update(outcome="", lease_until=timezone.now() - timedelta(seconds=11))
    assert "Overdue" in browser.get(recording.get_absolute_url()).content.decode()


def test_the_timeline_shows_the_year_of_each_call(
    sandbox: Sandbox, browser: Client, operator: User, device: Device, storage: StorageCredential
) -> None:
    recording, _ = start_recording(actor=operator, request=start_request(device, storage))
    call = recording.calls.get()
    assert call.closed_at
    row = browser.get(recording.get_absolute_url()).content.decode().partition(f'id="call-{call.pk}"')
    assert timezone.localtime(call.closed_at).strftime(">%Y-%m-%d %H:%M:%S<") in row[2][:600]


def test_the_timeline_tells_who_first_by_display_name(
    sandbox: Sandbox, browser: Client, operator: User, device: Device, storage: StorageCredential
) -> None:
    User.objects.filter(pk=operator.pk).update(first_name="Lin", last_name="Xiao")
    operator.refresh_from_db()
    recording, _ = start_recording(actor=operator, request=start_request(device, storage))
    stop_recording(actor=operator, recording=recording, reason="Shift is over")
    page = browser.get(recording.get_absolute_url()).content.decode()
    assert "<strong>Lin Xiao</strong> requested the start" in page
    assert "<strong>Lin Xiao</strong> requested the stop" in page
    assert "<strong>operator</strong>" not in page


def test_an_unknown_start_says_until_when_its_bucket_is_searched_and_which_tasks_match(
    sandbox: Sandbox, browser: Client, operator: User, device: Device, storage: StorageCredential
) -> None:
    sandbox.add_fault(Fault.RESET_AFTER)
    recording, _ = start_recording(actor=operator, request=start_request(device, storage))
    later = timezone.now()
    UnclaimedTask.objects.create(
        project=device.project, task_id="-a/b+c", first_event=1, first_reported_at=later, last_reported_at=later
    )
    page = browser.get(recording.get_absolute_url()).content.decode()
    assert recording.max_media_file_duration
    longest_file = timedelta(minutes=recording.max_media_file_duration)
    until = timezone.localtime(recording.created_at + longest_file + timedelta(days=1))
    assert f"searched for its TaskId until {until:%Y-%m-%d %H:%M}" in page
    assert f"/recordings/{recording.pk}/resolve/?task_id=-a%2Fb%2Bc" in page
    assert page.count("button--primary") == 2, "Resolve, and the start button of every page"
