"""Single sign-on: to the provider and back. Whatever goes wrong ends on a page of ours."""

from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods
from requests import RequestException

from recordings.identity.allauth_internals import consume_limits, next_url, sign_on_error_page, too_many_requests
from recordings.identity.confirmation import PROOF_ASKED
from recordings.signin.oidc_policy import let_forms_lead_to_provider
from recordings.signin.oidc_provider import CheckedOpenIDConnect

WRONG = (OAuth2Error, RequestException, AttributeError, KeyError, TypeError, ValueError, IntegrityError)
"""What comes out of an answer of the provider that is missing, cut, or not what the standard says; the last one when
somebody new comes twice at the same moment."""


LIMIT = "30/m/ip"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def to_provider(request: HttpRequest, provider_id: str) -> HttpResponse:
    """The page that asks whether to go, and the way there. Who is signed in already has to prove it there again."""
    adapter = _adapter(request, provider_id)
    if _too_many(request):
        return too_many_requests(request)
    then = next_url(request)
    if request.method != "POST":
        page = render(request, "socialaccount/login.html", {"provider": settings.OIDC_NAME, "next": then})
        let_forms_lead_to_provider(request, page)
        return page
    provider = adapter.get_provider()
    params = {"prompt": "login", "max_age": "0"} if request.user.is_authenticated else {}
    request.session[PROOF_ASKED] = bool(params)
    try:
        going: HttpResponse = provider.redirect(
            request, process=AuthProcess.LOGIN, next_url=then or None, auth_params=params
        )
    except WRONG as error:
        return sign_on_error_page(request, provider, error)
    return going


@never_cache
@require_GET
def from_provider(request: HttpRequest, provider_id: str) -> HttpResponse:
    adapter = _adapter(request, provider_id)
    if _too_many(request):
        return too_many_requests(request)
    asked = request.session.pop(PROOF_ASKED, False)
    request.proof_asked = asked  # type: ignore[attr-defined]  # kept here: the session may begin anew
    try:
        came: HttpResponse = OAuth2CallbackView.adapter_view(adapter)(request)
    except WRONG as error:
        return sign_on_error_page(request, adapter.get_provider(), error)
    return came


def cancelled(request: HttpRequest) -> HttpResponse:
    """Somebody said no at the provider."""
    return render(request, "socialaccount/login_cancelled.html", {"provider": settings.OIDC_NAME})


def failed(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(reverse("account_login"))


def _too_many(request: HttpRequest) -> bool:
    """Each costs calls to the provider, and those who come back are counted like those who go."""
    goes = request.method == "POST" or "state" in request.GET
    return goes and not consume_limits(request, action="sso", limits=[(LIMIT, "")])


def _adapter(request: HttpRequest, provider_id: str) -> CheckedOpenIDConnect:
    if not settings.OIDC_ISSUER or provider_id != "sso":
        raise Http404
    return CheckedOpenIDConnect(request, provider_id)
