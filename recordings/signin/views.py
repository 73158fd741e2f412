"""Sign-in by password or passkey, the second factor, sign-out, and confirming one's identity again."""

from typing import Any

from allauth.account.views import LoginView, LogoutView, ReauthenticateView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.base.views import ReauthenticateView as FactorAgainView
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.views import LoginWebAuthnView, ReauthenticateWebAuthnView
from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.decorators import method_decorator

from recordings.identity.allauth_internals import begin_passkey_authentication, limit_view, sign_in_with_passkey
from recordings.identity.confirmation import confirmation_page
from recordings.signin.guard import BOTH, SEND, Answers422, one_self
from recordings.signin.oidc_views import let_forms_lead_to_provider

PASSKEY_CHALLENGES = "30/m/ip"
"""Each challenge creates a session: without a limit they could fill the database."""


class OnlyThese:
    """Answers 405 to what no browser sends; before the view in the list of bases."""

    methods = ("GET", "HEAD", "POST")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in self.methods:
            return HttpResponseNotAllowed(self.methods)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc,no-any-return]


class SignIn(OnlyThese, Answers422, LoginView):  # type: ignore[misc]
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        let_forms_lead_to_provider(request, response)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"single_sign_on": settings.OIDC_NAME if settings.OIDC_ISSUER else ""}


class SignOut(OnlyThese, LogoutView):  # type: ignore[misc]
    """Also for who is between the password and the factor: then it starts over."""


class Factor(OnlyThese, AuthenticateView):  # type: ignore[misc]
    """The second factor, after the password: a code or a passkey."""

    def form_invalid(self, form: Form) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)
        response.status_code = 422
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | kinds_of(context["js_data"], self.stage.login.user.pk)


@method_decorator(limit_view("passkey_challenge", PASSKEY_CHALLENGES), name="dispatch")
class SignInByPasskey(OnlyThese, LoginWebAuthnView):  # type: ignore[misc]
    def form_valid(self, form: Form) -> HttpResponse:
        return sign_in_with_passkey(self.request, form.cleaned_data["credential"])


def kinds_of(js_data: dict[str, Any], user_pk: int) -> dict[str, Any]:
    """What this person can show: a passkey, the app, or only recovery codes."""
    kinds = set(Authenticator.objects.filter(user_id=user_pk).values_list("type", flat=True))
    return {
        "has_passkey": Authenticator.Type.WEBAUTHN in kinds,
        "has_app": Authenticator.Type.TOTP in kinds,
        "has_codes": Authenticator.Type.RECOVERY_CODES in kinds,
        "passkey_options": js_data["request_options"],
    }


sign_in, sign_out, factor = SignIn.as_view(), SignOut.as_view(), Factor.as_view()
sign_in_by_passkey = SignInByPasskey.as_view()


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
