"""Builds one export: claimed with a lease, written in a temporary folder, moved to its place when complete.

The lease of a killed attempt expires; the next attempt starts again. An unfinished file cannot be downloaded: the
file is moved to its place in the transaction that marks the export as ready.
"""

import errno
import hashlib
from collections.abc import Iterator
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
from recordings.exports.leases import claim_export, due_exports, renew_export
from recordings.exports.manifest import as_bytes, manifest
from recordings.exports.paths import aside, clear, file_of, manifest_of, new_file, remove
from recordings.exports.subjects import SUBJECTS
from recordings.exports.writers import WRITERS
from recordings.leases import Lease, LeaseLost
from recordings.models import Export
from recordings.permissions import holds

log = structlog.get_logger(__name__)
BATCH = 1000
MAX_ATTEMPTS = 3
RETRY_DELAY = timedelta(seconds=20)
MAX_AT_ONCE = 2
"""By all workers together: their threads are for stops and starts first."""
DISK_FULL_ERRORS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltFiles:
    """A complete file and its manifest, not yet in their places."""

    file: Path
    manifest: Path
    rows: int
    size: int
    sha256: str


def build_due_export(key: UUID, now: datetime) -> None:
    """The worker's job: build one export, or postpone it while enough others are being built."""
    busy = Export.objects.filter(state=Export.State.MAKING, due_at__gt=now).exclude(pk=key).count()
    if busy >= MAX_AT_ONCE:
        due_exports(now).filter(pk=key).update(due_at=now + RETRY_DELAY)
    else:
        build_export(key, now)


def build_export(key: UUID, now: datetime) -> None:
    """Build one export that is due and store the result. Does nothing when another worker has it."""
    lease = claim_export(key, now)
    if lease is None:
        return
    export = Export.objects.select_related("requested_by").get(pk=key)
    try:
        if export.attempts > MAX_ATTEMPTS:  # the attempts before this one were killed
            raise failures.CannotExport(failures.ERROR)
        with aside(key) as place, override(export.language):
            _publish(export, lease, _write(export, lease, place))
    except LeaseLost:
        log.warning("export_lease_lost", export=str(key))
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
            lease.row().update(state=Export.State.WAITING, due_at=database_now() + RETRY_DELAY)


def _write(export: Export, lease: Lease[Export], place: Path) -> BuiltFiles:
    """Write the file and its manifest in `place`: the rows that the requester may export now."""
    subject = SUBJECTS[export.subject]
    if not holds(export.requested_by, subject.permission):
        raise failures.CannotExport(failures.NOT_ALLOWED)
    chosen = subject.filtered(export.requested_by, export.query)
    if not chosen.form.is_valid():  # it was when requested: it names an object of another project now
        raise failures.CannotExport(failures.NOT_ALLOWED)
    path, rows = place / "file", 0
    with new_file(path) as file:
        writer = WRITERS[export.format](file, subject.columns, place)
        for batch in _batches(chosen, subject.fields):
            for row in subject.complete(batch):
                writer.write(row)
            rows += len(batch)
            renew_export(lease, rows)
        writer.finish()
    with path.open("rb") as written:
        sha256 = hashlib.file_digest(written, "sha256").hexdigest()
    size = path.stat().st_size
    beside = place / "manifest"
    with new_file(beside) as file:
        file.write(as_bytes(manifest(export, chosen, rows=rows, size=size, sha256=sha256)))
    return BuiltFiles(file=path, manifest=beside, rows=rows, size=size, sha256=sha256)


def _batches(chosen: django_filters.FilterSet, fields: Any) -> Iterator[list[tuple[Any, ...]]]:
    """Batches of rows, all from one statement, however long writing takes."""
    with closing(chosen.qs.values_list(*fields).iterator(chunk_size=BATCH)) as rows:
        while batch := list(islice(rows, BATCH)):
            yield batch


def _publish(export: Export, lease: Lease[Export], built: BuiltFiles) -> None:
    """Move the files to their places and mark the export as ready, if the lease is still valid."""
    with transaction.atomic():
        stored = {"rows": built.rows, "size": built.size, "sha256": built.sha256}
        ready = {"state": Export.State.READY, "due_at": None, "finished_at": timezone.now(), "error": ""}
        lease.write(**ready, **stored)
        built.manifest.replace(manifest_of(export))
        built.file.replace(file_of(export))
        record_audit(actor=SYSTEM, action="export.made", target=export, after=stored)


def _fail(export: Export, lease: Lease[Export], error: str) -> None:
    """Store why it failed, if the lease is still valid."""
    with transaction.atomic():
        failed = {"state": Export.State.FAILED, "due_at": None, "finished_at": timezone.now(), "error": error}
        if lease.row().update(**failed) != 1:
            return
        record_audit(actor=SYSTEM, action="export.failed", target=export, after={"error": error})
    clear(export.pk)
    remove(export)


def _is_disk_full(error: BaseException | None) -> bool:
    """Whether the disk is full, also when a library wraps that error in another."""
    while error is not None:
        for each in (error, *error.args):
            if isinstance(each, OSError) and each.errno in DISK_FULL_ERRORS:
                return True
        error = error.__cause__ or error.__context__
    return False
