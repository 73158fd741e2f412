"""The pages that stop a recording, and that say what became of an unknown start."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from recordings.calls import CannotCall
from recordings.error_catalogue import explain
from recordings.lifecycle.queries import candidates_for, visible_recordings
from recordings.lifecycle.resolve import AlreadyDecided, TaskIdTaken, decide_not_started, match_task_id
from recordings.lifecycle.stop import Cancelled, NotLive, Stop, StopDeferred, StopInProgress, stop_recording
from recordings.models import Recording
from recordings.stop.forms import ResolveForm, StopForm
from recordings.trro.outcome import Accepted, Refused, Unknown
from recordings.web.current_page import page_in_view
from recordings.web.guard import allowed
from recordings.web.render import PageRequest, go_to, render_either
from recordings.web.return_addresses import list_to_return_to


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("recording.stop")
def stop(request: PageRequest, pk: int) -> HttpResponse:
    """Ask for a confirmation and, if it is wanted, a reason; then stop the recording."""
    recording = get_object_or_404(visible_recordings(request.user, "recording.stop"), pk=pk)
    posted = request.POST if request.method == "POST" else None
    form = StopForm(posted, initial={"reason": request.GET.get("reason", "")})
    if not form.is_valid():
        page, fragment = "stop/stop.html", "stop/_stop.html"
        status = 422 if form.is_bound else 200
        return render_either(request, page, fragment, {"form": form, "recording": recording}, status=status)
    try:
        _tell(request, stop_recording(actor=request.user, recording=recording, reason=form.cleaned_data["reason"]))
    except NotLive:
        recording.refresh_from_db()
        state = recording.get_state_display()
        messages.info(request, gettext("Nothing was changed: this recording is not running (%s).") % state)
    except StopInProgress:
        messages.info(request, gettext("Nothing was changed: this recording was told to stop already."))
    except CannotCall:
        messages.error(request, gettext("It was not stopped: a key does not open. Tell a credential admin."))
    return go_to(request, _back(request, recording))


def _tell(request: PageRequest, stop: Stop) -> None:
    """Say what came of a stop."""
    match stop:
        case Cancelled():
            messages.success(request, gettext("The start was cancelled. Nothing will be sent."))
        case StopDeferred():
            messages.info(request, gettext("It has no TaskId yet. It is stopped as soon as there is one."))
        case Accepted():
            messages.success(request, gettext("Tencent Cloud accepted the stop. Its files go on uploading."))
        case Unknown():
            messages.warning(request, gettext("The answer to the stop was lost. It is sent again by itself."))
        case Refused(repeatable=True):
            messages.warning(request, gettext("The stop was refused for a reason that passes. It is sent again."))
        case Refused(code=code):
            title = explain(code).title
            messages.error(request, gettext("The stop was refused: %s. Look whether it still runs.") % title)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("recording.decide")
def resolve(request: PageRequest, pk: int) -> HttpResponse:
    """Show what an unknown start may have become, with the TaskId that the address names chosen; store a user's
    decision, with a reason."""
    recording = get_object_or_404(visible_recordings(request.user, "recording.decide"), pk=pk)
    candidates = candidates_for(recording)
    task_id = request.GET.get("task_id", "")
    back = list_to_return_to(request)
    form = ResolveForm(request.POST if request.method == "POST" else None, candidates=candidates, task_id=task_id)
    if form.is_valid():
        decided = form.to_resolution()
        try:
            if decided.task_id:
                match_task_id(actor=request.user, recording=recording, task_id=decided.task_id, reason=decided.reason)
            else:
                decide_not_started(actor=request.user, recording=recording, reason=decided.reason)
        except AlreadyDecided:
            messages.info(request, gettext("Nothing was changed: it is not unknown any more."))
            return go_to(request, back or recording.get_absolute_url())
        except TaskIdTaken:
            form.add_error("task_id", gettext("Another recording has this TaskId already."))
        else:
            return go_to(request, back or recording.get_absolute_url())
    context = {"form": form, "recording": recording, "candidates": candidates, "back": back}
    page, fragment = "stop/resolve.html", "stop/_resolve.html"
    return render_either(request, page, fragment, context, status=422 if form.is_bound else 200)


def _back(request: PageRequest, recording: Recording) -> str:
    """The page on which the dialog was opened; without HTMX that of the recording."""
    return page_in_view(request) or recording.get_absolute_url()
