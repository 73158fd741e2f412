"""The page of one recording: what came of it, what was sent, every try, its decisions."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from recordings.capture.usecases import close_recording, start_recording
from recordings.models import Device, Recording, StorageCredential, User
from recordings.sandbox import Fault, Sandbox
from tests.capture.wanted import wanted
from tests.factories import STORAGE_ACCESS_KEY, STORAGE_SECRET_KEY, signed_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def browser(operator: User) -> Client:
    return signed_in(operator)


def test_it_shows_the_call_as_it_was_sent_without_its_secrets(
    sandbox: Sandbox, browser: Client, operator: User, device: Device, storage: StorageCredential
) -> None:
    recording, _ = start_recording(actor=operator, wanted=wanted(device, storage))
    page = browser.get(recording.get_absolute_url()).content.decode()
    for text in ("CreateCloudRecording", "ProjectId", device.project.project_id, storage.bucket, recording.reference):
        assert text in page
    assert STORAGE_ACCESS_KEY not in page
    assert STORAGE_SECRET_KEY not in page


def test_it_lists_every_try_with_its_code_and_request_id(
    sandbox: Sandbox, browser: Client, operator: User, device: Device, storage: StorageCredential
) -> None:
    sandbox.add_fault(Fault.REFUSE, code="OperationDenied", message="No.")
    recording, _ = start_recording(actor=operator, wanted=wanted(device, storage))
    page = browser.get(recording.get_absolute_url()).content.decode()
    assert recording.calls.get().request_id in page
    assert "OperationDenied" in page


def test_text_of_the_vendor_is_shown_inert(
    sandbox: Sandbox, browser: Client, operator: User, device: Device, storage: StorageCredential
) -> None:
    sandbox.add_fault(Fault.REFUSE, code="InternalError", message='<script>alert(1)</script>"{{ x }}')
    recording, _ = start_recording(actor=operator, wanted=wanted(device, storage))
    page = browser.get(recording.get_absolute_url()).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_closed_recording_shows_who_closed_it_and_why(
    sandbox: Sandbox, browser: Client, operator: User, device: Device, storage: StorageCredential
) -> None:
    recording, _ = start_recording(actor=operator, wanted=wanted(device, storage))
    close_recording(actor=operator, recording=recording, reason="The truck is in the workshop")
    assert "The truck is in the workshop" in browser.get(recording.get_absolute_url()).content.decode()


def test_a_live_one_refreshes_itself_and_a_settled_one_does_not(
    sandbox: Sandbox, browser: Client, operator: User, device: Device, storage: StorageCredential
) -> None:
    recording, _ = start_recording(actor=operator, wanted=wanted(device, storage))
    assert "hx-trigger" in browser.get(recording.get_absolute_url(), headers={"HX-Request": "true"}).content.decode()
    Recording.objects.update(state=Recording.State.ENDED)
    settled = browser.get(recording.get_absolute_url(), headers={"HX-Request": "true"}).content.decode()
    assert "every " not in settled


def test_only_those_who_may_decide_are_offered_to(
    sandbox: Sandbox, auditor: User, operator: User, device: Device, storage: StorageCredential
) -> None:
    recording, _ = start_recording(actor=operator, wanted=wanted(device, storage))
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
    recording, _ = start_recording(actor=operator, wanted=wanted(device, storage))
    with django_assert_max_num_queries(11):
        browser.get(recording.get_absolute_url())
