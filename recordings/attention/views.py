"""What needs attention: the list, and handling many at once after the selection was reviewed."""

from collections import Counter
from collections.abc import Mapping

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from recordings.attention.forms import AttentionFilter, DecideForm
from recordings.attention.pages import page_by_risk
from recordings.clock import database_now
from recordings.domain.attention_reasons import UNCLAIMED
from recordings.domain.states import CLOSABLE
from recordings.heartbeat import has_live_worker
from recordings.lifecycle.attention_groups import attention_groups
from recordings.lifecycle.attention_queries import (
    after_row,
    by_risk,
    needing_attention,
    unclaimed_tasks,
    with_keys,
)
from recordings.lifecycle.queries import with_ends
from recordings.lifecycle.resolve import decide_many
from recordings.lifecycle.selection import (
    MAX_SELECTED,
    BadSelection,
    SelectedRecording,
    freeze_selection,
    read_selection,
)
from recordings.lifecycle.streams import attach_others
from recordings.lifecycle.unclaimed_rows import MAX_COUNTED
from recordings.models import Recording, UnclaimedTask
from recordings.permissions import projects_where
from recordings.web.guard import allowed
from recordings.web.render import PageRequest, go_to, render_either
from recordings.web.return_addresses import list_to_return_to

MAX_NAMED = 10
MAX_TASKS = 50


@require_safe
@allowed("recording.see")
def attention(request: PageRequest) -> HttpResponse:
    """What needs attention by reason, in the order of the money at risk, with what to do about each reason."""
    chosen = AttentionFilter(request.GET, needing_attention(request.user, "recording.see"), user=request.user)
    found = chosen.qs if chosen.form.is_valid() else Recording.objects.none()
    query = request.GET.copy()
    query.pop("after", None)
    page = page_by_risk(with_ends(found), cursor=request.GET.get("after", ""))
    if not page.rows and "after" in request.GET:  # the last of the page was settled
        page = page_by_risk(with_ends(found), cursor="")
    attach_others(page.rows)
    for row, beside in zip(page.rows, [*page.rows[1:], *page.rows[-2:-1], None], strict=False):
        row.back = _at(request.get_full_path(), beside)  # type: ignore[attr-defined]
    tasks = _tasks(request, chosen)
    may_decide_in = set(projects_where(request.user, "recording.decide").values_list("pk", flat=True))
    summary = list(found.order_by().values_list("attention", "project_id")[:MAX_SELECTED])
    total = sum(project in may_decide_in for _reason, project in summary)
    if len(summary) == MAX_SELECTED:
        total = found.filter(project__in=may_decide_in).order_by()[:MAX_SELECTED].count()
    context = {
        "filter": chosen,
        "has_live_worker": has_live_worker(database_now()),
        "page": page,
        "groups": attention_groups(page.rows, tasks, _counts([reason for reason, _project in summary], tasks)),
        "max_tasks": MAX_TASKS,
        "total": total,
        "most": MAX_SELECTED,
        "query": query.urlencode(),
        "is_filtered": any(query.values()),
        "may_stop_in": set(projects_where(request.user, "recording.stop").values_list("pk", flat=True)),
        "may_decide_in": may_decide_in,
    }
    return render_either(request, "attention/attention.html", "attention/_attention.html", context)


@require_safe
@allowed("recording.see")
def count(request: PageRequest) -> HttpResponse:
    """The badges of the navigation, which every page refreshes."""
    return render(request, "components/_badges.html")


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("recording.decide")
def decide(request: PageRequest) -> HttpResponse:
    """First show what was chosen, with its count; when that comes back with a reason, do it.

    A user who arrives without a selection, such as after signing in again, is sent to the list.
    """
    if request.method != "POST":
        return go_to(request, reverse("attention"))
    if "selection" not in request.POST:
        return _ask(request)
    form = DecideForm(request.POST)
    try:
        chosen = read_selection(request.POST["selection"], user=request.user, permission="recording.decide")
    except BadSelection:
        messages.error(request, gettext("Nothing was changed: this page had expired. Select again."))
        return go_to(request, list_to_return_to(request) or reverse("attention"))
    if not form.is_valid():
        rows = needing_attention(request.user, "recording.decide").filter(pk__in=[each.pk for each in chosen])
        return _show(request, form, list(rows), status=422)
    closing = form.cleaned_data["decision"] == DecideForm.CLOSE
    left = decide_many(actor=request.user, chosen=chosen, reason=form.cleaned_data["reason"], closing=closing)
    _say_done(request, [each for each in chosen if each.pk not in {row.pk for row in left}], closing=closing)
    if left:
        messages.warning(request, _left_alone(left))
    return go_to(request, list_to_return_to(request) or reverse("attention"))


