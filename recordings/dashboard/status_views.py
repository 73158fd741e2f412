"""/status/: whether the workers live, what waits for them, and how callbacks and keys stand."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from recordings.dashboard import status_queries as queries
from recordings.web import PageRequest, allowed, render_either


@require_safe
@allowed("status.see")
def status(request: PageRequest) -> HttpResponse:
    """All of it at this moment. The page asks again by itself."""
    now = timezone.now()
    workers = queries.workers(now)
    context = {
        "now": now,
        "workers": workers,
        "is_worked": any(is_alive for _worker, is_alive in workers),
        "wake_ups": queries.wake_ups(),
        "cache_answers": queries.cache_answers(),
        "open_calls": queries.open_calls(now),
        "due_work": queries.due_work(now),
        "projects": queries.callback_health(request.user)[:100],
        "storage_keys": queries.current_storage_keys(request.user)[:100],
        "sealing": queries.sealing(),
    }
    return render_either(request, "recordings/dashboard/status.html", "recordings/dashboard/_status.html", context)
