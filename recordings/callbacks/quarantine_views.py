"""The quarantine: TaskIds that nobody knows, to be matched with a lost answer, adopted or stopped."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recordings.callbacks.forms import AdoptForm
from recordings.callbacks.quarantine import NotUnknown, adopt_as_new, stop_unknown
from recordings.callbacks.unknown_tasks import MOST_SHOWN, UnknownTask, files_of, quarantined, unknown_task
from recordings.calls import CannotCall
from recordings.capture.deciding import DecidedOtherwise, TaskIdTaken, take_over_task_id
from recordings.models import CallbackEvent, Recording
from recordings.people.permissions import projects_where
from recordings.row_ids import read_row_id
from recordings.trro.errors import explain
from recordings.trro.outcome import Accepted, Refused, Unknown
from recordings.web import PageRequest, allowed, go_to, render_either


@require_safe
@allowed("recording.see")
def quarantine(request: PageRequest) -> HttpResponse:
    """Every unknown TaskId of this person's projects, with its events and the starts that may be its own."""
    context = {
        "tasks": quarantined(projects_where(request.user, "recording.see")),
        "most_shown": MOST_SHOWN,
        "deciding": set(projects_where(request.user, "recording.decide").values_list("pk", flat=True)),
        "stopping": set(projects_where(request.user, "recording.stop").values_list("pk", flat=True)),
    }
    page, fragment = "recordings/callbacks/quarantine.html", "recordings/callbacks/_quarantine.html"
    return render_either(request, page, fragment, context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("recording.decide")
def quarantine_adopt(request: PageRequest, pk: int) -> HttpResponse:
    """Adopt a task as a recording: a person names device, stream and storage."""
    task = _task(request, "recording.decide", pk)
    if isinstance(task, HttpResponse):
        return task
    files = files_of(task)
    form = AdoptForm(request.POST if request.method == "POST" else None, task=task, files=files)
    if form.is_valid():
        try:
            recording = adopt_as_new(actor=request.user, task=task, named=form.to_named())
        except NotUnknown:
            return _say_known(request)
        messages.success(request, gettext("The recording is adopted: it can be followed and stopped here now."))
        return go_to(request, recording.get_absolute_url())
    context = {"form": form, "task": task, "files": files}
    page, fragment = "recordings/callbacks/adopt.html", "recordings/callbacks/_adopt.html"
    return render_either(request, page, fragment, context, status=422 if form.is_bound else 200)


@require_POST
@allowed("recording.decide")
def quarantine_match(request: PageRequest, pk: int) -> HttpResponse:
    """Take a TaskId for the lost answer of the unknown start that was posted."""
    task = _task(request, "recording.decide", pk)
    if isinstance(task, HttpResponse):
        return task
    number = read_row_id(request.POST.get("recording", "")) or 0
    recording = Recording.objects.filter(project=task.project, pk=number).first()
    try:
        if recording is None:
            raise DecidedOtherwise
        take_over_task_id(actor=request.user, recording=recording, task_id=task.task_id)
    except DecidedOtherwise:
        messages.error(request, gettext("Nothing was changed: that start does not wait for an answer any more."))
        return go_to(request, reverse("quarantine"))
    except TaskIdTaken:
        return _say_known(request)
    return go_to(request, recording.get_absolute_url())


@require_POST
@allowed("recording.stop")
def quarantine_stop(request: PageRequest, pk: int) -> HttpResponse:
    """Stop a task that nobody knows."""
    task = _task(request, "recording.stop", pk)
    if isinstance(task, HttpResponse):
        return task
    try:
        outcome = stop_unknown(actor=request.user, task=task)
    except NotUnknown:
        return _say_known(request)
    except CannotCall:
        messages.error(request, gettext("Nothing was sent: a key does not open. Tell a credential admin."))
        return go_to(request, reverse("quarantine"))
    match outcome:
        case Accepted():
            messages.success(request, gettext("It was stopped. Its files go on uploading."))
        case Refused(code=code):
            explanation = explain(code, get_language() or "en")
            told = {"title": explanation.title, "code": code}
            messages.error(request, gettext("Not stopped: %(title)s (%(code)s). It may have ended.") % told)
        case Unknown(code=code):
            messages.warning(
                request, gettext("The answer was lost (%(code)s). Stop it again: that is safe.") % {"code": code}
            )
    return go_to(request, reverse("quarantine"))


def _task(request: PageRequest, permission: str, pk: int) -> UnknownTask | HttpResponse:
    """The task of an event, or the way back when somebody was faster. Raises Http404 for another project's."""
    event = get_object_or_404(CallbackEvent, pk=pk, project__in=projects_where(request.user, permission))
    if not event.task_id:
        raise Http404
    task = unknown_task(event)
    return task or _say_known(request)


def _say_known(request: PageRequest) -> HttpResponse:
    messages.info(request, gettext("Nothing was changed: a recording has this TaskId now, or a start may still."))
    return go_to(request, reverse("quarantine"))
