"""The audit trail's pages: the filtered list, one entry with its place in the chain, checks, and anchors."""

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from recordings.audit.differences import differences_of
from recordings.audit.entry_lines import lines_of
from recordings.audit.filters import TrailFilter
from recordings.audit.queries import last_checks, place_of, visible_entries
from recordings.audit_log.anchor_file import newest_anchors
from recordings.audit_log.anchors import trouble
from recordings.audit_log.checks import request_check
from recordings.clock import database_now
from recordings.heartbeat import has_live_worker
from recordings.models import AuditEntry
from recordings.permissions import holds
from recordings.web.guard import allowed
from recordings.web.paging import newest_page_of
from recordings.web.render import PageRequest, go_to, render_either

ANCHORS_SHOWN = 50
MAX_SEQUENCE = 2**63 - 1


@require_safe
@allowed("audit.see")
def trail(request: PageRequest) -> HttpResponse:
    """The entries this person may see, newest first, narrowed down by the filters."""
    chosen = TrailFilter(request.GET, visible_entries(request.user), user=request.user)
    found = chosen.qs if chosen.form.is_valid() else AuditEntry.objects.none()
    page = newest_page_of(found, by="sequence", cursor=request.GET.get("after", ""))
    query = request.GET.copy()
    query.pop("after", None)
    context = {
        "filter": chosen,
        "page": page,
        "lines": lines_of(page.rows, request.user),
        "query": query.urlencode(),
        "is_filtered": any(query.values()),
        "check": last_checks(1).first(),
        "anchor_trouble": trouble(),
        "may_verify": holds(request.user, "audit.verify"),
        "may_export": holds(request.user, "audit.export"),
    }
    return render_either(request, "audit/trail.html", "audit/_results.html", context)


@require_safe
@allowed("audit.see")
def entry(request: PageRequest, sequence: int) -> HttpResponse:
    """One entry: who, from where, what, before and after, and how it follows from the one before it."""
    found = visible_entries(request.user).filter(sequence=min(sequence, MAX_SEQUENCE)).first()
    if found is None:
        raise Http404
    context = {
        "entry": found,
        "line": lines_of([found], request.user)[0],
        "differences": differences_of(found),
        "had_before": bool(found.before),
        "place": place_of(found, request.user),
    }
    fragment = "audit/_entry.html"
    return render_either(request, "audit/entry.html", fragment, context)


@require_safe
@allowed("audit.see")
def anchors(request: PageRequest) -> HttpResponse:
    """The newest anchors on file, to be copied elsewhere."""
    try:
        found, strangers = newest_anchors(ANCHORS_SHOWN)
        unread = ""
    except OSError as error:
        found, strangers, unread = [], 0, error.strerror or type(error).__name__
    context = {"anchors": found, "strangers": strangers, "unread": unread, "anchor_trouble": trouble()}
    return render_either(request, "audit/anchors.html", "audit/_anchors.html", context)


@require_safe
@allowed("audit.see")
def checks(request: PageRequest) -> HttpResponse:
    """The last checks of the whole trail; one that is not finished shows how far it is."""
    found = list(last_checks(20))
    context = {
        "checks": found,
        "unfinished": any(each.finished_at is None for each in found),
        "has_live_worker": has_live_worker(database_now()),
        "may_verify": holds(request.user, "audit.verify"),
    }
    return render_either(request, "audit/checks.html", "audit/_checks.html", context)


@require_POST
@allowed("audit.verify")
def check(request: PageRequest) -> HttpResponse:
    """Request a check; a worker runs it."""
    request_check(actor=request.user)
    return go_to(request, reverse("audit_checks"))
