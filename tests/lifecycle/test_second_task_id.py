"""Two TaskIds for one start: each has a recording, so that each can be seen and stopped."""

import pytest
from django.db import transaction
from django.utils import timezone

from recordings.lifecycle.bucket_scan import scan_recording
from recordings.lifecycle.resolve import match_task_id
from recordings.lifecycle.send import conclude_start
from recordings.lifecycle.start import start_recording
from recordings.lifecycle.stop import stop_recording
from recordings.models import Attention, AuditEntry, Device, Recording, StorageCredential, User
from recordings.sandbox import EntryKind, Fault, Sandbox
from recordings.sandbox.bucket_server import BucketServer
from recordings.trro.outcome import Accepted
from recordings.worker.cycle import run_cycle
from tests.factories import signed_in
from tests.lifecycle.start_requests import start_request

pytestmark = pytest.mark.django_db


@pytest.fixture
def mistyped(sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential) -> Recording:
    """A start whose response was lost, and for which a user typed a TaskId that is not its own."""
    sandbox.add_fault(Fault.RESET_AFTER)
    recording, _ = start_recording(actor=operator, request=start_request(device, storage))
    match_task_id(actor=operator, recording=recording, task_id="-mistyped", reason="I read it off")
    recording.refresh_from_db()
    return recording


def answer_late(sandbox: Sandbox, recording: Recording) -> str:
    """The answer that was lost comes after all; its TaskId."""
    (started,) = sandbox.journal(EntryKind.STARTED)
    with transaction.atomic():
        answer = Accepted(task_id=started.task_id, request_id=started.request_id, response={})
        conclude_start(recording.calls.get(action="CreateCloudRecording", late=False), answer)
    return started.task_id


def test_a_late_answer_with_another_task_id_becomes_a_recording_that_can_be_stopped(
    sandbox: Sandbox, operator: User, mistyped: Recording
) -> None:
    task_id = answer_late(sandbox, mistyped)
    twin = Recording.objects.get(task_id=task_id)
    assert (twin.state, twin.is_duplicate, twin.device_id) == (Recording.State.ACCEPTED, False, mistyped.device_id)
    assert twin.request_id == sandbox.journal(EntryKind.STARTED)[0].request_id
    mistyped.refresh_from_db()
    assert (mistyped.task_id, mistyped.is_duplicate) == ("-mistyped", True)
    run_cycle(timezone.now())
    mistyped.refresh_from_db()
    assert mistyped.attention == Attention.DOUBLED
    entries = AuditEntry.objects.filter(action="recording.doubled").order_by("sequence")
    assert [each.after["other"] for each in entries] == [task_id, "-mistyped"]
    assert f"/recordings/{twin.pk}/" in signed_in(operator).get("/recordings/").content.decode()
    stop_recording(actor=operator, recording=twin)
    assert not sandbox.live()


def test_the_same_late_answer_again_makes_no_third_one(sandbox: Sandbox, mistyped: Recording) -> None:
    for _ in range(2):
        answer_late(sandbox, mistyped)
    assert Recording.objects.count() == 2


def test_a_stop_that_was_wanted_of_the_one_is_sent_to_the_other(
    sandbox: Sandbox, operator: User, mistyped: Recording
) -> None:
    stop_recording(actor=operator, recording=mistyped)
    answer_late(sandbox, mistyped)
    run_cycle(timezone.now())
    assert not sandbox.live()


def test_the_end_of_the_other_ends_the_alarm(sandbox: Sandbox, operator: User, mistyped: Recording) -> None:
    twin = Recording.objects.get(task_id=answer_late(sandbox, mistyped))
    twin.decisions.create(
        choice="closed", reason="x", decided_by=operator, decided_at=timezone.now(), knew_task_id=True
    )
    stop_recording(actor=operator, recording=twin)
    mistyped.refresh_from_db()
    assert not mistyped.is_duplicate


def test_the_bucket_shows_the_other_one_too_though_a_person_named_the_task_id(
    sandbox: Sandbox, bucket: BucketServer, mistyped: Recording
) -> None:
    bucket.put(mistyped.bucket, "/".join([*mistyped.file_name_prefix, "-real", "1400_x_0.mp4"]), b"x")
    assert scan_recording(mistyped.pk, mistyped.next_scan_at or timezone.now())
    twin = Recording.objects.get(task_id="-real")
    assert twin.state == Recording.State.ACCEPTED
    mistyped.refresh_from_db()
    assert mistyped.is_duplicate
