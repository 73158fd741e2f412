"""What should have been sent and was not needs attention; a start that is ten minutes late is not sent."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from recordings.lifecycle.attention import refresh_due_attention
from recordings.lifecycle.start import close_recording, start_recording
from recordings.models import Attention, AuditEntry, CloudAccount, Decision, Device, Recording, StorageCredential, User
from recordings.sandbox import EntryKind, Fault, Sandbox
from recordings.worker.cycle import run_cycle
from recordings.worker.jobs import JOBS
from tests.factories import signed_in
from tests.lifecycle.start_requests import start_request

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def queued(sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential) -> Recording:
    sandbox.add_fault(Fault.REQUEST_LIMIT)
    return start_recording(actor=operator, request=start_request(device, storage))[0]


@pytest.fixture
def to_be_stopped(sandbox: Sandbox, operator: User, device: Device, storage: StorageCredential) -> Recording:
    """It runs, and its stop is due since a moment ago."""
    recording, _ = start_recording(actor=operator, request=start_request(device, storage))
    Recording.objects.update(stop_wanted_at=timezone.now(), stop_due_at=timezone.now())
    return recording


def damage_keys() -> bytes:
    """The accounts cannot make calls any more; what would mend them."""
    sealed = bytes(CloudAccount.objects.get().secret_key_sealed)
    CloudAccount.objects.update(secret_key_sealed=b"broken")
    return sealed


def marked(recording: Recording, at: datetime) -> str:
    refresh_due_attention(at)
    recording.refresh_from_db()
    return recording.attention


def test_a_start_whose_account_cannot_send_it_needs_attention_and_is_then_cancelled_with_the_reason(
    sandbox: Sandbox, queued: Recording, operator: User
) -> None:
    sealed, now = damage_keys(), timezone.now()
    assert marked(queued, now + MINUTE / 2) == ""
    for minutes in range(1, 6):
        run_cycle(now + minutes * 1.5 * MINUTE)
    queued.refresh_from_db()
    assert (queued.state, queued.attention) == (Recording.State.QUEUED, Attention.NOT_SENT)
    page = signed_in(operator).get("/attention/").content.decode()
    assert "Overdue: not sent" in page
    assert f"/recordings/{queued.pk}/stop/" in page
    CloudAccount.objects.update(secret_key_sealed=sealed)
    JOBS["start"].do(queued.pk, now + timedelta(hours=9))
    queued.refresh_from_db()
    assert (queued.state, queued.attention) == (Recording.State.CANCELLED, "")
    decision = Decision.objects.get()
    assert (decision.decided_by, "within ten minutes" in decision.reason) == (None, True)
    assert AuditEntry.objects.get(action="recording.cancelled").reason == decision.reason
    assert not sandbox.journal(EntryKind.STARTED)


def test_a_start_is_cancelled_too_while_its_account_still_cannot_send_it(queued: Recording) -> None:
    damage_keys()
    now = timezone.now()
    for minutes in range(1, 14):
        run_cycle(now + minutes * MINUTE)
    queued.refresh_from_db()
    assert queued.state == Recording.State.CANCELLED


def test_within_ten_minutes_it_is_sent(sandbox: Sandbox, queued: Recording) -> None:
    run_cycle(timezone.now() + 9 * MINUTE)
    queued.refresh_from_db()
    assert queued.state == Recording.State.ACCEPTED


def test_a_stop_that_cannot_be_sent_needs_attention_however_often_it_is_put_off(
    sandbox: Sandbox, to_be_stopped: Recording
) -> None:
    sealed, now = damage_keys(), timezone.now()
    assert marked(to_be_stopped, now + MINUTE / 2) == ""
    for minutes in range(5):
        run_cycle(now + minutes * MINUTE)
    to_be_stopped.refresh_from_db()
    assert to_be_stopped.stop_due_at is not None
    assert to_be_stopped.stop_due_at > now + 4 * MINUTE, "put off each time"
    assert to_be_stopped.attention == Attention.NOT_SENT
    assert to_be_stopped.attention_at is not None
    assert to_be_stopped.attention_at < now + 2 * MINUTE, "marked once, and not again each minute"
    CloudAccount.objects.update(secret_key_sealed=sealed)
    run_cycle(now + 6 * MINUTE)
    to_be_stopped.refresh_from_db()
    assert to_be_stopped.attention != Attention.NOT_SENT
    assert not sandbox.live()


def test_a_stop_of_a_closed_one_that_cannot_be_sent_needs_it_too(to_be_stopped: Recording, operator: User) -> None:
    close_recording(actor=operator, recording=to_be_stopped, reason="Taken to be over")
    assert marked(to_be_stopped, timezone.now() + MINUTE / 2) == ""
    assert marked(to_be_stopped, timezone.now() + 2 * MINUTE) == Attention.NOT_SENT
