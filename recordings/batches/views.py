"""The list of batches, and one batch with its progress and its items."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from recordings.batches.filters import BatchItemFilter
from recordings.batches.forms import ControlForm
from recordings.batches.progress import bars_of, progress_of
from recordings.batches.targets import named_batch
from recordings.error_catalogue import explain
from recordings.heartbeat import has_live_worker
from recordings.lifecycle.batches.control import may_control
from recordings.lifecycle.batches.queries import items_of_all_batches, visible_batches
from recordings.models import Batch, BatchItem
from recordings.permissions import holds
from recordings.web.guard import allowed
from recordings.web.paging import newest_page_of, page_of
from recordings.web.render import PageRequest, go_to, render_either


@require_safe
@allowed("batch.see")
def batches(request: PageRequest) -> HttpResponse:
    """The batches of this user's projects, the newest first. With `batch`, as exports name their list: that batch."""
    if named := named_batch(request.user, request.GET):
        return go_to(request, named.get_absolute_url())
    page = newest_page_of(visible_batches(request.user), by="created_at", cursor=request.GET.get("after", ""))
    bars = bars_of(page.rows)
    context = {
        "page": page,
        "rows": [(batch, {part.key: part for part in bars[batch.pk]}, bars[batch.pk]) for batch in page.rows],
        "is_unsettled": any(not batch.is_finished for batch in page.rows),
        "may_create": holds(request.user, "batch.create"),
    }
    return render_either(request, "batches/list.html", "batches/_list.html", context)


@require_safe
@allowed("batch.see")
def batch(request: PageRequest, pk: int) -> HttpResponse:
    """One batch: how far it is, what failed and what to do about it, and its items."""
    found = get_object_or_404(visible_batches(request.user), pk=pk)
    query = request.GET.copy()
    query.pop("after", None)
    asked = query.copy()
    asked["batch"] = str(pk)
    chosen = BatchItemFilter(asked, items_of_all_batches(request.user), user=request.user)
    items = chosen.qs if chosen.form.is_valid() else BatchItem.objects.none()
    context = {
        "batch": found,
        "progress": progress_of(found, user=request.user, now=timezone.now()),
        "page": page_of(items, by="position", cursor=request.GET.get("after", "")),
        "query": query.urlencode(),
        "asked": asked.urlencode(),
        "show": query.get("show", ""),
        "is_filtered": any(query.values()),
        "may_export": holds(request.user, "recording.export"),
        "may_control": may_control(request.user, found),
        "may_confirm": may_control(request.user, found, "batch.confirm") and request.user != found.requested_by,
        "may_retry": holds(request.user, "batch.create"),
        "may_stop": found.action == Batch.Action.START and holds(request.user, "batch.create"),
        "pause_explanation": explain(found.pause_code) if found.pause_code else None,
        "control_form": ControlForm(),
        "has_live_worker": has_live_worker(timezone.now()),
    }
    return render_either(request, "batches/batch.html", "batches/_batch.html", context)
