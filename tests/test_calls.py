"""The door: intent before the call, no transaction during it, one row a try, and answers that are never dropped."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from recordings import calls, quota, spill
from recordings.models import ApiCall, QuotaSlot
from recordings.trro.failures import MomentMissed
from recordings.trro.outcome import Accepted, Outcome, Refused, Unknown
from recordings.trro.requests import DeleteCloudRecording, VendorRequest

from .factories import make_account

pytestmark = pytest.mark.django_db(transaction=True)
REQUEST = DeleteCloudRecording(task_id="-task")
DONE = Accepted(request_id="r1", response={})


class StubGateway:
    """Answers what it is given, and notes what the ledger held when the call was made."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self.seen: list[tuple[bool, list[str]]] = []

    def call(self, request: VendorRequest, *, before_send: Callable[[], None]) -> Outcome:
        before_send()
        self.seen.append((connection.in_atomic_block, list(ApiCall.objects.values_list("outcome", flat=True))))
        return self.outcome


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> StubGateway:
    stub = StubGateway(DONE)
    monkeypatch.setattr(calls, "gateway_for", lambda _account: stub)
    return stub


def close(row: ApiCall, outcome: Outcome) -> None:
    calls.close(row, outcome)


def call(**changes: object) -> Outcome:
    options = {
        "account": make_account(),
        "request": REQUEST,
        "before_call": lambda: None,
        "after_call": close,
    } | changes
    return calls.call(**options)  # type: ignore[arg-type]


def test_the_ledger_has_the_row_and_no_transaction_is_open_when_the_request_leaves(gateway: StubGateway) -> None:
    assert call() is DONE
    assert gateway.seen == [(False, [""])]
    assert ApiCall.objects.get().outcome == "accepted"


def test_a_call_inside_a_transaction_is_refused(gateway: StubGateway) -> None:
    with transaction.atomic(), pytest.raises(RuntimeError):
        call()
    assert not gateway.seen


def test_an_intent_that_fails_sends_nothing_and_leaves_no_row(gateway: StubGateway) -> None:
    def before_call() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        call(before_call=before_call)
    assert not gateway.seen
    assert not ApiCall.objects.exists()


def test_an_answer_the_database_does_not_take_is_spilled_and_taken_in_later(gateway: StubGateway) -> None:
    def conclude(row: ApiCall, outcome: Outcome) -> None:
        raise DatabaseError("disk full")

    assert call(after_call=conclude) is DONE
    assert ApiCall.objects.get().outcome == ""
    assert spill.restore(lambda pk, _opened_at, outcome: close(ApiCall.objects.get(pk=pk), outcome)) == 1
    assert ApiCall.objects.get().request_id == "r1"


def test_a_call_that_waited_until_it_was_given_up_does_not_leave(
    gateway: StubGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    def given_up(_slot: object) -> None:
        past = timezone.now() - timedelta(seconds=1)
        ApiCall.objects.update(lease_until=past, outcome=ApiCall.Outcome.UNKNOWN)

    monkeypatch.setattr(calls.quota.Slot, "wait", lambda slot: (given_up(slot), None)[1])
    monkeypatch.setattr(calls, "LEASE_SLACK", timedelta(seconds=-60))
    assert call() == calls.PROCESS_LOST
    assert not gateway.seen


def test_a_call_that_is_ready_too_late_leaves_at_another_slot(
    gateway: StubGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave, left = quota.Slot.leave, []

    def late_once(slot: quota.Slot) -> None:
        left.append(slot.at)
        if len(left) == 1:
            raise MomentMissed
        leave(slot)

    monkeypatch.setattr(quota.Slot, "leave", late_once)
    assert call() == DONE
    assert len(gateway.seen) == 1
    first, second = left
    assert second > first


def test_a_quota_that_others_use_up_too_slows_the_calls_down(gateway: StubGateway) -> None:
    gateway.outcome = Refused(code="RequestLimitExceeded.UinLimitExceeded", message="")
    assert call() == gateway.outcome
    assert QuotaSlot.objects.get().slowdown == 2


def open_row() -> ApiCall:
    now = timezone.now()
    return ApiCall.objects.create(account=make_account(), action="X", created_at=now, lease_until=now)


def test_a_closed_row_never_changes_again() -> None:
    row = open_row()
    assert calls.close(row, Refused(code="A", message=""))
    assert not calls.close(row, Unknown(code="B", message=""))
    assert ApiCall.objects.get().code == "A"


def test_a_late_accepted_answer_gets_a_row_of_its_own_once() -> None:
    row = open_row()
    calls.close(row, calls.PROCESS_LOST)
    late = Accepted(task_id="-t", request_id="r", response={})
    assert calls.close(row, late)
    assert not calls.close(row, late)
    assert list(ApiCall.objects.values_list("outcome", "late")) == [("unknown", False), ("accepted", True)]
