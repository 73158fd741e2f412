"""Single sign-on: to the provider and back. Every failure ends on a page of this server."""

from urllib.parse import urlsplit

import structlog
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.core.cache import cache
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods
from requests import RequestException

from recordings.identity.allauth_internals import consume_limits, next_url, sign_on_error_page, too_many_requests
from recordings.identity.confirmation import CONFIRMATION_REQUESTED
from recordings.signin.oidc_provider import CheckedOpenIDConnect, UnverifiedResponse
from trroadmin.environment import origin

log = structlog.get_logger(__name__)
CURRENT_SECONDS, ASKED_AGAIN_SECONDS, KNOWN_SECONDS = 10 * 60, 30, 30 * 24 * 60 * 60
"""How long a discovery response is current, how long to wait after a failed one, and how long to use the last one
while discovery fails."""


def let_forms_lead_to_provider(request: HttpRequest, response: HttpResponseBase) -> None:
    """Add the provider to `form-action` of a page with the button of single sign-on."""
    if settings.OIDC_ISSUER:
        response._csp_update = {"form-action": _sign_in_origins(request)}  # type: ignore[attr-defined]


def _sign_in_origins(request: HttpRequest) -> list[str]:
    issuer = origin(settings.OIDC_ISSUER)
    current, known = f"oidc_origin_current:{issuer}", f"oidc_origin:{issuer}"
    if cache.add(current, value=True, timeout=CURRENT_SECONDS):  # one request asks, the others use the last response
        if found := _discovered(request):
            cache.set(known, found, KNOWN_SECONDS)
        else:
            cache.set(current, value=True, timeout=ASKED_AGAIN_SECONDS)
    last: str | None = cache.get(known)
    return [issuer, last] if last else [issuer]


def _discovered(request: HttpRequest) -> str:
    """The origin of the authorization endpoint; empty if discovery fails or the origin is not fit for a policy."""
    try:
        address = CheckedOpenIDConnect(request, "sso").openid_config["authorization_endpoint"]
        parts = urlsplit(address)
        is_plain = parts.scheme in {"https", urlsplit(settings.OIDC_ISSUER).scheme} and parts.port != 0
        host = parts.hostname or ""
    except (UnverifiedResponse, RequestException, AttributeError, KeyError, TypeError, ValueError) as error:
        log.warning("single_sign_on_not_discovered", reason=type(error).__name__)
        return ""
    if not is_plain or not host.isascii() or not host.replace("-", "").replace(".", "").isalnum():
        return ""
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port else "")


PROVIDER_ERRORS = (OAuth2Error, RequestException, AttributeError, KeyError, TypeError, ValueError, IntegrityError)
"""What a missing, incomplete or non-standard response of the provider raises; IntegrityError if a new user signs in
twice at the same moment."""


LIMIT = "30/m/ip"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def to_provider(request: HttpRequest, provider_id: str) -> HttpResponse:
    """The page before the provider, and the redirect to it. A signed-in user must authenticate there again."""
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
    request.session[CONFIRMATION_REQUESTED] = bool(params)
    try:
        response: HttpResponse = provider.redirect(
            request, process=AuthProcess.LOGIN, next_url=then or None, auth_params=params
        )
    except PROVIDER_ERRORS as error:
        return sign_on_error_page(request, provider, error)
    return response


@never_cache
@require_GET
def from_provider(request: HttpRequest, provider_id: str) -> HttpResponse:
    adapter = _adapter(request, provider_id)
    if _too_many(request):
        return too_many_requests(request)
    asked = request.session.pop(CONFIRMATION_REQUESTED, False)
    request.confirmation_requested = asked  # type: ignore[attr-defined]  # kept here: the session may be replaced
    try:
        response: HttpResponse = OAuth2CallbackView.adapter_view(adapter)(request)
    except PROVIDER_ERRORS as error:
        return sign_on_error_page(request, adapter.get_provider(), error)
    return response


def cancelled(request: HttpRequest) -> HttpResponse:
    """The user cancelled at the provider."""
    return render(request, "socialaccount/login_cancelled.html", {"provider": settings.OIDC_NAME})


def failed(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(reverse("account_login"))


def _too_many(request: HttpRequest) -> bool:
    """Both directions call the provider, so both are counted."""
    goes = request.method == "POST" or "state" in request.GET
    return goes and not consume_limits(request, action="sso", limits=[(LIMIT, "")])


def _adapter(request: HttpRequest, provider_id: str) -> CheckedOpenIDConnect:
    if not settings.OIDC_ISSUER or provider_id != "sso":
        raise Http404
    return CheckedOpenIDConnect(request, provider_id)
