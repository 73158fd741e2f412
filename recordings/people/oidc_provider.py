"""Single sign-on: what allauth's OpenID Connect client leaves to trust is checked here.

The ID token's signature always, by algorithms with a public key only; its nonce; that discovery, token and user info
speak of one issuer and one person. Of all that a provider says, only the groups are kept, and when the person proved
who they are.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from allauth.core.internal.deferred import jwt
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Client, OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac

ALGORITHMS = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"})


class NotBelieved(OAuth2Error):  # type: ignore[misc]
    """What the provider says does not hold together. Says what, never the answer itself."""


def nonce_of(state: str) -> str:
    """The nonce that goes with a state: the state is this session's, so is whoever comes back with the nonce."""
    return salted_hmac("recordings.people.oidc.nonce", state, algorithm="sha256").hexdigest()


class NonceClient(OAuth2Client):  # type: ignore[misc]
    def get_redirect_url(self, authorization_url: str, scope: list[str], extra_params: dict[str, str]) -> str:
        nonce = {"nonce": nonce_of(self.state)}
        return str(super().get_redirect_url(authorization_url, scope, extra_params | nonce))


class CheckedOpenIDConnect(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    client_class = NonceClient

    @property
    def openid_config(self) -> Mapping[str, Any]:
        config: Mapping[str, Any] = super().openid_config
        if str(config["issuer"]).rstrip("/") != settings.OIDC_ISSUER:
            raise NotBelieved("Discovery names another issuer.")
        return config

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> SocialLogin:
        claims = self._claims(app, kwargs["response"].get("id_token") or "")
        told = self._fetch_user_info(token.token) if self.openid_config.get("userinfo_endpoint") else claims
        if told.get("sub") != claims["sub"]:
            raise NotBelieved("The user info is of somebody else.")
        return self.get_provider().sociallogin_from_response(request, {"userinfo": {**told, **claims}})

    def _claims(self, app: Any, id_token: str) -> Mapping[str, Any]:
        """What the ID token claims. Raises NotBelieved or OAuth2Error unless all of it can be believed."""
        try:
            if jwt.get_unverified_header(id_token).get("alg") not in ALGORITHMS:
                raise NotBelieved("The ID token is not signed by a public key.")
            claims: dict[str, Any] = jwtkit.verify_and_decode(
                credential=id_token,
                keys_url=self.openid_config["jwks_uri"],
                issuer=self.openid_config["issuer"],
                audience=app.client_id,
                lookup_kid=jwtkit.lookup_kid_jwk,
            )
        except (jwt.PyJWTError, KeyError, TypeError, ValueError) as error:
            raise NotBelieved("The ID token cannot be read.") from error
        if not constant_time_compare(str(claims.get("nonce")), nonce_of(self.request.GET.get("state", ""))):
            raise NotBelieved("The ID token is not the answer to this sign-in.")
        if not claims.get("sub"):
            raise NotBelieved("The ID token names nobody.")
        return claims


class SingleSignOn(OpenIDConnectProvider):  # type: ignore[misc]
    oauth2_adapter_class = CheckedOpenIDConnect

    def get_default_scope(self) -> list[str]:
        return ["openid", "profile"]

    def extract_uid(self, data: Mapping[str, Any]) -> str:
        """Issuer and subject together: another issuer's subjects are other people. Hashed, to have one length."""
        return hashlib.sha256(f"{settings.OIDC_ISSUER}\n{data['userinfo']['sub']}".encode()).hexdigest()

    def extract_extra_data(self, data: Mapping[str, Any]) -> dict[str, Any]:
        proved_at = data["userinfo"].get("auth_time")
        kept = {"proved_at": proved_at} if isinstance(proved_at, int) else {}
        return {"groups": _groups(data["userinfo"].get(settings.OIDC_GROUPS_CLAIM))} | kept

    def extract_common_fields(self, data: Mapping[str, Any]) -> dict[str, Any]:
        fields: dict[str, Any] = super().extract_common_fields(data)
        return fields | {"email": None}

    def extract_email_addresses(self, data: Mapping[str, Any]) -> list[Any]:
        return []


def _groups(claimed: Any) -> list[str]:
    """Groups as providers write them: a list, or one name."""
    if isinstance(claimed, str):
        return [claimed]
    return [each for each in claimed if isinstance(each, str)] if isinstance(claimed, list) else []
