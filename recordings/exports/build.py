"""Making one export: claimed with a lease, written aside, put in its place when it is whole.

A try that was killed leaves a lease that runs out; the next one begins anew. Nobody can download what is unfinished:
the file comes to its place in the transaction that says that it is ready.
"""

import errno
import hashlib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

import django_filters
import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from recordings.audit_log.record import SYSTEM, record_audit
from recordings.clock import database_now
from recordings.exports import failures
from recordings.exports.leases import Lease, Lost, due_exports
from recordings.exports.manifest import as_bytes, manifest
from recordings.exports.paths import aside, clear, file_of, manifest_of, new_file, remove
from recordings.exports.subjects import SUBJECTS
from recordings.exports.writers import WRITERS
from recordings.models import Export
from recordings.permissions import holds

log = structlog.get_logger(__name__)
BATCH = 1000
MAX_ATTEMPTS = 3
AGAIN = timedelta(seconds=20)
AT_ONCE = 2
"""By all workers: their threads are there for stops and starts first."""
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A whole file and its manifest, not yet in their places."""

    file: Path
    manifest: Path
    rows: int
    size: int
    sha256: str


def build_due_export(key: UUID, now: datetime) -> None:
    """The worker's job: make one export, or put it off while enough are being made."""
    busy = Export.objects.filter(state=Export.State.MAKING, due_at__gt=now).exclude(pk=key).count()
    if busy >= AT_ONCE:
        due_exports(now).filter(pk=key).update(due_at=now + AGAIN)
    else:
        build_export(key, now)


def build_export(key: UUID, now: datetime) -> None:
    """Make one export that is due. What came of it is stored; does nothing when somebody else has it."""
    lease = Lease.taken(key, now)
    if lease is None:
        return
    export = Export.objects.select_related("requested_by").get(pk=key)
    try:
        if export.attempts > MAX_ATTEMPTS:  # the tries before this one were killed
            raise failures.CannotExport(failures.ERROR)
        with aside(key) as place, override(export.language):
            _publish(export, lease, _write(export, place, lease.renew))
    except Lost:
        log.warning("export_lost", export=str(key))
    except failures.CannotExport as error:
        _fail(export, lease, error.stored)
    except Exception as error:
        if _is_disk_full(error):
            _fail(export, lease, failures.DISK_FULL)
            return
        log.exception("export_failed", export=str(key), attempt=export.attempts)
        if export.attempts >= MAX_ATTEMPTS:
            _fail(export, lease, failures.ERROR)
        else:
            lease.row().update(state=Export.State.WAITING, due_at=database_now() + AGAIN)


def _write(export: Export, place: Path, renew: Callable[[int], None]) -> Made:
    """Write the file and its manifest in `place`, of what the person who asked may take out now."""
    subject = SUBJECTS[export.subject]
    if not holds(export.requested_by, subject.permission):
        raise failures.CannotExport(failures.NOT_ALLOWED)
    chosen = subject.filtered(export.requested_by, export.query)
    if not chosen.form.is_valid():  # it was when it was asked for: what it names is of another project now
        raise failures.CannotExport(failures.NOT_ALLOWED)
    path, rows = place / "file", 0
    with new_file(path) as file:
        writer = WRITERS[export.format](file, subject.columns, place)
        for batch in _batches(chosen, subject.fields):
            for row in subject.complete(batch):
                writer.write(row)
            rows += len(batch)
            renew(rows)
        writer.finish()
    with path.open("rb") as written:
        sha256 = hashlib.file_digest(written, "sha256").hexdigest()
    size = path.stat().st_size
    beside = place / "manifest"
    with new_file(beside) as file:
        file.write(as_bytes(manifest(export, chosen, rows=rows, size=size, sha256=sha256)))
    return Made(file=path, manifest=beside, rows=rows, size=size, sha256=sha256)


def _batches(chosen: django_filters.FilterSet, fields: Any) -> Iterator[list[tuple[Any, ...]]]:
    """The rows as one statement sees them, however long the writing takes."""
    with closing(chosen.qs.values_list(*fields).iterator(chunk_size=BATCH)) as rows:
        while batch := list(islice(rows, BATCH)):
            yield batch


def _publish(export: Export, lease: Lease, made: Made) -> None:
    """Put the files in their places and say that they are there, if this try still counts."""
    with transaction.atomic():
        stored = {"rows": made.rows, "size": made.size, "sha256": made.sha256}
        ready = {"state": Export.State.READY, "due_at": None, "finished_at": timezone.now(), "error": ""}
        if lease.row().update(**ready, **stored) != 1:
            raise Lost
        made.manifest.replace(manifest_of(export))
        made.file.replace(file_of(export))
        record_audit(actor=SYSTEM, action="export.made", target=export, after=stored)


def _fail(export: Export, lease: Lease, error: str) -> None:
    """Store why it cannot be made, if this try still counts."""
    with transaction.atomic():
        failed = {"state": Export.State.FAILED, "due_at": None, "finished_at": timezone.now(), "error": error}
        if lease.row().update(**failed) != 1:
            return
        record_audit(actor=SYSTEM, action="export.failed", target=export, after={"error": error})
    clear(export.pk)
    remove(export)


def _is_disk_full(error: BaseException | None) -> bool:
    """Also where a library put an error of its own around it."""
    while error is not None:
        for each in (error, *error.args):
            if isinstance(each, OSError) and each.errno in FULL:
                return True
        error = error.__cause__ or error.__context__
    return False