def _counts(reasons: list[str], tasks: list[UnclaimedTask]) -> Mapping[str, str]:
    """How many there are for each reason, as far as MAX_SELECTED rows tell: then larger ones are shown as `99+`."""
    counts = Counter(reasons)
    counts[UNCLAIMED] = len(tasks)
    if len(reasons) == MAX_SELECTED:
        return {reason: f"{MAX_COUNTED}+" for reason, count in counts.items() if count > MAX_COUNTED}
    return {reason: str(count) for reason, count in counts.items() if reason != UNCLAIMED or count < MAX_TASKS}


def _tasks(request: PageRequest, chosen: AttentionFilter) -> list[UnclaimedTask]:
    """The unclaimed tasks on the first page; their own page has the rest."""
    return [] if "after" in request.GET else list(chosen.tasks(unclaimed_tasks(request.user))[:MAX_TASKS])


def _ask(request: PageRequest) -> HttpResponse:
    """What would be decided about: the rows that were ticked, or all that match the filters."""
    mine = needing_attention(request.user, "recording.decide")
    if "everything" in request.POST:
        filtered = AttentionFilter(request.POST, mine, user=request.user)
        rows = filtered.qs if filtered.form.is_valid() else mine.none()
    else:
        rows = with_keys(mine, request.POST.getlist("chosen")[:MAX_SELECTED])
    found = list(by_risk(rows)[:MAX_SELECTED])
    if not found:
        messages.info(request, gettext("Nothing selected."))
        return go_to(request, list_to_return_to(request) or reverse("attention"))
    form = DecideForm(selection=freeze_selection(found, user=request.user))
    return _show(request, form, found, back=_at(list_to_return_to(request), _beside(mine, found)))


def _beside(mine: QuerySet[Recording], found: list[Recording]) -> Recording | None:
    """The row that takes the place of the last found one, once they are settled."""
    last = found[-1]
    assert last.attention_at  # noqa: S101
    left = mine.exclude(pk__in=[row.pk for row in found])
    return after_row(by_risk(left), last.attention, last.attention_at, last.pk).first()


def _at(address: str, row: Recording | None) -> str:
    """The list's address, scrolled to a row."""
    return f"{address or reverse('attention')}{f'#needing-{row.pk}' if row else ''}"


def _say_done(request: PageRequest, done: list[SelectedRecording], *, closing: bool) -> None:
    closed = sum(each.state in CLOSABLE for each in done) if closing else 0
    handled = len(done) - closed
    if closed:
        messages.success(request, ngettext("%d recording closed.", "%d recordings closed.", closed) % closed)
    if handled:
        success_message = ngettext("%d recording marked as handled.", "%d recordings marked as handled.", handled)
        messages.success(request, success_message % handled)


def _show(
    request: PageRequest, form: DecideForm, rows: list[Recording], *, back: str = "", status: int = 200
) -> HttpResponse:
    decision = request.POST.get("decision", "")
    closing = decision != DecideForm.DISMISS
    context = {
        "form": form,
        "back": back or list_to_return_to(request) or reverse("attention"),
        "decision": DecideForm.CLOSE if closing else DecideForm.DISMISS,
        "count": len(rows),
        "shown": rows[:50],
        "more": max(0, len(rows) - 50),
        "closed": sum(row.state in CLOSABLE for row in rows) if closing else 0,
        "handled": sum(row.state not in CLOSABLE for row in rows) if closing else len(rows),
    }
    return render_either(request, "attention/decide.html", "attention/_decide.html", context, status=status)


def _left_alone(left: list[Recording]) -> str:
    """Which recordings were not what they were when they were chosen."""
    names = ", ".join(f"{row.device} / {row.video_stream_id}" for row in left[:MAX_NAMED])
    more = f" (+{len(left) - MAX_NAMED})" if len(left) > MAX_NAMED else ""
    return gettext("Skipped because they changed: %s. Review them again.") % (names + more)
