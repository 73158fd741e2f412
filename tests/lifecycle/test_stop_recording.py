"""Stopping: one click whatever the recording's state, safe to repeat, every try in the ledger."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from recordings import calls
from recordings.lifecycle.resolve import match_task_id
from recordings.lifecycle.start import start_recording
from recordings.lifecycle.stop import Cancelled, NotLive, StopDeferred, StopInProgress, stop_recording
from recordings.models import ApiCall, Attention, AuditEntry, Decision, Device, Recording, StorageCredential, User
from recordings.sandbox import EntryKind, Fault, Sandbox
from recordings.trro.outcome import Accepted, Refused, Unknown
from recordings.worker.cycle import run_cycle
from tests.factories import make_auditor
from tests.lifecycle.start_requests import start_request

pytestmark = pytest.mark.django_db
STOP = "DeleteCloudRecording"
LATER = timedelta(seconds=9)
State = Recording.State


@pytest.fixture
def running(sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential) -> Recording:
    recording = start_recording(actor=operator, request=start_request(device, storage))[0]
    assert recording.state == State.ACCEPTED
    return recording


@pytest.fixture
def unknown(sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential) -> Recording:
    sandbox.add_fault(Fault.RESET_AFTER)
    return start_recording(actor=operator, request=start_request(device, storage))[0]


def stops(recording: Recording) -> list[str]:
    return list(recording.calls.filter(action=STOP).order_by("id").values_list("outcome", flat=True))


def test_an_accepted_stop_is_in_ledger_and_trail_and_the_task_has_ended(
    sandbox: Sandbox, running: Recording, operator: User
) -> None:
    outcome = stop_recording(actor=operator, recording=running, reason="Shift is over")
    running.refresh_from_db()
    assert isinstance(outcome, Accepted)
    assert (running.state, stops(running)) == (State.STOPPING, ["accepted"])
    assert [entry.task_id for entry in sandbox.journal(EntryKind.STOPPED)] == [running.task_id]
    asked = AuditEntry.objects.get(action="recording.stop_asked")
    assert (asked.actor, asked.reason) == (operator.username, "Shift is over")
    assert AuditEntry.objects.filter(action="recording.stop_accepted").exists()


def test_a_second_stop_says_that_it_was_stopped_and_sends_nothing(
    sandbox: Sandbox, running: Recording, operator: User
) -> None:
    stop_recording(actor=operator, recording=running)
    with pytest.raises(StopInProgress):
        stop_recording(actor=operator, recording=running)
    assert stops(running) == ["accepted"]


def test_what_does_not_stop_within_two_minutes_can_be_stopped_again(
    sandbox: Sandbox, running: Recording, operator: User
) -> None:
    stop_recording(actor=operator, recording=running)
    ApiCall.objects.filter(action=STOP).update(created_at=timezone.now() - timedelta(minutes=3))
    outcome = stop_recording(actor=operator, recording=running)
    assert isinstance(outcome, Refused)
    assert outcome.code == "ResourceNotFound"


def test_a_stop_that_is_still_out_keeps_a_second_one_from_leaving(
    sandbox: Sandbox, running: Recording, operator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(calls, "store", lambda *_: None)
        stop_recording(actor=operator, recording=running)
    with pytest.raises(StopInProgress):
        stop_recording(actor=operator, recording=running)


def test_a_task_id_the_vendor_does_not_know_means_look_and_no_success(
    sandbox: Sandbox, running: Recording, operator: User
) -> None:
    sandbox.end_task(running.task_id, leave_code=99)
    stop_recording(actor=operator, recording=running)
    running.refresh_from_db()
    assert (running.state, running.attention) == (State.ACCEPTED, Attention.STOP_REFUSED)
    assert running.stop_due_at is None
    run_cycle(timezone.now() + LATER)
    assert stops(running) == ["refused"], "it is not repeated by a program"


def test_a_stop_that_works_at_last_takes_the_mark_away(sandbox: Sandbox, running: Recording, operator: User) -> None:
    sandbox.add_fault(Fault.REFUSE, action=STOP, code="OperationDenied")
    stop_recording(actor=operator, recording=running)
    running.refresh_from_db()
    assert running.attention == Attention.STOP_REFUSED
    stop_recording(actor=operator, recording=running)
    running.refresh_from_db()
    assert (running.state, running.attention) == (State.STOPPING, "")


def test_a_lost_answer_is_followed_by_other_tries_until_one_is_answered(
    sandbox: Sandbox, running: Recording, operator: User
) -> None:
    sandbox.add_fault(Fault.RESET_BEFORE, action=STOP, times=2)
    assert isinstance(stop_recording(actor=operator, recording=running), Unknown)
    running.refresh_from_db()
    assert (running.state, running.attention) == (State.ACCEPTED, "")
    run_cycle(timezone.now())
    assert stops(running) == ["unknown"], "its pause has not passed"
    for _ in range(3):
        run_cycle(timezone.now() + LATER)
    running.refresh_from_db()
    assert (running.state, stops(running)) == (State.STOPPING, ["unknown", "unknown", "accepted"])


@pytest.mark.parametrize("fault", [Fault.RESET_BEFORE, Fault.REQUEST_LIMIT])
def test_tries_end_after_the_fourth_and_a_person_is_asked(
    sandbox: Sandbox, running: Recording, operator: User, fault: Fault
) -> None:
    sandbox.add_fault(fault, action=STOP, times=None)
    stop_recording(actor=operator, recording=running)
    for _ in range(6):
        run_cycle(timezone.now() + LATER)
    running.refresh_from_db()
    assert (len(stops(running)), running.attention) == (4, Attention.STOP_REFUSED)
    assert running.state == State.ACCEPTED
    stop_recording(actor=operator, recording=running)
    run_cycle(timezone.now() + LATER)
    assert len(stops(running)) == 6, "a person's new click has tries of its own"


def test_a_queued_start_is_cancelled_and_never_sent(
    sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential
) -> None:
    sandbox.add_fault(Fault.REQUEST_LIMIT)
    recording, _ = start_recording(actor=operator, request=start_request(device, storage))
    assert isinstance(stop_recording(actor=operator, recording=recording, reason="Not needed"), Cancelled)
    run_cycle(timezone.now() + timedelta(minutes=5))
    recording.refresh_from_db()
    assert recording.state == State.CANCELLED
    assert Decision.objects.get().reason == "Not needed"
    assert not sandbox.journal(EntryKind.STARTED)


def test_an_unknown_start_is_stopped_as_soon_as_its_task_id_is_known(
    sandbox: Sandbox, unknown: Recording, operator: User
) -> None:
    assert isinstance(stop_recording(actor=operator, recording=unknown), StopDeferred)
    with pytest.raises(StopInProgress):
        stop_recording(actor=operator, recording=unknown)
    assert stops(unknown) == []
    (started,) = sandbox.journal(EntryKind.STARTED)
    match_task_id(actor=operator, recording=unknown, task_id=started.task_id, reason="In the bucket")
    run_cycle(timezone.now())
    unknown.refresh_from_db()
    assert (unknown.state, stops(unknown)) == (State.STOPPING, ["accepted"])
    assert not sandbox.live()


def test_a_stop_asked_for_while_the_start_is_out_happens_when_its_answer_comes(
    sandbox: Sandbox,
    operator: User,
    device: Device,
    storage: StorageCredential,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = calls.store

    def stop_then_store(*args: object) -> None:
        recording = Recording.objects.get()
        assert recording.state == State.SENDING
        assert isinstance(stop_recording(actor=operator, recording=recording), StopDeferred)
        store(*args)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(calls, "store", stop_then_store)
        recording, _ = start_recording(actor=operator, request=start_request(device, storage))
    assert recording.state == State.ACCEPTED
    run_cycle(timezone.now())
    recording.refresh_from_db()
    assert recording.state == State.STOPPING
    assert not sandbox.live()


def test_what_has_ended_or_never_began_is_left_as_it_is(running: Recording, operator: User) -> None:
    Recording.objects.update(state=State.ENDED)
    with pytest.raises(NotLive):
        stop_recording(actor=operator, recording=running)
    assert stops(running) == []


def test_only_who_may_stop_in_this_project_may_stop(running: Recording) -> None:
    with pytest.raises(PermissionDenied):
        stop_recording(actor=make_auditor(), recording=running)
    assert stops(running) == []
