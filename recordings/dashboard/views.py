"""The dashboard: what records, what is wrong, and what to do about it. Also on a wall display (`/?wall`)."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from recordings.dashboard.board import board_of
from recordings.dashboard.shared_version import share_version, version_known
from recordings.dashboard.view import View
from recordings.permissions import holds
from recordings.web.guard import allowed
from recordings.web.render import PageRequest, render_either, wants_fragment


@require_safe
@allowed("recording.see")
def dashboard(request: PageRequest) -> HttpResponse:
    """The page, which asks for itself every few seconds: 204 while what it shows (`version`) is still the same."""
    now = timezone.now()
    view = View.read(request.GET, now)
    shown = request.GET.get("version", "") if wants_fragment(request) else ""
    if shown and shown == version_known(request.user, view):
        return HttpResponse(status=204)
    board = board_of(request.user, view, now)
    share_version(request.user, view, board.version)
    if shown == board.version:
        return HttpResponse(status=204)
    for row in (row for group in board.groups for row in group.recordings):
        row.back = reverse("home")  # type: ignore[attr-defined]  # as for the rows of its own list
    query = request.GET.copy()
    for name in ("version", "fits"):
        query.pop(name, None)
    context = {
        "board": board,
        "view": view,
        "query": query.urlencode(),
        "may_stop_in": board.may_stop_in,
        "may_decide_in": board.may_decide_in,
        "may_see_accounts": holds(request.user, "credential.names"),
    }
    return render_either(request, "dashboard/dashboard.html", "dashboard/_dashboard.html", context)
