"""The list of devices, which refreshes itself: 204 while nothing that it shows has changed."""

from collections.abc import Sequence
from hashlib import blake2b

from django.http import HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from recordings.fleet.queries import devices_for, with_last_recording
from recordings.lifecycle.device_status import request_refresh
from recordings.lifecycle.labels import attach_labels, label_choices
from recordings.lifecycle.streams import attach_streams
from recordings.models import Device, DeviceSelection, FleetDifference, Label
from recordings.permissions import holds, projects_where
from recordings.web.device_filters import DeviceFilter
from recordings.web.device_selection import BadSelection, find_selection
from recordings.web.guard import allowed
from recordings.web.list_filters import is_set
from recordings.web.paging import MAX_COUNTED, Page, capped_counts, page_of
from recordings.web.render import PageRequest, render_either, wants_fragment

NO_FILTERS = ("after", "selection", "version")
"""Parameters of the list that narrow nothing down."""


@require_safe
@allowed("fleet.see")
def devices(request: PageRequest) -> HttpResponse:
    """The devices of this person's projects by id, each with what of it is recorded now and was recorded last."""
    chosen = DeviceFilter(request.GET, devices_for(request.user, "fleet.see"), user=request.user)
    found = chosen.qs if chosen.form.is_valid() else Device.objects.none()
    page = page_of(with_last_recording(found), by="device_id", cursor=request.GET.get("after", ""))
    attach_streams(page.rows, timezone.now())
    attach_labels(page.rows)
    for shown in {row.project_id: row.project for row in page.rows}.values():
        request_refresh(shown, now=timezone.now())
    is_whole = page.first == 1 and not page.next_cursor
    total, there_are_more = len(page.rows), False
    if not is_whole:
        total, there_are_more = capped_counts(request.user, {"devices": (found, MAX_COUNTED)})["devices"]
    selection = _selection(request)
    version = _version(page, total, selection)
    if wants_fragment(request) and request.GET.get("version") == version:
        return HttpResponse(status=204)
    query, filters = request.GET.copy(), request.GET.copy()
    for name in ("after", "version"):
        query.pop(name, None)
    for name in NO_FILTERS:
        filters.pop(name, None)
    refreshed = request.GET.copy()
    refreshed["version"] = version
    batch_url = _batch_url()
    starts, stops = (bool(batch_url) and holds(request.user, f"recording.{name}") for name in ("start", "stop"))
    may_change = holds(request.user, "fleet.change")
    context = {
        "filter": chosen,
        "page": page,
        "query": query.urlencode(),
        "filters": filters.urlencode(),
        "refresh_query": refreshed.urlencode(),
        "is_filtered": is_set(filters),
        "total": f"{total:,}",
        "there_are_more": there_are_more,
        "selection": selection,
        "selected": set(selection.keys) if selection else (),
        "batch_url": batch_url,
        "labels": label_choices(projects_where(request.user, "fleet.see")) if may_change else (),
        "label_kinds": Label.Kind.choices,
        "may_change": may_change,
        "to_review": FleetDifference.objects.count() if may_change and not wants_fragment(request) else 0,
        "may_start_batch": starts,
        "may_stop_batch": stops,
        "may_select": may_change or starts or stops,
    }
    return render_either(request, "fleet/devices.html", "fleet/_devices.html", context)


def _selection(request: PageRequest) -> DeviceSelection | None:
    """The frozen selection that the address names, while it can be used."""
    try:
        return find_selection(request.GET.get("selection", ""), user=request.user)
    except BadSelection:
        return None


def _batch_url() -> str:
    """Where many are started and stopped."""
    try:
        return reverse("batch_new")
    except NoReverseMatch:
        return ""


def _version(page: Page[Device], total: int, selection: DeviceSelection | None) -> str:
    """A digest of everything that the list shows but running times, which tick in the browser."""
    rows = [(*_shown(row), *map(str, row.shown_labels), *_streams(row)) for row in page.rows]
    about = (get_language(), page.first, page.next_cursor != "", total, selection.pk if selection else None)
    return blake2b(repr((about, rows)).encode(), digest_size=8).hexdigest()


def _shown(row: Device) -> Sequence[object]:
    last = (row.last_recording, row.last_recording_at, row.may_start, row.may_stop)  # type: ignore[attr-defined]
    return (row.pk, row.device_id, row.name, row.vendor_name, row.status, row.gone_since, str(row.project), *last)


def _streams(row: Device) -> Sequence[object]:
    return [
        (stream.number, stream.look, [(each.pk, each.started_at, each.offers_stop) for each in stream.recordings])
        for stream in row.streams
    ]
