"""The quota's slots: apart as the limit asks, no matter who takes them."""

import itertools
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.models import F

from recordings import quota
from recordings.models import CloudAccount, QuotaSlot
from recordings.trro.failures import MomentMissed

from .factories import make_account

NORMAL = 1

pytestmark = pytest.mark.django_db(transaction=True)


def slot_times(account: CloudAccount, count: int) -> list[float]:
    def take(_: int) -> float:
        try:
            return quota.reserve(account, "CreateCloudRecording").at
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        return sorted(pool.map(take, range(count)))


def test_slots_of_four_threads_stand_apart_by_the_limit_and_a_margin() -> None:
    times = slot_times(make_account(calls_per_second=20), 40)
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    # each thread reads its clock for itself: a few milliseconds of difference are no defect
    assert min(gaps) > 1 / 20 - 0.02
    assert sum(gaps) >= 39 / 20


def test_each_action_and_account_has_its_own_quota() -> None:
    account = make_account(calls_per_second=1)
    first = quota.reserve(account, "CreateCloudRecording")
    assert quota.reserve(account, "DeleteCloudRecording").at - first.at < 0.5
    assert quota.reserve(make_account(calls_per_second=1), "CreateCloudRecording").at - first.at < 0.5
    assert quota.reserve(account, "CreateCloudRecording").at - first.at > 0.9


def test_an_unused_quota_is_not_saved_up() -> None:
    account = make_account(calls_per_second=20)
    quota.reserve(account, "CreateCloudRecording")
    time.sleep(0.12)
    now = time.monotonic()
    first, second = (quota.reserve(account, "CreateCloudRecording").at for _ in range(2))
    assert first >= now - 0.02
    assert second > now


def test_nothing_leaves_at_a_slot_that_was_missed() -> None:
    slot = quota.reserve(make_account(calls_per_second=20), "CreateCloudRecording")
    time.sleep(0.1)
    with pytest.raises(MomentMissed):
        slot.leave()
    assert slot.another().at > slot.at


def test_a_call_leaves_at_its_slot_and_not_before() -> None:
    account = make_account(calls_per_second=20)
    quota.reserve(account, "CreateCloudRecording")
    slot = quota.reserve(account, "CreateCloudRecording")
    slot.wait()
    with suppress(MomentMissed):  # on a busy machine
        slot.leave()
    assert time.monotonic() >= slot.at


def test_many_slots_at_once_are_as_far_apart_as_slots_one_by_one() -> None:
    account = make_account(calls_per_second=20)
    many = quota.reserve_many(account, "CreateCloudRecording", 10)
    times = [slot.at for slot in [*many, quota.reserve(account, "CreateCloudRecording")]]
    assert all(later - earlier > 1 / 20 for earlier, later in itertools.pairwise(times[:-1]))
    assert times[-1] - times[-2] > 1 / 20 - 0.02


def test_twenty_one_calls_take_longer_than_a_second_even_when_the_first_is_late() -> None:
    slots = quota.reserve_many(make_account(calls_per_second=20), "CreateCloudRecording", 21)
    assert slots[20].at - slots[0].at > 1 + quota.TOO_LATE_SECONDS + 0.03


def test_after_request_limit_exceeded_slots_are_twice_as_far_apart_and_come_nearer_again() -> None:
    account = make_account(calls_per_second=20)
    quota.reserve(account, "CreateCloudRecording")
    quota.slow_down(account, "CreateCloudRecording")
    quota.slow_down(account, "CreateCloudRecording")  # the same burst's second answer changes nothing
    times = [quota.reserve(account, "CreateCloudRecording").at for _ in range(60)]
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert 1.8 / 20 < gaps[0] < 2.2 / 20
    assert gaps[-1] < 1.1 / 20 + 0.02


@pytest.mark.parametrize("hours", [-8, 8])
def test_a_clock_that_is_set_does_not_hold_up_the_calls(hours: int) -> None:
    account = make_account(calls_per_second=20)
    quota.reserve(account, "CreateCloudRecording")
    QuotaSlot.objects.update(next_at=F("next_at") + hours * 3600)
    assert quota.reserve(account, "CreateCloudRecording").seconds_left < 1


def test_of_many_responses_the_quickest_tells_the_time_of_the_server() -> None:
    clock = quota.ServerClock()
    assert clock.ahead(1000.0, received_at=10.3) == pytest.approx(989.7)
    assert clock.ahead(1001.0, received_at=11.001) == pytest.approx(989.999)
    assert clock.ahead(1002.0, received_at=12.2) == pytest.approx(989.999, abs=0.001)
    assert clock.ahead(5.0, received_at=13.0) == pytest.approx(-8.0), "it was set back"


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL says so in the statement itself")
@pytest.mark.parametrize("fails", [False, True])
def test_sqlite_waits_for_its_disk_in_every_commit_but_that_of_a_slot(fails: bool) -> None:
    account, usual, during = make_account(), synchronous(), []

    def watch(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith("INSERT"):
            during.append(synchronous())
            if fails:
                raise OperationalError("database is locked")
        return execute(sql, *rest)

    with connection.execute_wrapper(watch), pytest.raises(OperationalError) if fails else nullcontext():
        quota.reserve(account, "CreateCloudRecording")
    assert (during, synchronous()) == ([NORMAL], usual)


def synchronous() -> int:
    with connection.cursor() as cursor:
        return int(cursor.execute("PRAGMA synchronous").fetchone()[0])
