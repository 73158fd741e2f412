"""Passwords: the public page of a link, and changing one's own."""

from allauth.account.adapter import get_adapter
from allauth.account.views import PasswordChangeView
from django.contrib import messages
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from recordings.audit_log.record import record_audit, record_audit_merged
from recordings.identity.allauth_internals import consume_limits, too_many_requests
from recordings.identity.password_links import LinkInvalid, choose_password, person_of
from recordings.identity.sessions import end_other_sessions
from recordings.identity.signin_limits import remember
from recordings.signin.guard import READ_WRITE, InvalidFormMixin, own_page
from recordings.signin.password_forms import PasswordForm, PasswordLinkForm, link_invalid_message
from recordings.web.render import PageRequest

PAGE = "signin/choose_password.html"
LIMIT = "20/m/ip"


@never_cache
@sensitive_post_parameters("code", "password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """Set the password of the link's user. A user signed in here is signed out: it may be another one."""
    if request.method != "POST":
        return render(request, PAGE, {"form": PasswordLinkForm()})
    if not consume_limits(request, action="choose_password", limits=[(LIMIT, "")]):
        return too_many_requests(request)
    form = PasswordLinkForm(request.POST)
    if form.is_valid():
        try:
            choose_password(code=form.cleaned_data["code"], password=form.cleaned_data["password"])
        except LinkInvalid:
            form.add_error(None, link_invalid_message())
        else:
            if request.user.is_authenticated:
                get_adapter().logout(request)
            messages.success(request, gettext("Your password is set. Sign in with it."))
            return redirect("account_login")
    if person_of(request.POST.get("code", "")[:100]) is None:
        record_audit_merged(actor="", action="password.link_refused", target="unknown user")
    return render(request, PAGE, {"form": form}, status=422)


class ChangePassword(InvalidFormMixin, PasswordChangeView):  # type: ignore[misc]
    success_url = reverse_lazy("you")

    def get_default_success_url(self) -> str:
        return str(self.success_url)

    def form_valid(self, form: Form) -> HttpResponse:
        user = self.request.user
        with transaction.atomic():
            response: HttpResponse = super().form_valid(form)
            end_other_sessions(self.request, user)
            record_audit(actor=user, action="password.changed", target=user)
        remember(response, user)
        messages.success(self.request, gettext("Password changed. You are signed out in every other browser."))
        return response


def change(request: PageRequest) -> HttpResponse:
    """The page of users with a password; single sign-on users have none here."""
    if not request.user.has_usable_password():
        return render(request, "account/no_password.html", status=404)
    response: HttpResponse = ChangePassword.as_view(form_class=PasswordForm)(request)
    return response


change_password = own_page(*READ_WRITE, sensitive=True)(change)
