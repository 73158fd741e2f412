"""The page that closes a live recording, or cancels a queued one, with a reason."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from recordings.lifecycle.queries import visible_recordings
from recordings.lifecycle.selection import BadSelection, freeze_selection, read_selection
from recordings.lifecycle.start import NotClosable, close_recording
from recordings.models import Recording
from recordings.stop.forms import CloseForm
from recordings.web.guard import allowed
from recordings.web.render import PageRequest, go_to, render_either
from recordings.web.return_addresses import list_to_return_to


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("recording.decide")
def close(request: PageRequest, pk: int) -> HttpResponse:
    """Close a live recording, or cancel a queued one, with a reason."""
    recording = get_object_or_404(visible_recordings(request.user, "recording.decide"), pk=pk)
    shown = {"seen": freeze_selection([recording], user=request.user)}
    form = CloseForm(request.POST if request.method == "POST" else None, initial=shown)
    if form.is_valid():
        try:
            signed = form.cleaned_data["seen"]
            seen = None
            if signed:
                seen = read_selection(signed, user=request.user, permission="recording.decide")[0]
            close_recording(actor=request.user, recording=recording, reason=form.cleaned_data["reason"], seen=seen)
        except BadSelection:
            messages.error(request, gettext("Nothing was changed: this page had expired. Review the recording again."))
        except NotClosable:
            messages.error(request, _not_as_shown(recording))
        else:
            messages.success(request, gettext("Closed: %s") % recording)
        return go_to(request, list_to_return_to(request) or recording.get_absolute_url())
    context = {"form": form, "recording": recording, "back": list_to_return_to(request)}
    page, fragment = "stop/close.html", "stop/_close.html"
    return render_either(request, page, fragment, context, status=422 if form.is_bound else 200)


def _not_as_shown(recording: Recording) -> str:
    """Why it was not closed, and how it is now."""
    recording.refresh_from_db(fields=["state", "attention"])
    now = recording.get_state_display()
    if recording.attention:
        now = f"{now}; {recording.get_attention_display()}"
    return gettext("Nothing was changed: the recording has changed since this page was shown. It is now: %s.") % now
