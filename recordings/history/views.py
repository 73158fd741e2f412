"""The history's list, the rows and counts with which it refreshes itself, and its columns."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from recordings.history.columns import COLUMNS, DEFAULT, chosen_columns, remember_columns
from recordings.history.filters import HistoryFilter
from recordings.history.forms import SavedViewForm
from recordings.history.newer import Mark, newer_than
from recordings.history.quick_filters import is_shown, quick_filters
from recordings.history.saved_views import views_for
from recordings.history.summary_view import open_beside
from recordings.lifecycle.queries import visible_recordings, with_ends
from recordings.lifecycle.streams import attach_others
from recordings.models import Recording
from recordings.permissions import holds
from recordings.row_ids import read_row_id
from recordings.web.guard import allowed
from recordings.web.list_filters import is_set
from recordings.web.paging import PAGE_LENGTH, newest_page_of
from recordings.web.render import PageRequest, SeeOther, render_either, wants_fragment


@require_safe
@allowed("recording.see")
def recordings(request: PageRequest) -> HttpResponse:
    """The list, newest first, narrowed down by its filters and paged by a cursor."""
    visible = visible_recordings(request.user)
    mark = Mark.of(visible)  # before the rows are read: nothing that comes in between is lost
    chosen = HistoryFilter(request.GET, visible, user=request.user)
    found = chosen.qs if chosen.form.is_valid() else Recording.objects.none()
    page = newest_page_of(with_ends(found), by="created_at", cursor=request.GET.get("after", ""))
    unsettled = _prepare(request, page.rows)
    is_whole = page.first == 1 and not page.next_cursor
    shown = _shown(request, visible, None if is_whole else found)
    context = shown | {
        "filter": chosen,
        "chips": [chip for chip in chosen.chips() if not is_shown(shown["quick"], chip.name)],
        "recordings": page.rows,
        "page": page,
        "unsettled": unsettled,
        "refresh_query": _refresh_query(request, unsettled, mark.with_rows(page.rows)),
        "next_cursor": page.next_cursor,
        "all_columns": COLUMNS,
        "view_form": SavedViewForm(initial={"query": shown["query"]}),
        "may_save_view": holds(request.user, "view.save"),
        "may_export": holds(request.user, "recording.export"),
    }
    if is_whole:
        context["total"] = str(len(page.rows))
    if not wants_fragment(request):
        context["saved_views"] = views_for(request.user)
    context |= open_beside(request)
    page_template, fragment = "history/list.html", "history/_list.html"
    return render_either(request, page_template, fragment, context)


@require_safe
@allowed("recording.see")
def rows(request: PageRequest) -> HttpResponse:
    """What changed since the list was loaded: rows that were not settled, and the number of new recordings."""
    ids = [pk for pk in map(read_row_id, request.GET.getlist("id")[:PAGE_LENGTH]) if pk is not None]
    visible = visible_recordings(request.user)
    found = list(with_ends(visible.filter(pk__in=ids)))
    unsettled = _prepare(request, found)
    mark = Mark.read(request.GET)
    keys, is_cut = newer_than(mark, visible) if mark else ([], False)
    context = _shown(request, visible) | {
        "recordings": found,
        "unsettled": unsettled,
        "refresh_query": _refresh_query(request, unsettled, mark),
        "newer": _count_that_match(request, keys),
        "newer_is_cut": is_cut,
    }
    return render(request, "history/_rows.html", context)


@require_POST
@allowed("recording.see")
def columns(request: PageRequest) -> HttpResponse:
    """Keep the chosen columns in this browser, and go back to the list."""
    back = request.POST.get("back", "")
    is_list = back.partition("?")[0] == reverse("recordings") and back.isprintable()
    response = SeeOther(back if is_list else reverse("recordings"))
    remember_columns(response, [] if request.POST.get("default") else request.POST.getlist("column"))
    return response


REFRESH_PARAMETERS = ("id", "newer_than", "known", "open")
"""Parameters with which a list asks what changed, or that say what is open beside it: no filters."""


def _prepare(request: PageRequest, found: list[Recording]) -> list[int]:
    """Let each row know what runs beside it and whether this user may stop it; the keys of what is unsettled."""
    attach_others(found)
    for row in found:
        row.has_stop = row.offers_stop and holds(request.user, "recording.stop", row.project)  # type: ignore[attr-defined]
    return [row.pk for row in found if row.is_unsettled]


def _shown(
    request: PageRequest, visible: QuerySet[Recording], found: QuerySet[Recording] | None = None
) -> dict[str, Any]:
    """What the whole list and its refreshed rows are both rendered with."""
    query = request.GET.copy()
    for name in (*REFRESH_PARAMETERS, "after"):
        query.pop(name, None)
    chosen = chosen_columns(request)
    quick, (total, there_are_more) = quick_filters(request.user, visible, query, found)
    return {
        "query": query.urlencode(),
        "is_filtered": is_set(query),
        "quick": quick,
        "total": f"{total:,}",
        "there_are_more": there_are_more,
        "is_first": "after" not in request.GET,
        "columns": DEFAULT if chosen is None else chosen,
        "has_chosen": chosen is not None,
        "may_stop": holds(request.user, "recording.stop"),
    }


def _refresh_query(request: PageRequest, unsettled: list[int], mark: Mark | None) -> str:
    query = request.GET.copy()
    query.pop("open", None)
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
