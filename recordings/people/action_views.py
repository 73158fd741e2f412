"""The buttons on a person's page. Each requires that the user confirmed their identity in the last minutes."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_POST

from recordings.models import User
from recordings.people import access, link_delivery
from recordings.people.queries import people_for
from recordings.permissions import holds
from recordings.web.guard import allowed
from recordings.web.render import PageRequest, go_to


def may_act_on(request: PageRequest, person: User) -> bool:
    """Whether the page offers the actions that users cannot take on themselves."""
    return holds(request.user, "people.change") and person.pk != request.user.pk


def hand_over(request: PageRequest, person: User, link: str) -> HttpResponse:
    """Go to the person's page, which shows the link until Done. E-mail the link too where that is possible."""
    link_delivery.remember(request, person, mailed=link_delivery.mail_link(person=person, link=link))
    return go_to(request, person.get_absolute_url())


@require_POST
@allowed("people.change", sensitive=True)
def person_disable(request: PageRequest, pk: int) -> HttpResponse:
    return _act(request, pk, access.disable, success_message=gettext_lazy("Disabled, and signed out everywhere."))


@require_POST
@allowed("people.change", sensitive=True)
def person_enable(request: PageRequest, pk: int) -> HttpResponse:
    return _act(request, pk, access.enable, success_message=gettext_lazy("Enabled, with the same roles as before."))


@require_POST
@allowed("people.change", sensitive=True)
def person_sign_out(request: PageRequest, pk: int) -> HttpResponse:
    return _act(request, pk, access.sign_out_everywhere, success_message=gettext_lazy("Signed out everywhere."))


@require_POST
@allowed("people.change", sensitive=True)
def person_remove_factors(request: PageRequest, pk: int) -> HttpResponse:
    success_message = gettext_lazy("Second factors and recovery codes removed. All sessions ended.")
    return _act(request, pk, access.remove_factors, success_message=success_message)


@require_POST
@allowed("people.change", sensitive=True)
def person_link(request: PageRequest, pk: int) -> HttpResponse:
    """Create a password link. Earlier links stop working."""
    found = get_object_or_404(people_for(request.user, "people.change"), pk=pk)
    try:
        link = access.new_link(actor=request.user, person=found)
    except ValidationError as error:
        return _refused(request, found, error)
    found.refresh_from_db(fields=["invited_at"])
    return hand_over(request, found, link)


@require_POST
@allowed("people.change")
def person_link_done(request: PageRequest, pk: int) -> HttpResponse:
    """Stop showing the link in this session."""
    found = get_object_or_404(people_for(request.user, "people.change"), pk=pk)
    link_delivery.forget(request, found)
    return go_to(request, found.get_absolute_url())


def _act(request: PageRequest, pk: int, do: Callable[..., bool | None], *, success_message: Promise) -> HttpResponse:
    """Call the service and go back to the person's page, which says what was done, or why not."""
    found = get_object_or_404(people_for(request.user, "people.change"), pk=pk)
    try:
        done = do(actor=request.user, person=found)
    except ValidationError as error:
        return _refused(request, found, error)
    if done is False:
        messages.info(request, gettext("Nothing to change."))
    else:
        messages.success(request, str(success_message))
    return go_to(request, found.get_absolute_url())


def _refused(request: PageRequest, person: User, error: ValidationError) -> HttpResponse:
    messages.error(request, " ".join(error.messages))
    return go_to(request, reverse("person", args=[person.pk]))
