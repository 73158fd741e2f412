"""/recordings/<id>/support/: one file for the vendor's support, whole, and without a secret."""

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from recordings.lifecycle.start import start_recording
from recordings.lifecycle.stop import stop_recording
from recordings.models import AuditEntry, CallbackEvent, Device, Recording, StorageCredential, User
from recordings.sandbox import Sandbox
from tests.factories import ACCOUNT_SECRET_KEY, STORAGE_ACCESS_KEY, STORAGE_SECRET_KEY, signed_in
from tests.lifecycle.start_requests import start_request

pytestmark = pytest.mark.django_db(transaction=True)

BODY = b'{"canary": "of-the-callback-body"}'


@pytest.fixture
def stopped(sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential) -> Recording:
    """One that was started and stopped, with a callback and a file."""
    recording, _ = start_recording(actor=operator, request=start_request(device, storage))
    stop_recording(actor=operator, recording=recording, reason="Shift is over")
    now = timezone.now()
    CallbackEvent.objects.create(
        project=device.project, recording=recording, body=BODY, digest="d" * 64, received_at=now, interpreted_at=now,
        event_type=301, status=0, task_id=recording.task_id, happened_at=now,
    )  # fmt: skip
    recording.files.create(name="a_0.mp4", size=10, announced_at=now)
    return recording


def download(recording: Recording, person: User) -> tuple[str, dict[str, Any]]:
    response = signed_in(person).get(f"/recordings/{recording.pk}/support/")
    assert response.headers["Content-Disposition"] == f'attachment; filename="trro-support-{recording.reference}.json"'
    text = response.content.decode()
    return text, json.loads(text)


def test_it_holds_ids_parameters_calls_callbacks_files_and_timeline(stopped: Recording, auditor: User) -> None:
    _, pack = download(stopped, auditor)
    calls = list(stopped.calls.values_list("action", "request_id"))
    assert [(each["action"], each["request_id"]) for each in pack["calls"]] == calls
    assert (pack["recording"]["task_id"], pack["recording"]["request_id"]) == (stopped.task_id, stopped.request_id)
    assert pack["request"]["CloudStorage"]["Bucket"] == stopped.bucket
    assert [(each["event_type"], each["status"]) for each in pack["callbacks"]["rows"]] == [(301, 0)]
    assert pack["files"]["rows"][0]["name"] == "a_0.mp4"
    assert "requested the stop" in [each["what"] for each in pack["timeline"]]


def test_it_holds_no_secret_and_no_text_of_a_callback(stopped: Recording, operator: User) -> None:
    text, _ = download(stopped, operator)
    canaries = (STORAGE_ACCESS_KEY, STORAGE_SECRET_KEY, ACCOUNT_SECRET_KEY, "of-the-callback-body")
    assert not [canary for canary in canaries if canary in text]


def test_it_is_in_english_whatever_the_page(stopped: Recording, operator: User) -> None:
    with translation.override("zh-hans"):
        client = signed_in(operator)
        client.cookies["django_language"] = "zh-hans"
        pack = client.get(f"/recordings/{stopped.pk}/support/").json()
    assert pack["timeline"][0]["what"] == "requested the start"


def test_who_downloaded_it_is_in_the_trail(stopped: Recording, operator: User) -> None:
    download(stopped, operator)
    entry = AuditEntry.objects.get(action="recording.support_pack")
    assert (entry.actor, entry.target_id) == ("operator", str(stopped.pk))


def test_the_page_of_the_recording_leads_to_it(stopped: Recording, operator: User) -> None:
    page = signed_in(operator).get(stopped.get_absolute_url()).content.decode()
    assert f'href="/recordings/{stopped.pk}/support/"' in page


def test_signed_out_it_asks_to_sign_in(stopped: Recording) -> None:
    assert Client().get(f"/recordings/{stopped.pk}/support/").status_code == 302
