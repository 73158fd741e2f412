"""The worker's part: large exports, kills in the middle, leases, failures, snapshots, and the end after a week."""

import errno
import hashlib
import os
import signal
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from recordings.exports import build, leases, writers
from recordings.exports.build import MAX_AT_ONCE, MAX_ATTEMPTS, build_due_export, build_export
from recordings.exports.history_rows import HISTORY_FIELDS
from recordings.exports.leases import RENEWAL_INTERVAL, claim_export, renew_export
from recordings.exports.paths import file_of, manifest_of
from recordings.exports.services import KEPT
from recordings.exports.writers import CsvWriter
from recordings.leases import LEASE, LeaseLost
from recordings.models import ApiCall, AuditEntry, Device, Export, Membership, StorageCredential, User
from recordings.worker.cycle import run_cycle
from recordings.worker.jobs import JOBS
from tests.factories import make_project, signed_in

from .conftest import ask, make_recording
from .readers import read

pytestmark = pytest.mark.django_db


def breaking(error: Exception, after: int = 3) -> type[CsvWriter]:
    """A writer in which something goes wrong after some rows."""

    class Breaking(CsvWriter):
        written = 0

        def write(self, values: Sequence[Any]) -> None:
            self.written += 1
            if self.written > after:
                raise error
            super().write(values)

    return Breaking


class Killing(CsvWriter):
    """Writes two rows that get no further."""

    def write(self, values: Sequence[Any]) -> None:
        if values[HISTORY_FIELDS.index("task_id")] == "-2":
            os.kill(os.getpid(), signal.SIGKILL)
        super().write(values)


