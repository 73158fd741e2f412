"""A history as long as wanted, written by the database itself: a varied base of recordings, copied into the past.

Each recording has a call and, when it ended, a file. Beside them are UNCLAIMED tasks that no recording has.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import islice

from django.db import connection
from django.db.models import Model
from django.utils import timezone

from recordings.models import (
    ApiCall,
    Device,
    Membership,
    Project,
    Recording,
    RecordingFile,
    Role,
    StorageCredential,
    UnclaimedTask,
    User,
)

BASE = 10_000
"""Recordings of the base. It spans BASE * APART."""
APART = timedelta(seconds=40)
PEOPLE = 12
UNCLAIMED = 40
BATCH = 2000


def write_base() -> None:
    """BASE recordings of the sample fleet, of PEOPLE operators, with the mixture of a busy site."""
    operators = [_operator(number) for number in range(PEOPLE)]
    devices = list(Device.objects.filter(type=Device.Type.FIELD).select_related("project__account").order_by("pk"))
    storage = StorageCredential.objects.order_by("pk")[0]
    key, now = storage.keys.all()[0], timezone.now()
    rows = (_recording(number, now, devices, operators, storage, key.pk) for number in range(BASE))
    for some in _batches(rows):
        Recording.objects.bulk_create(some)
        ApiCall.objects.bulk_create(_call(each) for each in some)
        RecordingFile.objects.bulk_create(_file(each) for each in some if each.state == "ended")
    UnclaimedTask.objects.bulk_create(_unclaimed(number, now, devices) for number in range(UNCLAIMED))


def extend_to(count: int, *, analyse: bool = True) -> None:
    """Copy what has settled of the base into the past until there are about `count` recordings."""
    kept = "state IN ('ended', 'failed', 'refused', 'closed', 'cancelled', 'not_started')"
    first, last = Recording.objects.count() // BASE, count // BASE - 1
    if last >= first:
        recordings = Recording._meta.db_table
        settled = f"WHERE t.recording_id IN (SELECT id FROM {recordings} WHERE id <= {BASE} AND {kept})"
        suffixed = {name: _suffixed(name) for name in ("task_id", "request_id")}
        moved = {"reference": "t.reference || '-' || k.n", "attention": "''", **suffixed}
        with _without_indexes(Recording, ApiCall, RecordingFile):
            _copy(Recording, moved, where=f"WHERE t.{kept}", first=first, last=last)
            _copy(ApiCall, suffixed, where=settled, first=first, last=last)
            _copy(RecordingFile, {}, where=settled, first=first, last=last)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE")
            cursor.execute("CHECKPOINT")
        else:
            if analyse:
                cursor.execute("ANALYZE")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def _without_indexes(*models: type[Model]) -> Iterator[None]:
    """Drop the indexes of these tables and build them again afterwards: much quicker than adding to them row by row.

    Those of keys and of plain unique columns stay.
    """
    tables = [model._meta.db_table for model in models]
    postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        if postgresql:
            cursor.execute("SET session_replication_role = replica")  # no check of foreign keys for each row
            cursor.execute("SET maintenance_work_mem = '1GB'")
            cursor.execute(
                "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND NOT EXISTS "
                "(SELECT FROM pg_constraint WHERE conindid = format('%%I', indexname)::regclass)",
                [tables],
            )
        else:
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql <> '' AND tbl_name IN (%s, %s, %s)",
                tables,
            )
        indexes = cursor.fetchall()
        for name, _statement in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        yield
        for _name, statement in indexes:
            cursor.execute(statement)
        if postgresql:
            cursor.execute("RESET session_replication_role")


def _copy(model: type[Model], changed: dict[str, str], *, where: str, first: int, last: int) -> None:
    """Copies `first` to `last` of the base's rows: ids and references are moved up, moments into the past."""
    table, columns, values = model._meta.db_table, [], []
    for field in model._meta.concrete_fields:
        name = field.column
        columns.append(f'"{name}"')
        if name in ("id", "recording_id"):
            values.append(f"t.{name} + k.n * {BASE}")
        elif name in changed:
            values.append(changed[name])
        elif field.get_internal_type() == "DateTimeField":
            values.append(_moved_back(name))
        else:
            values.append(f't."{name}"')
    if connection.vendor == "postgresql":
        numbers = f"generate_series({first}, {last}) AS k(n)"
        prefix = ""
    else:
        numbers = "k"
        prefix = f"WITH RECURSIVE k(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM k WHERE n < {last}) "
    base = f"t.id <= {BASE}" if model is Recording else f"t.recording_id <= {BASE}"
    with connection.cursor() as cursor:
        # Python's and SQLite's triggers of foreign keys are slow for nothing here: every copied row has its owner
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) {prefix} "
            f"SELECT {', '.join(values)} FROM {table} t, {numbers} {where} AND {base}"
        )


