"""Batches on their way: what the worker makes of their items, one cycle at a time, against the sandbox."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from recordings.lifecycle.batches.claims import Lane, claim_items
from recordings.lifecycle.batches.control import cancel_queued, pause_batch, resume_batch
from recordings.lifecycle.batches.create import create_batch, create_stop_batch, retry_refused, stop_all_of_batch
from recordings.lifecycle.batches.queries import counts_by_state
from recordings.lifecycle.resolve import decide_not_started
from recordings.lifecycle.start import close_recording, start_recording
from recordings.lifecycle.stop import stop_recording
from recordings.models import (
    ApiCall,
    AuditEntry,
    Batch,
    BatchItem,
    Device,
    Membership,
    Project,
    Recording,
    StorageCredential,
    User,
)
from recordings.sandbox import EntryKind, Fault, Sandbox
from recordings.trro.outcome import Accepted
from recordings.worker.cycle import run_cycle
from tests.factories import make_device, make_storage
from tests.lifecycle.start_requests import start_request
from tests.proofs.truth import contradictions

from .requests import batch_request, stop_request

pytestmark = pytest.mark.django_db
LATER = timedelta(seconds=30)
START, STOP = "CreateCloudRecording", "DeleteCloudRecording"
Create = Callable[[], Batch]


@pytest.fixture
def devices(project: Project) -> list[Device]:
    return [make_device(project, device_id=f"truck_{number:03}") for number in range(6)]


@pytest.fixture
def new_batch(operator: User, devices: list[Device], storage: StorageCredential) -> Create:
    return lambda: create_batch(actor=operator, request=batch_request(devices, storage))


def cycle(ahead: timedelta = timedelta(0)) -> None:
    run_cycle(timezone.now() + ahead)


def states(batch: Batch) -> dict[str, int]:
    batch.refresh_from_db()
    return dict(counts_by_state(batch.items.all()))


def test_every_item_becomes_an_ordinary_recording(sandbox: Sandbox, new_batch: Create, operator: User) -> None:
    batch = new_batch()
    cycle()
    assert (states(batch), batch.state) == ({"accepted": 6}, Batch.State.FINISHED)
    assert len(sandbox.journal(EntryKind.STARTED)) == 6
    assert not contradictions(sandbox)
    recording = Recording.objects.earliest("pk")
    assert (recording.batch, recording.requested_by, recording.file_name_prefix[0]) == (batch, operator, "shift")
    assert set(Recording.objects.values_list("state", "tries")) == {("accepted", 1)}
    item = batch.items.get(recording=recording)
    assert (item.request_id, item.attempts, item.due_at) == (recording.request_id, 1, None)
    assert recording.next_scan_at is not None, "the bucket is scanned as after any start"
    asked = AuditEntry.objects.filter(action="recording.start_asked", actor="operator")
    assert asked.count() == 6


def test_a_second_cycle_sends_nothing_again(sandbox: Sandbox, new_batch: Create) -> None:
    new_batch()
    cycle()
    cycle(LATER)
    assert ApiCall.objects.count() == 6


@pytest.mark.parametrize("state", ["paused", "awaiting_confirmation", "finished"])
def test_a_batch_that_does_not_run_sends_nothing(sandbox: Sandbox, new_batch: Create, state: str) -> None:
    batch = new_batch()
    Batch.objects.filter(pk=batch.pk).update(state=state)
    cycle()
    assert not ApiCall.objects.exists()
    assert states(batch) == {"queued": 6}


def test_a_paused_batch_goes_on_where_it_was(sandbox: Sandbox, new_batch: Create, operator: User) -> None:
    batch = new_batch()
    pause_batch(actor=operator, batch=batch)
    cycle()
    resume_batch(actor=operator, batch=batch)
    cycle()
    assert states(batch) == {"accepted": 6}


def test_refused_starts_say_why_and_are_retried_by_a_user_only(
    sandbox: Sandbox, new_batch: Create, operator: User
) -> None:
    batch = new_batch()
    sandbox.add_fault(Fault.INTERNAL_ERROR, action=START, times=2)
    cycle()
    assert (states(batch), batch.state) == ({"accepted": 4, "refused": 2}, Batch.State.FINISHED)
    assert {item.error_code for item in batch.items.filter(state="refused")} == {"InternalError"}
    cycle(LATER)
    assert states(batch) == {"accepted": 4, "refused": 2}
    again = retry_refused(actor=operator, batch=batch)
    cycle()
    assert (states(again), again.size) == ({"accepted": 2}, 2)
    assert len(sandbox.live()) == 6


def test_an_unknown_start_is_never_retried_and_its_item_follows_what_a_user_decides(
    sandbox: Sandbox, new_batch: Create, operator: User
) -> None:
    batch = new_batch()
    sandbox.add_fault(Fault.RESET_AFTER, action=START, times=2)
    cycle()
    assert (states(batch), batch.state) == ({"accepted": 4, "unknown": 2}, Batch.State.FINISHED)
    cycle(LATER)
    assert ApiCall.objects.count() == 6
    first, second = (item.recording for item in batch.items.filter(state="unknown"))
    assert first is not None and second is not None  # noqa: PT018
    decide_not_started(actor=operator, recording=first, reason="not there")
    close_recording(actor=operator, recording=second, reason="looked after")
    assert states(batch) == {"accepted": 4, "not_started": 1, "closed": 1}


def test_the_concurrency_limit_pauses_the_batch_and_says_so(sandbox: Sandbox, new_batch: Create) -> None:
    batch = new_batch()
    sandbox.add_fault(Fault.RESTRICTED_CONCURRENCY, action=START, times=1)
    cycle()
    batch.refresh_from_db()
    assert (batch.state, batch.pause_cause) == (Batch.State.PAUSED, Batch.PauseCause.CONCURRENCY)
    assert batch.pause_code == "FailedOperation.RestrictedConcurrency"


def test_a_quota_that_others_use_up_delays_a_start_and_loses_none(sandbox: Sandbox, new_batch: Create) -> None:
    batch = new_batch()
    sandbox.add_fault(Fault.REQUEST_LIMIT, action=START, times=2)
    cycle()
    assert (states(batch), batch.state) == ({"accepted": 4, "sending": 2}, Batch.State.RUNNING)
    cycle(LATER)
    assert states(batch) == {"accepted": 6}
    cycle(LATER)
    batch.refresh_from_db()
    assert batch.state == Batch.State.FINISHED
    assert len(sandbox.live()) == 6


def test_cancelling_takes_back_a_start_that_waits_to_be_repeated(
    sandbox: Sandbox, new_batch: Create, operator: User
) -> None:
    batch = new_batch()
    sandbox.add_fault(Fault.REQUEST_LIMIT, action=START, times=2)
    cycle()
    assert cancel_queued(actor=operator, batch=batch) == 2
    cycle(LATER)
    assert (states(batch), batch.state) == ({"accepted": 4, "cancelled": 2}, Batch.State.FINISHED)


def test_what_is_live_already_is_skipped(
    sandbox: Sandbox, new_batch: Create, devices: list[Device], storage: StorageCredential, operator: User
) -> None:
    start_recording(actor=operator, request=start_request(devices[0], storage))
    batch = new_batch()
    cycle()
    assert states(batch) == {"accepted": 5, "skipped": 1}
    assert batch.items.get(state="skipped").skip_cause == BatchItem.SkipCause.LIVE
    assert len(sandbox.live()) == 6


def test_two_batches_with_the_same_targets_start_each_stream_once(sandbox: Sandbox, new_batch: Create) -> None:
    first, second = new_batch(), new_batch()
    cycle()
    assert len(sandbox.journal(EntryKind.STARTED)) == 6
    both = [*first.items.all(), *second.items.all()]
    assert sorted(item.state for item in both) == ["accepted"] * 6 + ["skipped"] * 6


def test_a_start_by_hand_goes_first_and_takes_the_queued_item_over(
    sandbox: Sandbox, new_batch: Create, devices: list[Device], storage: StorageCredential, operator: User
) -> None:
    batch = new_batch()
    recording, outcome = start_recording(actor=operator, request=start_request(devices[2], storage))
    assert isinstance(outcome, Accepted)
    item = batch.items.get(device=devices[2])
    assert (item.state, item.recording) == (BatchItem.State.TAKEN_OVER, recording)
    cycle()
    assert states(batch) == {"accepted": 5, "taken_over": 1}
    assert len(sandbox.journal(EntryKind.STARTED)) == 6


def test_an_item_that_a_worker_has_claimed_can_still_be_taken_over_or_cancelled(
    sandbox: Sandbox, new_batch: Create, devices: list[Device], storage: StorageCredential, operator: User
) -> None:
    batch = new_batch()
    claim_items(Lane(account_id=devices[0].project.account_id, action="start"), 4)
    start_recording(actor=operator, request=start_request(devices[0], storage))
    assert cancel_queued(actor=operator, batch=batch) == 5
    assert states(batch) == {"cancelled": 5, "taken_over": 1}


def test_each_act_is_checked_again_as_the_user_of_the_batch(
    sandbox: Sandbox, new_batch: Create, operator: User
) -> None:
    batch = new_batch()
    Membership.objects.filter(user=operator).delete()
    cycle()
    assert states(batch) == {"skipped": 6}
    assert set(batch.items.values_list("skip_cause", flat=True)) == {"permission"}


def test_a_storage_that_is_retired_meanwhile_starts_nothing(
    sandbox: Sandbox, new_batch: Create, storage: StorageCredential
) -> None:
    batch = new_batch()
    StorageCredential.objects.filter(pk=storage.pk).update(retired_at=timezone.now())
    cycle()
    assert states(batch) == {"skipped": 6}
    assert set(batch.items.values_list("skip_cause", flat=True)) == {"not_offered"}


def test_a_storage_key_that_cannot_be_decrypted_pauses_the_batch(
    sandbox: Sandbox, new_batch: Create, storage: StorageCredential, operator: User, project: Project
) -> None:
    other = create_batch(actor=operator, request=batch_request([make_device(project, device_id="truck_050")],
                         make_storage(project)))  # fmt: skip
    batch = new_batch()
    key = storage.keys.get()
    key.secret_key_sealed = b"not ours"
    key.save()
    cycle()
    assert (states(batch), batch.state) == ({"queued": 6}, Batch.State.PAUSED)
    assert batch.pause_cause == Batch.PauseCause.STORAGE
    assert states(other) == {"accepted": 1}


def test_an_account_key_that_cannot_be_decrypted_pauses_the_batch(
    sandbox: Sandbox, new_batch: Create, project: Project
) -> None:
    batch = new_batch()
    project.account.secret_key_sealed = b"not ours"
    project.account.save()
    cycle()
    assert (states(batch), batch.pause_cause) == ({"queued": 6}, Batch.PauseCause.CREDENTIALS)


def test_batches_of_one_account_are_served_by_turns(new_batch: Create, devices: list[Device]) -> None:
    first, second = new_batch(), new_batch()
    lane = Lane(account_id=devices[0].project.account_id, action="start")
    served = [BatchItem.objects.get(pk=key) for turn in range(4) for key in claim_items(lane, 3, turn_of=turn).keys]
    assert len(served) == 12
    for number in range(2, 11, 2):
        of_first = sum(item.batch_id == first.pk for item in served[:number])
        assert abs(number - 2 * of_first) <= 2
    assert [item.position for item in served if item.batch_id == second.pk] == list(range(6))


def test_a_claim_that_ran_out_is_claimed_again(new_batch: Create, devices: list[Device]) -> None:
    new_batch()
    lane = Lane(account_id=devices[0].project.account_id, action="start")
    claimed = claim_items(lane, 10).keys
    assert len(claimed) == 6
    assert not claim_items(lane, 10).keys
    BatchItem.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    assert claim_items(lane, 10).keys == claimed


def test_a_batch_of_stops_stops_each_recording(sandbox: Sandbox, new_batch: Create, operator: User) -> None:
    batch = new_batch()
    cycle()
    stops = stop_all_of_batch(actor=operator, batch=batch, name="Stop", reason="end of shift")
    assert stops is not None
    cycle()
    assert (states(stops), stops.state) == ({"accepted": 6}, Batch.State.FINISHED)
    assert not sandbox.live()
    assert set(Recording.objects.values_list("state", flat=True)) == {"stopping"}
    entry = AuditEntry.objects.filter(action="recording.stop_asked").first()
    assert entry is not None
    assert (entry.actor, entry.reason) == ("operator", "end of shift")


def test_a_stop_without_an_answer_is_repeated_and_its_item_follows(
    sandbox: Sandbox, new_batch: Create, operator: User
) -> None:
    batch = new_batch()
    cycle()
    sandbox.add_fault(Fault.RESET_BEFORE, action=STOP, times=1)
    stops = stop_all_of_batch(actor=operator, batch=batch, name="Stop")
    assert stops is not None
    cycle()
    assert (states(stops), stops.state) == ({"accepted": 5, "sending": 1}, Batch.State.RUNNING)
    cycle(LATER)
    cycle(LATER)
    assert states(stops) == {"accepted": 6}


def test_stops_of_what_is_over_stopping_or_unnamed_are_told_apart(
    sandbox: Sandbox, new_batch: Create, operator: User
) -> None:
    sandbox.add_fault(Fault.RESET_AFTER, action=START, times=1)
    batch = new_batch()
    cycle()
    unknown = Recording.objects.get(state="unknown")
    stopped, over, plain = Recording.objects.filter(state="accepted")[:3]
    stops = create_stop_batch(actor=operator, request=stop_request([unknown, stopped, over, plain]))
    stop_recording(actor=operator, recording=stopped)
    close_recording(actor=operator, recording=over, reason="gone")
    Recording.objects.filter(pk=over.pk).update(state="ended")
    cycle()
    assert [(item.state, item.skip_cause) for item in stops.items.all()] == [
        ("skipped", "stop_deferred"), ("skipped", "stop_requested"), ("skipped", "over"), ("accepted", ""),
    ]  # fmt: skip
    assert batch.items.filter(state="unknown").count() == 1


def test_a_stop_batch_whose_user_lost_the_permission_stops_nothing(
    sandbox: Sandbox, new_batch: Create, operator: User
) -> None:
    batch = new_batch()
    cycle()
    stops = stop_all_of_batch(actor=operator, batch=batch, name="Stop")
    assert stops is not None
    Membership.objects.filter(user=operator).delete()
    cycle()
    assert states(stops) == {"skipped": 6}
    assert len(sandbox.live()) == 6
