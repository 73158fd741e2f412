"""The pages that stop a recording and resolve an unknown start."""

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
    """Request a confirmation and an optional reason; then stop the recording."""
    recording = get_object_or_404(visible_recordings(request.user, "recording.stop"), pk=pk)
    posted = request.POST if request.method == "POST" else None
    form = StopForm(posted, initial={"reason": request.GET.get("reason", "")})
    if not form.is_valid():
        page, fragment = "stop/stop.html", "stop/_stop.html"
        status = 422 if form.is_bound else 200
        return render_either(request, page, fragment, {"form": form, "recording": recording}, status=status)
    try:
        _report_outcome(
            request, stop_recording(actor=request.user, recording=recording, reason=form.cleaned_data["reason"])
        )
    except NotLive:
        recording.refresh_from_db()
        state = recording.get_state_display()
        messages.info(request, gettext("Nothing was changed: this recording is not running (%s).") % state)
    except StopInProgress:
        messages.info(request, gettext("Nothing was changed: a stop was already requested."))
    except CannotCall:
        messages.error(request, gettext("Not stopped: a stored key cannot be decrypted. Tell a credential admin."))
    return go_to(request, _back(request, recording))


def _report_outcome(request: PageRequest, stop: Stop) -> None:
    """Report the outcome of a stop."""
    match stop:
        case Cancelled():
            messages.success(request, gettext("The start was cancelled. Nothing will be sent."))
        case StopDeferred():
            messages.info(request, gettext("TaskId not known yet: the stop is sent automatically as soon as it is."))
        case Accepted():
            messages.success(request, gettext("Tencent Cloud accepted the stop. Files finish uploading."))
        case Unknown():
            messages.warning(request, gettext("No response to the stop. It is retried automatically."))
        case Refused(repeatable=True):
            messages.warning(request, gettext("Stop refused temporarily; retrying."))
        case Refused(code=code):
            title = explain(code).title
            messages.error(request, gettext("Stop refused: %s. Check whether it is still running.") % title)


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
            messages.info(request, gettext("Nothing was changed: it is no longer unknown."))
            return go_to(request, back or recording.get_absolute_url())
        except TaskIdTaken:
            form.add_error("task_id", gettext("Another recording already has this TaskId."))
        else:
            return go_to(request, back or recording.get_absolute_url())
    context = {"form": form, "recording": recording, "candidates": candidates, "back": back}
    page, fragment = "stop/resolve.html", "stop/_resolve.html"
    return render_either(request, page, fragment, context, status=422 if form.is_bound else 200)


def _back(request: PageRequest, recording: Recording) -> str:
    """The page on which the dialog was opened; without HTMX that of the recording."""
    return page_in_view(request) or recording.get_absolute_url()
