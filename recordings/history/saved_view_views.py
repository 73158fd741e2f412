"""Saving a view of the history, and deleting one's own."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from recordings.history.forms import SavedViewForm
from recordings.history.saved_views import MAX_VIEWS, NameTaken, TooManyViews, delete_view, save_view
from recordings.models import SavedView
from recordings.web.guard import allowed
from recordings.web.render import PageRequest, go_to, render_either


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("view.save")
def save(request: PageRequest) -> HttpResponse:
    """Keep the list's filters under a name, and show them. The address alone, as after a change of language, is the
    history."""
    if request.method != "POST":
        return go_to(request, reverse("recordings"))
    form = SavedViewForm(request.POST)
    if form.is_valid():
        try:
            view = save_view(actor=request.user, request=form.to_request())
        except NameTaken:
            form.add_error("name", _("You already have a view with this name."))
        except TooManyViews:
            form.add_error(None, _("At most %(most)s views: delete one first.") % {"most": MAX_VIEWS})
        else:
            messages.success(request, _("View saved."))
            return go_to(request, view.get_absolute_url())
    return render_either(request, "history/save_view.html", "history/_save_view.html", {"view_form": form}, status=422)


@require_POST
@allowed("view.save")
def delete(request: PageRequest, pk: int) -> HttpResponse:
    """Delete one of one's own views; shared ones of others are not found."""
    delete_view(actor=request.user, view=get_object_or_404(SavedView, pk=pk, owner=request.user))
    messages.success(request, _("View deleted."))
    return go_to(request, reverse("recordings"))
