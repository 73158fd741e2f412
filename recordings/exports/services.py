"""Request an export, repeat it, download it, and delete it after a week."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

import structlog
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from recordings import wakeups
from recordings.audit_log.record import SYSTEM, record_audit
from recordings.clock import database_now
from recordings.exports.build import build_export
from recordings.exports.leases import UNFINISHED
from recordings.exports.manifest import stored_manifest
from recordings.exports.paths import remove
from recordings.exports.queries import counted
from recordings.exports.scope import still_reaches
from recordings.exports.subjects import SUBJECTS, query_of
from recordings.models import Export, User
from recordings.permissions import demand

SMALL = 2000
"""Rows up to which an export is made at once, in the request."""
MAX_UNFINISHED = 5
"""For one user, like the next."""
MAX_PER_MINUTE = 10
KEPT = timedelta(days=7)


log = structlog.get_logger(__name__)


class TooManyExports(Exception):
    """This user has too many unfinished exports."""


class ExportGone(Exception):
    """The file is not on this machine, or cannot be read here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRequest:
    """A request for an export. `query`: the list's valid filters."""

    subject: str
    format: str
    query: str
    language: str


def request_export(*, actor: User, request: ExportRequest) -> Export:
    """Write the filtered rows to a file: immediately when there are few, otherwise by a worker.

    Raises PermissionDenied and TooManyExports.
    """
    subject = SUBJECTS[request.subject]
    demand(actor, subject.permission)
    chosen = subject.filtered(actor, request.query)
    query = query_of(chosen)
    is_small = counted(chosen, SMALL) <= SMALL
    now = database_now()
    with transaction.atomic():
        _refuse_too_many(actor)
        export = Export.objects.create(
            subject=request.subject, format=request.format, query=query, language=request.language, requested_by=actor,
            due_at=now,
        )  # fmt: skip
        if not is_small:
            wakeups.wake("export", export.pk)
        _record_request(actor, export)
    if is_small:
        build_export(export.pk, now)
    return export


def _refuse_too_many(actor: User) -> None:
    """Raise TooManyExports when this user has too many unfinished, or requested too many within a minute."""
    own = Export.objects.filter(requested_by=actor)
    lately = own.filter(requested_at__gte=timezone.now() - timedelta(minutes=1))
    if own.filter(state__in=UNFINISHED).count() >= MAX_UNFINISHED or lately.count() >= MAX_PER_MINUTE:
        raise TooManyExports


def _record_request(actor: User, export: Export) -> None:
    details = {"format": export.format, "filter": export.query}
    record_audit(actor=actor, action=f"{export.subject}.exported", target=export, after=details)


def try_again(*, actor: User, export: Export) -> None:
    """Let a worker repeat a failed export; any other is unchanged. Raises PermissionDenied, TooManyExports."""
    demand(actor, SUBJECTS[export.subject].permission)
    repeated = {
        "state": Export.State.WAITING, "due_at": database_now(), "attempts": 0, "error": "", "finished_at": None,
        "rows": 0, "size": 0, "sha256": "",
    }  # fmt: skip
    with transaction.atomic():
        _refuse_too_many(actor)
        if Export.objects.filter(pk=export.pk, state=Export.State.FAILED).update(**repeated) == 1:
            wakeups.wake("export", export.pk)
            record_audit(actor=actor, action="export.repeated", target=export)


def download_export(*, actor: User, export: Export, path: Path) -> BinaryIO:
    """One of its files, open for reading, with an audit entry.

    Raises ExportGone when it is not on this machine, which changes nothing: another machine may have it. Raises
    PermissionDenied when it contains rows that the actor can no longer see.
    """
    manifest = stored_manifest(export)
    if manifest and not still_reaches(actor, SUBJECTS[export.subject].permission, manifest.get("projects")):
        raise PermissionDenied
    try:
        if manifest is None:  # without it the file's projects are unknown
            raise FileNotFoundError
        file = path.open("rb")
    except OSError as error:
        log.warning("export_not_here", export=str(export.pk), folder=str(path.parent), why=type(error).__name__)
        raise ExportGone from None
    try:
        with transaction.atomic():
            record_audit(actor=actor, action="export.downloaded", target=export, after={"file": path.name})
    except BaseException:
        file.close()
        raise
    return file


def old_exports(now: datetime) -> QuerySet[Export]:
    """Ready exports that have expired."""
    return Export.objects.filter(state=Export.State.READY, finished_at__lte=now - KEPT)


def delete_file(key: UUID, now: datetime) -> None:
    """Delete the files of an expired export; its row stays."""
    with transaction.atomic():
        if old_exports(now).filter(pk=key).update(state=Export.State.DELETED) == 1:
            export = Export.objects.get(pk=key)
            remove(export)
            record_audit(actor=SYSTEM, action="export.deleted", target=export)
