"""Close it and start anyway: a recording without reports locks no user out of a stream."""

import pytest
from django.test import Client

from recordings.lifecycle.reference import new_reference
from recordings.lifecycle.start import StreamIsLive, start_recording
from recordings.models import Attention, Decision, Device, Recording, StorageCredential, User
from recordings.sandbox import EntryKind, Sandbox
from tests.factories import make_device, signed_in
from tests.lifecycle.start_requests import start_request

pytestmark = pytest.mark.django_db
SILENCE = [Attention.SILENT, Attention.NOT_RECORDING, Attention.NOT_STOPPING]


@pytest.fixture
def running(sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential) -> Recording:
    return start_recording(actor=operator, request=start_request(device, storage))[0]


def answers(running: Recording, **more: object) -> dict[str, object]:
    return {
        "project": running.project_id, "device": running.device_id, "video_stream_id": 0,
        "storage": running.storage_id, "output_format": 3, "max_media_file_duration": 60, "max_idle_time": 30,
        "file_name_prefix": "shift", "reference": new_reference(),
    } | more  # fmt: skip


@pytest.mark.parametrize("attention", sorted(SILENCE))
def test_a_silent_one_is_closed_with_a_reason_and_the_stream_started(
    sandbox: Sandbox, operator: User, running: Recording, attention: Attention
) -> None:
    browser = signed_in(operator)
    Recording.objects.update(attention=attention)
    offered = browser.post("/recordings/new/", answers(running))
    assert offered.status_code == 422
    assert "Close it and start anyway" in offered.content.decode()
    without = browser.post("/recordings/new/", answers(running, closes=running.pk, close_reason=""))
    assert without.status_code == 422
    done = browser.post("/recordings/new/", answers(running, closes=running.pk, close_reason="It is off"))
    assert done.status_code == 303
    running.refresh_from_db()
    assert (running.state, running.attention) == (Recording.State.CLOSED, "")
    assert Decision.objects.get().reason == "It is off"
    assert len(sandbox.journal(EntryKind.STARTED)) == 2


def test_one_that_is_reported_is_neither_offered_nor_closed(
    sandbox: Sandbox, operator: User, running: Recording
) -> None:
    browser: Client = signed_in(operator)
    for more in ({}, {"closes": running.pk, "close_reason": "I want it"}):
        response = browser.post("/recordings/new/", answers(running, **more))
        assert response.status_code == 422
        assert "start anyway" not in response.content.decode()
    running.refresh_from_db()
    assert running.state == Recording.State.ACCEPTED
    assert len(sandbox.journal(EntryKind.STARTED)) == 1


def test_one_that_is_reported_again_at_the_same_moment_is_left_alone(
    sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential, running: Recording
) -> None:
    running.attention = Attention.SILENT  # as the page saw it; the row says otherwise
    with pytest.raises(StreamIsLive):
        start_recording(
            actor=operator, request=start_request(device, storage, closes=running, close_reason="It was silent")
        )
    assert not Decision.objects.exists()


def test_one_of_another_stream_is_not_closed_along_with_a_start(
    sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential, running: Recording
) -> None:
    Recording.objects.update(attention=Attention.SILENT)
    other = make_device(device.project, device_id="truck_003")
    request = start_request(other, storage, closes=running, close_reason="x")
    started, _ = start_recording(actor=operator, request=request)
    running.refresh_from_db()
    assert (started.state, running.state) == (Recording.State.ACCEPTED, Recording.State.ACCEPTED)


def test_one_that_ended_meanwhile_is_in_no_ones_way(
    sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential, running: Recording
) -> None:
    Recording.objects.update(state=Recording.State.ENDED)
    started, _ = start_recording(
        actor=operator, request=start_request(device, storage, closes=running, close_reason="x")
    )
    assert started.state == Recording.State.ACCEPTED
    assert not Decision.objects.exists()
