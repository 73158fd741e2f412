"""The history, and its rows that refresh themselves."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from recordings.history.filters import HistoryFilter
from recordings.history.newer import Mark, newer_than
from recordings.lifecycle.queries import visible_recordings, with_ends
from recordings.lifecycle.streams import attach_others
from recordings.models import Recording
from recordings.permissions import holds, projects_where
from recordings.row_ids import read_row_id
from recordings.web.guard import allowed
from recordings.web.paging import PAGE_LENGTH, newest_page_of
from recordings.web.render import PageRequest, render_either


@require_safe
@allowed("recording.see")
def recordings(request: PageRequest) -> HttpResponse:
    """The list, newest first, narrowed down by its filters and paged by a cursor."""
    visible = visible_recordings(request.user)
    mark = Mark.of(visible)  # before the rows are read: nothing that comes in between is lost
    chosen = HistoryFilter(request.GET, visible, user=request.user)
    found = chosen.qs if chosen.form.is_valid() else Recording.objects.none()
    page = newest_page_of(with_ends(found), by="created_at", cursor=request.GET.get("after", ""))
    attach_others(page.rows)
    query = request.GET.copy()
    query.pop("after", None)
    context = {
        "filter": chosen,
        "recordings": page.rows,
        "unsettled": (unsettled := [row.pk for row in page.rows if row.is_unsettled]),
        "refresh_query": _refresh_query(request, unsettled, mark.with_rows(page.rows)),
        "next_cursor": page.next_cursor,
        "is_filtered": any(value for name, value in query.items()),
        "is_first": "after" not in request.GET,
        "query": query.urlencode(),
        "may_stop_in": _may_stop_in(request),
        "may_export": holds(request.user, "recording.export"),
    }
    page_template, fragment = "history/list.html", "history/_results.html"
    return render_either(request, page_template, fragment, context)


@require_safe
@allowed("recording.see")
def rows(request: PageRequest) -> HttpResponse:
    """What changed since the list was loaded: rows that were not settled, and the number of new recordings."""
    ids = [pk for pk in map(read_row_id, request.GET.getlist("id")[:PAGE_LENGTH]) if pk is not None]
    visible = visible_recordings(request.user)
    found = list(with_ends(visible.filter(pk__in=ids)))
    attach_others(found)
    unsettled = [row.pk for row in found if row.is_unsettled]
    mark = Mark.read(request.GET)
    keys, is_cut = newer_than(mark, visible) if mark else ([], False)
    query = request.GET.copy()
    for name in (*OF_REFRESHES, "after"):
        query.pop(name, None)
    context = {
        "recordings": found,
        "unsettled": unsettled,
        "refresh_query": _refresh_query(request, unsettled, mark),
        "newer": _count_that_match(request, keys),
        "newer_is_cut": is_cut,
        "query": query.urlencode(),
        "is_first": "after" not in request.GET,
        "may_stop_in": _may_stop_in(request),
    }
    return render(request, "history/_rows.html", context)


OF_REFRESHES = ("id", "newer_than", "known")
"""Parameters with which a list asks what changed, beside those of its filters."""


def _refresh_query(request: PageRequest, unsettled: list[int], mark: Mark | None) -> str:
    query = request.GET.copy()
    query.setlist("id", [str(pk) for pk in unsettled])
    for name, value in (mark.as_query() if mark else {}).items():
        query[name] = value
    return query.urlencode()


def _count_that_match(request: PageRequest, keys: list[int]) -> int:
    """How many of these recordings the filters of the list let through."""
    if not keys:
        return 0
    chosen = HistoryFilter(request.GET, Recording.objects.filter(pk__in=keys), user=request.user)
    return int(chosen.qs.count()) if chosen.form.is_valid() else 0


def _may_stop_in(request: PageRequest) -> set[int]:
    """The projects in which this user may stop recordings: rows of other projects have no button."""
    return set(projects_where(request.user, "recording.stop").values_list("pk", flat=True))
