"""The public page to which a link leads: whoever holds it chooses a password, then signs in with it."""

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from recordings.audit_log.record import record_audit_merged
from recordings.identity.allauth_internals import consume_limits, too_many_requests
from recordings.identity.password_links import LinkDead, choose_password, person_of
from recordings.signin.password_link_forms import ChooseForm, dead

PAGE = "signin/choose_password.html"
LIMIT = "20/m/ip"


@never_cache
@sensitive_post_parameters("code", "password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """Take the code from the link and a password. Whoever was signed in here is signed out: it may be another."""
    if request.method != "POST":
        return render(request, PAGE, {"form": ChooseForm()})
    if not consume_limits(request, action="choose_password", limits=[(LIMIT, "")]):
        return too_many_requests(request)
    form = ChooseForm(request.POST)
    if form.is_valid():
        try:
            choose_password(code=form.cleaned_data["code"], password=form.cleaned_data["password"])
        except LinkDead:
            form.add_error(None, dead())
        else:
            if request.user.is_authenticated:
                get_adapter().logout(request)
            messages.success(request, gettext("Your password is set. Sign in with it."))
            return redirect("account_login")
    if person_of(request.POST.get("code", "")[:100]) is None:
        record_audit_merged(actor="", action="password.link_refused", target="nobody we know")
    return render(request, PAGE, {"form": form}, status=422)
