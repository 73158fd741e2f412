"""The dashboard: what records, what is wrong, and what to do about it. Also on a wall display (`/?wall`)."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from recordings.dashboard.board import View, board_of
from recordings.permissions import holds
from recordings.web.guard import allowed
from recordings.web.render import PageRequest, render_either, wants_fragment


@require_safe
@allowed("recording.see")
def dashboard(request: PageRequest) -> HttpResponse:
    """The page, which asks for itself every few seconds: 204 while what it shows (`version`) is still the same."""
    now = timezone.now()
    view = View.read(request.GET, now)
    board = board_of(request.user, view, now)
    if wants_fragment(request) and request.GET.get("version") == board.version:
        return HttpResponse(status=204)
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
