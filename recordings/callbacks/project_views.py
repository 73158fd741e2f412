"""The page of one project's callbacks: how they fare, their keys, registering them, trying them."""

import re
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from recordings.callbacks.queries import MAX_SHOWN, cannot_be_reached, last_arrived, registered_key, valid_keys
from recordings.callbacks.registration import (
    KeyInUse,
    KeyNotAllowed,
    NoCallbackKey,
    TooManyKeys,
    address_of,
    countable_keys,
    replace_key,
    retire_key,
    set_up,
)
from recordings.callbacks.send_test_event import try_callbacks
from recordings.calls import CannotCall
from recordings.error_catalogue import explain
from recordings.models import CallbackKey, Project
from recordings.permissions import holds, projects_where
from recordings.trro.outcome import Accepted, Outcome, Refused, Unknown
from recordings.vault import CannotOpen
from recordings.web.guard import allowed
from recordings.web.render import PageRequest, go_to, render_either

PAGE, FRAGMENT = "callbacks/project.html", "callbacks/_project.html"
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@require_safe
@allowed("fleet.see")
def project_callbacks(request: PageRequest, pk: int) -> HttpResponse:
    """How a project's callbacks fare; a credential admin sees its keys' ends and address, and may change them."""
    project = _mine(request, "fleet.see", pk)
    arrived = last_arrived(project)
    context = {
        "project": project,
        "arrived": arrived,
        "is_full": len(arrived) == MAX_SHOWN,
        "newest": arrived[0] if arrived else None,
        "keys": list(project.callback_keys.all()),
        "valid": (valid := valid_keys(project).count()),
        "countable": (countable := countable_keys(project)),
        "has_older_form": valid > countable,
        "in_use": registered_key(project),
        "address": address_of(project),
        "address_is_old": bool(project.callback_url) and project.callback_url != address_of(project),
        "cannot_be_reached": cannot_be_reached(project),
        "may_change": holds(request.user, "credential.change", project),
    }
    return render_either(request, PAGE, FRAGMENT, context)


@require_POST
@allowed("credential.change")
def project_callbacks_register(request: PageRequest, pk: int) -> HttpResponse:
    """Register this server's address and the newest key; create a first key when there is none."""
    project = _mine(request, "credential.change", pk)
    return _say_what_came(request, project, lambda: set_up(actor=request.user, project=project))


@require_POST
@allowed("credential.change", sensitive=True)
def project_callbacks_replace(request: PageRequest, pk: int) -> HttpResponse:
    """Make a new key and register it; the old one stays valid."""
    project = _mine(request, "credential.change", pk)
    return _say_what_came(request, project, lambda: replace_key(actor=request.user, project=project))


@require_POST
@allowed("credential.change", sensitive=True)
def project_callbacks_retire(request: PageRequest, pk: int) -> HttpResponse:
    """Retire the key that was posted."""
    project = _mine(request, "credential.change", pk)
    posted = request.POST.get("key", "")
    key = CallbackKey.objects.filter(project=project, pk=posted).first() if UUID.fullmatch(posted) else None
    if key is None:
        messages.error(request, gettext("Nothing was changed: this project has no such key."))
        return _back(request, project)
    try:
        retire_key(actor=request.user, project=project, key=key)
        messages.success(request, gettext("The key is retired: callbacks signed with it are rejected from now on."))
    except KeyInUse:
        message = gettext("Nothing was changed: Tencent Cloud may sign with this key. Register again first.")
        messages.error(request, message)
    return _back(request, project)


@require_POST
@allowed("credential.change")
def project_callbacks_try(request: PageRequest, pk: int) -> HttpResponse:
    """Post a signed test event to this server's public address."""
    project = _mine(request, "credential.change", pk)
    try:
        trial = try_callbacks(actor=request.user, project=project)
    except NoCallbackKey:
        messages.error(request, gettext("Nothing was sent: there is no valid key yet. Register the callbacks first."))
        return _back(request, project)
    except CannotOpen:
        messages.error(
            request, gettext("Nothing was sent: the key cannot be decrypted with this server's encryption keys.")
        )
        return _back(request, project)
    if trial.arrived:
        took = {"milliseconds": trial.milliseconds}
        messages.success(request, gettext("The test event arrived after %(milliseconds)s ms.") % took)
    else:
        messages.error(request, gettext("The test event did not arrive. %(why)s") % {"why": trial.why})
    return _back(request, project)


def _say_what_came(request: PageRequest, project: Project, ask: Callable[[], Outcome]) -> HttpResponse:
    try:
        outcome = ask()
    except TooManyKeys:
        messages.error(request, gettext("Nothing was changed: two keys are valid already. Retire one first."))
    except KeyNotAllowed:
        message = gettext(
            "Nothing was sent: the newest key is of an older form, and Tencent Cloud accepts only letters and digits, "
            "at most 32. Make a new key; the older ones stay valid until you retire them."
        )
        messages.error(request, message)
    except (CannotCall, NoCallbackKey):
        messages.error(request, gettext("Nothing was sent: a stored key cannot be decrypted, or none is valid."))
    else:
        match outcome:
            case Accepted():
                messages.success(request, gettext("Tencent Cloud posts this project's callbacks here from now on."))
            case Refused(code=code):
                explanation = explain(code)
                values = {"title": explanation.title, "code": code, "action": explanation.action}
                messages.error(request, gettext("Not registered: %(title)s (%(code)s). %(action)s") % values)
            case Unknown(code=code):
                values = {"code": code}
                messages.warning(request, gettext("No response (%(code)s). Registering again is safe.") % values)
    return _back(request, project)


def _mine(request: PageRequest, permission: str, pk: int) -> Project:
    return get_object_or_404(projects_where(request.user, permission).select_related("account"), pk=pk)


def _back(request: PageRequest, project: Project) -> HttpResponse:
    return go_to(request, reverse("project_callbacks", args=[project.pk]))
