"""What a user's request for many starts or stops becomes, and who may make it."""

import pytest
from django.core.exceptions import PermissionDenied
from pytest_django.fixtures import Settings

from recordings.lifecycle.batches.control import cancel_queued, demand_control
from recordings.lifecycle.batches.create import (
    REASON_ABOVE,
    AlreadyCreated,
    NothingToDo,
    ReasonRequired,
    Target,
    create_batch,
    create_stop_batch,
    retry_refused,
    stop_all_of_batch,
)
from recordings.lifecycle.batches.queries import counts_by_state, failures_by_code, visible_batches, visible_items
from recordings.lifecycle.start import build_recording
from recordings.models import AuditEntry, Batch, BatchItem, Device, Project, Recording, StorageCredential, User
from tests.factories import make_device, make_operator
from tests.lifecycle.start_requests import start_request

from .requests import batch_request, stop_request

pytestmark = pytest.mark.django_db


@pytest.fixture
def devices(project: Project) -> list[Device]:
    return [make_device(project) for _ in range(5)]


def recorded(operator: User, device: Device, storage: StorageCredential, **fields: object) -> Recording:
    recording = build_recording(actor=operator, request=start_request(device, storage))
    recording.state = Recording.State.ACCEPTED
    recording.task_id = f"task-{device.pk}"
    for name, value in fields.items():
        setattr(recording, name, value)
    recording.save()
    return recording


def test_a_batch_freezes_its_targets_and_settings(
    operator: User, devices: list[Device], storage: StorageCredential
) -> None:
    batch = create_batch(actor=operator, request=batch_request(devices, storage, reason="night"))
    assert (batch.state, batch.size, batch.requested_by) == (Batch.State.RUNNING, 5, operator)
    items = list(batch.items.all())
    assert [item.device for item in items] == devices
    assert {(item.state, item.account_id) for item in items} == {("queued", devices[0].project.account_id)}
    assert not Recording.objects.exists()
    assert not items[0].recording_id
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.reason) == ("batch.created", "operator", "night")
    assert (entry.after["items"], entry.project_id) == (5, devices[0].project.project_id)


def test_a_stream_that_is_named_twice_is_one_item(operator: User, device: Device, storage: StorageCredential) -> None:
    targets = [Target(device=device), Target(device=device, video_stream_id=1), Target(device=device)]
    batch = create_batch(actor=operator, request=batch_request([], storage, targets=targets))
    assert [item.video_stream_id for item in batch.items.all()] == [0, 1]


def test_the_same_form_twice_is_one_batch(operator: User, devices: list[Device], storage: StorageCredential) -> None:
    request = batch_request(devices, storage)
    batch = create_batch(actor=operator, request=request)
    with pytest.raises(AlreadyCreated) as raised:
        create_batch(actor=operator, request=request)
    assert raised.value.batch == batch
    assert BatchItem.objects.count() == 5


def test_nothing_is_stored_when_one_device_is_in_another_project(
    operator: User, devices: list[Device], foreign_project: Project, storage: StorageCredential
) -> None:
    with pytest.raises(PermissionDenied):
        create_batch(actor=operator, request=batch_request([*devices, make_device(foreign_project)], storage))
    assert not Batch.objects.exists()


@pytest.mark.parametrize("who", ["admin", "auditor", "no_role_user"])
def test_only_an_operator_creates_a_batch(
    who: str, devices: list[Device], storage: StorageCredential, request: pytest.FixtureRequest
) -> None:
    with pytest.raises(PermissionDenied):
        create_batch(actor=request.getfixturevalue(who), request=batch_request(devices, storage))


def test_a_batch_of_nothing_is_none(operator: User, storage: StorageCredential) -> None:
    with pytest.raises(NothingToDo):
        create_batch(actor=operator, request=batch_request([], storage))


def test_a_large_batch_waits_for_a_second_user(
    operator: User, devices: list[Device], storage: StorageCredential, settings: Settings
) -> None:
    settings.BATCH_CONFIRM_ABOVE = 4
    batch = create_batch(actor=operator, request=batch_request(devices, storage))
    assert batch.state == Batch.State.AWAITING_CONFIRMATION
    small = create_batch(actor=operator, request=batch_request(devices[:4], storage))
    assert small.state == Batch.State.RUNNING


