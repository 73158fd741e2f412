"""The pages of people: the list, one person, inviting and changing them."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from recordings.identity.password_links import valid_until
from recordings.models import User
from recordings.people.action_views import hand_over, may_act_on
from recordings.people.forms import InviteForm, PersonForm
from recordings.people.link_delivery import visible_link
from recordings.people.queries import people_for, summarize_person
from recordings.people.services import change_person, invite
from recordings.permissions import holds
from recordings.web.edit import FORM, PAGE, edit, posted
from recordings.web.guard import allowed
from recordings.web.paging import page_of
from recordings.web.render import PageRequest, render_either


@require_safe
@allowed("people.see")
def people(request: PageRequest) -> HttpResponse:
    """The people whom the user may see, by user name."""
    page = page_of(people_for(request.user, "people.see"), by="username", cursor=request.GET.get("after", ""))
    context = {
        "page": page,
        "people": [summarize_person(user) for user in page.rows],
        "may_change": holds(request.user, "people.change"),
    }
    return render_either(request, "people/people.html", "people/_people.html", context)


@require_safe
@allowed("people.see")
def person(request: PageRequest, pk: int) -> HttpResponse:
    """One person: roles, sign-in methods and the actions available."""
    found = get_object_or_404(people_for(request.user, "people.see"), pk=pk)
    context = {
        "person": summarize_person(found),
        "link_until": valid_until(found),
        "visible_link": visible_link(request, found) if may_act_on(request, found) else None,
        "may_change": holds(request.user, "people.change"),
        "may_act": may_act_on(request, found),
        "is_oneself": found.pk == request.user.pk,
    }
    return render_either(request, "people/person.html", "people/_person.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("people.change", sensitive=True)
def person_new(request: PageRequest) -> HttpResponse:
    """Invite a person; their page then shows the password link."""
    form = InviteForm(posted(request), user=request.user)
    if form.is_valid():
        try:
            link = invite(actor=request.user, person=form.instance, roles=form.roles() or ())
        except (ValidationError, IntegrityError) as error:
            taken = gettext("User name already taken.")
            form.add_error(None, error if isinstance(error, ValidationError) else taken)
        else:
            return hand_over(request, form.instance, link)
    context = {"form": form, "heading": gettext("Invite person"), "back": reverse("people")}
    return render_either(request, PAGE, FORM, context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("people.change", sensitive=True)
def person_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change a person's name, address and roles; not one's own roles, and not those from single sign-on."""
    found = get_object_or_404(people_for(request.user, "people.change"), pk=pk)
    may_give_roles = found.pk != request.user.pk and not found.by_sso  # type: ignore[attr-defined]
    form = PersonForm(posted(request), user=request.user, instance=found, gives_roles=may_give_roles)
    return edit(
        request,
        form,
        lambda: _change(request.user, form),
        heading=gettext("Change %(name)s") % {"name": found},
        back=found.get_absolute_url(),
        success_message=gettext("Saved. Role changes sign the person out."),
        next_step=lambda: (gettext("All people"), reverse("people")),
    )


def _change(actor: User, form: PersonForm) -> bool:
    values = form.cleaned_data
    return change_person(
        actor=actor, person=form.instance, name=values["name"], email=values["email"], roles=form.roles()
    )
