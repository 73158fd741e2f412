"""The worker's cycle, with a given clock: lost calls, spilled answers, starts that may be repeated."""

from datetime import timedelta

import pytest
from django.utils import timezone

from recordings import calls, spill
from recordings.lifecycle.start import start_recording
from recordings.models import ApiCall, Device, Recording, StorageCredential, User
from recordings.sandbox import EntryKind, Fault, Sandbox
from recordings.trro.outcome import Accepted
from recordings.worker.cycle import run_cycle
from tests.lifecycle.start_requests import start_request

pytestmark = pytest.mark.django_db
LATER = timedelta(minutes=5)


def test_a_start_over_the_quota_waits_and_is_sent_again_when_its_time_has_come(
    sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential
) -> None:
    sandbox.add_fault(Fault.REQUEST_LIMIT)
    recording, _ = start_recording(actor=operator, request=start_request(device, storage))
    assert recording.state == Recording.State.QUEUED
    run_cycle(timezone.now())
    recording.refresh_from_db()
    assert recording.state == Recording.State.QUEUED, "its pause has not passed"
    run_cycle(timezone.now() + LATER)
    recording.refresh_from_db()
    assert (recording.state, recording.tries) == (Recording.State.ACCEPTED, 2)
    assert [call.outcome for call in recording.calls.all()] == ["refused", "accepted"]
    assert len(sandbox.journal(EntryKind.STARTED)) == 1


def test_repeating_ends_after_five_attempts(
    sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential
) -> None:
    sandbox.add_fault(Fault.REQUEST_LIMIT, times=None)
    recording, _ = start_recording(actor=operator, request=start_request(device, storage))
    for _ in range(8):
        run_cycle(timezone.now() + LATER)
    recording.refresh_from_db()
    assert (recording.state, recording.calls.count()) == (Recording.State.REFUSED, 5)
    assert recording.error_code == "RequestLimitExceeded"


def test_an_internal_error_is_repeated_only_where_the_account_says_so(
    sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential
) -> None:
    sandbox.add_fault(Fault.INTERNAL_ERROR, times=None)
    refused, _ = start_recording(actor=operator, request=start_request(device, storage))
    assert refused.state == Recording.State.REFUSED
    account = device.project.account
    account.repeat_internal_error = True
    account.save()
    device.refresh_from_db()
    recording, _ = start_recording(actor=operator, request=start_request(device, storage))
    for _ in range(6):
        run_cycle(timezone.now() + LATER)
    recording.refresh_from_db()
    assert (recording.state, recording.calls.count()) == (Recording.State.REFUSED, 4)


def test_queued_start_of_a_user_who_lost_the_role_is_cancelled(
    sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential
) -> None:
    sandbox.add_fault(Fault.REQUEST_LIMIT)
    recording, _ = start_recording(actor=operator, request=start_request(device, storage))
    operator.memberships.all().delete()
    run_cycle(timezone.now() + LATER)
    recording.refresh_from_db()
    assert recording.state == Recording.State.CANCELLED
    assert not sandbox.journal(EntryKind.STARTED)


def test_a_call_whose_process_is_gone_becomes_unknown_and_holds_its_stream(
    sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(calls, "store", lambda *_: None)  # as if killed before the answer was stored
        recording, _ = start_recording(actor=operator, request=start_request(device, storage))
    run_cycle(timezone.now())
    recording.refresh_from_db()
    assert recording.state == Recording.State.SENDING, "its lease still runs"
    run_cycle(timezone.now() + LATER)
    recording.refresh_from_db()
    assert (recording.state, recording.error_code) == (Recording.State.UNKNOWN, "ProcessLost")
    run_cycle(timezone.now() + 2 * LATER)
    assert len(sandbox.journal(EntryKind.STARTED)) == 1


def test_a_spilled_answer_is_stored_once_and_before_its_call_is_given_up(
    sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(
            calls,
            "store",
            lambda row, outcome, _conclude: spill.keep(call_id=row.pk, opened_at=row.created_at, outcome=outcome),
        )
        recording, outcome = start_recording(actor=operator, request=start_request(device, storage))
    assert isinstance(outcome, Accepted)
    for _ in range(2):
        run_cycle(timezone.now() + LATER)
    recording.refresh_from_db()
    assert (recording.state, recording.task_id) == (Recording.State.ACCEPTED, outcome.task_id)
    assert ApiCall.objects.count() == 1
