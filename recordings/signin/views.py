"""Sign-in by password or passkey, the second factor, sign-out, and confirming one's identity again."""

from typing import Any

from allauth.account.views import LoginView, LogoutView, ReauthenticateView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.base.views import ReauthenticateView as ReauthenticateFactorView
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
from recordings.signin.guard import READ_WRITE, WRITE, InvalidFormMixin, own_page
from recordings.signin.oidc_views import let_forms_lead_to_provider

PASSKEY_CHALLENGES = "30/m/ip"
"""Each challenge creates a session: without a limit they could fill the database."""


class AllowedMethods:
    """Answers 405 to other methods. Comes before the view in the list of bases."""

    methods = ("GET", "HEAD", "POST")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in self.methods:
            return HttpResponseNotAllowed(self.methods)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc,no-any-return]


class SignIn(AllowedMethods, InvalidFormMixin, LoginView):  # type: ignore[misc]
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        let_forms_lead_to_provider(request, response)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"single_sign_on": settings.OIDC_NAME if settings.OIDC_ISSUER else ""}


class SignOut(AllowedMethods, LogoutView):  # type: ignore[misc]
    """Also for users who entered the password and not yet the factor: the sign-in starts again."""


class Factor(AllowedMethods, AuthenticateView):  # type: ignore[misc]
    """The second factor, after the password: a code or a passkey."""

    def form_invalid(self, form: Form) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)
        response.status_code = 422
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | factor_context(context["js_data"], self.stage.login.user.pk)


@method_decorator(limit_view("passkey_challenge", PASSKEY_CHALLENGES), name="dispatch")
class SignInByPasskey(AllowedMethods, LoginWebAuthnView):  # type: ignore[misc]
    def form_valid(self, form: Form) -> HttpResponse:
        return sign_in_with_passkey(self.request, form.cleaned_data["credential"])


def factor_context(js_data: dict[str, Any], user_pk: int) -> dict[str, Any]:
    """Which factors this user can use: a passkey, the app, or only recovery codes."""
    kinds = set(Authenticator.objects.filter(user_id=user_pk).values_list("type", flat=True))
    return {
        "has_passkey": Authenticator.Type.WEBAUTHN in kinds,
        "has_app": Authenticator.Type.TOTP in kinds,
        "has_codes": Authenticator.Type.RECOVERY_CODES in kinds,
        "passkey_options": js_data["request_options"],
    }


sign_in, sign_out, factor = SignIn.as_view(), SignOut.as_view(), Factor.as_view()
sign_in_by_passkey = SignInByPasskey.as_view()


class ConfirmByPassword(InvalidFormMixin, ReauthenticateView):  # type: ignore[misc]
    """For users without a second factor. Others are redirected: for them the password does not count."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        asks = confirmation_page(request.user)  # type: ignore[arg-type]
        if asks != reverse("account_reauthenticate"):
            return HttpResponseRedirect(self.passthrough_next_url(asks))
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response


class ConfirmByFactor(InvalidFormMixin, ReauthenticateFactorView):  # type: ignore[misc]
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        options = {"request_options": begin_passkey_authentication(self.request.user)}
        return context | factor_context(options, self.request.user.pk)


class ConfirmByPasskey(ReauthenticateWebAuthnView):  # type: ignore[misc]
    """Receives the passkey's response; the page itself is that of ConfirmByFactor."""

    def form_invalid(self, form: Form) -> HttpResponse:
        for message in form.errors.get("credential", []):
            messages.error(self.request, str(message))
        return HttpResponseRedirect(self.passthrough_next_url(reverse("mfa_reauthenticate")))


confirm_by_password = own_page(*READ_WRITE)(ConfirmByPassword.as_view())
confirm_by_factor = own_page(*READ_WRITE)(ConfirmByFactor.as_view())
confirm_by_passkey = own_page(*WRITE)(ConfirmByPasskey.as_view())
