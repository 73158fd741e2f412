"""One export as its page shows it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.urls import reverse

from recordings.exports.failures import describe_failure as error_in_words
from recordings.exports.failures import is_for_excel_only
from recordings.exports.leases import UNFINISHED
from recordings.exports.manifest import stored_manifest
from recordings.exports.paths import file_of
from recordings.exports.scope import still_reaches
from recordings.exports.services import KEPT
from recordings.exports.subjects import SUBJECTS, describe_filters
from recordings.models import Export


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportDetail:
    """`words`: the filter, as the manifest has it or as it would be now; None when it is no longer known."""

    words: list[tuple[str, str]] | None
    time_zone: str
    error: str
    would_do_as_csv: bool
    is_unfinished: bool
    is_missing: bool
    """Whether it is ready and its file is not on this machine."""
    is_withheld: bool
    """Whether the file contains rows that its reader can no longer see."""
    list_url: str
    again_url: str
    """The form for the same rows, as CSV."""
    deleted_at: datetime | None


def export_detail(export: Export) -> ExportDetail:
    """What the page shows of an export beside its own fields."""
    subject = SUBJECTS[export.subject]
    manifest = stored_manifest(export) if export.state == Export.State.READY else None
    is_withheld = manifest is not None and not _still_reaches(export, manifest)
    asked = QueryDict(export.query, mutable=True)
    asked["format"] = Export.Format.CSV if is_for_excel_only(export.error) else export.format
    return ExportDetail(
        words=_words_of(manifest) if manifest and not is_withheld else _words_now(export),
        time_zone=str(manifest.get("time_zone", "")) if manifest else settings.TIME_ZONE,
        error=error_in_words(export.error),
        would_do_as_csv=is_for_excel_only(export.error),
        is_unfinished=export.state in UNFINISHED,
        is_missing=export.state == Export.State.READY and not (manifest and file_of(export).is_file()),
        is_withheld=is_withheld,
        list_url=f"{reverse(subject.list_url)}?{export.query}",
        again_url=f"{reverse(subject.export_url)}?{asked.urlencode()}",
        deleted_at=export.finished_at + KEPT if export.finished_at and export.state == Export.State.READY else None,
    )


def _still_reaches(export: Export, manifest: dict[str, Any]) -> bool:
    return still_reaches(export.requested_by, SUBJECTS[export.subject].permission, manifest.get("projects"))


def _words_of(manifest: dict[str, dict[str, list[dict[str, str]]]]) -> list[tuple[str, str]]:
    return [(each["name"], each["value"]) for each in manifest["filter"]["words"]]


def _words_now(export: Export) -> list[tuple[str, str]] | None:
    chosen = SUBJECTS[export.subject].filtered(export.requested_by, export.query)
    return describe_filters(chosen) if chosen.form.is_valid() else None
