"""The pages of the sync: what each account's last reading found, and its review."""

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from recordings.error_catalogue import explain
from recordings.fleet.queries import accounts_with_sync
from recordings.lifecycle.apply_sync import request_apply
from recordings.lifecycle.fleet_sync import request_sync
from recordings.models import CloudAccount, FleetDifference, FleetSync
from recordings.row_ids import read_row_id
from recordings.web.guard import allowed
from recordings.web.paging import page_of
from recordings.web.render import PageRequest, go_to, render_either


@require_safe
@allowed("fleet.change")
def sync(request: PageRequest) -> HttpResponse:
    """Each cloud account with its last sync and what is left to review."""
    accounts = accounts_with_sync()
    unfinished = any(each.sync and each.sync.is_unfinished for each in accounts)
    context = {"accounts": accounts, "unfinished": unfinished}
    return render_either(request, "fleet/sync.html", "fleet/_sync.html", context)


@require_POST
@allowed("fleet.change")
def sync_start(request: PageRequest) -> HttpResponse:
    """Have the projects and devices of one account read, or of all accounts in use."""
    accounts = CloudAccount.objects.filter(retired_at=None)
    if key := request.POST.get("account", ""):
        accounts = accounts.filter(name=key)
    for account in accounts:
        request_sync(actor=request.user, account=account)
    return go_to(request, reverse("sync"))


@require_safe
@allowed("fleet.change")
def sync_review(request: PageRequest, pk: int) -> HttpResponse:
    """What one sync found to be different, a page of one kind at a time."""
    found = get_object_or_404(FleetSync.objects.select_related("account", "requested_by", "applied_by"), pk=pk)
    counts = dict(found.differences.values_list("kind").annotate(n=Count("pk")).order_by())
    kinds = [(kind, kind.label, counts[kind]) for kind in FleetDifference.Kind if kind in counts]
    kind = request.GET.get("kind", "")
    if kind not in counts:
        kind = kinds[0][0] if kinds else ""
    page = page_of(found.differences.filter(kind=kind), by="id", cursor=request.GET.get("after", ""))
    context = {
        "sync": found,
        "kinds": kinds,
        "kind": kind,
        "total": counts.get(kind, 0),
        "page": page,
        "query": f"kind={kind}",
        "explanation": explain(found.error_code) if found.error_code else None,
    }
    return render_either(request, "fleet/sync_review.html", "fleet/_sync_review.html", context)


@require_POST
@allowed("fleet.change")
def sync_apply(request: PageRequest, pk: int) -> HttpResponse:
    """Let a worker apply the ticked differences, or all of one kind."""
    found = get_object_or_404(FleetSync, pk=pk)
    keys = [key for key in map(read_row_id, request.POST.getlist("difference")) if key is not None]
    kind = request.POST.get("everything", "")
    kind = kind if kind in FleetDifference.Kind.values else ""
    number = request_apply(actor=request.user, sync=found, keys=keys, kind=kind)
    if number:
        text = ngettext("%(n)s difference is being applied.", "%(n)s differences are being applied.", number)
        messages.success(request, text % {"n": number})
    else:
        messages.error(request, gettext("Nothing was applied: nothing was selected, or the sync is at work again."))
    return go_to(request, found.get_absolute_url())
