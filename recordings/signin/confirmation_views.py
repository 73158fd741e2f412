"""Asking once more, before something sensitive: for the password, or for the factor of who has one."""

from typing import Any

from allauth.account.views import ReauthenticateView
from allauth.mfa.base.views import ReauthenticateView as FactorAgainView
from allauth.mfa.webauthn.views import ReauthenticateWebAuthnView
from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from recordings.identity.allauth_internals import begin_passkey_authentication
from recordings.identity.confirmation import confirmation_page
from recordings.signin.guard import BOTH, SEND, one_self
from recordings.signin.invalid_forms import Answers422
from recordings.signin.views import kinds_of


class PasswordAgain(Answers422, ReauthenticateView):  # type: ignore[misc]
    """For who has no factor. Whoever has one is led to where it is asked for: the password would not count."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        asks = confirmation_page(request.user)  # type: ignore[arg-type]
        if asks != reverse("account_reauthenticate"):
            return HttpResponseRedirect(self.passthrough_next_url(asks))
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response


class FactorAgain(Answers422, FactorAgainView):  # type: ignore[misc]
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        options = {"request_options": begin_passkey_authentication(self.request.user)}
        return context | kinds_of(options, self.request.user.pk)


class PasskeyAgain(ReauthenticateWebAuthnView):  # type: ignore[misc]
    """Takes what the browser sends; the page that asks is that of the code."""

    def form_invalid(self, form: Form) -> HttpResponse:
        for message in form.errors.get("credential", []):
            messages.error(self.request, str(message))
        return HttpResponseRedirect(self.passthrough_next_url(reverse("mfa_reauthenticate")))


password_again = one_self(*BOTH)(PasswordAgain.as_view())
factor_again = one_self(*BOTH)(FactorAgain.as_view())
passkey_again = one_self(*SEND)(PasskeyAgain.as_view())
