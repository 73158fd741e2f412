"""The quota's slots: apart as the limit asks, no matter who takes them."""

import itertools
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import Any

import pytest
from django.db import OperationalError, connection

from recordings import quota
from recordings.models import CloudAccount

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


def test_a_slot_that_was_missed_is_given_up_for_another() -> None:
    account = make_account(calls_per_second=20)
    slot = quota.reserve(account, "CreateCloudRecording")
    time.sleep(0.1)
    slot.wait()
    assert quota.reserve(account, "CreateCloudRecording").seconds_left > 0, "the second slot was taken just now"


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
