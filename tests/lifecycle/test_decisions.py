"""The one writer of decisions: each is stored, moves the row, refreshes attention and is audited."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from recordings.audit_log.record import SYSTEM
from recordings.lifecycle.resolve import decide_many, decide_not_started, match_task_id
from recordings.lifecycle.selection import SelectedRecording
from recordings.lifecycle.send import send_queued
from recordings.lifecycle.start import close_recording, start_recording
from recordings.lifecycle.stop import stop_recording
from recordings.models import Attention, AuditEntry, Decision, Device, Membership, Recording, StorageCredential, User
from recordings.sandbox import Fault, Sandbox
from tests.lifecycle.start_requests import start_request

pytestmark = pytest.mark.django_db


def start(sandbox: Sandbox, fault: Fault | None, actor: User, device: Device, storage: StorageCredential) -> Recording:
    if fault:
        sandbox.add_fault(fault)
    recording, _ = start_recording(actor=actor, request=start_request(device, storage))
    return recording


def stop(actor: User, recording: Recording) -> None:
    stop_recording(actor=actor, recording=recording, reason="Why")


def close(actor: User, recording: Recording) -> None:
    close_recording(actor=actor, recording=recording, reason="Why")


def lose_the_right(actor: User, recording: Recording) -> None:
    Membership.objects.all().delete()
    Recording.objects.filter(pk=recording.pk).update(not_before=timezone.now())
    send_queued(recording.pk, now=timezone.now())


def not_started(actor: User, recording: Recording) -> None:
    decide_not_started(actor=actor, recording=recording, reason="Why")


def match(actor: User, recording: Recording) -> None:
    match_task_id(actor=actor, recording=recording, task_id="-task", reason="Why")


def dismiss(actor: User, recording: Recording) -> None:
    chosen = SelectedRecording(pk=recording.pk, state=recording.state, attention=recording.attention)
    assert decide_many(actor=actor, chosen=[chosen], reason="Why", closing=False) == []


QUEUED, UNKNOWN = Fault.REQUEST_LIMIT, Fault.RESET_AFTER
WAYS = {
    "cancelled by a stop": (QUEUED, Attention.NOT_SENT, stop, "cancelled"),
    "cancelled by closing": (QUEUED, Attention.NOT_SENT, close, "cancelled"),
    "cancelled by the system": (QUEUED, Attention.NOT_SENT, lose_the_right, "cancelled"),
    "closed": (UNKNOWN, Attention.UNKNOWN, close, "closed"),
    "not started": (UNKNOWN, Attention.UNKNOWN, not_started, "not_started"),
    "matched": (UNKNOWN, Attention.UNKNOWN, match, "matched"),
    "marked as handled": (UNKNOWN, Attention.UNKNOWN, dismiss, "dismissed"),
}


@pytest.mark.parametrize(("fault", "reason", "decide", "choice"), WAYS.values(), ids=WAYS)
def test_every_decision_is_stored_audited_and_settles_attention_at_once(
    sandbox: Sandbox,
    operator: User,
    device: Device,
    storage: StorageCredential,
    fault: Fault,
    reason: Attention,
    decide: Callable[[User, Recording], None],
    choice: str,
) -> None:
    recording = start(sandbox, fault, operator, device, storage)
    Recording.objects.filter(pk=recording.pk).update(attention=reason, attention_at=timezone.now())
    recording.refresh_from_db()
    before = recording.state
    decide(operator, recording)
    recording.refresh_from_db()
    decision = Decision.objects.get()
    assert (decision.choice, recording.attention, recording.attention_at) == (choice, "", None)
    entry = AuditEntry.objects.get(action=f"recording.{choice}")
    assert entry.actor == (operator.username if decision.decided_by else SYSTEM)
    assert entry.reason == decision.reason != ""
    assert (entry.before["state"], entry.before["attention"]) == (before, reason)
    assert (entry.after["state"], entry.after["attention"]) == (recording.state, "")
