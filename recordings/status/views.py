"""/status/: whether workers run, their work queue, and the state of callbacks and keys."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from recordings.audit_log.anchors import trouble
from recordings.caching import soft
from recordings.clock import database_now
from recordings.key_rotation import recent_sealing, rows_by_key, sealing
from recordings.lifecycle.health import callback_health, current_storage_keys
from recordings.models import AuditEntry
from recordings.permissions import holds
from recordings.status import queries as queries
from recordings.web.guard import allowed
from recordings.web.render import PageRequest, render_either


@require_safe
@allowed("status.see")
def status(request: PageRequest) -> HttpResponse:
    """The current state. The page refreshes itself."""
    now = database_now()
    workers = queries.workers(now)
    context = {
        "now": now,
        "workers": workers,
        "has_live_worker": any(is_alive for _worker, is_alive in workers),
        "wake_ups": queries.wake_ups(),
        "cache_answers": soft.answers(),
        "open_calls": queries.open_calls(now),
        "due_work": queries.due_work(now),
        "projects": callback_health(request.user)[:100],
        "storage_keys": current_storage_keys(request.user)[:100],
        "sealing": recent_sealing(),
        "may_rotate": holds(request.user, "credential.change"),
        "anchor_trouble": trouble(),
    }
    return render_either(request, "status/status.html", "status/_status.html", context)


@require_safe
@allowed("credential.change")
def encryption(request: PageRequest) -> HttpResponse:
    """The secrets by encryption key, and how keys are replaced."""
    keys, used = sealing(), rows_by_key()
    context = {
        "keys": keys,
        "kinds": [(name, [(key, counted[key.key_id]) for key in keys]) for name, counted in used.items()],
        "left": sum(key.rows for key in keys if not key.is_first),
        "last": AuditEntry.objects.filter(action="encryption_keys.rotated").first(),
    }
    return render(request, "status/encryption.html", context)