def _moved_back(name: str) -> str:
    seconds = int(BASE * APART.total_seconds())
    if connection.vendor == "postgresql":
        return f"t.\"{name}\" - k.n * interval '{seconds} seconds'"
    return f"strftime('%Y-%m-%d %H:%M:%f', t.\"{name}\", '-' || (k.n * {seconds}) || ' seconds') || '000'"


def _suffixed(name: str) -> str:
    return f"CASE WHEN t.{name} = '' THEN '' ELSE t.{name} || '-' || k.n END"


def _operator(number: int) -> User:
    user = User.objects.create(username=f"shift_{number:02}", first_name=f"Shift {number}")
    Membership.objects.create(user=user, role=Role.OPERATOR, project=Project.objects.order_by("pk")[0])
    return user


def _recording(
    number: int, now: datetime, devices: list[Device], operators: list[User], storage: StorageCredential, key: int
) -> Recording:
    """Of a hundred: 84 ended (3 with files missing), 8 refused, 4 failed, 2 closed, 2 cancelled; 24 live in all."""
    device, of_hundred = devices[number % len(devices)], number % 100
    created = now - number * APART
    state = (
        "recording" if number < 24
        else "refused" if of_hundred < 8
        else "failed" if of_hundred < 12
        else "closed" if of_hundred < 14
        else "cancelled" if of_hundred < 16
        else "ended"
    )  # fmt: skip
    started = state not in {"refused", "cancelled"}
    return Recording(
        id=number + 1, account=device.project.account, project=device.project, device=device,
        requested_by=operators[number * 7 % PEOPLE], video_stream_id=number // len(devices) % 100, storage=storage,
        storage_key_id=key, vendor=0, region="ap-guangzhou", bucket=storage.bucket, output_format=3,
        max_media_file_duration=60, max_idle_time=30, file_name_prefix=["shift", f"r{number:06}"],
        reference=f"r{number:06}", state=state,
        upload_state="incomplete" if of_hundred in {20, 21, 22} else "complete" if state == "ended" else "none",
        task_id=f"-{number:090}" if started else "", request_id=f"request-{number:028}" if state != "cancelled" else "",
        error_code="OperationDenied.LicensesNotEnoughError" if state == "refused" else "",
        attention="failed" if number < 2000 and state == "failed" else "",
        attention_at=created if number < 2000 and state == "failed" else None,
        created_at=created, sent_at=created, started_at=created if started else None,
        ended_at=None if state == "recording" else created + timedelta(minutes=30), tries=1,
    )  # fmt: skip


def _call(recording: Recording) -> ApiCall:
    return ApiCall(
        id=recording.pk, account=recording.account, recording=recording, action="CreateCloudRecording",
        lease_until=recording.created_at, outcome="refused" if recording.state == "refused" else "accepted",
        code=recording.error_code, task_id=recording.task_id, request_id=recording.request_id,
        created_at=recording.created_at, closed_at=recording.created_at,
    )  # fmt: skip


def _file(recording: Recording) -> RecordingFile:
    return RecordingFile(
        id=recording.pk, recording=recording, name=f"1400000000_{recording.pk}_1.mp4", size=42_000_000,
        announced_at=recording.ended_at, seen_in_bucket_at=recording.ended_at,
    )  # fmt: skip


def _unclaimed(number: int, now: datetime, devices: list[Device]) -> UnclaimedTask:
    at = now - number * APART
    return UnclaimedTask(
        project=devices[number % len(devices)].project, task_id=f"-unclaimed-{number}", first_event=number,
        first_reported_at=at, last_reported_at=at,
    )  # fmt: skip


def _batches(rows: Iterator[Recording]) -> Iterator[list[Recording]]:
    while some := list(islice(rows, BATCH)):
        yield some
