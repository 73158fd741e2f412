"""The pages of exports: request one of a filtered list, the user's own exports, and downloads."""

from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from recordings.clock import database_now
from recordings.exports.detail import export_detail
from recordings.exports.forms import ExportForm
from recordings.exports.paths import file_of, manifest_of, name_of
from recordings.exports.queries import counted, exports_of
from recordings.exports.services import SMALL, ExportGone, TooManyExports, download_export, request_export, try_again
from recordings.exports.subjects import SUBJECTS, describe_filters, query_of
from recordings.exports.writers import CONTENT_TYPES
from recordings.heartbeat import has_live_worker
from recordings.models import Export
from recordings.web.guard import allowed
from recordings.web.paging import newest_page_of
from recordings.web.render import PageRequest, go_to, render_either

COUNTED = 100_000
"""Rows up to which the form says how many there are."""
METHODS = ["GET", "HEAD", "POST"]
TOO_MANY = gettext_lazy("Too many exports requested. Wait for one of them to finish, or one minute.")


@require_http_methods(METHODS)
@allowed("recording.export")
def recordings_export(request: PageRequest) -> HttpResponse:
    """Request an export of the filtered history."""
    return _ask(request, Export.Subject.HISTORY)


@require_http_methods(METHODS)
@allowed("audit.export")
def audit_export(request: PageRequest) -> HttpResponse:
    """Request an export of the filtered audit trail."""
    return _ask(request, Export.Subject.TRAIL)


@require_http_methods(METHODS)
@allowed("recording.export")
def batch_export(request: PageRequest) -> HttpResponse:
    """Request an export of the targets of a batch, with what became of each."""
    return _ask(request, Export.Subject.BATCH)


def _ask(request: PageRequest, name: str) -> HttpResponse:
    """GET shows what would be exported and the formats; POST exports. An invalid filter exports nothing."""
    subject = SUBJECTS[name]
    page, fragment = "exports/request.html", "exports/_request.html"
    chosen = subject.filtered(request.user, request.GET)
    context: dict[str, Any] = {"subject": subject, "chosen": chosen}
    if not chosen.form.is_valid():
        return render_either(request, page, fragment, context, status=422)
    posted = request.method == "POST"
    form = ExportForm(request.POST) if posted else ExportForm(initial=_asked_format(request))
    query = query_of(chosen)
    if posted and form.is_valid():
        try:
            made = request_export(actor=request.user, request=form.to_request(name, query))
            return go_to(request, made.get_absolute_url())
        except TooManyExports:
            form.add_error(None, TOO_MANY)
    rows = counted(chosen, COUNTED)
    context |= {
        "form": form,
        "query": query,
        "words": describe_filters(chosen),
        "rows": min(rows, COUNTED),
        "there_are_more": rows > COUNTED,
        "is_large": rows > SMALL,
    }
    return render_either(request, page, fragment, context, status=422 if posted else 200)


def _asked_format(request: PageRequest) -> dict[str, str]:
    asked = request.GET.get("format", "")
    return {"format": asked} if asked in Export.Format.values else {}


@require_safe
@allowed("recording.export")
def exports(request: PageRequest) -> HttpResponse:
    """This user's own exports, newest first."""
    page = newest_page_of(exports_of(request.user), by="requested_at", cursor=request.GET.get("after", ""))
    return render_either(request, "exports/list.html", "exports/_list.html", {"page": page})


@require_http_methods(METHODS)
@allowed("recording.export")
def export(request: PageRequest, pk: UUID) -> HttpResponse:
    """One export: its progress, or its content. POST repeats a failed one."""
    found = get_object_or_404(exports_of(request.user), pk=pk)
    if request.method == "POST":
        try:
            try_again(actor=request.user, export=found)
        except TooManyExports:
            messages.error(request, TOO_MANY)
        return go_to(request, found.get_absolute_url())
    return _page_of(request, found)


def _page_of(request: PageRequest, found: Export, status: int = 200) -> HttpResponse:
    context = {"export": found, "shown": export_detail(found), "has_live_worker": has_live_worker(database_now())}
    page, fragment = "exports/export.html", "exports/_export.html"
    return render_either(request, page, fragment, context, status=status)


@require_GET  # asking for the headers would be entered as a download
@allowed("recording.export")
def export_file(request: PageRequest, pk: UUID) -> HttpResponseBase:
    """The file, once it is complete."""
    found = get_object_or_404(exports_of(request.user), pk=pk)
    return _download(request, found, file_of(found), name_of(found), CONTENT_TYPES[Export.Format(found.format)])


@require_GET  # asking for the headers would be entered as a download
@allowed("recording.export")
def export_manifest(request: PageRequest, pk: UUID) -> HttpResponseBase:
    """What is in the file, with its checksum."""
    found = get_object_or_404(exports_of(request.user), pk=pk)
    return _download(request, found, manifest_of(found), f"{name_of(found)}.manifest.json", "application/json")


def _download(request: PageRequest, found: Export, path: Path, name: str, content_type: str) -> HttpResponseBase:
    """The file, and an entry that it was taken; without one the page, which says why there is none."""
    if found.state != Export.State.READY:
        return _page_of(request, found, status=404)
    try:
        file = download_export(actor=request.user, export=found, path=path)
    except ExportGone:
        return _page_of(request, found, status=404)
    return FileResponse(file, as_attachment=True, filename=name, content_type=content_type)