def test_stopping_many_needs_a_reason(operator: User, project: Project, storage: StorageCredential) -> None:
    many = [recorded(operator, make_device(project), storage) for _ in range(REASON_ABOVE + 1)]
    with pytest.raises(ReasonRequired):
        create_stop_batch(actor=operator, request=stop_request(many, reason="  "))
    assert create_stop_batch(actor=operator, request=stop_request(many, reason="shift is over")).size == len(many)
    assert create_stop_batch(actor=operator, request=stop_request(many[:20])).size == 20


def test_what_was_refused_is_requested_again_and_never_an_unknown_start(
    operator: User, devices: list[Device], storage: StorageCredential
) -> None:
    batch = create_batch(actor=operator, request=batch_request(devices, storage))
    states = ["refused", "refused", "unknown", "accepted", "not_started"]
    for item, state, code in zip(batch.items.all(), states, ["A", "B", "AnswerLost.Timeout", "", "A"], strict=True):
        BatchItem.objects.filter(pk=item.pk).update(state=state, error_code=code, due_at=None)
    again = retry_refused(actor=operator, batch=batch)
    assert [item.device for item in again.items.all()] == [devices[0], devices[1], devices[4]]
    assert (again.repeats, again.storage, again.file_name_prefix) == (batch, storage, ["shift"])
    of_one_code = retry_refused(actor=operator, batch=batch, error_code="B")
    assert [item.device for item in of_one_code.items.all()] == [devices[1]]
    with pytest.raises(NothingToDo):
        retry_refused(actor=operator, batch=batch, error_code="AnswerLost.Timeout")
    assert failures_by_code(batch.items.all()) == [
        ("not_started", "A", 1), ("refused", "A", 1), ("refused", "B", 1), ("unknown", "AnswerLost.Timeout", 1),
    ]  # fmt: skip
    assert counts_by_state(batch.items.all()) == {"refused": 2, "unknown": 1, "accepted": 1, "not_started": 1}


def test_all_recordings_of_a_batch_are_stopped_and_the_rest_cancelled(
    operator: User, devices: list[Device], storage: StorageCredential
) -> None:
    batch = create_batch(actor=operator, request=batch_request(devices, storage))
    for device in devices[:2]:
        recorded(operator, device, storage, batch=batch)
        BatchItem.objects.filter(device=device).update(state="accepted", due_at=None)
    stops = stop_all_of_batch(actor=operator, batch=batch, name="Stop", reason="fire drill")
    assert stops is not None
    assert (stops.action, stops.repeats, stops.size) == (Batch.Action.STOP, batch, 2)
    assert {item.recording.device for item in stops.items.all() if item.recording} == set(devices[:2])
    assert counts_by_state(batch.items.all()) == {"accepted": 2, "cancelled": 3}
    assert batch.state == Batch.State.FINISHED


def test_there_is_no_batch_of_stops_when_nothing_runs(
    operator: User, devices: list[Device], storage: StorageCredential
) -> None:
    batch = create_batch(actor=operator, request=batch_request(devices, storage))
    assert stop_all_of_batch(actor=operator, batch=batch, name="Stop") is None
    assert batch.state == Batch.State.FINISHED


def test_an_operator_sees_and_controls_batches_of_own_projects_only(
    operator: User, auditor: User, devices: list[Device], foreign_project: Project, storage: StorageCredential
) -> None:
    storage.projects.add(foreign_project)
    both = make_operator(devices[0].project, foreign_project)
    shared = create_batch(actor=both, request=batch_request([devices[0], make_device(foreign_project)], storage))
    foreign = create_batch(actor=both, request=batch_request([make_device(foreign_project)], storage))
    assert set(visible_batches(operator)) == {shared}
    assert set(visible_batches(auditor)) == {shared, foreign}
    assert [item.device for item in visible_items(operator, shared)] == [devices[0]]
    with pytest.raises(PermissionDenied):
        cancel_queued(actor=operator, batch=shared)
    with pytest.raises(PermissionDenied):
        demand_control(auditor, shared)
    assert cancel_queued(actor=both, batch=shared) == 2
