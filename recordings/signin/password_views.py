"""Changing one's own password: other sessions end, the trail is told."""

from typing import Any

from allauth.account.forms import ChangePasswordForm
from allauth.account.views import PasswordChangeView
from django.contrib import messages
from django.contrib.auth.password_validation import password_validators_help_texts
from django.db import transaction
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from recordings.audit_log.record import record_audit
from recordings.identity.known_browsers import remember
from recordings.identity.sessions import end_other_sessions
from recordings.signin.guard import BOTH, one_self
from recordings.signin.invalid_forms import Answers422
from recordings.web.render import PageRequest


class PasswordForm(ChangePasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {
            "oldpassword": _("Current password"),
            "password1": _("New password"),
            "password2": _("Confirm new password"),
        }
        for name, label in labels.items():
            self.fields[name].label = label
            self.fields[name].widget.attrs.pop("placeholder", None)
            self.fields[name].help_text = ""
        self.fields["password1"].help_text = " ".join(password_validators_help_texts()[:1])


class ChangePassword(Answers422, PasswordChangeView):  # type: ignore[misc]
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
    """The page for who has a password; who signs in through single sign-on has none here."""
    if not request.user.has_usable_password():
        return render(request, "account/no_password.html", status=404)
    response: HttpResponse = ChangePassword.as_view(form_class=PasswordForm)(request)
    return response


change_password = one_self(*BOTH, sensitive=True)(change)
