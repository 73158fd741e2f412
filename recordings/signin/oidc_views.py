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
from recordings.identity.confirmation import PROOF_ASKED
from recordings.signin.oidc_provider import CheckedOpenIDConnect, NotBelieved
from trroadmin.environment import origin

log = structlog.get_logger(__name__)
CURRENT_SECONDS, ASKED_AGAIN_SECONDS, KNOWN_SECONDS = 10 * 60, 30, 30 * 24 * 60 * 60
"""How long an answer of discovery is current, how long after none came it is not asked for, and how long the last one
is used while none comes."""


def let_forms_lead_to_provider(request: HttpRequest, response: HttpResponseBase) -> None:
    """Add the provider to `form-action` of a page with the button of single sign-on."""
    if settings.OIDC_ISSUER:
        response._csp_update = {"form-action": _sign_in_origins(request)}  # type: ignore[attr-defined]


def _sign_in_origins(request: HttpRequest) -> list[str]:
    issuer = origin(settings.OIDC_ISSUER)
    current, known = f"oidc_origin_current:{issuer}", f"oidc_origin:{issuer}"
    if cache.add(current, value=True, timeout=CURRENT_SECONDS):  # one request asks, the others go on meanwhile
        if found := _discovered(request):
            cache.set(known, found, KNOWN_SECONDS)
        else:
            cache.set(current, value=True, timeout=ASKED_AGAIN_SECONDS)
    last: str | None = cache.get(known)
    return [issuer, last] if last else [issuer]


def _discovered(request: HttpRequest) -> str:
    """The origin of the authorization endpoint; empty when it cannot be had, or is no address for a policy."""
    try:
        address = CheckedOpenIDConnect(request, "sso").openid_config["authorization_endpoint"]
        parts = urlsplit(address)
        is_plain = parts.scheme in {"https", urlsplit(settings.OIDC_ISSUER).scheme} and parts.port != 0
        host = parts.hostname or ""
    except (NotBelieved, RequestException, AttributeError, KeyError, TypeError, ValueError) as error:
        log.warning("single_sign_on_not_discovered", reason=type(error).__name__)
        return ""
    if not is_plain or not host.isascii() or not host.replace("-", "").replace(".", "").isalnum():
        return ""
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port else "")


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
