"""The pages that start a recording, check one field of the form, and retry a start."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from recordings.calls import CannotCall
from recordings.error_catalogue import explain
from recordings.lifecycle.check_storage_key import last_test_of
from recordings.lifecycle.labels import attach_labels
from recordings.lifecycle.queries import visible_recordings
from recordings.lifecycle.start import (
    AlreadySubmitted,
    CannotStart,
    NotOffered,
    StreamIsLive,
    build_recording,
    start_again,
    start_recording,
)
from recordings.lifecycle.streams import attach_streams
from recordings.models import Recording
from recordings.pasted import clean_pasted
from recordings.permissions import holds
from recordings.start.defaults import answers_so_far, first_answers
from recordings.start.forms import StartForm
from recordings.start.offers import Offers
from recordings.start.settings_line import settings_line
from recordings.trro.outcome import Accepted, Refused, Unknown
from recordings.web.call_details import start_details
from recordings.web.guard import allowed
from recordings.web.render import PageRequest, go_to, render_either

PAGE = "start/new.html"
FORM = "start/_form.html"
MAX_OFFERED = 40
"""Devices shown at once: the search finds the rest."""

SHOWN = ("project", "device", "video_stream_id", "profile", *StartForm.PARAMETERS, "close_reason")
"""Fields that a user fills in, in their order on the page."""


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("recording.start")
def new(request: PageRequest) -> HttpResponse:
    """Show the form; take `refresh` to show it again for another project, profile or search; else start."""
    offers = Offers(request.user)
    if request.method != "POST":
        return _show(request, StartForm(first_answers(offers, request.GET), offers=offers), offers, is_fresh=True)
    if "refresh" in request.POST:
        form = StartForm(answers_so_far(offers, request.POST), offers=offers)
        return _show(request, form, offers, blocking=form.in_the_way())
    form = StartForm(request.POST, offers=offers)
    if not form.is_valid():
        return _show(request, form, offers, status=422, blocking=form.cleaned_data.get("closes") or form.in_the_way())
    try:
        recording, outcome = start_recording(actor=request.user, request=form.to_request())
    except CannotStart as error:
        form.replace_reference()
        blocking = _if_visible(request, error.blocking)
        if blocking is None:
            form.add_error(None, words_for(error))
        return _show(
            request, form, offers, status=422, blocking=blocking, sent_twice=isinstance(error, AlreadySubmitted)
        )
    except CannotCall as error:
        form.add_error(
            None, gettext("Cannot send: a stored key cannot be decrypted. Tell a credential admin: ") + str(error)
        )
        return _show(request, form, offers, status=422)
    match outcome:
        case Accepted() | Unknown():
            return go_to(request, recording.get_absolute_url())
        case Refused() if recording.state == Recording.State.QUEUED:
            return go_to(request, recording.get_absolute_url())
        case Refused(code=code):
            form.mark_as_retry_of(recording)
            explanation = explain(code)
            return _show(request, form, offers, status=422, refused=recording, explanation=explanation)


@require_POST
@allowed("recording.start")
def check(request: PageRequest) -> HttpResponse:
    """Check one field, the one HTMX says was left: its fragment, and the panel of the call beside it."""
    offers = Offers(request.user)
    form = StartForm(request.POST, offers=offers)
    name = request.htmx.trigger_name or request.POST.get("field", "")
    if name not in form.fields:
        return HttpResponse(status=400)
    status = 422 if name in form.errors else 200
    context = _context(form, offers) | {"field": form[name], "show_errors": True}
    return render(request, "start/_checked.html", context, status=status)


@require_POST
@allowed("recording.start")
def again(request: PageRequest, pk: int) -> HttpResponse:
    """Start again with the parameters of an earlier recording."""
    earlier = get_object_or_404(visible_recordings(request.user, "recording.start"), pk=pk)
    try:
        recording, _outcome = start_again(actor=request.user, earlier=earlier)
    except CannotStart as error:
        messages.error(request, words_for(error))
        return go_to(request, (error.blocking or earlier).get_absolute_url())
    except CannotCall:
        messages.error(
            request, gettext("Nothing was started: a stored key cannot be decrypted. Tell a credential admin.")
        )
        return go_to(request, earlier.get_absolute_url())
    return go_to(request, recording.get_absolute_url())


def words_for(error: CannotStart) -> str:
    """Why nothing was started."""
    match error:
        case StreamIsLive():
            return gettext("Not started: this stream already has a live recording.")
        case AlreadySubmitted():
            return gettext("Already submitted: no second recording was started.")
        case NotOffered():
            return gettext("Nothing was started: this device or storage can no longer be used. Choose again.")
        case _:
            return gettext("Another user is acting on this stream. Not started: try again.")


def _if_visible(request: PageRequest, recording: Recording | None) -> Recording | None:
    """The recording, if its project is visible to this user: a copied form shows no foreign recording."""
    if recording and holds(request.user, "recording.see", recording.project):
        return recording
    return None


def _show(request: PageRequest, form: StartForm, offers: Offers, status: int = 200, **more: Any) -> HttpResponse:
    context = _context(form, offers) | {"show_errors": status == 422} | more
    context["settings_open"] = request.POST.get("refresh") == "profile" or any(
        name in form.errors for name in ("profile", *StartForm.PARAMETERS)
    )
    if status != 422:
        form.errors.clear()  # nothing was pressed yet: what is empty is missing, not wrong, for screen readers too
    return render_either(request, PAGE, FORM, context, status=status)


def _context(form: StartForm, offers: Offers) -> dict[str, Any]:
    """The form, the devices to choose from, and the call as it would be made or what it still lacks."""
    words = clean_pasted(str(form.data.get("device_search", "")).replace("\0", ""))[:100]
    labels, label = offers.labels(form.chosen("project")), str(form.data.get("device_label", ""))
    if label not in {key for _kind, pairs in labels for key, _name in pairs}:
        label = ""
    found, usual = offers.found_devices(form.chosen("project"), words, label, MAX_OFFERED + 1)
    chosen, storage = form.chosen("device"), form.chosen("storage")
    attach_streams([*found, *([chosen] if chosen else [])], timezone.now())
    attach_labels([*found, *([chosen] if chosen else [])])
    preview = None
    if form.is_valid():
        preview = build_recording(actor=offers.user, request=form.to_request(), storage_key=storage.current_keys[0])
    others = [device for device in found[usual:MAX_OFFERED] if device != chosen]
    return {
        "form": form,
        "device_search": words,
        "device_labels": labels,
        "device_label": label,
        "devices": found[:MAX_OFFERED],
        "usual_devices": [device for device in found[:usual] if device != chosen],
        "other_devices": others,
        "more_devices": len(found) > MAX_OFFERED,
        "max_devices": MAX_OFFERED,
        "chosen_device": chosen,
        "preview": preview,
        "call": start_details(preview) if preview else None,
        "settings": settings_line(form),
        "storage_test": last_test_of(storage) if storage else None,
        "missing": [form[name] for name in SHOWN if name in form.errors],
    }
