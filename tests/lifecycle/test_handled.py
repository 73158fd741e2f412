"""Marking as seen to counts up to its own moment: what comes of the recording later is brought up all the same."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from recordings.callbacks import keys
from recordings.domain.attention_rule import UPLOAD
from recordings.lifecycle.attention import _concerned, refresh_due_attention
from recordings.lifecycle.resolve import decide_many
from recordings.lifecycle.selection import SelectedRecording
from recordings.lifecycle.send import conclude_start
from recordings.lifecycle.start import start_recording
from recordings.models import ApiCall, Attention, Decision, Device, Project, Recording, StorageCredential, User
from recordings.sandbox import EntryKind, Fault, Sandbox
from recordings.trro.outcome import Accepted
from tests.callbacks.signed_posts import TASK, body_of, make_key, make_recording, tell
from tests.lifecycle.start_requests import start_request

pytestmark = pytest.mark.django_db
A_WHILE = timedelta(minutes=5)


@pytest.fixture
def seen_to(project: Project, operator: User, device: Device, storage: StorageCredential) -> Recording:
    """A recording whose recorder did not report, which a user has handled."""
    keys.forget()
    make_key(project)
    Project.objects.filter(pk=project.pk).update(callbacks_registered_at=timezone.now() - A_WHILE)
    recording = make_recording(operator, device, storage, task_id=TASK)
    Recording.objects.update(started_at=timezone.now() - A_WHILE)
    ApiCall.objects.update(closed_at=timezone.now() - A_WHILE)
    refresh_due_attention(timezone.now())
    see_to(operator, recording, Attention.NOT_RECORDING)
    return recording


def see_to(operator: User, recording: Recording, reason: Attention) -> None:
    recording.refresh_from_db()
    assert recording.attention == reason
    chosen = [SelectedRecording(pk=recording.pk, state=recording.state, attention=reason)]
    assert decide_many(actor=operator, chosen=chosen, reason="I am looking", closing=False) == []
    recording.refresh_from_db()
    assert recording.attention == ""


def marked(recording: Recording, *, later: timedelta = timedelta(0)) -> str:
    refresh_due_attention(timezone.now() + later)
    recording.refresh_from_db()
    return recording.attention


def test_a_failure_that_comes_afterwards_is_brought_up_and_can_be_seen_to_as_well(
    seen_to: Recording, operator: User
) -> None:
    tell(seen_to.project, body_of(301, Status=1))
    assert marked(seen_to) == Attention.FAILED
    see_to(operator, seen_to, Attention.FAILED)
    assert marked(seen_to, later=UPLOAD) == ""


def test_files_that_are_missing_afterwards_are_brought_up_and_can_be_seen_to_as_well(
    seen_to: Recording, operator: User
) -> None:
    tell(seen_to.project, body_of(301, Status=0), body_of(302, LeaveCode=0))
    assert marked(seen_to) == ""
    assert marked(seen_to, later=UPLOAD + A_WHILE) == Attention.UPLOAD_LATE
    long_ago = timezone.now() - UPLOAD - A_WHILE
    Recording.objects.update(started_at=long_ago, ended_at=long_ago, end_reported_at=long_ago)
    see_to(operator, seen_to, Attention.UPLOAD_LATE)
    assert marked(seen_to, later=UPLOAD) == ""


def test_seen_to_before_the_hour_was_over_says_nothing_of_files_that_are_late(seen_to: Recording) -> None:
    tell(seen_to.project, body_of(301, Status=0), body_of(302, LeaveCode=0))
    Decision.objects.update(decided_at=timezone.now() + A_WHILE)
    assert marked(seen_to, later=UPLOAD + A_WHILE) == Attention.UPLOAD_LATE


def test_one_that_turns_out_to_run_twice_is_an_alarm_whatever_was_seen_to_before(
    sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential
) -> None:
    sandbox.add_fault(Fault.RESET_AFTER)
    lost, _ = start_recording(actor=operator, request=start_request(device, storage))
    (started,) = sandbox.journal(EntryKind.STARTED)
    ApiCall.objects.update(closed_at=timezone.now() - A_WHILE)
    refresh_due_attention(timezone.now())
    see_to(operator, lost, Attention.UNKNOWN)
    start_recording(actor=operator, request=start_request(device, storage, closes=lost, close_reason="It is needed"))
    with transaction.atomic():
        conclude_start(lost.calls.get(), Accepted(task_id=started.task_id, request_id="r", response={}))
    Recording.objects.filter(pk=lost.pk).update(started_at=timezone.now() - A_WHILE)  # as the bucket's finds have it
    assert marked(lost) == Attention.DOUBLED
    assert lost.duplicate_since is not None
    see_to(operator, lost, Attention.DOUBLED)
    assert marked(lost) == ""


def test_a_sweep_reads_no_history() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL plans by its statistics, and has none of an empty table")
    plans = [rows.order_by().values_list("pk").explain() for rows in _concerned(timezone.now())]
    assert [plan for plan in plans if "SCAN recordings_recording\n" in f"{plan}\n"] == []
    assert [plan for plan in plans if "recording_by_upload_state" in plan], "not all that ever ended are read"
