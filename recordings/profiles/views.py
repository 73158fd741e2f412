"""The pages of recording profiles: the list, one of them, adding and changing them."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from recordings.permissions import holds
from recordings.profiles.forms import ProfileForm
from recordings.profiles.queries import profiles_for
from recordings.profiles.services import change_profile, create_profile
from recordings.web.edit import edit, posted
from recordings.web.guard import allowed
from recordings.web.paging import page_of
from recordings.web.render import PageRequest, render_either


@require_safe
@allowed("profile.see")
def profiles(request: PageRequest) -> HttpResponse:
    """The profiles that this person's projects can use, by name."""
    page = page_of(profiles_for(request.user, "profile.see"), by="name", cursor=request.GET.get("after", ""))
    context = {"page": page, "may_change": holds(request.user, "profile.change")}
    return render_either(request, "profiles/list.html", "profiles/_list.html", context)


@require_safe
@allowed("profile.see")
def profile(request: PageRequest, pk: int) -> HttpResponse:
    """One profile: the answers it gives, and where its files land."""
    found = get_object_or_404(profiles_for(request.user, "profile.see"), pk=pk)
    context = {"profile": found, "may_change": holds(request.user, "profile.change")}
    return render(request, "profiles/profile.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("profile.change")
def profile_new(request: PageRequest) -> HttpResponse:
    """Add a profile."""
    form = ProfileForm(posted(request), user=request.user)
    return edit(
        request,
        form,
        lambda: create_profile(actor=request.user, profile=form.instance),
        heading=gettext("Add a profile"),
        back=reverse("profiles"),
        success_message=gettext("Profile added."),
        next_step=lambda: (gettext("Next: make it a project's default"), reverse("projects")),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("profile.change")
def profile_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change a profile: for later starts only."""
    found = get_object_or_404(profiles_for(request.user, "profile.change"), pk=pk)
    form = ProfileForm(posted(request), user=request.user, instance=found)
    return edit(
        request,
        form,
        lambda: change_profile(actor=request.user, profile=form.instance),
        heading=gettext("Change %(name)s") % {"name": found},
        back=found.get_absolute_url(),
        success_message=gettext("Profile saved. Earlier recordings keep their parameters."),
        next_step=lambda: (gettext("All profiles"), reverse("profiles")),
    )
