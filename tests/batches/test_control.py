"""Pausing, resuming, cancelling and confirming a batch."""

import pytest
from django.core.exceptions import PermissionDenied
from pytest_django.fixtures import Settings

from recordings.lifecycle.batches.control import (
    OwnBatch,
    WrongState,
    cancel_queued,
    confirm_batch,
    finish_batches,
    pause_batch,
    pause_by_refusal,
    resume_batch,
)
from recordings.lifecycle.batches.create import create_batch
from recordings.models import AuditEntry, Batch, BatchItem, Project, StorageCredential, User
from tests.factories import make_device, make_operator

from .requests import batch_request

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch(operator: User, project: Project, storage: StorageCredential) -> Batch:
    return create_batch(actor=operator, request=batch_request([make_device(project) for _ in range(3)], storage))


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("sequence").values_list("action", flat=True))


def test_a_batch_is_paused_and_resumed(operator: User, batch: Batch) -> None:
    pause_batch(actor=operator, batch=batch, reason="wrong shift")
    batch.refresh_from_db()
    assert (batch.state, batch.pause_cause) == (Batch.State.PAUSED, Batch.PauseCause.USER)
    with pytest.raises(WrongState):
        pause_batch(actor=operator, batch=batch)
    resume_batch(actor=operator, batch=batch)
    batch.refresh_from_db()
    assert (batch.state, batch.pause_cause) == (Batch.State.RUNNING, "")
    with pytest.raises(WrongState):
        resume_batch(actor=operator, batch=batch)
    assert actions() == ["batch.created", "batch.paused", "batch.resumed"]


def test_what_pauses_a_batch_by_itself_is_told(batch: Batch) -> None:
    code = "FailedOperation.RestrictedConcurrency"
    pause_by_refusal(batch, Batch.PauseCause.CONCURRENCY, code=code)
    pause_by_refusal(batch, Batch.PauseCause.LICENSES, code="another")
    batch.refresh_from_db()
    assert (batch.state, batch.pause_cause, batch.pause_code) == ("paused", "concurrency", code)
    entry = AuditEntry.objects.latest("sequence")
    assert (entry.action, entry.actor, entry.after["code"]) == ("batch.paused", "system", code)
    assert actions().count("batch.paused") == 1


def test_cancelling_cancels_what_is_queued_and_finishes(operator: User, batch: Batch) -> None:
    BatchItem.objects.filter(position=0).update(state="accepted", due_at=None)
    assert cancel_queued(actor=operator, batch=batch, reason="over") == 2
    assert (batch.state, cancel_queued(actor=operator, batch=batch)) == (Batch.State.FINISHED, 0)
    assert sorted(batch.items.values_list("state", flat=True)) == ["accepted", "cancelled", "cancelled"]
    assert actions() == ["batch.created", "batch.cancelled", "batch.finished"]


def test_a_batch_with_something_out_is_not_finished(batch: Batch) -> None:
    BatchItem.objects.update(state="accepted", due_at=None)
    BatchItem.objects.filter(position=0).update(state="sending")
    assert finish_batches([batch.pk]) == 0
    BatchItem.objects.update(state="unknown")
    assert finish_batches([batch.pk]) == 1
    assert finish_batches([batch.pk]) == 0
    assert actions().count("batch.finished") == 1


def test_a_second_user_confirms_a_large_batch(
    operator: User, auditor: User, project: Project, storage: StorageCredential, settings: Settings
) -> None:
    settings.BATCH_CONFIRM_ABOVE = 1
    batch = create_batch(actor=operator, request=batch_request([make_device(project) for _ in range(2)], storage))
    with pytest.raises(OwnBatch):
        confirm_batch(actor=operator, batch=batch)
    with pytest.raises(PermissionDenied):
        confirm_batch(actor=auditor, batch=batch)
    second = make_operator(project)
    confirm_batch(actor=second, batch=batch)
    batch.refresh_from_db()
    assert (batch.state, batch.confirmed_by) == (Batch.State.RUNNING, second)
    with pytest.raises(WrongState):
        confirm_batch(actor=second, batch=batch)
    assert actions() == ["batch.created", "batch.confirmed"]


def test_an_auditor_controls_nothing(auditor: User, batch: Batch) -> None:
    for act in (pause_batch, resume_batch, cancel_queued):
        with pytest.raises(PermissionDenied):
            act(actor=auditor, batch=batch)  # type: ignore[operator]
