"""One recording beside the list: its summary, without leaving the list."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe

from recordings.error_catalogue import explain
from recordings.lifecycle.queries import visible_recordings, with_ends
from recordings.lifecycle.streams import attach_others
from recordings.models import Recording
from recordings.permissions import holds
from recordings.row_ids import read_row_id
from recordings.web.guard import allowed
from recordings.web.render import PageRequest, render_either, wants_fragment

MAX_FILES = 5


@require_safe
@allowed("recording.see")
def summary(request: PageRequest, pk: int) -> HttpResponse:
    """What the side panel of the list shows; without HTMX the recording's own page."""
    found = get_object_or_404(with_ends(visible_recordings(request.user)), pk=pk)
    if not wants_fragment(request):
        return redirect(found)
    return render_either(request, "history/list.html", "history/_summary.html", summary_of(request, found))


def open_beside(request: PageRequest) -> dict[str, object]:
    """The summary that the list's address names; empty when it names none that this user may see."""
    pk = read_row_id(request.GET.get("open", ""))
    found = with_ends(visible_recordings(request.user)).filter(pk=pk).first() if pk is not None else None
    return summary_of(request, found) if found else {}


def summary_of(request: PageRequest, found: Recording) -> dict[str, object]:
    """What the summary is rendered with."""
    attach_others([found])
    files = list(found.files.order_by("-pk")[: MAX_FILES + 1])
    return {
        "opened": found,
        "opened_files": files[:MAX_FILES],
        "opened_has_more_files": len(files) > MAX_FILES,
        "opened_explanation": explain(found.error_code) if found.error_code else None,
        "opened_may_stop": found.offers_stop and holds(request.user, "recording.stop", found.project),
    }
