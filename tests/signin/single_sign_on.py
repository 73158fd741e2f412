"""Signing in through the loopback provider as a browser does it: there, and back with what it gave."""

import http.client
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpResponse
from django.test import Client
from pytest_django.fixtures import Settings

from .provider import CLIENT_ID, CLIENT_SECRET, Provider

SSO = "/login/oidc/sso/"
ROLES = "ops=operator@m82k5408n999999, admins=credential_admin, audit=auditor"


def use(settings: Settings, provider: Provider) -> None:
    """Settings as TRROADMIN_OIDC_ variables make them."""
    settings.OIDC_ISSUER, settings.OIDC_NAME, settings.OIDC_ROLES = provider.url, "Harbour ID", ROLES
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "sso",
                    "name": "Harbour ID",
                    "client_id": CLIENT_ID,
                    "secret": CLIENT_SECRET,
                    "settings": {"server_url": provider.url},
                }
            ],
        }
    }


def go_there(client: Client, **posted: str) -> str:
    """The address at the provider that the browser is sent to."""
    response = client.post(SSO, posted)
    assert response.status_code == 302, response.content.decode()
    return response.headers["Location"]


def come_back(address: str) -> str:
    """The path of ours that the provider sends the browser back to."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=5)
    connection.request("GET", f"{parts.path}?{parts.query}")
    location = urlsplit(connection.getresponse().headers["Location"])
    connection.close()
    return f"{location.path}?{location.query}"


def sign_in(client: Client, **posted: str) -> HttpResponse:
    answer: Any = client.get(come_back(go_there(client, **posted)))
    return answer  # type: ignore[no-any-return]
