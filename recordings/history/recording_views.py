"""The page of one recording, one call of it, and its support pack."""

import json
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET, require_safe

from recordings.error_catalogue import explain
from recordings.history.call_detail import call_detail
from recordings.history.file_list import files_shown
from recordings.history.queries import waits_for_no_worker
from recordings.history.support_pack import support_pack
from recordings.history.timeline import timeline_of
from recordings.lifecycle.bucket_scan import searched_until
from recordings.lifecycle.queries import visible_recordings, with_ends
from recordings.lifecycle.streams import attach_others
from recordings.lifecycle.unclaimed_rows import matching_tasks
from recordings.models import Recording
from recordings.permissions import holds
from recordings.web.call_details import start_details
from recordings.web.guard import allowed
from recordings.web.render import PageRequest, render_either

MAX_MATCHES = 5
"""Unclaimed tasks shown beside an unknown start; the page that resolves it offers more."""


@require_safe
@allowed("recording.see")
def recording(request: PageRequest, pk: int) -> HttpResponse:
    """One recording: its outcome, the request, its files, and everything that happened to it."""
    visible = visible_recordings(request.user).select_related("account", "storage", "profile")
    found = get_object_or_404(with_ends(visible), pk=pk)
    attach_others([found])
    calls = list(found.calls.all())
    is_unknown = found.state == Recording.State.UNKNOWN
    context: dict[str, Any] = {
        "recording": found,
        "call": start_details(found) if found.was_requested else None,
        "calls": calls,
        "waits_for_no_worker": waits_for_no_worker(found, calls, timezone.now()),
        "timeline": timeline_of(found, calls),
        "files": files_shown(found, page=request.GET.get("files")),
        "may_watch": holds(request.user, "file.watch", found.project),
        "explanation": explain(found.error_code) if found.error_code else None,
        "searched_until": searched_until(found) if is_unknown else None,
        "matches": list(matching_tasks(found)[:MAX_MATCHES]) if is_unknown else [],
        "may_stop": holds(request.user, "recording.stop", found.project),
        "may_decide": holds(request.user, "recording.decide", found.project),
        "may_start_here": holds(request.user, "recording.start", found.project),
        "may_export": holds(request.user, "recording.export", found.project),
    }
    return render_either(request, "history/recording.html", "history/_recording.html", context)


@require_safe
@allowed("recording.see")
def call(request: PageRequest, pk: int, call_pk: int) -> HttpResponse:
    """One API call of a recording: request, response, timing, and how to make it by other means."""
    found = get_object_or_404(visible_recordings(request.user).select_related("account", "storage_key"), pk=pk)
    row = get_object_or_404(found.calls.all(), pk=call_pk)
    context = {"recording": found, "call": row, "detail": call_detail(row, found)}
    return render_either(request, "history/call.html", "history/_call.html", context)


@require_GET
@allowed("recording.export")
def download_support_pack(request: PageRequest, pk: int) -> HttpResponse:
    """Everything that Tencent Cloud's support asks for about one recording, as a file of JSON without secrets."""
    found = visible_recordings(request.user).select_related("account", "storage", "profile").filter(pk=pk).first()
    if found is None or not holds(request.user, "recording.export", found.project):
        raise Http404
    content = json.dumps(support_pack(actor=request.user, recording=found), ensure_ascii=False, indent=2)
    response = HttpResponse(content, content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="trro-support-{found.reference}.json"'
    return response
