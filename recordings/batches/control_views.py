"""What a user does about a batch: pause, resume, cancel the rest, try again what was refused, confirm it."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from recordings.batches.forms import ControlForm
from recordings.lifecycle.batches.control import (
    OwnBatch,
    WrongState,
    cancel_queued,
    confirm_batch,
    pause_batch,
    resume_batch,
)
from recordings.lifecycle.batches.create import CannotCreate, retry_refused
from recordings.lifecycle.batches.queries import visible_batches
from recordings.models import Batch
from recordings.web.guard import allowed
from recordings.web.render import PageRequest, go_to


@require_POST
@allowed("batch.control")
def pause(request: PageRequest, pk: int) -> HttpResponse:
    """Send nothing more of a batch until it is resumed."""
    return _act(request, pk, lambda batch, reason: pause_batch(actor=request.user, batch=batch, reason=reason))


@require_POST
@allowed("batch.control")
def resume(request: PageRequest, pk: int) -> HttpResponse:
    """Go on with a paused batch."""
    return _act(request, pk, lambda batch, _reason: resume_batch(actor=request.user, batch=batch))


@require_POST
@allowed("batch.control")
def cancel(request: PageRequest, pk: int) -> HttpResponse:
    """Cancel what is not sent yet."""

    def act(batch: Batch, reason: str) -> None:
        number = cancel_queued(actor=request.user, batch=batch, reason=reason)
        messages.success(request, ngettext("%s item was cancelled.", "%s items were cancelled.", number) % number)

    return _act(request, pk, act)


@require_POST
@allowed("batch.confirm")
def confirm(request: PageRequest, pk: int) -> HttpResponse:
    """Let the batch of another user begin."""
    return _act(request, pk, lambda batch, _reason: confirm_batch(actor=request.user, batch=batch))


@require_POST
@allowed("batch.create")
def again(request: PageRequest, pk: int) -> HttpResponse:
    """Request what was refused again, in a batch of its own; with `code` only what was refused with it."""
    batch = get_object_or_404(visible_batches(request.user, "batch.create"), pk=pk)
    code = request.POST.get("code", "")[:128]
    try:
        fresh = retry_refused(actor=request.user, batch=batch, error_code=code)
    except CannotCreate:
        messages.error(request, _("Nothing was requested: there is nothing left that was refused."))
        return go_to(request, batch.get_absolute_url())
    return go_to(request, fresh.get_absolute_url())


def _act(request: PageRequest, pk: int, act: Callable[[Batch, str], None]) -> HttpResponse:
    """Do it, and go back to the batch, which says what it is now."""
    batch = get_object_or_404(visible_batches(request.user, "batch.control"), pk=pk)
    form = ControlForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["reason"][0]))
        return go_to(request, batch.get_absolute_url())
    try:
        act(batch, form.cleaned_data["reason"])
    except OwnBatch:
        messages.error(request, _("Another user must confirm this batch: you requested it."))
    except WrongState:
        messages.error(request, _("Nothing was changed: the batch has changed since this page was shown."))
    return go_to(request, batch.get_absolute_url())
