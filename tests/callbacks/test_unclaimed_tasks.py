"""Unclaimed tasks: when a TaskId counts as one, and what a user may do about it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from recordings.lifecycle.claim import ClaimRequest, NotUnclaimed, claim_task, stop_unclaimed_task
from recordings.lifecycle.evidence import apply_evidence
from recordings.lifecycle.interpret_callbacks import interpret_waiting
from recordings.lifecycle.resolve import AlreadyDecided, TaskIdTaken, match_task_id
from recordings.lifecycle.unclaimed_tasks import UnclaimedTask, unclaimed_tasks
from recordings.models import (
    ApiCall,
    AuditEntry,
    CallbackEvent,
    Device,
    Project,
    Recording,
    StorageCredential,
    User,
)
from recordings.sandbox import EntryKind, Fault, Sandbox
from recordings.trro.outcome import Accepted, Refused, Unknown
from recordings.worker.cycle import run_cycle
from tests.factories import make_storage
from tests.proofs.waits import at_once

from .signed_posts import TASK, body_of, make_key, make_recording, tell

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def key(project: Project) -> None:
    make_key(project)


def tasks() -> list[UnclaimedTask]:
    return unclaimed_tasks(Project.objects.all())


def named(device: Device, storage: StorageCredential, stream: int = 0) -> ClaimRequest:
    return ClaimRequest(
        device=device, video_stream_id=stream, storage=storage, output_format=3, file_name_prefix=("elsewhere",)
    )


def test_a_task_that_no_start_can_bring_is_unclaimed_with_its_events(project: Project) -> None:
    tell(project, body_of(301, Status=0), body_of(303, Status=0))
    (task,) = tasks()
    assert (task.project, task.task_id, task.times, task.has_left, task.stopped) == (project, TASK, 2, False, False)
    assert {event.event_type for event in task.events} == {301, 303}


def test_it_waits_as_long_as_a_start_that_was_sent_before_is_out(
    project: Project, operator: User, device: Device, storage: StorageCredential
) -> None:
    make_recording(operator, device, storage)
    ApiCall.objects.update(outcome="", closed_at=None)
    tell(project, body_of(301, Status=0))
    assert tasks() == []
    run_cycle(timezone.now() + timedelta(minutes=5))
    (task,) = tasks()
    assert [each.pk for each in task.candidates] == [Recording.objects.get().pk]


def test_a_start_that_was_sent_later_does_not_hide_it(
    project: Project, operator: User, device: Device, storage: StorageCredential
) -> None:
    tell(project, body_of(301, Status=0))
    make_recording(operator, device, storage)
    ApiCall.objects.update(outcome="", closed_at=None)
    assert [task.candidates for task in tasks()] == [[]]


def test_a_start_of_another_project_is_no_candidate(
    project: Project, foreign_project: Project, operator: User, device: Device, storage: StorageCredential
) -> None:
    make_key(foreign_project)
    recording = make_recording(operator, device, storage)
    tell(foreign_project, body_of(301, Status=0))
    (task,) = tasks()
    assert recording not in task.candidates


def test_claimed_as_the_answer_it_is_that_recordings_and_its_events_count(
    project: Project, operator: User, device: Device, storage: StorageCredential
) -> None:
    recording = make_recording(operator, device, storage)
    tell(project, body_of(301, Status=0))
    (task,) = tasks()
    match_task_id(actor=operator, recording=recording, task_id=task.task_id, reason="Seen")
    assert tasks() == []
    interpret_waiting(timezone.now())
    recording.refresh_from_db()
    assert (recording.state, recording.task_id) == ("recording", TASK)
    assert CallbackEvent.objects.get().recording == recording
    entry = AuditEntry.objects.get(action="recording.matched")
    assert (entry.actor, entry.after["task_id"]) == (operator.username, TASK)
    with pytest.raises(AlreadyDecided):
        match_task_id(actor=operator, recording=recording, task_id=task.task_id, reason="Seen")


def test_one_task_cannot_answer_two_starts(
    project: Project, operator: User, device: Device, storage: StorageCredential
) -> None:
    first = make_recording(operator, device, storage)
    second = make_recording(operator, device, storage, video_stream_id=1)
    tell(project, body_of(301, Status=0))
    (task,) = tasks()
    match_task_id(actor=operator, recording=first, task_id=task.task_id, reason="Seen")
    with pytest.raises(TaskIdTaken):
        match_task_id(actor=operator, recording=second, task_id=task.task_id, reason="Seen")
    second.refresh_from_db()
    assert (second.state, second.task_id) == ("unknown", "")


def test_claimed_as_new_it_is_a_recording_in_the_state_its_events_give(
    project: Project, operator: User, device: Device, storage: StorageCredential
) -> None:
    tell(project, body_of(301, Status=0), body_of(302, LeaveCode=1))
    (task,) = tasks()
    claimed = claim_task(actor=operator, task=task, named=named(device, storage), reason="Seen")
    assert (claimed.state, claimed.origin, claimed.is_duplicate, claimed.task_id) == ("ended", "claimed", False, TASK)
    assert claimed.path == f"elsewhere/{TASK}/"
    assert claimed.calls.count() == 0
    assert tasks() == []
    assert AuditEntry.objects.get(action="recording.claimed").actor == operator.username
    apply_evidence(claimed)
    assert claimed.state == "ended"


def test_claimed_on_a_live_stream_it_is_doubled(
    project: Project, operator: User, device: Device, storage: StorageCredential
) -> None:
    make_recording(operator, device, storage, task_id="-the-one-that-runs")
    tell(project, body_of(301, Status=0))
    (task,) = tasks()
    claimed = claim_task(actor=operator, task=task, named=named(device, storage), reason="Seen")
    assert (claimed.state, claimed.is_duplicate) == ("recording", True)


@pytest.mark.django_db(transaction=True)
def test_two_people_claiming_at_once_make_one_recording(
    project: Project, operator: User, device: Device, storage: StorageCredential
) -> None:
    tell(project, body_of(301, Status=0))
    (task,) = tasks()
    results = at_once([lambda: claim_task(actor=operator, task=task, named=named(device, storage), reason="Seen")] * 3)
    assert Recording.objects.count() == 1
    assert sum(isinstance(result, Recording) for result in results) == 1
    assert all(isinstance(result, Recording | NotUnclaimed) for result in results)


def test_only_an_operator_of_the_project_may_act(
    project: Project, admin: User, auditor: User, device: Device, storage: StorageCredential
) -> None:
    tell(project, body_of(301, Status=0))
    (task,) = tasks()
    for person in (admin, auditor):
        with pytest.raises(PermissionDenied):
            claim_task(actor=person, task=task, named=named(device, storage), reason="Seen")
        with pytest.raises(PermissionDenied):
            stop_unclaimed_task(actor=person, task=task)


def start_elsewhere(sandbox: Sandbox, project: Project, operator: User) -> str:
    """A task that the vendor runs and no recording here has."""
    from recordings.lifecycle.start import start_recording
    from tests.factories import make_device
    from tests.lifecycle.start_requests import start_request

    sandbox.add_fault(Fault.RESET_AFTER)
    device = make_device(project, device_id="truck_001")
    start_recording(actor=operator, request=start_request(device, make_storage(project)))
    ApiCall.objects.all().delete()
    Recording.objects.all().delete()
    return sandbox.live()[0].task_id


def test_stopping_it_ends_it_and_the_ledger_says_what_was_stopped(
    sandbox: Sandbox, project: Project, operator: User
) -> None:
    task_id = start_elsewhere(sandbox, project, operator)
    tell(project, body_of(301, task_id=task_id, Status=0))
    (task,) = tasks()
    assert isinstance(stop_unclaimed_task(actor=operator, task=task), Accepted)
    assert sandbox.live() == []
    call = ApiCall.objects.get()
    assert (call.action, call.recording, call.outcome, call.task_id) == (
        "DeleteCloudRecording", None, "accepted", task_id,
    )  # fmt: skip
    (after,) = tasks()
    assert after.stopped
    actions = AuditEntry.objects.filter(target_type="TaskId").order_by("sequence").values_list("action", "target")
    assert list(actions) == [("task.stop_asked", task_id), ("task.stop_accepted", task_id)]


def test_a_refused_and_a_lost_stop_are_explained_and_closed(sandbox: Sandbox, project: Project, operator: User) -> None:
    tell(project, body_of(301, Status=0))
    (task,) = tasks()
    assert isinstance(stop_unclaimed_task(actor=operator, task=task), Refused)
    sandbox.add_fault(Fault.RESET_BEFORE, action="DeleteCloudRecording")
    assert isinstance(stop_unclaimed_task(actor=operator, task=task), Unknown)
    assert set(ApiCall.objects.values_list("outcome", flat=True)) == {"refused", "unknown"}
    assert not tasks()[0].stopped
    assert not sandbox.journal(EntryKind.STOPPED)


def test_a_stop_whose_process_is_gone_is_closed_by_the_worker(project: Project, operator: User) -> None:
    now = timezone.now()
    ApiCall.objects.create(
        account=project.account, action="DeleteCloudRecording", created_at=now, lease_until=now - timedelta(minutes=1)
    )
    run_cycle(now)
    assert ApiCall.objects.get().code == "ProcessLost"


def test_an_event_of_a_task_that_was_claimed_goes_to_its_recording(
    project: Project, operator: User, device: Device, storage: StorageCredential
) -> None:
    tell(project, body_of(301, Status=0))
    claimed = claim_task(actor=operator, task=tasks()[0], named=named(device, storage), reason="Seen")
    tell(project, body_of(302, LeaveCode=0))
    interpret_waiting(timezone.now())
    claimed.refresh_from_db()
    assert claimed.state == "ended"


def test_what_may_still_run_is_not_pushed_off_by_newer_ones_that_have_ended(project: Project) -> None:
    tell(project, body_of(301, task_id="-running", Status=0))
    for number in range(60):
        tell(
            project,
            body_of(301, task_id=f"-over{number}", Status=0),
            body_of(302, task_id=f"-over{number}", LeaveCode=1),
        )
    assert tasks()[0].task_id == "-running"
