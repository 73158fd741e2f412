"""The counts of each hour's starts, derived from the recordings."""

from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest

from recordings.lifecycle.hourly_counts import AGAIN, KEPT, recount, with_outcome
from recordings.lifecycle.start import build_recording
from recordings.models import Device, HourlyCount, Recording, StorageCredential, User
from recordings.worker.cycle import run_cycle
from tests.lifecycle.start_requests import start_request

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 28, 12, 40, tzinfo=UTC)
State = Recording.State


class Record(Protocol):
    def __call__(self, state: State, *, at: datetime = NOW, **fields: object) -> Recording: ...


@pytest.fixture
def record(operator: User, device: Device, storage: StorageCredential) -> Record:
    def make(state: State, *, at: datetime = NOW, **fields: object) -> Recording:
        stream = Recording.objects.count()
        recording = build_recording(actor=operator, request=start_request(device, storage, video_stream_id=stream))
        if state not in {State.REFUSED, State.UNKNOWN, State.CANCELLED, State.QUEUED, State.NOT_STARTED}:
            fields = {"task_id": f"-task{stream}"} | fields
        for name, value in ({"state": state, "created_at": at} | fields).items():
            setattr(recording, name, value)
        recording.save()
        return recording

    return make


def stored() -> dict[tuple[int, str, str], int]:
    """The counts by how many hours they are back, outcome and error code."""
    hour = NOW.replace(minute=0)
    rows = HourlyCount.objects.all()
    return {((hour - row.hour) // timedelta(hours=1), row.outcome, row.error_code): row.count for row in rows}


def test_starts_are_counted_by_hour_outcome_and_error_code(record: Record) -> None:
    for state in (State.RECORDING, State.ENDED, State.FAILED, State.CLOSED):
        record(state)
    record(State.REFUSED, error_code="LicensesNotEnough")
    record(State.REFUSED, error_code="LicensesNotEnough")
    record(State.REFUSED, error_code="InvalidParameter", at=NOW - timedelta(hours=1))
    record(State.UNKNOWN)
    record(State.CLOSED, task_id="")
    recount(NOW)
    assert stored() == {
        (0, "accepted", ""): 4,
        (0, "refused", "LicensesNotEnough"): 2,
        (1, "refused", "InvalidParameter"): 1,
        (0, "unknown", ""): 2,
    }


def test_the_worker_counts(record: Record) -> None:
    record(State.ENDED)
    run_cycle(NOW)
    assert stored() == {(0, "accepted", ""): 1}


def test_a_start_that_was_not_sent_has_no_outcome(record: Record) -> None:
    record(State.QUEUED)
    record(State.CANCELLED)
    recount(NOW)
    assert stored() == {}


def test_counting_again_changes_nothing(record: Record) -> None:
    record(State.ENDED)
    recount(NOW)
    recount(NOW)
    assert stored() == {(0, "accepted", ""): 1}


def test_a_task_that_is_found_later_corrects_an_old_hour(record: Record) -> None:
    record(State.REFUSED)
    lost = record(State.UNKNOWN, at=NOW - timedelta(hours=30))
    recount(NOW)
    Recording.objects.filter(pk=lost.pk).update(state=State.RECORDING, task_id="-found")
    recount(NOW + AGAIN / 3)
    assert stored() == {(0, "refused", ""): 1, (30, "unknown", ""): 1}
    recount(NOW + AGAIN * 2)
    assert stored() == {(0, "refused", ""): 1, (30, "accepted", ""): 1}


def test_hours_without_a_worker_are_made_up_for(record: Record) -> None:
    record(State.ENDED, at=NOW - timedelta(hours=9))
    recount(NOW - timedelta(hours=8))
    record(State.ENDED, at=NOW - timedelta(hours=5))
    recount(NOW)
    assert stored() == {(9, "accepted", ""): 1, (5, "accepted", ""): 1}


def test_an_empty_table_is_filled_from_the_last_month_only(record: Record) -> None:
    record(State.ENDED, at=NOW - KEPT - timedelta(hours=1))
    record(State.ENDED, at=NOW - timedelta(days=30))
    recount(NOW)
    assert stored() == {(720, "accepted", ""): 1}


def test_the_list_of_an_outcome_has_as_many_rows_as_are_counted(record: Record) -> None:
    for state in State:
        record(state)
    recount(NOW)
    counted = {outcome: count for (_hour, outcome, _code), count in stored().items()}
    listed = {each: with_outcome(Recording.objects.all(), each).count() for each in HourlyCount.Outcome.values}
    assert counted == listed
