"""The use case that starts a recording: three outcomes, what is stored of each, and what stands in the way."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from recordings.audit_log.verify import verify
from recordings.calls import CannotCall
from recordings.lifecycle.send import conclude_start
from recordings.lifecycle.start import (
    AlreadySubmitted,
    NotClosable,
    StreamIsLive,
    close_recording,
    start_again,
    start_recording,
)
from recordings.models import ApiCall, AuditEntry, Decision, Device, Recording, StorageCredential, User
from recordings.sandbox import EntryKind, Fault, Sandbox
from recordings.trro.outcome import Accepted, Refused, Unknown
from tests.factories import make_operator, make_project
from tests.lifecycle.start_requests import start_request

pytestmark = pytest.mark.django_db


def test_an_accepted_start_keeps_task_id_and_request_id(
    sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential
) -> None:
    recording, outcome = start_recording(actor=operator, request=start_request(device, storage))
    (started,) = sandbox.journal(EntryKind.STARTED)
    assert isinstance(outcome, Accepted)
    assert (recording.state, recording.task_id) == (Recording.State.ACCEPTED, started.task_id)
    assert recording.request_id == started.request_id != ""
    (call,) = ApiCall.objects.all()
    assert (call.outcome, call.task_id, call.request_id) == ("accepted", started.task_id, started.request_id)


def test_the_reference_is_the_last_part_of_the_prefix_that_is_sent(
    sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential
) -> None:
    asked = start_request(device, storage, file_name_prefix=("2026-11", "day"))
    start_recording(actor=operator, request=asked)
    (started,) = sandbox.journal(EntryKind.STARTED)
    assert started.prefix == ("2026-11", "day", asked.reference)


def test_a_refused_start_keeps_code_message_and_request_id_and_is_not_live(
    sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential
) -> None:
    sandbox.add_fault(Fault.REFUSE, code="OperationDenied.LicensesNotEnoughError", message="No licence.")
    recording, outcome = start_recording(actor=operator, request=start_request(device, storage))
    assert isinstance(outcome, Refused)
    assert recording.state == Recording.State.REFUSED
    assert recording.error_code == "OperationDenied.LicensesNotEnoughError"
    assert recording.error_message == "No licence."
    assert recording.request_id
    assert not sandbox.journal(EntryKind.STARTED)


def test_an_unknown_start_stays_live_and_is_never_sent_again(
    sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential
) -> None:
    sandbox.add_fault(Fault.RESET_AFTER)
    recording, outcome = start_recording(actor=operator, request=start_request(device, storage))
    assert isinstance(outcome, Unknown)
    assert recording.state == Recording.State.UNKNOWN
    with pytest.raises(StreamIsLive) as refused:
        start_recording(actor=operator, request=start_request(device, storage))
    assert refused.value.blocking == recording
    assert len(sandbox.journal(EntryKind.STARTED)) == 1


def test_the_same_form_sent_twice_starts_one_recording(
    sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential
) -> None:
    asked = start_request(device, storage)
    recording, _ = start_recording(actor=operator, request=asked)
    with pytest.raises(AlreadySubmitted) as refused:
        start_recording(actor=operator, request=asked)
    assert refused.value.blocking == recording
    assert len(sandbox.journal(EntryKind.STARTED)) == 1


def test_another_stream_of_the_same_device_may_be_recorded_too(
    sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential
) -> None:
    for stream in (0, 1):
        start_recording(actor=operator, request=start_request(device, storage, video_stream_id=stream))
    assert len(sandbox.journal(EntryKind.STARTED)) == 2


def test_start_anyway_closes_the_unknown_one_with_its_reason_and_starts(
    sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential
) -> None:
    sandbox.add_fault(Fault.RESET_BEFORE)
    lost, _ = start_recording(actor=operator, request=start_request(device, storage))
    asked = start_request(device, storage, closes=lost, close_reason="The bucket is empty")
    recording, _ = start_recording(actor=operator, request=asked)
    lost.refresh_from_db()
    assert (lost.state, recording.state) == (Recording.State.CLOSED, Recording.State.ACCEPTED)
    assert Decision.objects.get().reason == "The bucket is empty"


def test_start_anyway_does_not_close_a_recording_that_is_known_to_run(
    sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential
) -> None:
    running, _ = start_recording(actor=operator, request=start_request(device, storage))
    with pytest.raises(StreamIsLive):
        start_recording(actor=operator, request=start_request(device, storage, closes=running, close_reason="why not"))
    running.refresh_from_db()
    assert running.state == Recording.State.ACCEPTED


def test_when_the_new_start_cannot_be_written_the_old_one_stays_as_it_was(
    sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential
) -> None:
    sandbox.add_fault(Fault.RESET_BEFORE)
    lost, _ = start_recording(actor=operator, request=start_request(device, storage))
    asked = start_request(device, storage, closes=lost, close_reason="Because", reference=lost.reference)
    with pytest.raises(AlreadySubmitted):
        start_recording(actor=operator, request=asked)
    lost.refresh_from_db()
    assert lost.state == Recording.State.UNKNOWN


def test_no_user_starts_in_a_project_of_others(sandbox: Sandbox, device: Device, storage: StorageCredential) -> None:
    with pytest.raises(PermissionDenied):
        start_recording(actor=make_operator(make_project()), request=start_request(device, storage))
    assert not sandbox.journal(EntryKind.CALLED)


def test_a_key_that_does_not_open_sends_nothing_and_leaves_nothing(
    sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential
) -> None:
    key = storage.keys.get()
    key.secret_key_sealed = bytes(key.secret_key_sealed)[:-1] + b"\0"
    key.save()
    with pytest.raises(CannotCall):
        start_recording(actor=operator, request=start_request(device, storage))
    assert not Recording.objects.exists()
    assert not sandbox.journal(EntryKind.CALLED)


def test_trying_again_is_a_new_recording_that_names_the_old_one(
    sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential
) -> None:
    sandbox.add_fault(Fault.INTERNAL_ERROR)
    refused, _ = start_recording(actor=operator, request=start_request(device, storage))
    recording, _ = start_again(actor=operator, earlier=refused)
    assert recording.retry_of == refused
    assert recording.reference != refused.reference
    assert recording.file_name_prefix[:-1] == refused.file_name_prefix[:-1]


def test_trying_again_what_was_adopted_keeps_its_whole_prefix(
    sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential
) -> None:
    adopted, _ = start_recording(actor=operator, request=start_request(device, storage))
    Recording.objects.update(state=Recording.State.FAILED, file_name_prefix=["line", "elsewhere"])
    adopted.refresh_from_db()
    recording, _ = start_again(actor=operator, earlier=adopted)
    assert recording.file_name_prefix == ["line", "elsewhere", recording.reference]


def test_a_task_id_of_another_recording_is_never_shown_as_this_ones(
    sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential
) -> None:
    _first, outcome = start_recording(actor=operator, request=start_request(device, storage))
    sandbox.add_fault(Fault.RESET_BEFORE)
    second, _ = start_recording(actor=operator, request=start_request(device, storage, video_stream_id=1))
    with transaction.atomic():
        conclude_start(second.calls.get(), outcome)
    second.refresh_from_db()
    assert (second.state, second.task_id) == (Recording.State.UNKNOWN, "")


def test_a_late_answer_on_a_stream_that_was_started_again_is_kept_as_doubled(
    sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential
) -> None:
    sandbox.add_fault(Fault.RESET_AFTER)
    lost, _ = start_recording(actor=operator, request=start_request(device, storage))
    (started,) = sandbox.journal(EntryKind.STARTED)
    start_recording(actor=operator, request=start_request(device, storage, closes=lost, close_reason="I looked"))
    late = Accepted(task_id=started.task_id, request_id=started.request_id, response={})
    for _twice in range(2):
        with transaction.atomic():
            conclude_start(lost.calls.first(), late)
    lost.refresh_from_db()
    assert (lost.state, lost.task_id, lost.is_duplicate) == (Recording.State.ACCEPTED, started.task_id, True)
    assert [call.late for call in lost.calls.all()] == [False, True]


def test_closing_is_refused_once_a_recording_is_over(
    sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential
) -> None:
    recording, _ = start_recording(actor=operator, request=start_request(device, storage))
    close_recording(actor=operator, recording=recording, reason="Seen stopping")
    with pytest.raises(NotClosable):
        close_recording(actor=operator, recording=recording, reason="Again")
    assert Decision.objects.count() == 1


def test_every_step_is_in_the_audit_trail_and_the_chain_holds(
    sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential
) -> None:
    recording, _ = start_recording(actor=operator, request=start_request(device, storage))
    close_recording(actor=operator, recording=recording, reason="Over")
    actions = list(AuditEntry.objects.order_by("sequence").values_list("action", "actor"))
    assert actions == [
        ("recording.start_asked", "operator"),
        ("recording.start_accepted", "system"),
        ("recording.closed", "operator"),
    ]
    assert verify().finding is None
    assert timezone.now() >= AuditEntry.objects.latest("sequence").at
