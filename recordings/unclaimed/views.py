"""Unclaimed tasks: to be claimed as a recording or stopped. They are matched with an unknown start on its own page."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recordings.calls import CannotCall
from recordings.error_catalogue import explain
from recordings.lifecycle.claim import claim_task, stop_unclaimed_task
from recordings.lifecycle.dismiss import MayStillRun, NotUnclaimed, dismiss_task
from recordings.lifecycle.unclaimed_rows import count_unclaimed, dismissed_in
from recordings.lifecycle.unclaimed_tasks import MAX_SHOWN, TaskDetail, files_of, unclaimed_task, unclaimed_tasks
from recordings.models import CallbackEvent
from recordings.permissions import projects_where
from recordings.trro.outcome import Accepted, Refused, Unknown
from recordings.unclaimed.forms import ClaimForm, DismissForm
from recordings.web.guard import allowed
from recordings.web.render import PageRequest, go_to, render_either


@require_safe
@allowed("recording.see")
def tasks(request: PageRequest) -> HttpResponse:
    """Every unclaimed task of this user's projects, and those that were dismissed lately."""
    projects = projects_where(request.user, "recording.see")
    tasks = unclaimed_tasks(projects)
    context = {
        "tasks": tasks,
        "count": count_unclaimed(projects) if len(tasks) >= MAX_SHOWN else "",
        "dismissed": dismissed_in(projects)[:MAX_SHOWN],
        "deciding": set(projects_where(request.user, "recording.decide").values_list("pk", flat=True)),
        "stopping": set(projects_where(request.user, "recording.stop").values_list("pk", flat=True)),
    }
    page, fragment = "unclaimed/list.html", "unclaimed/_list.html"
    return render_either(request, page, fragment, context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("recording.decide")
def claim(request: PageRequest, pk: int) -> HttpResponse:
    """Claim a task as a recording: a user names device, stream and storage, and says how they know."""
    task = _task(request, "recording.decide", pk)
    if isinstance(task, HttpResponse):
        return task
    files = files_of(task)
    form = ClaimForm(request.POST if request.method == "POST" else None, task=task, files=files)
    if form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            recording = claim_task(actor=request.user, task=task, named=form.to_named(), reason=reason)
        except NotUnclaimed:
            return _no_longer_unclaimed(request)
        messages.success(request, gettext("Claimed. The recording can now be followed and stopped here."))
        return go_to(request, recording.get_absolute_url())
    context = {"form": form, "task": task, "files": files}
    page, fragment = "unclaimed/claim.html", "unclaimed/_claim.html"
    return render_either(request, page, fragment, context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("recording.decide")
def dismiss(request: PageRequest, pk: int) -> HttpResponse:
    """Ask for a reason, then dismiss a task that is known to be over."""
    task = _task(request, "recording.decide", pk)
    if isinstance(task, HttpResponse):
        return task
    form = DismissForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            dismiss_task(actor=request.user, project=task.project, task_id=task.task_id, reason=reason)
        except NotUnclaimed:
            return _no_longer_unclaimed(request)
        except MayStillRun:
            messages.warning(request, gettext("Not dismissed: it may still be running. Stop it first."))
        else:
            messages.success(request, gettext("Dismissed. New activity brings it back."))
        return go_to(request, reverse("unclaimed"))
    context = {"form": form, "task": task}
    page, fragment = "unclaimed/dismiss.html", "unclaimed/_dismiss.html"
    return render_either(request, page, fragment, context, status=422 if form.is_bound else 200)


@require_POST
@allowed("recording.stop")
def stop(request: PageRequest, pk: int) -> HttpResponse:
    """Stop an unclaimed task."""
    task = _task(request, "recording.stop", pk)
    if isinstance(task, HttpResponse):
        return task
    try:
        outcome = stop_unclaimed_task(actor=request.user, task=task)
    except NotUnclaimed:
        return _no_longer_unclaimed(request)
    except CannotCall:
        messages.error(request, gettext("Nothing was sent: a stored key cannot be decrypted. Tell a credential admin."))
        return go_to(request, reverse("unclaimed"))
    match outcome:
        case Accepted():
            messages.success(request, gettext("Stopped. Files finish uploading."))
        case Refused(code=code):
            explanation = explain(code)
            details = {"title": explanation.title, "code": code}
            messages.error(request, gettext("Not stopped: %(title)s (%(code)s). It may have ended.") % details)
        case Unknown(code=code):
            messages.warning(request, gettext("No response (%(code)s). Stopping again is safe.") % {"code": code})
    return go_to(request, reverse("unclaimed"))


def _task(request: PageRequest, permission: str, pk: int) -> TaskDetail | HttpResponse:
    """The task of an event, or a redirect when another user was faster. Raises Http404 for another project's."""
    event = get_object_or_404(CallbackEvent, pk=pk, project__in=projects_where(request.user, permission))
    if not event.task_id:
        raise Http404
    task = unclaimed_task(event)
    return task or _no_longer_unclaimed(request)


def _no_longer_unclaimed(request: PageRequest) -> HttpResponse:
    messages.info(
        request, gettext("Nothing was changed: a recording has this TaskId now, or a pending start may still claim it.")
    )
    return go_to(request, reverse("unclaimed"))