def left_over(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_large_one_waits_for_a_worker_who_makes_it(large: Export, exports_dir: Path) -> None:
    assert large.state == "waiting"
    run_cycle(timezone.now())
    large.refresh_from_db()
    assert (large.state, large.rows, large.attempts, large.due_at) == ("ready", 5, 1, None)
    assert [row["task_id"] for row in read(large)] == [f"-{number}" for number in reversed(range(5))]
    assert left_over(exports_dir) == sorted([file_of(large).name, manifest_of(large).name])


def test_it_is_made_once_however_often_it_is_woken(large: Export) -> None:
    for _wake in range(3):
        build_due_export(large.pk, timezone.now())
    assert AuditEntry.objects.filter(action="export.made").count() == 1


@pytest.mark.django_db(transaction=True)
def test_killed_attempt_is_repeated_from_the_start(large: Export, exports_dir: Path) -> None:
    connection.close()  # the child must not end the parent's
    child = os.fork()
    if child == 0:
        writers.WRITERS["csv"] = Killing
        build_export(large.pk, timezone.now())
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    large.refresh_from_db()
    assert (large.state, large.attempts) == ("making", 1)
    assert not file_of(large).exists()
    assert [name for name in left_over(exports_dir) if name.startswith("unfinished-")]
    run_cycle(timezone.now())
    large.refresh_from_db()
    assert large.state == "making", "its lease has not run out"
    run_cycle(timezone.now() + LEASE + timedelta(seconds=1))
    large.refresh_from_db()
    assert (large.state, large.rows, large.attempts) == ("ready", 5, 2)
    assert len(read(large)) == 5
    assert not [name for name in left_over(exports_dir) if name.startswith("unfinished-")]


@pytest.mark.django_db(transaction=True)
def test_attempt_killed_with_its_file_in_place_is_not_ready(large: Export, operator: User) -> None:
    connection.close()
    child = os.fork()
    if child == 0:
        build.record_audit = lambda **_told: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[assignment]
        build_export(large.pk, timezone.now())
        os._exit(0)
    os.waitpid(child, 0)
    large.refresh_from_db()
    assert file_of(large).exists()
    assert (large.state, large.sha256) == ("making", "")
    assert signed_in(operator).get(f"{large.get_absolute_url()}file/").status_code == 404
    run_cycle(timezone.now() + LEASE + timedelta(seconds=1))
    large.refresh_from_db()
    assert (large.state, large.attempts) == ("ready", 2)
    assert hashlib.sha256(file_of(large).read_bytes()).hexdigest() == large.sha256


def test_what_is_killed_each_time_is_given_up(large: Export, exports_dir: Path) -> None:
    Export.objects.update(state="making", attempts=MAX_ATTEMPTS, due_at=timezone.now())
    run_cycle(timezone.now())
    large.refresh_from_db()
    assert (large.state, large.error, large.due_at) == ("failed", "error", None)


def test_an_error_is_tried_again_and_shown_in_the_end(
    large: Export, exports_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(writers.WRITERS, "csv", breaking(RuntimeError("broken")))
    for attempt in range(1, MAX_ATTEMPTS + 1):
        large.refresh_from_db()
        assert (large.state, large.attempts) == ("waiting", attempt - 1)
        Export.objects.update(due_at=timezone.now())
        run_cycle(timezone.now())
        assert left_over(exports_dir) == []
    large.refresh_from_db()
    assert (large.state, large.error) == ("failed", "error")
    assert AuditEntry.objects.get(action="export.failed").after == {"error": "error"}


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_full_disk_is_named_and_leaves_nothing(
    large: Export, exports_dir: Path, monkeypatch: pytest.MonkeyPatch, wrapped: bool
) -> None:
    full = OSError(errno.ENOSPC, "No space left on device")
    monkeypatch.setitem(writers.WRITERS, "csv", breaking(RuntimeError(full) if wrapped else full))
    run_cycle(timezone.now())
    large.refresh_from_db()
    assert (large.state, large.error, large.attempts) == ("failed", "disk_full", 1)
    assert left_over(exports_dir) == []


@pytest.mark.parametrize("how", ["role", "project", "disabled"])
def test_who_may_not_any_more_gets_nothing(large: Export, operator: User, exports_dir: Path, how: str) -> None:
    if how == "role":
        Membership.objects.filter(user=operator).delete()
    elif how == "disabled":
        User.objects.filter(pk=operator.pk).update(is_active=False)
    else:
        device = Device.objects.get(device_id="truck_07")
        Export.objects.update(query=f"device={device.pk}")
        Membership.objects.filter(user=operator).update(project=make_project())
    run_cycle(timezone.now())
    large.refresh_from_db()
    assert (large.state, large.error) == ("failed", "not_allowed")
    assert not file_of(large).exists()


def test_worker_that_lost_its_lease_stores_nothing(large: Export, monkeypatch: pytest.MonkeyPatch) -> None:
    class Slow(CsvWriter):
        def finish(self) -> None:
            super().finish()
            Export.objects.update(due_at=timezone.now() + 2 * LEASE)  # another worker has it now

    monkeypatch.setitem(writers.WRITERS, "csv", Slow)
    build_due_export(large.pk, timezone.now())
    large.refresh_from_db()
    assert large.state == "making"
    assert not file_of(large).exists()
    assert not AuditEntry.objects.filter(action__in=["export.made", "export.failed"]).exists()


@pytest.mark.django_db(transaction=True)
def test_the_lease_is_renewed_and_rows_counted_while_others_write_and_none_of_theirs_comes_in(
    large: Export, monkeypatch: pytest.MonkeyPatch, operator: User, device: Device, storage: StorageCredential
) -> None:
    monkeypatch.setattr(leases, "RENEWAL_INTERVAL", timedelta(0))
    seen = []

    def record_more_and_look() -> None:
        make_recording(operator, device, storage)
        seen.append(Export.objects.values_list("rows", "due_at").get(pk=large.pk))
        connection.close()

    class Watching(CsvWriter):
        def write(self, values: Sequence[Any]) -> None:
            super().write(values)
            with ThreadPoolExecutor(max_workers=1) as other:
                other.submit(record_more_and_look).result()

    monkeypatch.setitem(writers.WRITERS, "csv", Watching)
    build_due_export(large.pk, timezone.now())
    large.refresh_from_db()
    assert (large.state, large.rows) == ("ready", 5)
    assert [rows for rows, _due in seen] == [0, 0, 2, 2, 4]
    assert seen[0][1] < seen[2][1] < seen[4][1]


@pytest.mark.django_db(transaction=True)
def test_lease_that_another_worker_took_is_not_renewed(large: Export) -> None:
    lease = claim_export(large.pk, timezone.now())
    assert lease is not None
    assert claim_export(large.pk, timezone.now()) is None
    lease.until -= RENEWAL_INTERVAL + timedelta(seconds=1)
    with pytest.raises(LeaseLost):
        renew_export(lease, 1)


def test_only_a_few_are_made_at_once(large: Export, operator: User) -> None:
    for _number in range(MAX_AT_ONCE):
        Export.objects.create(
            subject="history", format="csv", language="en", requested_by=operator, state="making",
            due_at=timezone.now() + LEASE,
        )  # fmt: skip
    build_due_export(large.pk, timezone.now())
    large.refresh_from_db()
    assert (large.state, large.attempts) == ("waiting", 0)
    assert large.due_at is not None
    assert large.due_at > timezone.now()


def test_queries_do_not_grow_with_the_rows_of_a_batch(
    operator: User, device: Device, storage: StorageCredential, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    now = timezone.now()
    for number in range(30):
        recording = make_recording(operator, device, storage, task_id=f"-{number}")
        for action in ("CreateCloudRecording", "DeleteCloudRecording"):
            ApiCall.objects.create(
                account=recording.account, recording=recording, action=action, created_at=now, lease_until=now
            )
        recording.files.create(name="a", size=5, announced_at=now)
        recording.files.create(name="b", announced_at=now)
    with django_assert_max_num_queries(30):
        export = ask(operator, format="jsonl")
    for row in read(export):
        assert [call["action"] for call in row["calls"]] == ["CreateCloudRecording", "DeleteCloudRecording"]
        assert (row["files"], row["files_bytes"]) == (2, 5)


def test_files_go_after_a_week_and_the_row_stays(large: Export, exports_dir: Path) -> None:
    run_cycle(timezone.now())
    run_cycle(timezone.now() + KEPT - timedelta(minutes=1))
    assert file_of(large).exists()
    run_cycle(timezone.now() + KEPT + timedelta(minutes=1))
    large.refresh_from_db()
    assert (large.state, large.rows) == ("deleted", 5)
    assert left_over(exports_dir) == []
    assert AuditEntry.objects.filter(action="export.deleted").count() == 1
    assert set(JOBS) >= {"export", "old_export"}


def test_times_are_those_of_the_programs_time_zone(
    operator: User, device: Device, storage: StorageCredential, settings: Settings
) -> None:
    recording = make_recording(operator, device, storage)
    (row,) = read(ask(operator))
    assert row["created_at"].endswith("+08:00")
    assert timezone.datetime.fromisoformat(row["created_at"]) == recording.created_at  # type: ignore[attr-defined]
