"""Where the button of single sign-on may lead: browsers hold the redirect after a form to `form-action` as well.

The provider's sign-in page may be at another origin than its issuer; discovery says where.
"""

from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from requests import RequestException

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
